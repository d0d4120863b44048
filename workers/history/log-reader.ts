/** Entries of a site's log as text, in their order and without a gap. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { epochOf, outlineOf, textIn } from "../../domain/contract/log-entry.ts";
import type { Send } from "../redis.ts";

type Entry = [id: string, fields: string[]];

/** `text` is the change as JSON, without number and epoch. */
export type LogEntry = {
  seq: number;
  at: number;
  text: string;
  ids: string[];
  incidents: Incident[];
};

const READ_COUNT = "200";
/** An order is folded and measured once a step, however many of its events came: of a burst a step of 2,000 costs half of one of 500. */
const MOST_ORDERS = 2_000;
const MOST_CHARS = 8_000_000;

function entryOf([id, fields]: Entry): LogEntry {
  const { at, ids, removed, closed = [], incidents = [] } = outlineOf(fields);
  const seq = Number(id.slice(0, id.indexOf("-")));
  return { seq, at, text: textIn(fields), ids: [...ids, ...removed, ...closed], incidents };
}

/** The next entries after that number, so many that they fit into one batch; null when the log no longer holds what comes next. */
export async function readLog(
  send: Send,
  site: string,
  after: number,
  epoch: string,
): Promise<LogEntry[] | null> {
  const from = `${after + 1}-0`;
  const found = await send<Entry[]>("XRANGE", keysOf(site).log, from, "+", "COUNT", READ_COUNT);
  const entries: LogEntry[] = [];
  const ids = new Set<string>();
  let chars = 0;
  for (const one of found) {
    const entry = entryOf(one);
    const isNext = entry.seq === after + entries.length + 1 && epochOf(one[1]) === epoch;
    if (!isNext) return entries.length > 0 ? entries : null;
    for (const id of entry.ids) ids.add(id);
    chars += entry.text.length;
    // one commit is at most as large as it is, however large that be
    if (entries.length > 0 && (ids.size > MOST_ORDERS || chars > MOST_CHARS)) break;
    entries.push(entry);
  }
  return entries.length === 0 ? null : entries;
}
