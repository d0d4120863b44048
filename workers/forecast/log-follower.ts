/** Follows the log of one site for the orders that changed and the sources that spoke. Says when it lost the thread: another epoch, or a log trimmed past its place. */
import type { Row } from "../../domain/board.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { changeIn, epochOf, type LoggedChange } from "../../domain/contract/log-entry.ts";
import type { Send } from "../redis.ts";
import type { SiteWorker } from "../site-worker.ts";

const READ_COUNT = 200;
const MOST_READS = 20;

/** `cursor`: inbox position after the last commit that was read; undefined before the first. */
export type Thread = { epoch: string; seq: number; cursor?: string };
type OwnCommit = SiteWorker["ownCommit"];
type Entry = [id: string, fields: string[]];

/** What a follower hears of a commit: the orders whose events it applied, and when which source spoke (record time). */
export type Told = {
  ids: string[];
  sources: Record<string, number>;
  rows: Row[];
  removed: string[];
  incidents: Incident[];
  /** site events told something new */
  hasFacts: boolean;
  /** dead letters after it */
  dead: number;
};

/** Whether the entry is the one that comes next. */
function isNext([id, fields]: Entry, { epoch, seq }: Thread): boolean {
  return Number(id.slice(0, id.indexOf("-"))) === seq + 1 && epochOf(fields) === epoch;
}

/** The thread is moved on by this change. */
function toldBy(change: LoggedChange, thread: Thread): Told {
  thread.seq += 1;
  const { rows, removed, sources, cursor, incidents = [], dead } = change;
  // a sweep or a forecast takes nothing from the inbox: its orders are what they were
  const isNews = cursor !== thread.cursor || removed.length > 0;
  thread.cursor = cursor;
  const ids = isNews ? [...rows.map((row) => row.id), ...removed] : [];
  const hasFacts = Object.keys(change.facts).length > 0;
  return { ids, sources, rows, removed, incidents, hasFacts, dead };
}

/** Where the site's numbers stand. */
export async function readThread(send: Send, site: string): Promise<Thread> {
  const keys = keysOf(site);
  const [seq, epoch] = await Promise.all([
    send<string | null>("GET", keys.seq),
    send<string | null>("GET", keys.epoch),
  ]);
  return { seq: Number(seq ?? 0), epoch: epoch ?? "" };
}

/** The next entries; null when one of them is not the one that comes next. The thread is moved. */
async function readOn(send: Send, log: string, thread: Thread): Promise<Told[] | null> {
  const from = `${thread.seq + 1}-0`;
  const entries = await send<Entry[]>("XRANGE", log, from, "+", "COUNT", String(READ_COUNT));
  const all: Told[] = [];
  for (const entry of entries) {
    if (!isNext(entry, thread)) return null;
    all.push(toldBy(changeIn(entry[1]), thread));
  }
  return all;
}

/** The next ones as far as they were committed in this process. The thread is moved. */
function ownOn(thread: Thread, until: number, own: OwnCommit): Told[] {
  const all: Told[] = [];
  while (thread.seq < until) {
    const change = own({ epoch: thread.epoch, seq: thread.seq + 1 });
    if (change === undefined) break;
    all.push(toldBy(change, thread));
  }
  return all;
}

/** Reads on from `thread`, which is moved; calls `told` for every commit. False when the thread is lost: then the orders must be read again. */
export async function follow(
  send: Send,
  site: string,
  thread: Thread,
  told: (commit: Told) => void,
  own: OwnCommit = () => undefined,
): Promise<boolean> {
  const { log } = keysOf(site);
  const stands = await readThread(send, site);
  if (stands.epoch !== thread.epoch || stands.seq < thread.seq) return false;
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    ownOn(thread, stands.seq, own).forEach(told);
    if (thread.seq >= stands.seq) return true;
    const next = await readOn(send, log, thread);
    // a number was given and its entry is gone: trimmed before it was read
    if (next === null || next.length === 0) return false;
    next.forEach(told);
  }
  return true;
}
