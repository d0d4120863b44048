/** Ids of what comes in formats that have none: a hash of what the event says, so that the same said twice is one event. */
import { hash } from "node:crypto";
import { canonical } from "./connectors/canonical.ts";

/** `x12-<32 hex digits>`. */
export const contentId = (prefix: string, content: object): string =>
  `${prefix}-${hash("sha256", canonical(content), "hex").slice(0, 32)}`;
