/** Rows of events: a `type` on each, and whatever fields that type has in columns of their names. */
import type { TSchema } from "typebox";
import type { ItemError } from "../../domain/contract/ingest.ts";
import {
  EVENT_TYPES,
  type EventType,
  INSTANT_FIELDS,
  wireDataSchemas,
} from "../../domain/event.ts";
import { faultIn, nearest, type Cells } from "./columns.ts";
import { amount, instant, wholeNumber, type Value } from "./values.ts";
import type { File } from "./orders.ts";

type Fields = Record<string, unknown>;
/** What a single cell can hold: no lists and no objects. */
const isCell = (schema: TSchema): boolean => {
  const { type } = schema as { type?: unknown };
  return (typeof type === "string" && !["array", "object"].includes(type)) || "enum" in schema;
};

const propertiesOf = (type: EventType): Record<string, TSchema> =>
  wireDataSchemas[type].properties as Record<string, TSchema>;

const ENVELOPE = ["type", "occurredAt", "orderId", "id", "actor", "station"] as const;
/** Of one line, or of one parcel: they stand in a list inside. */
const OF_LINE = ["line", "quantity", "missing", "reason"] as const;
const OF_PARCEL = ["parcelId", "carrier", "service", "trackingCode", "weightG"] as const;

const DATA_COLUMNS = [
  ...new Set([
    ...EVENT_TYPES.flatMap((type) =>
      Object.entries(propertiesOf(type)).flatMap(([field, schema]) =>
        isCell(schema) ? [field] : [],
      ),
    ),
    ...OF_LINE,
    ...OF_PARCEL,
  ]),
];
export const EVENT_COLUMNS: readonly string[] = [
  ...ENVELOPE,
  ...DATA_COLUMNS.filter((column) => !ENVELOPE.some((one) => one === column)),
];

export type ReadEvent = { row: number; event: Fields };
export type EventsRead = { events: ReadEvent[]; faults: ItemError[] };

function valueOf(
  column: string,
  cell: string,
  schema: TSchema | undefined,
  file: File,
): Value<unknown> {
  if (INSTANT_FIELDS.some((one) => one === column)) return instant(cell, file.zone, false);
  const kind = (schema as { type?: string } | undefined)?.type;
  if (["line", "quantity", "missing"].includes(column) || kind === "integer")
    return wholeNumber(cell);
  return column === "weightG" || kind === "number" ? amount(cell, file.separator) : { value: cell };
}

type Taken = { data: Fields; faults: ItemError[] };

/** Into `into`, whatever of `columns` stands in the row. */
function collect(
  cells: Cells,
  columns: readonly string[],
  type: EventType,
  file: File,
  taken: Taken,
): Fields {
  const found: Fields = {};
  for (const column of columns) {
    const cell = cells.get(column);
    if (cell === undefined) continue;
    const read = valueOf(column, cell, propertiesOf(type)[column], file);
    if ("value" in read) found[column] = read.value;
    else taken.faults.push(faultIn(cells.row, column, read.wrong));
  }
  return found;
}

/** The columns that a type takes, and where in its data they stand. */
function shapeOf(type: EventType): {
  plain: string[];
  list: "lines" | "parcels" | null;
  listed: readonly string[];
} {
  const properties = propertiesOf(type);
  const plain = Object.entries(properties).flatMap(([field, schema]) =>
    isCell(schema) ? [field] : [],
  );
  if ("parcels" in properties) return { plain, list: "parcels", listed: OF_PARCEL };
  const hasLines =
    "lines" in properties && !type.startsWith("order.received") && type !== "order.amended";
  return hasLines
    ? {
        plain,
        list: "lines",
        listed: type === "pick.shorted" ? ["line", "missing", "reason"] : ["line", "quantity"],
      }
    : { plain, list: null, listed: [] };
}

function dataOf(cells: Cells, type: EventType, file: File): Taken {
  const taken: Taken = { data: {}, faults: [] };
  const { plain, list, listed } = shapeOf(type);
  taken.data = collect(cells, plain, type, file, taken);
  const item = collect(cells, listed, type, file, taken);
  if (list !== null && Object.keys(item).length > 0) taken.data[list] = [item];
  for (const column of DATA_COLUMNS)
    if (
      cells.get(column) !== undefined &&
      !plain.includes(column) &&
      !listed.includes(column) &&
      !ENVELOPE.some((one) => one === column)
    )
      taken.faults.push(faultIn(cells.row, column, `is no field of ${type}`));
  return taken;
}

/** Those that are made by a list of things have no row that could say them. */
const NOT_BY_ROW: readonly string[] = ["order.received", "order.amended", "event.corrected"];

/** A file of many wrong names is told of the first what was meant. */
const MOST_MEANT = 20;
type Meant = Map<string, string | undefined>;

function meantBy(asked: string, meant: Meant): string | undefined {
  if (!meant.has(asked) && meant.size < MOST_MEANT) meant.set(asked, nearest(asked, EVENT_TYPES));
  return meant.get(asked);
}

function typeOf(cells: Cells, names: Meant): EventType | ItemError {
  const asked = cells.get("type");
  if (asked === undefined) return faultIn(cells.row, "type", "is required");
  const known = EVENT_TYPES.find((type) => type === asked);
  if (known === undefined) {
    const meant = meantBy(asked, names);
    return faultIn(
      cells.row,
      "type",
      `is no known event type${meant === undefined ? "" : `: did you mean ${meant}?`}`,
    );
  }
  if (NOT_BY_ROW.includes(known))
    return faultIn(
      cells.row,
      "type",
      `${known} is not told by a row: leave the column type out to import orders`,
    );
  return known;
}

function eventOf(cells: Cells, file: File, names: Meant): ReadEvent | ItemError[] {
  const type = typeOf(cells, names);
  if (typeof type !== "string") return [type];
  const cell = cells.get("occurredAt");
  const when: Value<string> =
    cell === undefined ? { wrong: "is required" } : instant(cell, file.zone, false);
  const { data, faults } = dataOf(cells, type, file);
  if ("wrong" in when) faults.push(faultIn(cells.row, "occurredAt", when.wrong));
  if (faults.length > 0 || "wrong" in when) return faults;
  const envelope: Fields = {};
  for (const column of ["orderId", "id", "actor", "station"] as const)
    if (cells.get(column) !== undefined) envelope[column] = cells.get(column);
  return { row: cells.row, event: { ...envelope, type, occurredAt: when.value, data } };
}

export function readEventRows(rows: readonly Cells[], file: File): EventsRead {
  const read: EventsRead = { events: [], faults: [] };
  const names: Meant = new Map();
  for (const cells of rows) {
    const event = eventOf(cells, file, names);
    if (Array.isArray(event)) read.faults.push(...event);
    else read.events.push(event);
  }
  return read;
}
