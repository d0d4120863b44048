/** SQL of migrations in the words of the database at hand. */
import type { History } from "./open.ts";

type Kind = History["kind"];

const TYPES = {
  sqlite: { int: "integer", blob: "blob" },
  postgres: { int: "bigint", blob: "bytea" },
} as const;

const TIME = {
  sqlite: (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`,
  postgres: (column: string) => `to_timestamp(${column} / 1000.0)`,
};

const EVENT_FIELDS = [
  ["type", 0],
  ["occurred_at", 1],
  ["recorded_at", 2],
  ["source", 3],
  ["event_id", 4],
  ["seq", 6],
  ["actor", 7],
  ["station", 8],
] as const;

const EVENTS = {
  sqlite: (): string => {
    const field = (place: number) => `json_extract(e.value, '$[${place}]')`;
    const columns = EVENT_FIELDS.map(([name, place]) =>
      name.endsWith("_at")
        ? `${TIME.sqlite(field(place))} as ${name}`
        : `${field(place)} as ${name}`,
    );
    return `select o.site, o.id as order_id, ${columns.join(", ")} from orders o, json_each(o.record, '$[2]') e`;
  },
  postgres: (): string => {
    const columns = EVENT_FIELDS.map(([name, place]) => {
      const value = `(e.value ->> ${place})`;
      return name.endsWith("_at")
        ? `${TIME.postgres(`${value}::bigint`)} as ${name}`
        : `${value} as ${name}`;
    });
    return `select o.site, o.id as order_id, ${columns.join(", ")} from orders o, jsonb_array_elements(o.record::jsonb -> 2) e`;
  },
};

const LEG_FIELDS = ["ms", "work", "hold", "night", "wait", "attempt"] as const;
const LEGS = {
  sqlite: (): string =>
    `select o.site, o.id as order_id, json_extract(l.value, '$.stage') as stage, ${TIME.sqlite("json_extract(l.value, '$.at')")} as at, json_extract(l.value, '$.station') as station, ${LEG_FIELDS.map((field) => `json_extract(l.value, '$.${field}') as ${field}`).join(", ")} from orders o, json_each(o.facts, '$.legs') l`,
  postgres: (): string =>
    `select o.site, o.id as order_id, l.value ->> 'stage' as stage, ${TIME.postgres("(l.value ->> 'at')::bigint")} as at, l.value ->> 'station' as station, ${LEG_FIELDS.map((field) => `(l.value ->> '${field}')::bigint as ${field}`).join(", ")} from orders o, jsonb_array_elements(o.facts::jsonb -> 'legs') l`,
};

const ROLLUPS = {
  sqlite: (): string =>
    `select r.site, r.grain, r.dim, r.value, ${TIME.sqlite("r.bucket")} as bucket, n.key as name, n.value as sum from rollups r, json_each(r.sums, '$.n') n`,
  postgres: (): string =>
    `select r.site, r.grain, r.dim, r.value, ${TIME.postgres("r.bucket")} as bucket, n.key as name, n.value::bigint as sum from rollups r, jsonb_each_text(r.sums::jsonb -> 'n') n`,
};

export const dialectText = (statement: string, kind: Kind): string =>
  statement
    .replaceAll("{int}", TYPES[kind].int)
    .replaceAll("{blob}", TYPES[kind].blob)
    .replaceAll("{events}", EVENTS[kind]())
    .replaceAll("{legs}", LEGS[kind]())
    .replaceAll("{rollups}", ROLLUPS[kind]())
    .replaceAll(/\{time:(\w+)\}/g, (_all, column: string) => TIME[kind](column));
