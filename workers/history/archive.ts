/**
 * Closed orders leave Redis some days after their end, once history has them as they are; a tombstone stays for 45 days. What still comes for one of them waits as
 * a stub, and its record is laid out here for the turn that brings it back. Personal fields stay where they are until their own time is over: history holds none.
 */
import { readFileSync } from "node:fs";
import { keysOf } from "../../domain/contract/keys.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import { tombstoneOf } from "../../domain/turn/tombstone.ts";
import { markArchived, recordsOf, type Leaving } from "../../history/archive.ts";
import type { History } from "../../history/open.ts";
import { versionIn } from "../../history/order-row.ts";
import { createScript, type Send } from "../redis.ts";

const archiveLua = readFileSync(new URL("archive.lua", import.meta.url), "utf8");
const PAGE = 200;
const TOMBSTONE_MS = 45 * 86_400_000;
const HOUR_MS = 3_600_000;

type Deps = { site: string; send: Send; hours: number };
type Read = Leaving & { closedAt: number; tombstone: string };

/** Null for an order that is not there, or that cannot be read: that one stays, and keeps no other from leaving. */
function eventsIn(text: string | null | undefined, site: string, id: string) {
  if (text == null) return null;
  try {
    return decodeOrderRecord(text, site, id).events;
  } catch {
    return null;
  }
}

/** Those whose last event came in before `until`; an import of last year's orders closed last year, but came today. */
function readyToLeave(
  site: string,
  ids: readonly string[],
  scores: readonly number[],
  texts: readonly (string | null)[],
  until: number,
): Read[] {
  return ids.flatMap((id, place): Read[] => {
    const text = texts[place];
    const events = eventsIn(text, site, id);
    if (text == null || events === null) return [];
    if (events.some(({ recordedAt }) => recordedAt >= until)) return [];
    const closedAt = scores[place] ?? 0;
    return [{ id, text, closedAt, tombstone: tombstoneOf(closedAt, events) }];
  });
}

type Page = { read: Read[]; count: number };

async function readPage({ site, send }: Deps, until: number, offset: number): Promise<Page> {
  const keys = keysOf(site);
  const range = ["-inf", String(until), "WITHSCORES", "LIMIT", String(offset), String(PAGE)];
  const answer = await send<unknown[]>("ZRANGEBYSCORE", keys.closed, ...range);
  // names and scores by turns, or in pairs
  const flat = answer.flat().map(String);
  const ids = flat.filter((_, place) => place % 2 === 0);
  const scores = flat.filter((_, place) => place % 2 === 1).map(Number);
  if (ids.length === 0) return { read: [], count: 0 };
  const texts = await send<(string | null)[]>("HMGET", keys.orders, ...ids);
  return { read: readyToLeave(site, ids, scores, texts, until), count: ids.length };
}

async function endTombstones({ site, send }: Deps, now: number): Promise<void> {
  const keys = keysOf(site);
  const limit = ["LIMIT", "0", String(PAGE)];
  const until = String(now - TOMBSTONE_MS);
  const ids = await send<string[]>("ZRANGEBYSCORE", keys.tombstoneTimes, "-inf", until, ...limit);
  if (ids.length === 0) return;
  await send("HDEL", keys.tombstones, ...ids);
  await send("ZREM", keys.tombstoneTimes, ...ids);
}

/** Lays out the records of orders that are asked for again; how many. */
async function layOut({ site, send }: Deps, history: History): Promise<number> {
  const { revivals, revived } = keysOf(site);
  const ids = await send<string[]>("SRANDMEMBER", revivals, "100");
  if (ids.length === 0) return 0;
  const records = await recordsOf(history, site, ids);
  if (records.size > 0) await send("HSET", revived, ...[...records].flat());
  return records.size;
}

const scriptKeysOf = (site: string): string[] => {
  const keys = keysOf(site);
  const { orders, closed, closedRows, outlooks, orderIncidents } = keys;
  const { tombstones, tombstoneTimes, revivals, rows } = keys;
  return [
    orders,
    closed,
    closedRows,
    outlooks,
    orderIncidents,
    tombstones,
    tombstoneTimes,
    revivals,
    rows,
  ];
};

export function createArchive(deps: Deps) {
  const { site, send, hours } = deps;
  const script = createScript(send, archiveLua);
  let offset = 0;

  /** One page of closed orders; how many left. */
  async function archive(history: History, epoch: string, now: number): Promise<number> {
    const { read, count } = await readPage(deps, now - hours * HOUR_MS, offset);
    const had =
      read.length === 0 ? new Set<string>() : await markArchived(history, site, epoch, read, now);
    const args = read.flatMap(({ id, text, tombstone }) =>
      had.has(id) ? [id, String(versionIn(text)), tombstone] : [],
    );
    const left =
      args.length === 0 ? 0 : Number(await script(scriptKeysOf(site), [String(now), ...args]));
    offset = count < PAGE ? 0 : offset + count - left;
    return left;
  }

  return {
    archive,
    endTombstones: (now: number) => endTombstones(deps, now),
    layOut: (history: History) => layOut(deps, history),
  };
}

/** What is done for a site that is up to date: at every round what was asked for is laid out, now and then closed orders leave. */
export function createArchiving(
  deps: Deps & { everyMs: number; time: () => Promise<number> },
): (history: History, epoch: string) => Promise<void> {
  const own = createArchive(deps);
  let archivedAt = -Infinity;
  return async (history, epoch) => {
    await own.layOut(history);
    if (performance.now() - archivedAt < deps.everyMs) return;
    archivedAt = performance.now();
    const now = await deps.time();
    await own.archive(history, epoch, now);
    await own.endTombstones(now);
  };
}
export type Archiving = ReturnType<typeof createArchiving>;
