/** Reads Redis directly and decodes what stands there by itself: a reader that shares nothing with the product but the layout. */
import type { RecordedEvent } from "../../domain/event.ts";
import type { TestClient } from "../support/redis-client.ts";

export type Applied = {
  orderId: string;
  seq: number;
  data: unknown;
  isWaiting: boolean;
};

type Packed = [
  string,
  number,
  number,
  string,
  string,
  string,
  number,
  0 | string,
  0 | string,
  unknown,
];

const key = (site: string, name: string): string => `ct:{${site}}:${name}`;

export type StoreReading = {
  /** source and id -> every place it was applied */
  applied: Map<string, Applied[]>;
  orders: Map<string, { policy: number; events: RecordedEvent[] }>;
  deadLetters: number;
  rows: Map<string, { v: number; text: string }>;
  /** numbers of the log that are missing between its first and its last entry */
  gaps: number;
  seq: number;
  counters: Map<string, number>;
};

function eventOf(packed: Packed, site: string, orderId: string): RecordedEvent {
  const [type, occurredAt, recordedAt, source, id, hash, seq, actor, station, data] = packed;
  return {
    type,
    occurredAt,
    recordedAt,
    source,
    id,
    hash,
    seq,
    site,
    orderId,
    data,
    ...(actor !== 0 && { actor }),
    ...(station !== 0 && { station }),
  } as RecordedEvent;
}

async function readRecords(client: TestClient, site: string, reading: StoreReading) {
  for (const name of ["orders", "stubs"] as const) {
    const records = await client.hGetAll(key(site, name));
    for (const [orderId, text] of Object.entries(records)) {
      const [, policy, packed] = JSON.parse(text) as [number, number, Packed[]];
      const events = packed.map((one) => eventOf(one, site, orderId));
      if (name === "orders") reading.orders.set(orderId, { policy, events });
      for (const { source, id, seq = 0, data } of events) {
        const at = `${source} ${id}`;
        const places = reading.applied.get(at) ?? [];
        places.push({ orderId, seq, data, isWaiting: name === "stubs" });
        reading.applied.set(at, places);
      }
    }
  }
}

async function readCounters(client: TestClient, site: string): Promise<Map<string, number>> {
  const counters = new Map<string, number>();
  for (const name of await client.keys(key(site, "counters:*"))) {
    const day = name.split(":").at(-1) ?? "";
    for (const [field, value] of Object.entries(await client.hGetAll(name)))
      if (Number(value) !== 0) counters.set(`${day} ${field}`, Number(value));
  }
  for (const [field, value] of Object.entries(await client.hGetAll(key(site, "totals"))))
    if (Number(value) !== 0) counters.set(`total ${field}`, Number(value));
  return counters;
}

async function countGaps(client: TestClient, site: string): Promise<number> {
  const entries = (await client.xRange(key(site, "log"), "-", "+")) ?? [];
  const numbers = entries.map(({ id }) => Number(id.split("-")[0]));
  return numbers.filter((seq, place) => place > 0 && seq !== numbers[place - 1]! + 1).length;
}

export async function readStore(client: TestClient, site: string): Promise<StoreReading> {
  const rows = await client.hGetAll(key(site, "rows"));
  const reading: StoreReading = {
    applied: new Map(),
    orders: new Map(),
    deadLetters: await client.hLen(key(site, "dead")),
    rows: new Map(
      Object.entries(rows).map(([id, text]) => [
        id,
        { v: (JSON.parse(text) as { v: number }).v, text },
      ]),
    ),
    gaps: await countGaps(client, site),
    seq: Number((await client.get(key(site, "seq"))) ?? 0),
    counters: await readCounters(client, site),
  };
  await readRecords(client, site, reading);
  return reading;
}

export const inboxLength = (client: TestClient, site: string): Promise<number> =>
  client.xLen(key(site, "inbox"));
