/** The orders behind a number, page by page; and one order as it was kept. */
import { DRILLS, type DrillColumn } from "../../domain/analytics/drill.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import type { Loss } from "../../domain/analytics/losses.ts";
import type { Dimension } from "../../domain/analytics/ledger.ts";
import type { History } from "../open.ts";
import type { OrderRow } from "../schema.ts";

const PAGE = 500;
const MOST_PAGES = 40;
/** An order that stood still for longer before it reached a stage is not looked for. */
const LONGEST_WAY_MS = 60 * 86_400_000;

export type OrdersQuery = {
  site: string;
  metric: string;
  from: number;
  to: number;
  now: number;
  dim: Dimension;
  value: string;
  /** of a stage's metrics: which stage */
  stage?: string | undefined;
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
  shipBy: number | null;
  departedAt: number | null;
  deliverBy: number | null;
  deliveredAt: number | null;
};
export type DrilledPage = { items: DrilledOrder[]; next: string | null };

type Looked = { at: number; isFailed: boolean; value: number | null } | null;

const DIM_COLUMNS: Partial<Record<Dimension, "carrier" | "service" | "channel" | "client">> = {
  carrier: "carrier",
  service: "service",
  channel: "channel",
  client: "client",
};

const isStageMetric = ({ stage, dim }: OrdersQuery): boolean =>
  stage !== undefined || dim === "stage" || dim === "station";

/** The leg of that stage (or station) which ended in the window. */
function lookAtLeg({ legs }: OrderFacts, query: OrdersQuery): Looked {
  const { from, to, dim, value, stage = value } = query;
  const leg = legs.find(
    (one) =>
      one.at >= from &&
      one.at < to &&
      (dim === "station" ? one.station === value : one.stage === stage),
  );
  return leg === undefined ? null : { at: leg.at, isFailed: leg.attempt > 1, value: leg.work };
}

const LOSS_NAMES = { reason: "reason", owner: "owner", lossStage: "stage" } as const;

/** The losses in the window, of one reason, owner or stage if that is asked for. */
function lookAtLoss(facts: OrderFacts, { dim, value, from, to }: OrdersQuery): Looked {
  const name = dim in LOSS_NAMES ? LOSS_NAMES[dim as keyof typeof LOSS_NAMES] : null;
  const dueOf = ({ about }: Loss): number =>
    (about === "ship" ? facts.shipBy : facts.deliverBy) ?? Number.NaN;
  const lost = facts.losses.filter(
    (loss) => dueOf(loss) >= from && dueOf(loss) < to && (name === null || loss[name] === value),
  );
  const [first] = lost;
  if (first === undefined) return null;
  return { at: dueOf(first), isFailed: true, value: lost.reduce((sum, { ms }) => sum + ms, 0) };
}

function look(facts: OrderFacts, row: Pick<OrderRow, DrillColumn>, query: OrdersQuery): Looked {
  if (isStageMetric(query)) return lookAtLeg(facts, query);
  if (query.metric === "lostMs") return lookAtLoss(facts, query);
  const drill = DRILLS[query.metric];
  const found = drill?.look(facts) ?? null;
  const at = drill === undefined ? null : row[drill.column];
  return found === null || at === null
    ? null
    : { at, isFailed: found.isFailed, value: found.value ?? null };
}

const COLUMNS = [
  "id",
  "stage",
  "received_at",
  "net_ship_by",
  "net_deliver_by",
  "departed_at",
  "delivered_at",
  "closed_at",
  "facts",
] as const;

function columnOf(query: OrdersQuery): DrillColumn {
  return isStageMetric(query) ? "received_at" : (DRILLS[query.metric]?.column ?? "received_at");
}

async function readPage(
  { db }: Pick<History, "db">,
  query: OrdersQuery,
  column: DrillColumn,
  after: [number, string],
) {
  const { site, from, to, dim, value } = query;
  // of a late delivery the ship-by lies before the window as well
  const start = isStageMetric(query) || query.metric === "lostMs" ? from - LONGEST_WAY_MS : from;
  let rows = db
    .selectFrom("orders")
    .select(COLUMNS)
    .where("site", "=", site)
    .where(column, ">=", start)
    .where(column, "<", to);
  const own = DIM_COLUMNS[dim];
  if (own !== undefined) rows = rows.where(own, "=", value);
  const [at, id] = after;
  rows = rows.where((where) =>
    where.or([where(column, ">", at), where.and([where(column, "=", at), where("id", ">", id)])]),
  );
  return rows.orderBy(column).orderBy("id").limit(PAGE).execute();
}

const shown = (facts: OrderFacts, { at, isFailed, value }: NonNullable<Looked>): DrilledOrder => ({
  id: facts.id,
  customerOrder: facts.customerOrder,
  stage: facts.stage,
  carrier: facts.carrier,
  service: facts.service,
  channel: facts.channel,
  at,
  isFailed,
  value,
  shipBy: facts.netShipBy,
  departedAt: facts.departedAt,
  deliverBy: facts.netDeliverBy,
  deliveredAt: facts.deliveredAt,
});

const cursorIn = (text: string | undefined): [number, string] => {
  if (text === undefined) return [Number.MIN_SAFE_INTEGER, ""];
  const cut = text.indexOf("|");
  return [Number(text.slice(0, cut)), text.slice(cut + 1)];
};

export async function readDrilled(
  history: Pick<History, "db">,
  query: OrdersQuery,
): Promise<DrilledPage> {
  const column = columnOf(query);
  const items: DrilledOrder[] = [];
  let after = cursorIn(query.after);
  for (let pages = 1; ; pages += 1) {
    const rows = await readPage(history, query, column, after);
    for (const row of rows) {
      after = [row[column] ?? 0, row.id];
      const facts = JSON.parse(row.facts) as OrderFacts;
      const looked = look(facts, row, query);
      if (looked === null || (query.isFailedOnly && !looked.isFailed)) continue;
      items.push(shown(facts, looked));
      if (items.length === query.limit) return { items, next: `${after[0]}|${after[1]}` };
    }
    if (rows.length < PAGE) return { items, next: null };
    // few fit among many: the answer so far, so that whoever asked can go on, say how far it is, or stop
    if (pages === MOST_PAGES) return { items, next: `${after[0]}|${after[1]}` };
  }
}

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

/** Durations of a window, exactly: read from the orders themselves. */
export async function readDurations(
  history: Pick<History, "db">,
  query: OrdersQuery,
): Promise<number[]> {
  const durations: number[] = [];
  let after: string | undefined;
  do {
    const page = await readDrilled(history, { ...query, after, limit: PAGE });
    for (const { value } of page.items) if (value !== null) durations.push(value);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return durations.sort((a, b) => a - b);
}
