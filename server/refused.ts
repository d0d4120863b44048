/** How a route's document tells of an answer that refuses: a problem (RFC 9457). */
import { Problem } from "../domain/contract/ingest.ts";

export const refused = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});
