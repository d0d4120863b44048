/** Destroys the keys of personal fields when the site's time for them is over: counted from the closing of the order, or, when there is no such order any more, from the keys. */
import { keysOf } from "../../domain/contract/keys.ts";
import { lastKeyAt } from "../../domain/contract/personal-keys.ts";
import type { Send } from "../redis.ts";

export const DEFAULT_PERSONAL_DAYS = 90;
const PAGE = 500;
/** The append-only file holds destroyed keys until it is written anew; once a day is enough to keep the promise of 24 hours. */
const REWRITE_EVERY_MS = 20 * 3_600_000;

/** As long as an archived order is remembered by its tombstone. */
const MARKED_MS = 45 * 86_400_000;

type Kept = { id: string; records: string };

const pairs = (flat: string[]): Kept[] =>
  flat.flatMap((id, place) => (place % 2 === 0 ? [{ id, records: flat[place + 1] ?? "" }] : []));

/** Those whose time is over. Open orders are never among them. */
async function overdue(send: Send, site: string, kept: Kept[], until: number): Promise<string[]> {
  if (kept.length === 0) return [];
  const ids = kept.map(({ id }) => id);
  const { closed, rows } = keysOf(site);
  const [closedAt, open] = await Promise.all([
    send<(string | number | null)[]>("ZMSCORE", closed, ...ids),
    send<(string | null)[]>("HMGET", rows, ...ids),
  ]);
  return kept.flatMap(({ id, records }, place) => {
    if (open[place] != null) return [];
    return Number(closedAt[place] ?? lastKeyAt(records)) < until ? [id] : [];
  });
}

async function destroy(send: Send, site: string, ids: string[], now: number): Promise<void> {
  const { personal, personalKeys, personalErased, personalEnded } = keysOf(site);
  // first of all where its end is found again
  await send("ZADD", personalEnded, ...ids.flatMap((id) => [String(now), id]));
  // then the mark: what still comes for such an order keeps no key
  await send("HSET", personalErased, ...ids.flatMap((id) => [id, String(now)]));
  await send("HDEL", personalKeys, ...ids);
  await send("HDEL", personal, ...ids);
}

/** Marks go after a while: one for every order there ever was would fill the memory. A key that comes later still ends by its own age. */
async function endMarks(send: Send, site: string, now: number): Promise<void> {
  const { personalErased, personalEnded } = keysOf(site);
  const range = ["-inf", String(now - MARKED_MS), "LIMIT", "0", String(PAGE)];
  const ids = await send<string[]>("ZRANGEBYSCORE", personalEnded, ...range);
  if (ids.length === 0) return;
  await send("HDEL", personalErased, ...ids);
  await send("ZREM", personalEnded, ...ids);
}

/** A turn looks at one page and remembers where it was; how many orders lost their personal fields. */
export function createPersonalRetention(send: Send, site: string) {
  let cursor = "0";
  let rewrittenAt = 0;
  let isRewriteDue = false;

  async function rewrite(now: number): Promise<void> {
    if (!isRewriteDue || now - rewrittenAt < REWRITE_EVERY_MS) return;
    rewrittenAt = now;
    isRewriteDue = false;
    // already under way, or not allowed on this Redis: then it is that Redis' own rhythm
    await send("BGREWRITEAOF").catch(() => undefined);
  }

  return async (days: number, now: number): Promise<number> => {
    const key = keysOf(site).personalKeys;
    const [next, flat] = await send<[string, string[]]>("HSCAN", key, cursor, "COUNT", `${PAGE}`);
    cursor = next;
    const ids = await overdue(send, site, pairs(flat), now - days * 86_400_000);
    if (ids.length > 0) await destroy(send, site, ids, now);
    await endMarks(send, site, now);
    isRewriteDue ||= ids.length > 0;
    await rewrite(now);
    return ids.length;
  };
}
