/** Keeps what a site leaves behind within bounds: its log, its closed orders, its counted tries. */
import { keysOf } from "../../domain/contract/keys.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import type { HistoryStatus } from "../../domain/contract/stored.ts";
import type { Send } from "../redis.ts";

export type UpkeepSettings = {
  logHours: number;
  logBytes: number;
  closedDays: number;
  /** closed orders leave by history's archive */ isArchived?: boolean;
};

type Entry = [id: string, fields: string[]];

const seqOf = (entry: Entry | undefined): number => Number(entry?.[0].split("-")[0] ?? 0);

/** Time of a log entry; one that cannot be read counts as old. */
function atOf([, fields]: Entry): number {
  try {
    const change = JSON.parse(fields[fields.indexOf("c") + 1] ?? "") as { at: number };
    return change.at;
  } catch {
    return 0;
  }
}

async function entryFrom(send: Send, log: string, seq: number): Promise<Entry | undefined> {
  const found = await send<Entry[]>("XRANGE", log, `${seq}-0`, "+", "COUNT", "1");
  return found[0];
}

/** Number of the first entry that is not older than `since`, by halving. */
async function firstSince(send: Send, log: string, since: number): Promise<number> {
  let low = seqOf(await entryFrom(send, log, 0));
  const [newest] = await send<Entry[]>("XREVRANGE", log, "+", "-", "COUNT", "1");
  let high = seqOf(newest);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = await entryFrom(send, log, middle);
    if (entry === undefined || atOf(entry) >= since) high = middle;
    else low = seqOf(entry) + 1;
  }
  return low;
}

/** What history has not copied is kept longer, so that it misses nothing when its store was away; but not for ever. */
const KEPT_FOR_HISTORY_MS = 7 * 86_400_000;

/** The number that history needs next; undefined when it stands in another generation of numbers, or nobody copies. */
async function neededByHistory(send: Send, site: string): Promise<number | undefined> {
  const { history, epoch } = keysOf(site);
  const [said, stands] = await Promise.all([
    send<string | null>("GET", history),
    send<string | null>("GET", epoch),
  ]);
  if (said === null) return undefined;
  const status = JSON.parse(said) as HistoryStatus;
  return status.epoch === stands ? status.seq + 1 : undefined;
}

/** Number of the first entry to keep. */
async function keptFrom(send: Send, site: string, since: number, now: number): Promise<number> {
  const { log } = keysOf(site);
  const first = await firstSince(send, log, since);
  const needed = await neededByHistory(send, site);
  if (needed === undefined || needed >= first) return first;
  return Math.max(needed, await firstSince(send, log, now - KEPT_FOR_HISTORY_MS));
}

/**
 * The log reaches back so many hours, or to what history has not copied, and at most so many bytes. A follower left behind reads the open orders again, history
 * all orders.
 */
export async function trimLog(
  send: Send,
  site: string,
  settings: UpkeepSettings,
  now: number,
): Promise<void> {
  const { log } = keysOf(site);
  const oldest = await entryFrom(send, log, 0);
  if (oldest === undefined) return;
  const since = now - settings.logHours * 3_600_000;
  if (atOf(oldest) < since)
    await send("XTRIM", log, "MINID", `${await keptFrom(send, site, since, now)}-0`);
  const bytes = (await send<number | null>("MEMORY", "USAGE", log, "SAMPLES", "20")) ?? 0;
  if (bytes <= settings.logBytes) return;
  const length = await send<number>("XLEN", log);
  // A little below the bound, so that not every round has to trim.
  const keep = Math.floor((length * settings.logBytes * 0.9) / bytes);
  await send("XTRIM", log, "MAXLEN", String(keep));
}

/** Which of these closed orders had their last event before `until`. An import of last year's orders closed last year, but came today. */
async function leftAlone(send: Send, site: string, ids: string[], until: number) {
  if (ids.length === 0) return [];
  const texts = await send<(string | null)[]>("HMGET", keysOf(site).orders, ...ids);
  return ids.filter((id, place) => {
    const text = texts[place];
    if (text == null) return true;
    try {
      const { events } = decodeOrderRecord(text, site, id);
      return events.every(({ recordedAt }) => recordedAt < until);
    } catch {
      return false;
    }
  });
}

const PAGE = 500;

/** Ids of closed orders whose time here is over, at most a page; `offset` goes on where the last call ended. */
export async function closedToForget(
  send: Send,
  site: string,
  settings: UpkeepSettings,
  now: number,
  offset: number,
): Promise<{ ids: string[]; next: number }> {
  const until = now - settings.closedDays * 86_400_000;
  const page = await send<string[]>(
    "ZRANGEBYSCORE",
    keysOf(site).closed,
    "-inf",
    String(until),
    "LIMIT",
    String(offset),
    String(PAGE),
  );
  const ids = await leftAlone(send, site, page, until);
  const kept = page.length - ids.length;
  return { ids, next: page.length < PAGE ? 0 : offset + kept };
}

/** Tries counted by a worker that lost its turn meanwhile: of other places than the cursor, they mean nothing any more. */
export async function clearTries(send: Send, site: string): Promise<void> {
  const { tries, cursor } = keysOf(site);
  const fields = await send<string[]>("HKEYS", tries);
  const at = await send<string | null>("GET", cursor);
  const stale = fields.filter((field) => field !== "caution" && field !== at);
  // Between the two reads another worker may have moved on and counted: losing one count only delays the isolation of a poison event.
  if (stale.length > 0) await send("HDEL", tries, ...stale.slice(0, 1_000));
}
