/** Pages as the EPCIS interface has them: `perPage`, `nextPageToken`, and a link to the next one. */
import { Type, type Static } from "typebox";
import type { FastifyRequest } from "fastify";
import { problem } from "../problem.ts";

export const DEFAULT_PER_PAGE = 30;
export const PageOf = Type.Object(
  {
    perPage: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    nextPageToken: Type.Optional(Type.String({ maxLength: 1_024 })),
  },
  { additionalProperties: false },
);
export type PageOf = Static<typeof PageOf>;

export const noSuchToken = () =>
  problem("CT_ERR_INVALID", "This token is none of this list. Start without it.", {
    errors: [{ index: 0, path: "/nextPageToken", message: "querystring is no token of this list" }],
  });

/** A page of a list in memory that only grows at its head; the token counts from its end. */
export function pageAt<T>(
  all: readonly T[],
  { perPage = DEFAULT_PER_PAGE, nextPageToken }: PageOf,
): { items: T[]; next: string | null } {
  const left = nextPageToken === undefined ? all.length : Number(nextPageToken);
  if (!Number.isInteger(left) || left < 0) throw noSuchToken();
  const from = Math.max(0, all.length - left);
  const items = all.slice(from, from + perPage);
  const rest = all.length - from - items.length;
  return { items, next: rest > 0 ? String(rest) : null };
}

/** The same question, and where it goes on. */
export function linkTo({ url }: FastifyRequest, token: string): string {
  const [path = "", query = ""] = url.split("?");
  const params = new URLSearchParams(query);
  params.set("nextPageToken", token);
  return `<${path}?${params.toString()}>; rel="next"`;
}
