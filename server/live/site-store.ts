/** What the live side reads of a site in Redis. Reads only: the server writes nothing but the inbox, sessions and the sites' rules. */
import { COUNTER_DAYS, type BoardSums } from "../../domain/contract/board-sums.ts";
import type { Row } from "../../domain/board.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { dayOf, keysOf, type SiteKeys } from "../../domain/contract/keys.ts";
import { decodeOrderRecord, type OrderRecord } from "../../domain/contract/order-record.ts";
import { START_POSITION } from "../../domain/contract/positions.ts";
import { changeIn, epochOf, type LogFields } from "../../domain/contract/log-entry.ts";
import type { Change, SiteFact, StoredOutlook } from "../../domain/contract/stored.ts";
import type { Site, SitePolicy } from "../../domain/site.ts";
import { closedIds, type ClosedFrom, type ClosedPlace } from "../closed-place.ts";
import type { RedisClient } from "../redis.ts";

const SCAN_COUNT = 1_000;

export type SiteTotals = BoardSums & { epoch: string; seq: number };

/** Where a site stands, and how much of its inbox is not applied yet. */
export type SitePulse = { epoch: string; seq: number; cursor: string; inboxLag: number };

export type StoredOrder = {
  record: OrderRecord;
  /** its `order.received` did not come yet */
  waiting: boolean;
  /** its sealed personal fields as they are stored */
  sealed: string | null;
  /** what opens them, besides the secret; null when it was destroyed */
  personalKeys?: string | null;
  /** ms of the erasure of its personal fields */
  personalErasedAt?: number | null;
  /** what the forecast says of it; null or absent: the plan decides */
  outlook?: StoredOutlook | null;
  /** the rules it was first folded under; null when they are not kept */
  policy: SitePolicy | null;
};

/** `last`: the place of the last one that was read, with a row or without. */
export type ClosedPage = { items: Row[]; last: ClosedPlace | null; hasMore: boolean };

type Fields = Record<string, string>;

const numbersOf = (fields: Fields): Map<string, number> =>
  new Map(Object.entries(fields).map(([field, value]) => [field, Number(value)]));

const factsOf = (fields: Fields): Map<string, SiteFact> =>
  new Map(Object.entries(fields).map(([field, text]) => [field, JSON.parse(text) as SiteFact]));

const lastDays = (now: number): string[] => {
  const today = dayOf(now);
  return Array.from({ length: COUNTER_DAYS + 1 }, (_, back) => String(today + 1 - back));
};

/** One moment of everything that is added up rather than versioned; a number read with its sums, so that no change counts twice. */
async function readTotals(client: RedisClient, keys: SiteKeys, now: number): Promise<SiteTotals> {
  const days = lastDays(now);
  const multi = client
    .multi()
    .get(keys.epoch)
    .get(keys.seq)
    .get(keys.cursor)
    .hGetAll(keys.totals)
    .hGetAll(keys.sources)
    .hGetAll(keys.facts)
    .hLen(keys.dead)
    .hLen(keys.stubs);
  for (const day of days) multi.hGetAll(keys.counters(Number(day)));
  const [epoch, seq, cursor, totals, sources, facts, dead, waiting, ...counters] =
    (await multi.exec()) as unknown[];
  return {
    epoch: (epoch as string | null) ?? "",
    seq: Number(seq ?? 0),
    cursor: (cursor as string | null) ?? START_POSITION,
    totals: numbersOf(totals as Fields),
    sources: numbersOf(sources as Fields),
    facts: factsOf(facts as Fields),
    dead: Number(dead),
    waiting: Number(waiting),
    counters: new Map(days.map((day, at) => [day, numbersOf(counters[at] as Fields)])),
  };
}

/** All open rows, in pieces: a large site must not hold up Redis for everybody. */
async function readRows(client: RedisClient, keys: SiteKeys): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  let cursor = "0";
  do {
    const page = await client.hScan(keys.rows, cursor, { COUNT: SCAN_COUNT });
    cursor = page.cursor;
    for (const { value } of page.entries) {
      const row = JSON.parse(value) as Row;
      rows.set(row.id, row);
    }
  } while (cursor !== "0");
  return rows;
}

/** Those that are not resolved, and of the last day those that are. */
async function readIncidents(client: RedisClient, keys: SiteKeys): Promise<Incident[]> {
  const found: Incident[] = [];
  let cursor = "0";
  do {
    const page = await client.hScan(keys.incidents, cursor, { COUNT: SCAN_COUNT });
    cursor = page.cursor;
    for (const { value } of page.entries) found.push(JSON.parse(value) as Incident);
  } while (cursor !== "0");
  return found;
}

async function readPulse(client: RedisClient, keys: SiteKeys): Promise<SitePulse> {
  const [epoch, seq, cursor, length, first] = await Promise.all([
    client.get(keys.epoch),
    client.get(keys.seq),
    client.get(keys.cursor),
    client.xLen(keys.inbox),
    client.xRange(keys.inbox, "-", "+", { COUNT: 1 }),
  ]);
  // trimming leaves the entry of the cursor itself
  const isFirstApplied = cursor !== null && first?.[0]?.id === cursor;
  return {
    epoch: epoch ?? "",
    seq: Number(seq ?? 0),
    cursor: cursor ?? START_POSITION,
    inboxLag: isFirstApplied ? length - 1 : length,
  };
}

/** Rules never change under their version: each is read once. */
function createPolicyReader(client: RedisClient, keys: SiteKeys) {
  const known = new Map<number, SitePolicy>();
  return async (version: number): Promise<SitePolicy | null> => {
    const kept = known.get(version);
    if (kept !== undefined) return kept;
    const rules = await client.hGet(keys.policies, String(version));
    if (rules == null) return null;
    const policy = { version, site: JSON.parse(rules) as Site };
    known.set(version, policy);
    return policy;
  };
}

/** Last rows of closed orders, the last closed first. */
async function readClosed(
  client: RedisClient,
  keys: SiteKeys,
  from: ClosedFrom,
  limit: number,
): Promise<ClosedPage> {
  const { ids, ...rest } = await closedIds(client, keys.closed, from, limit);
  if (ids.length === 0) return { items: [], ...rest };
  const texts = await client.hmGet(keys.closedRows, ids);
  const items = texts.flatMap((text) => (text == null ? [] : [JSON.parse(text) as Row]));
  return { items, ...rest };
}

export type SiteStore = {
  readTotals(now: number): Promise<SiteTotals>;
  readRows(): Promise<Map<string, Row>>;
  readIncidents(): Promise<Incident[]>;
  readPulse(): Promise<SitePulse>;
  readOrder(id: string): Promise<StoredOrder | null>;
  readClosed(from: ClosedFrom, limit: number): Promise<ClosedPage>;
};

export function createSiteStore(site: string, client: RedisClient): SiteStore {
  const keys = keysOf(site);
  const readPolicy = createPolicyReader(client, keys);
  return {
    readTotals: (now) => readTotals(client, keys, now),
    readRows: () => readRows(client, keys),
    readIncidents: () => readIncidents(client, keys),
    readPulse: () => readPulse(client, keys),
    readClosed: (from, limit) => readClosed(client, keys, from, limit),
    async readOrder(id) {
      const [order, stub, sealed, personalKeys, erasedAt, said] = await Promise.all([
        client.hGet(keys.orders, id),
        client.hGet(keys.stubs, id),
        client.hGet(keys.personal, id),
        client.hGet(keys.personalKeys, id),
        client.hGet(keys.personalErased, id),
        client.hGet(keys.outlooks, id),
      ]);
      const text = order ?? stub;
      if (text == null) return null;
      const record = decodeOrderRecord(text, site, id);
      const policy = await readPolicy(record.policy);
      const personalErasedAt = erasedAt == null ? null : Number(erasedAt);
      const personal = { personalKeys: personalKeys ?? null, personalErasedAt };
      const outlook = said == null ? null : (JSON.parse(said) as StoredOutlook);
      const rest = { sealed: sealed ?? null, ...personal, outlook, policy };
      return { record, waiting: order == null, ...rest };
    },
  };
}

/** One log entry, `<seq>-0`. */
export function decodeLogEntry(id: string, fields: LogFields): Change {
  const seq = Number(id.slice(0, id.indexOf("-")));
  return { ...changeIn(fields), seq, epoch: epochOf(fields) };
}
