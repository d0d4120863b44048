/** What a turn decided, as the keys and arguments of `commit.lua`. Pure. */
import type { SiteKeys } from "../../domain/contract/keys.ts";
import { type SealedFields, encodeOrderRecord } from "../../domain/contract/order-record.ts";
import { encodeRest, MOST_ROWS_APART } from "../../domain/contract/log-entry.ts";
import { encodeOutboxEntry } from "../../domain/contract/webhooks.ts";
import type { Leaving } from "../incidents/retention.ts";
import { type Commit, createWrites, type Write } from "./collect-writes.ts";
import { writeIncidents } from "./incident-writes.ts";
import { isStub } from "../../domain/turn/order-view.ts";
import type { Turn } from "../../domain/turn/turn.ts";

function writeOrders(turn: Turn, keys: SiteKeys, write: Write, seq: number): void {
  const orders: string[] = [];
  const stubs: string[] = [];
  const noOrders: string[] = [];
  const noStubs: string[] = [...turn.givenUp];
  for (const view of turn.views.values()) {
    // A sweep changes the row alone, unless it has something to tell.
    if (view.record.v !== seq) continue;
    const text = encodeOrderRecord(view.record);
    if (isStub(view)) stubs.push(view.id, text);
    else orders.push(view.id, text);
    const before = turn.before.get(view.id);
    if (before === undefined || isStub(before) === isStub(view)) continue;
    // An order whose `order.received` was taken back waits again.
    if (isStub(view)) noOrders.push(view.id);
    else noStubs.push(view.id);
  }
  write("HSET", keys.orders, orders);
  write("HSET", keys.stubs, stubs);
  write("HDEL", keys.orders, noOrders);
  write("HDEL", keys.stubs, noStubs);
}

/** The rows as texts, each sent once: the script writes them under their key and into the log entry. */
function writeRows({ change }: Turn, keys: SiteKeys, write: Write): void {
  const pairs = change.rows.flatMap((row) => [row.id, JSON.stringify(row)]);
  write("ROWS", keys.rows, pairs.slice(0, MOST_ROWS_APART * 2));
  write("HSET", keys.rows, pairs.slice(MOST_ROWS_APART * 2));
  write("HDEL", keys.rows, change.removed);
}

function writeClosed(turn: Turn, keys: SiteKeys, write: Write): void {
  const closed: string[] = [];
  const rows: string[] = [];
  const reopened: string[] = [];
  for (const view of turn.views.values()) {
    const { id, folded, row, isOpen } = view;
    const closedAt = folded.order?.closedAt;
    const before = turn.before.get(id);
    const isUnclosed = isOpen || isStub(view);
    if (closedAt !== undefined && row !== null) {
      closed.push(String(closedAt), id);
      rows.push(id, JSON.stringify(row));
    } else if (isUnclosed && before?.folded.order?.closedAt !== undefined) reopened.push(id);
  }
  write("ZADD", keys.closed, closed);
  write("HSET", keys.closedRows, rows);
  write("ZREM", keys.closed, reopened);
  write("HDEL", keys.closedRows, reopened);
}

function writeDue(turn: Turn, keys: SiteKeys, write: Write): void {
  const set: string[] = [];
  const gone: string[] = [];
  for (const [id, due] of turn.due)
    if (due === null) gone.push(id);
    else set.push(String(due), id);
  write("ZADD", keys.due, set);
  write("ZREM", keys.due, gone);
}

/** A day's counters go so long after something last moved them; no event is counted on time after 30 days. */
const COUNTERS_KEPT_SECONDS = String(40 * 86_400);

/** Counters are whole numbers: anything else would end the script in its middle. */
const countsOf = (fields: Record<string, number>): string[] =>
  Object.entries(fields).flatMap(([field, by]) =>
    Number.isFinite(by) && Math.round(by) !== 0 ? [field, String(Math.round(by))] : [],
  );

function writeNumbers(
  { counters, totals, sources, facts }: Turn["change"],
  keys: SiteKeys,
  write: Write,
): void {
  for (const [day, fields] of Object.entries(counters)) {
    const key = keys.counters(Number(day));
    write("COUNT", key, countsOf(fields));
    write("EXPIRE", key, [COUNTERS_KEPT_SECONDS]);
  }
  write("COUNT", keys.totals, countsOf(totals));
  write(
    "HSET",
    keys.sources,
    Object.entries(sources).flatMap(([source, at]) => [source, String(at)]),
  );
  write(
    "HSET",
    keys.facts,
    Object.entries(facts).flatMap(([key, fact]) => [key, JSON.stringify(fact)]),
  );
}

type PersonalBefore = ReadonlyMap<string, SealedFields[]>;

function writePersonal(turn: Turn, before: PersonalBefore, keys: SiteKeys, write: Write): void {
  const texts: string[] = [];
  for (const [id, added] of turn.personal)
    texts.push(id, JSON.stringify([...(before.get(id) ?? []), ...added]));
  write("HSET", keys.personal, texts);
}

function writeOutlooks({ outlooks }: Turn, keys: SiteKeys, write: Write): void {
  const set: string[] = [];
  const gone: string[] = [];
  for (const [id, outlook] of outlooks)
    if (outlook === null) gone.push(id);
    else set.push(id, JSON.stringify(outlook));
  write("HSET", keys.outlooks, set);
  write("HDEL", keys.outlooks, gone);
}

function writeDead(turn: Turn, keys: SiteKeys, write: Write): void {
  write("HDEL", keys.dead, [...turn.resolved]);
  write(
    "HSET",
    keys.dead,
    [...turn.deadLetters].flatMap(([id, letter]) => [id, JSON.stringify(letter)]),
  );
}

function writeEffects({ effects }: Turn, keys: SiteKeys, write: Write): void {
  write(
    "EMIT",
    keys.outbox,
    effects.map((effect) => encodeOutboxEntry({ effect })),
  );
}

/** Archived orders that are to be brought back, and those that are back. */
function writeRevivals({ toRevive, answered, revived }: Turn, keys: SiteKeys, write: Write): void {
  write("SADD", keys.revivals, toRevive);
  write("SREM", keys.revivals, answered);
  write("HDEL", keys.revived, answered);
  write("HDEL", keys.tombstones, revived);
  write("ZREM", keys.tombstoneTimes, revived);
}

/** True when nothing of the turn is worth a number and an entry in the log. */
const isSilent = ({ change, views, incidents }: Turn, start: { dead: number }): boolean =>
  views.size === 0 &&
  change.incidents === undefined &&
  incidents.floods === null &&
  change.rows.length === 0 &&
  change.removed.length === 0 &&
  change.dead === start.dead &&
  Object.keys(change.sources).length === 0;

/** `change`: what the log entry says besides its rows, or '' for no entry and no number. */
export type EncodedTurn = Commit & { change: string };

export function encodeTurn(
  turn: Turn,
  site: SiteKeys,
  seq: number,
  start: { dead: number; personal: PersonalBefore; triesToClear: string[] },
): EncodedTurn {
  const { cursor, seq: seqKey, epoch, run, log, inbox } = site;
  const { keys, writes, write } = createWrites([cursor, seqKey, epoch, run, log, inbox]);
  writeOrders(turn, site, write, seq);
  writeRows(turn, site, write);
  writeClosed(turn, site, write);
  writeDue(turn, site, write);
  writeNumbers(turn.change, site, write);
  writePersonal(turn, start.personal, site, write);
  writeOutlooks(turn, site, write);
  writeDead(turn, site, write);
  writeEffects(turn, site, write);
  writeIncidents(turn.incidents, site, write);
  writeRevivals(turn, site, write);
  write("HDEL", site.tries, start.triesToClear);
  return { keys, writes, change: isSilent(turn, start) ? "" : encodeRest(turn.change) };
}

/** Takes resolved incidents out of the way, and forgets those whose time is over; no number, no log entry: nothing of them changes. */
export function encodeLeaving({ whole, causes, gone }: Leaving, site: SiteKeys): EncodedTurn {
  const { cursor, seq, epoch, run, log, inbox } = site;
  const { keys, writes, write } = createWrites([cursor, seq, epoch, run, log, inbox]);
  const ids = [...whole.keys()];
  write("HSET", site.incidentsClosed, [...whole].flat());
  write("HDEL", site.incidents, ids);
  write("HDEL", site.incidentMembers, ids);
  write("HDEL", site.incidentCauses, causes);
  write("HDEL", site.incidentsClosed, gone);
  write("ZREM", site.incidentClosings, gone);
  return { keys, writes, change: "" };
}

/** Takes closed orders away with everything that belongs to them; no number, no log entry: boards do not show them. */
export function encodeForgetting(ids: string[], site: SiteKeys): EncodedTurn {
  const { cursor, seq, epoch, run, log, inbox } = site;
  const { keys, writes, write } = createWrites([cursor, seq, epoch, run, log, inbox]);
  const { orders, closedRows, outlooks, personal, personalKeys, orderIncidents } = site;
  for (const key of [orders, closedRows, outlooks, personal, personalKeys, orderIncidents])
    write("HDEL", key, ids);
  write("ZREM", site.closed, ids);
  return { keys, writes, change: "" };
}
