/** Everything that a turn of one site reads. One tick, one round trip: commands of a call go together. */
import { type InboxEvent, decodeInboxEvent } from "../../domain/contract/inbox-event.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { SealedFields } from "../../domain/contract/order-record.ts";
import { START_POSITION, recordedAtOf } from "../../domain/contract/positions.ts";
import type { DeadLetter, SiteFact } from "../../domain/contract/stored.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import type { Send } from "../redis.ts";

/** Where a site stands; a commit compares it. */
export type Standing = {
  cursor: string;
  seq: number;
  epoch: string;
  dead: number;
  stubs: number;
};

/** A commit by its number. */
export type Numbered = Pick<Standing, "epoch" | "seq">;

/** What Redis answered for one turn, not yet decoded. */
export type Fetched = {
  ids: string[];
  records: (string | null)[];
  stubs: (string | null)[];
  rows: (string | null)[];
  outlooks: (string | null)[];
  /** ids of the incidents that they stand in */
  incidents: (string | null)[];
  tombstones: ReadonlyMap<string, string>;
  personal: ReadonlyMap<string, SealedFields[]>;
  facts: ReadonlyMap<string, SiteFact>;
  deadLetters: ReadonlyMap<string, DeadLetter>;
  now: number;
};

const timeOf = ([seconds, micros]: [string, string]): number =>
  Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);

export function entryOf([position, fields]: [string, string[]]): InboxEntry {
  const text = fields[1] ?? "";
  let entry: InboxEvent | null = null;
  try {
    entry = decodeInboxEvent(text);
  } catch {
    // Becomes a dead letter of its turn.
  }
  return { position, recordedAt: recordedAtOf(position), entry, size: text.length };
}

function mapOf<T>(ids: string[], texts: (string | null)[]): Map<string, T> {
  const known = new Map<string, T>();
  ids.forEach((id, place) => {
    const text = texts[place];
    if (text != null) known.set(id, JSON.parse(text) as T);
  });
  return known;
}

/** Of orders that are here again nothing has to be recognized: they know their own events. */
function tombstonesOf(
  ids: readonly string[],
  records: readonly (string | null)[],
  stones: readonly (string | null)[],
): Map<string, string> {
  const known = new Map<string, string>();
  ids.forEach((id, place) => {
    const stone = stones[place];
    if (stone != null && records[place] == null) known.set(id, stone);
  });
  return known;
}

async function readStanding(site: string, send: Send): Promise<Standing> {
  const keys = keysOf(site);
  const [cursor, seq, epoch, dead, stubs] = await Promise.all([
    send<string | null>("GET", keys.cursor),
    send<string | null>("GET", keys.seq),
    send<string | null>("GET", keys.epoch),
    send<number>("HLEN", keys.dead),
    send<number>("HLEN", keys.stubs),
  ]);
  return {
    cursor: cursor ?? START_POSITION,
    seq: Number(seq ?? 0),
    epoch: epoch ?? "",
    dead,
    stubs,
  };
}

type More = { personal?: string[]; facts?: string[]; letters?: string[]; withRows?: boolean };

export type Reader = ReturnType<typeof createReader>;

export function createReader(site: string, send: Send) {
  const keys = keysOf(site);

  async function readInbox(after: string, count: number): Promise<InboxEntry[]> {
    const found = await send<[string, string[]][]>(
      "XRANGE",
      keys.inbox,
      `(${after}`,
      "+",
      "COUNT",
      String(count),
    );
    return found.map(entryOf);
  }

  const hmget = async (key: string, fields: string[]): Promise<(string | null)[]> =>
    fields.length === 0 ? [] : send<(string | null)[]>("HMGET", key, ...fields);

  /** Reads these orders. `withRows`: also the rows as they were last written. */
  async function fetch(missing: string[], more: More = {}): Promise<Fetched> {
    const { personal = [], facts = [], letters = [] } = more;
    const [time, records, stubs, rows, outlooks, incidents, stones, sealed, known, dead] =
      await Promise.all([
        send<[string, string]>("TIME"),
        hmget(keys.orders, missing),
        hmget(keys.stubs, missing),
        more.withRows === true ? hmget(keys.rows, missing) : [],
        hmget(keys.outlooks, missing),
        hmget(keys.orderIncidents, missing),
        // after the orders: one that is archived in between is found in one of both
        hmget(keys.tombstones, missing),
        hmget(keys.personal, personal),
        hmget(keys.facts, facts),
        hmget(keys.dead, letters),
      ]);
    return {
      ids: missing,
      records,
      stubs,
      rows,
      outlooks,
      incidents,
      tombstones: tombstonesOf(missing, records, stones),
      personal: mapOf(personal, sealed),
      facts: mapOf(facts, known),
      deadLetters: mapOf(letters, dead),
      now: timeOf(time),
    };
  }

  return {
    readStanding: () => readStanding(site, send),
    readInbox,
    fetch,
    readDue: (until: number, count: number) =>
      send<string[]>("ZRANGEBYSCORE", keys.due, "-inf", String(until), "LIMIT", "0", String(count)),
    time: async (): Promise<number> => timeOf(await send<[string, string]>("TIME")),
  };
}
