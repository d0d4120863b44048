/** What a CSV file comes to at one site: events, and what they would change. Nothing is written here. */
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { OrderChange } from "../../domain/contract/imports.ts";
import type { Site } from "../../domain/site.ts";
import { checkEvent, itemErrors, type Sources } from "../connectors/check-event.ts";
import type { Posted } from "../connectors/posted.ts";
import { contentId } from "../content-id.ts";
import { faultIn, readColumns, type Cells } from "./columns.ts";
import { amendmentOf, differencesOf, type KnownOrder } from "./differences.ts";
import { EVENT_COLUMNS, readEventRows } from "./events.ts";
import {
  ORDER_COLUMNS,
  readOrders,
  REQUIRED_COLUMNS,
  type File,
  type ReadOrder,
} from "./orders.ts";
import { readTable } from "./table.ts";

const MAX_EVENTS_OF_FILE = 5_000;

/** What the file must be compared with. */
export type Tower = {
  site: Site;
  source: string;
  sources: Sources;
  now: number;
  /** of each of these orders what is known; those that are not are not in it. `v` is the version it has */
  known: (ids: readonly string[]) => Promise<ReadonlyMap<string, KnownOrder & { v: number }>>;
};

/** An event as our door takes it, with the row of each thing in it. */
type Item = {
  event: { id: string; type: string } & Record<string, unknown>;
  place: (path: string) => string;
  row: number;
};
export type Plan = {
  form: "orders" | "events";
  rows: number;
  posted: Posted;
  changes: OrderChange[];
  /** of a file of events */
  types: Record<string, number>;
  faults: ItemError[];
};

const columnAt = (row: number, path: string): string => {
  const column = path.split("/").findLast((one) => one !== "" && Number.isNaN(Number(one)));
  return column === undefined || column === "data" ? `row ${row}` : `row ${row}, column ${column}`;
};

/** Lines have rows of their own. */
const placeIn =
  ({ row, lineRows }: ReadOrder) =>
  (path: string): string => {
    const [, , list, number] = path.split("/");
    const own = list === "lines" && number !== undefined ? lineRows[Number(number)] : undefined;
    return columnAt(own ?? row, path);
  };

const withId = (event: Record<string, unknown>, salt: object = {}): Item["event"] =>
  ({ ...event, id: contentId("csv", { ...event, ...salt }) }) as Item["event"];

function received({ orderId, data }: ReadOrder, { site, source }: Tower): Item["event"] {
  const usual = {
    customerOrder: orderId,
    channel: "csv",
    service: site.serviceLevels[0]?.id ?? "standard",
  };
  return withId({
    type: "order.received",
    orderId,
    source,
    occurredAt: data.placedAt,
    data: { ...usual, ...data },
  });
}

type Step = { change: OrderChange; item?: Item; fault?: ItemError };

/** An order that is known is amended by what differs. The same difference to the same version is the same event, whenever it is sent. */
function step(
  read: ReadOrder,
  tower: Tower,
  known: (KnownOrder & { v: number }) | undefined,
): Step {
  const { orderId, row, data } = read;
  const base = { orderId, row, lines: data.lines.length };
  const item = (event: Item["event"]): Item => ({ event, place: placeIn(read), row });
  if (known === undefined)
    return { change: { ...base, change: "new", fields: [] }, item: item(received(read, tower)) };
  const fields = differencesOf(read, known);
  if (fields.length === 0) return { change: { ...base, change: "unchanged", fields } };
  const change: OrderChange = { ...base, change: "amended", fields };
  if (known.order.closedAt !== undefined)
    return {
      change,
      fault: faultIn(row, "orderId", `${known.order.stage} already: it is not changed any more`),
    };
  const told = { type: "order.amended", orderId, source: tower.source, data: amendmentOf(fields) };
  const id = contentId("csv", { ...told, v: known.v });
  const occurredAt = new Date(tower.now).toISOString();
  return { change, item: item({ ...told, id, occurredAt }) };
}

function missingColumns(named: ReadonlySet<string>): ItemError[] {
  return REQUIRED_COLUMNS.filter((column) => !named.has(column)).map((column) =>
    faultIn(1, column, "is required: this column is missing"),
  );
}

/** What the door would say of an event, where it stands in the file. */
function doorFaults({ event, place, row }: Item, { site, sources }: Tower): ItemError[] {
  const checked = checkEvent(event, () => ({ site: site.id }), sources);
  if (!("faults" in checked)) return [];
  const index = Math.max(0, row - 2);
  return itemErrors(index, event, checked.faults).map(({ path, ...error }) => ({
    ...error,
    path: place(path),
  }));
}

type Steps = {
  items: Item[];
  changes: OrderChange[];
  types: Record<string, number>;
  faults: ItemError[];
};

async function orderSteps(cells: readonly Cells[], file: File, tower: Tower): Promise<Steps> {
  const { orders, faults } = readOrders(cells, file);
  const known = await tower.known(orders.map(({ orderId }) => orderId));
  const steps = orders.map((order) => step(order, tower, known.get(order.orderId)));
  return {
    items: steps.flatMap(({ item }) => item ?? []),
    changes: steps.flatMap(({ change, fault }) => (fault === undefined ? [change] : [])),
    types: {},
    faults: [...faults, ...steps.flatMap(({ fault }) => fault ?? [])],
  };
}

function eventSteps(cells: readonly Cells[], file: File, { source }: Tower): Steps {
  const { events, faults } = readEventRows(cells, file);
  const types: Record<string, number> = {};
  const items = events.map(({ row, event }): Item => {
    const type = String(event["type"]);
    types[type] = (types[type] ?? 0) + 1;
    const own = { ...event, source };
    const made = "id" in event ? (own as unknown as Item["event"]) : withId(own);
    return { event: made, place: (path) => columnAt(row, path), row };
  });
  return { items, changes: [], types, faults };
}

/** Throws a problem for a body that is no CSV; every other mistake is in `faults`. */
export async function planImport(body: Uint8Array, tower: Tower): Promise<Plan> {
  const table = readTable(body);
  const file = { zone: tower.site.timeZone, separator: table.separator };
  const isOfEvents = table.header.some((name) => name.toLowerCase() === "type");
  const columns = readColumns(table, isOfEvents ? EVENT_COLUMNS : ORDER_COLUMNS);
  const faults = [...columns.faults, ...(isOfEvents ? [] : missingColumns(columns.named))];
  const cells = table.rows.map(columns.cellsOf);
  const none: Steps = { items: [], changes: [], types: {}, faults: [] };
  // a file whose columns are not understood is not read any further
  const read = async (): Promise<Steps> =>
    isOfEvents ? eventSteps(cells, file, tower) : orderSteps(cells, file, tower);
  const steps = faults.length > 0 ? none : await read();
  const refused = steps.items.map((item) => doorFaults(item, tower));
  const items = steps.items.filter((_, place) => refused[place]?.length === 0);
  const all = [...faults, ...steps.faults, ...refused.flat()].toSorted((a, b) => a.index - b.index);
  return {
    form: isOfEvents ? "events" : "orders",
    rows: table.rows.length,
    changes: steps.changes,
    types: steps.types,
    faults: all,
    posted: {
      items: items.map(({ event }) => event),
      faults: all,
      most: MAX_EVENTS_OF_FILE,
      origin: (index, path) => {
        const item = items[index];
        return item === undefined
          ? { index, path }
          : { index: Math.max(0, item.row - 2), path: item.place(path) };
      },
    },
  };
}
