/**
 * The tables of history: what each holds and what each column means. Types, the data dictionary and the checks of the tests are made from this; the statements that make
 * the tables are in `migrations/`, and a test holds both together. Instants are epoch milliseconds, in columns that end in `_at` or `_by`.
 */
type Type = "text" | "int" | "blob";
type Column = { type: Type; isNull?: true; meaning: string };
type Table = { meaning: string; key: readonly string[]; columns: Record<string, Column> };

const text = (meaning: string) => ({ type: "text", meaning }) as const;
const int = (meaning: string) => ({ type: "int", meaning }) as const;
const blob = (meaning: string) => ({ type: "blob", meaning }) as const;
const orNull = <C extends { type: Type }>(column: C) => ({ ...column, isNull: true }) as const;

const SITE = text("id of the site");

export const TABLES = {
  checkpoints: {
    meaning:
      "How far the numbered log of a site was copied; moves in the same transaction as what was copied.",
    key: ["site"],
    columns: {
      site: SITE,
      epoch: text("generation of the site's numbers"),
      seq: int("number of the last commit that is in here"),
      at: int("when that commit was made"),
      projected_at: int("when it was copied"),
      gaps: int("how often the log was gone before it was copied and the orders were read again"),
      measures: int("version of the definitions that the roll-ups were made by"),
      backfill: orNull(text("where reading all orders stands; null when it is over")),
    },
  },
  policies: {
    meaning: "Rules of a site by version: orders are folded under those they began with.",
    key: ["site", "version"],
    columns: { site: SITE, version: int("version of the rules"), rules: text("the site as JSON") },
  },
  orders: {
    meaning: "One row an order (what one site ships), as it stands or as it ended.",
    key: ["site", "id"],
    columns: {
      site: SITE,
      id: text("id of the order, as its source gave it"),
      customer_order: text("what ties the parts of a split order together"),
      epoch: text("generation of the number `v`"),
      v: int("number of the commit that last wrote its events"),
      channel: text("where it was sold"),
      service: text("service level"),
      carrier: text(
        "who carries it: whoever took it, before that as ordered, else as the site's rules say",
      ),
      client: orNull(text("for whom the site ships it")),
      node: orNull(text("`floor` or the id of a 3PL")),
      country: orNull(text("country it goes to")),
      stage: text("where the goods are or ended"),
      placed_at: int("when the customer ordered"),
      received_at: int("when it came in"),
      ship_by: orNull(int("promise: to leave by then")),
      deliver_by: orNull(int("promise: to arrive by then")),
      net_ship_by: orNull(
        int(
          "the same by our own clock, which stands still in holds that are not ours; null while one is open",
        ),
      ),
      net_deliver_by: orNull(int("the same for arrival")),
      departed_at: orNull(
        int(
          "when all of it had left; where the dock did not scan that, when the carrier was first heard of with the last of it",
        ),
      ),
      delivered_at: orNull(int("when it arrived, all of it")),
      closed_at: orNull(int("when it ended with no open hold; null while open")),
      cancelled_by: orNull(text("`customer` or `seller`")),
      is_returned: int("1 when it came back"),
      units: int("units ordered, net of what the customer took back"),
      lines: int("order lines"),
      events: int("how many events are known of it"),
      archived_at: orNull(int("when it left Redis; null while it is there")),
      facts: text("what is measured of it, JSON (`domain/analytics/facts.ts`)"),
      record: text(
        "its events as Redis keeps them, JSON `[v, policy, [event...], [told...]]`; event = [type, occurredAt, recordedAt, source, id, hash, seq, actor, station, data]",
      ),
      truck: orNull(text("the truck that its ship-by is about")),
      gone_at: orNull(
        int("the same as `departed_at`, for the index that trucks are answered from"),
      ),
      ready_at: orNull(int("when it stood on the dock")),
      commit_by: orNull(int("until when its carrier promised to bring it, from the day it got it")),
    },
  },
  rollups: {
    meaning:
      "Sums and histograms by hour and by day of the site's own clocks, dimension and value; moved by differences when anything is learned later.",
    key: ["site", "grain", "dim", "value", "bucket"],
    columns: {
      site: SITE,
      grain: text("`hour` or `day`"),
      dim: text(
        "`all`, `carrier`, `service`, `channel`, `client`, `stage`, `station`, `reason`, `owner`, `lossStage`, or of incidents `kind` and `severity`",
      ),
      value: text("which carrier, stage ...; empty for `all`"),
      bucket: int("where the hour or day begins"),
      sums: text(
        "JSON `{n: {name: sum}, h: {name: {bin: count}}}`; bins are 10 % wide, a quantile is off by 5 % at most",
      ),
    },
  },
  incidents: {
    meaning: "One row an incident, as it stands or as it ended. No names, no words of people.",
    key: ["site", "id"],
    columns: {
      site: SITE,
      id: text("id of the incident"),
      epoch: text("generation of the number `v`"),
      v: int("number of the commit that last wrote it"),
      kind: text("kind of its cause"),
      severity: text("`S1`, the gravest, to `S4`"),
      state: text("`open`, `acknowledged`, `shelved` or `resolved`"),
      orders: int("orders in it"),
      opened_at: int("when it was raised"),
      acknowledged_at: orNull(int("when somebody took it for the first time")),
      resolved_at: orNull(int("when it was over")),
      is_cleared: int("1 when it was over by itself before anybody took it"),
      is_escalated: int("1 when its ladder reached level 2, its third step, by the clock"),
      is_escalated_by_hand: int("1 when somebody sent it to level 2 or further"),
      is_noise: int("1 when somebody said that it was noise"),
      facts: text("what is measured of it, JSON (`domain/analytics/incident-facts.ts`)"),
    },
  },
  calls: {
    meaning: "Who was called for what: what the alarm load is measured by.",
    key: ["site", "id"],
    columns: {
      site: SITE,
      id: text("place in the site's list of calls"),
      at: int("when"),
      incident: text("id of the incident"),
      kind: text("kind of its cause"),
      severity: text("how grave it was then"),
      why: text("`escalated`, `ack-expired`, `returned` or `worse`"),
      call: text("whom it addressed, JSON (`domain/incidents/call.ts`)"),
    },
  },
  replacements: {
    meaning:
      "Which order was sent in place of which: the first is not perfect, whichever of the two is copied first.",
    key: ["site", "replaced_id"],
    columns: {
      site: SITE,
      replaced_id: text("id of the order that another was sent in place of"),
      order_id: text("id of that other order"),
    },
  },
  judged: {
    meaning:
      "One row an order that an alarm was raised for, or that missed its deadline: what the alarms are judged by.",
    key: ["site", "id"],
    columns: {
      site: SITE,
      id: text("place in the site's list of what was judged"),
      order_id: text("id of the order"),
      day: text("local date of the deadline: the day it counts for"),
      deadline_at: int("when it had to be ready"),
      raised_at: orNull(int("when the alarm was raised; null where none was before the deadline")),
      ready_at: orNull(int("when it was ready; null when it was not as its deadline passed")),
      is_missed: int("1 when it was not ready in time"),
    },
  },
  segments: {
    meaning: "The numbered log as it was, in pieces: rewind plays them.",
    key: ["site", "epoch", "first_seq"],
    columns: {
      site: SITE,
      epoch: text("generation of the numbers"),
      first_seq: int("first number in it"),
      last_seq: int("last number in it"),
      from_at: int("when the first commit was made"),
      to_at: int("when the last one was made"),
      bytes: int("size before compression"),
      entries: blob("one JSON change a line, zstd"),
    },
  },
  snapshots: {
    meaning: "The board of a site at one number: where rewind begins.",
    key: ["site", "epoch", "seq"],
    columns: {
      site: SITE,
      epoch: text("generation of the numbers"),
      seq: int("number it stands at"),
      at: int("when that commit was made"),
      rows: int("open orders on it"),
      bytes: int("size before compression"),
      frame: blob("the board, zstd (`history/rewind.ts`)"),
    },
  },
  forecast_days: {
    meaning: "How good the forecasts of a day were, as the forecaster keeps it.",
    key: ["site", "day"],
    columns: { site: SITE, day: text("local date"), figures: text("JSON") },
  },
  migrations: {
    meaning: "Which changes of the schema were made here.",
    key: ["name"],
    columns: {
      name: text("of the migration"),
      phase: text("`expand`, `migrate` or `contract`"),
      checksum: text("SHA-256 of its statements"),
      applied_at: int("when"),
    },
  },
} as const satisfies Record<string, Table>;

type Value<C extends Column> = C["type"] extends "text"
  ? string
  : C["type"] extends "int"
    ? number
    : Uint8Array;
type Cell<C extends Column> = C extends { isNull: true } ? Value<C> | null : Value<C>;

/** What Kysely needs to know. */
export type Tables = {
  [T in keyof typeof TABLES]: {
    -readonly [
      C in keyof (typeof TABLES)[T]["columns"]
    ]: (typeof TABLES)[T]["columns"][C] extends Column
      ? Cell<(typeof TABLES)[T]["columns"][C]>
      : never;
  };
};
export type TableName = keyof Tables;
export type OrderRow = Tables["orders"];

export const columnsOf = (table: TableName): string[] => Object.keys(TABLES[table].columns);
export const typesOf = (table: TableName): Type[] =>
  Object.values<Column>(TABLES[table].columns).map(({ type }) => type);
