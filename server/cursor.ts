/** Where a list goes on. Cursors are opaque to whoever asks; one that this list never gave is told as the field it is. */
import { problem } from "./problem.ts";

export type PageQuery = { cursor?: string; limit?: number };

/** How many a page of a list holds that is read whole when nobody says otherwise. */
const DEFAULT_LIMIT = 200;

export const noSuchCursor = () =>
  problem("CT_ERR_INVALID", "This cursor is none of this list. Start without it.", {
    errors: [{ index: 0, path: "/cursor", message: "querystring is no cursor of this list" }],
  });

const encode = (key: string): string => Buffer.from(key).toString("base64url");

function decode(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  // what was not written by `encode` reads as something else
  if (key === "" || encode(key) !== cursor) throw noSuchCursor();
  return key;
}

/** A page of a list in memory, in the order of its keys: what was added or removed in between neither skips nor repeats another. */
export function pageByKey<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
  { cursor, limit = DEFAULT_LIMIT }: PageQuery,
): { items: T[]; next: string | null } {
  const after = cursor === undefined ? "" : decode(cursor);
  const rest = all
    .map((one) => ({ key: keyOf(one), one }))
    .filter(({ key }) => key > after)
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ one }) => one),
    next: rest.length > limit && last !== undefined ? encode(last.key) : null,
  };
}
