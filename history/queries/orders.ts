/** The orders behind a number, page by page; and one order as it was kept. */
import type { Look, Part } from "../../domain/analytics/look.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import type { Dimension } from "../../domain/analytics/places.ts";
import type { History } from "../open.ts";
import type { OrderRow } from "../schema.ts";
import { lookAt, lookAtWhole, lookUp, wholeDrill, type DrillQuery } from "./drill-look.ts";

const PAGE = 500;
const MOST_PAGES = 40;

export type OrdersQuery = DrillQuery & {
  site: string;
  isFailedOnly: boolean;
  /** `<instant>|<id>` where the last page ended */
  after?: string | undefined;
  limit: number;
};

export type DrilledOrder = {
  id: string;
  customerOrder: string;
  stage: string;
  carrier: string;
  service: string;
  channel: string;
  /** the moment it is counted by */
  at: number;
  isFailed: boolean;
  value: number | null;
  of: Part | null;
  shipBy: number | null;
  departedAt: number | null;
  deliverBy: number | null;
  deliveredAt: number | null;
};
export type DrilledPage = { items: DrilledOrder[]; next: string | null };

const DIM_COLUMNS: Partial<Record<Dimension, "carrier" | "service" | "channel" | "client">> = {
  carrier: "carrier",
  service: "service",
  channel: "channel",
  client: "client",
};

const COLUMNS = [
  "id",
  "customer_order",
  "stage",
  "received_at",
  "net_ship_by",
  "net_deliver_by",
  "departed_at",
  "delivered_at",
  "closed_at",
  "facts",
] as const;

async function readPage(
  { db }: Pick<History, "db">,
  query: OrdersQuery,
  { column, from }: ReturnType<typeof lookUp>,
  after: [number, string],
) {
  const { site, to, dim, value } = query;
  let rows = db
    .selectFrom("orders")
    .select(COLUMNS)
    .where("site", "=", site)
    .where(column, ">=", from)
    .where(column, "<", to);
  const own = DIM_COLUMNS[dim];
  if (own !== undefined && wholeDrill(query) === undefined) rows = rows.where(own, "=", value);
  // a customer's order counts where its first part does, and may be found by another one
  else if (own !== undefined)
    rows = rows.where(({ exists, selectFrom }) =>
      exists(
        selectFrom("orders as part")
          .select("part.id")
          .where("part.site", "=", site)
          .whereRef("part.customer_order", "=", "orders.customer_order")
          .where(`part.${own}`, "=", value),
      ),
    );
  const [at, id] = after;
  rows = rows.where((where) =>
    where.or([where(column, ">", at), where.and([where(column, "=", at), where("id", ">", id)])]),
  );
  return rows.orderBy(column).orderBy("id").limit(PAGE).execute();
}

/** An order as it stands behind a figure; by the promise as it was given while nobody knows when the clock that a hold stopped goes on. */
export const shown = (facts: OrderFacts, { at, isFailed, value, of }: Look): DrilledOrder => ({
  id: facts.id,
  customerOrder: facts.customerOrder,
  stage: facts.stage,
  carrier: facts.carrier,
  service: facts.service,
  channel: facts.channel,
  at,
  isFailed,
  value: value ?? null,
  of: of ?? null,
  shipBy: facts.netShipBy ?? facts.shipBy,
  departedAt: facts.departedAt,
  deliverBy: facts.netDeliverBy ?? facts.deliverBy,
  deliveredAt: facts.deliveredAt,
});

const cursorIn = (text: string | undefined): [number, string] => {
  if (text === undefined) return [Number.MIN_SAFE_INTEGER, ""];
  const cut = text.indexOf("|");
  return [Number(text.slice(0, cut)), text.slice(cut + 1)];
};

type Row = Awaited<ReturnType<typeof readPage>>[number];
const factsIn = ({ facts }: Pick<Row, "facts">): OrderFacts => JSON.parse(facts) as OrderFacts;

/** All parts of the customers' orders that these rows are of, in the order in which they are counted. */
async function partsOf(
  { db }: Pick<History, "db">,
  site: string,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, OrderFacts[]>> {
  const parts = new Map<string, OrderFacts[]>();
  if (rows.length === 0) return parts;
  const customers = [...new Set(rows.map((row) => row.customer_order))];
  const all = await db
    .selectFrom("orders")
    .select(["customer_order", "facts"])
    .where("site", "=", site)
    .where("customer_order", "in", customers)
    .execute();
  for (const row of all) {
    const known = parts.get(row.customer_order);
    if (known === undefined) parts.set(row.customer_order, [factsIn(row)]);
    else known.push(factsIn(row));
  }
  for (const group of parts.values()) group.sort((a, b) => (a.id < b.id ? -1 : 1));
  return parts;
}

type Found = { facts: OrderFacts; look: Look };
/** What stands behind the number, with the row it is found by. */
async function foundOf(
  history: Pick<History, "db">,
  query: OrdersQuery,
  rows: readonly Row[],
): Promise<(Found & { row: Row })[]> {
  const whole = wholeDrill(query);
  const single = (facts: OrderFacts): Found | null => {
    const look = lookAt(facts, query);
    return look === null ? null : { facts, look };
  };
  const parts = whole === undefined ? null : await partsOf(history, query.site, rows);
  return rows.flatMap((row) => {
    const facts = factsIn(row);
    const found =
      whole === undefined
        ? single(facts)
        : lookAtWhole(whole, parts?.get(row.customer_order) ?? [], facts, query);
    const isShown = found !== null && (!query.isFailedOnly || found.look.isFailed);
    return isShown ? [{ ...found, row }] : [];
  });
}

/** `show` makes what is told of an order that fits. */
async function drill<T>(
  history: Pick<History, "db">,
  query: OrdersQuery,
  show: (facts: OrderFacts, look: Look) => T,
): Promise<{ items: T[]; next: string | null }> {
  const place = lookUp(query);
  const placeOf = (row: Row): [number, string] => [row[place.column] ?? 0, row.id];
  const items: T[] = [];
  let after = cursorIn(query.after);
  for (let pages = 1; ; pages += 1) {
    const rows = await readPage(history, query, place, after);
    for (const { facts, look, row } of await foundOf(history, query, rows)) {
      items.push(show(facts, look));
      if (items.length === query.limit) return { items, next: placeOf(row).join("|") };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return { items, next: null };
    after = placeOf(last);
    // few fit among many: the answer so far, so that whoever asked can go on, say how far it is, or stop
    if (pages === MOST_PAGES) return { items, next: after.join("|") };
  }
}

export const readDrilled = (
  history: Pick<History, "db">,
  query: OrdersQuery,
): Promise<DrilledPage> => drill(history, query, shown);

export type KeptOrder = Pick<OrderRow, "record" | "archived_at"> & {
  rules: string | null;
};

/** An order with the rules it was first folded under; null when it is not here. */
export async function readKept(
  { db }: Pick<History, "db">,
  site: string,
  id: string,
): Promise<KeptOrder | null> {
  const row = await db
    .selectFrom("orders")
    .select(["record", "archived_at"])
    .where("site", "=", site)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return null;
  const [, policy] = JSON.parse(row.record) as [number, number];
  const rules = await db
    .selectFrom("policies")
    .select("rules")
    .where("site", "=", site)
    .where("version", "=", policy)
    .executeTakeFirst();
  return { ...row, rules: rules?.rules ?? null };
}

/** Ids of the orders of a customer's number, whether they are still on the floor or archived. */
export async function readIdsOf(
  { db }: Pick<History, "db">,
  { site, customerOrder }: { site: string; customerOrder: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom("orders")
    .select("id")
    .where("site", "=", site)
    .where("customer_order", "=", customerOrder)
    .execute();
  return rows.map(({ id }) => id);
}

const durationsIn = (_facts: OrderFacts, { value, passes }: Look): readonly number[] =>
  passes ?? (value === undefined ? [] : [value]);

/** Durations of a window, exactly: read from the orders themselves, each pass of one that came by more than once. */
export async function readDurations(
  history: Pick<History, "db">,
  query: OrdersQuery,
): Promise<number[]> {
  const durations: number[] = [];
  let after: string | undefined;
  do {
    const page = await drill(history, { ...query, after, limit: PAGE }, durationsIn);
    durations.push(...page.items.flat());
    after = page.next ?? undefined;
  } while (after !== undefined);
  return durations.sort((a, b) => a - b);
}
