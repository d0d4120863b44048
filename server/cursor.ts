/** Where a list goes on. Cursors are opaque to whoever asks; one that this list never gave is told as the field it is. */
import { Type, type Static, type TSchema } from "typebox";
import { ClosedPlace, type ClosedFrom } from "./closed-place.ts";
import { compileStrict } from "./plugins/validation.ts";
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

/** The last keys of a page, the last first, and how many came up to there. */
type Behind = { keys: string[]; count: number };
const MOST_KEYS = 4;
/** Written as a cursor it stays within what a query may hold. */
const MOST_TEXT = 360;

function encodeBehind({ keys, count }: Behind): string {
  const text = JSON.stringify([count, ...keys]);
  return text.length > MOST_TEXT && keys.length > 1
    ? encodeBehind({ keys: keys.slice(0, -1), count })
    : encode(text);
}

function decodeBehind(cursor: string): Behind {
  const [count, ...keys] = listIn(decode(cursor));
  const areTexts = keys.every((key) => typeof key === "string");
  if (!Number.isSafeInteger(count) || keys.length === 0 || !areTexts) throw noSuchCursor();
  return { keys, count: Number(count) };
}

function listIn(text: string): unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Behind the last of them that is still there; where none is, their places are those of others now. */
function startBehind(ids: readonly string[], { keys, count }: Behind): number {
  const there = keys.map((key) => ids.indexOf(key)).find((at) => at >= 0);
  return there === undefined ? Math.max(0, count - keys.length) : there + 1;
}

/** A page of a short list that has an order of its own: it goes on behind the one with which the page before ended, though that be gone. */
export function pageBehind<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
  { cursor, limit = DEFAULT_LIMIT }: PageQuery,
): { items: T[]; next: string | null } {
  const ids = all.map(keyOf);
  const from = cursor === undefined ? 0 : startBehind(ids, decodeBehind(cursor));
  const end = Math.min(from + limit, all.length);
  const keys = ids.slice(Math.max(from, end - MOST_KEYS), end).toReversed();
  const hasMore = end < all.length && keys.length > 0;
  return { items: all.slice(from, end), next: hasMore ? encodeBehind({ keys, count: end }) : null };
}

/** Where a list goes on that shows what is open before what is over: after one that is open, or after one that is over (null: with the first of these). */
export type PlaceCursor<P> = { after?: P; closed?: ClosedPlace | null };
export type PlaceCursors<P> = {
  encode: (cursor: PlaceCursor<P>) => string;
  /** @throws problem for a text that no page ended with */
  decode: (text: string | undefined) => PlaceCursor<P>;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** `place`: what orders the list, enough to find the next one after it. */
export function createPlaceCursors<S extends TSchema>(place: S): PlaceCursors<Static<S>> {
  const exactly = { additionalProperties: false };
  const isCursor = compileStrict(
    Type.Union([
      Type.Object({ after: place }, exactly),
      Type.Object({ closed: Type.Union([ClosedPlace, Type.Null()]) }, exactly),
    ]),
  );
  return {
    encode: (cursor) => encode(JSON.stringify(cursor)),
    decode: (text) => {
      if (text === undefined) return {};
      const cursor = parsed(text);
      if (!isCursor(cursor)) throw noSuchCursor();
      return cursor as PlaceCursor<Static<S>>;
    },
  };
}

type Part<T, N> = { items: T[]; next: N | null };
/** A page of what is over; without `next` it was the last one. */
export type ClosedPart<T> = { items: T[]; next?: ClosedPlace | null };

type ReadClosed<T> = (
  from: ClosedFrom,
  limit: number,
) => Promise<{ items: T[]; last: ClosedPlace | null; hasMore: boolean }>;

/** What fits, page by page, as far as one request may read: the next page begins behind the last one that was read, whether it fits or not. */
export async function closedPart<T>(
  read: ReadClosed<T>,
  fits: (one: T) => boolean,
  from: ClosedPlace | null,
  { limit, step, most }: { limit: number; step: number; most: number },
): Promise<ClosedPart<T>> {
  const items: T[] = [];
  let place = from;
  let hasMore = true;
  for (let seen = 0; hasMore && seen < most && items.length < limit;) {
    const wanted = Math.min(step, limit - items.length);
    const page = await read(place ?? 0, wanted);
    items.push(...page.items.filter(fits));
    seen += wanted;
    place = page.last ?? place;
    ({ hasMore } = page);
  }
  return hasMore ? { items, next: place } : { items };
}

/** A page of such a list: what is open, and when that is over and asked for, what is closed. */
export async function pageOfBoth<T, P>(
  cursors: PlaceCursors<P>,
  cursor: PlaceCursor<P>,
  limit: number,
  readOpen: () => Part<T, PlaceCursor<P>>,
  /** undefined: only what is open is asked for */
  readClosed: ((from: ClosedPlace | null, limit: number) => Promise<ClosedPart<T>>) | undefined,
): Promise<{ items: T[]; next: string | null }> {
  const open = cursor.closed === undefined ? readOpen() : { items: [], next: null };
  if (open.next !== null) return { items: open.items, next: cursors.encode(open.next) };
  if (readClosed === undefined) return { items: open.items, next: null };
  const closed = await readClosed(cursor.closed ?? null, limit - open.items.length);
  return {
    items: [...open.items, ...closed.items],
    next: closed.next === undefined ? null : cursors.encode({ closed: closed.next }),
  };
}
