/** The orders behind a number as a table, and in words what they are behind. Pure. */
import type { IncidentBehind, OrderBehind, OrdersBehind } from "../../domain/contract/analytics.ts";
import { count, duration, type SiteFormat } from "../ui/format.ts";
import { isOfOrders, valueText } from "./figure-words.ts";
import { textCell, type Cell, type Row, type Table } from "./panels.ts";
import { spanWords, stageWords, valueWords } from "./split-words.ts";

type Query = Readonly<Record<string, string>>;

/** Known once the first page is there. */
export type First = Pick<OrdersBehind, "metric" | "from" | "to"> | null;

export const isIncident = (one: OrderBehind | IncidentBehind): one is IncidentBehind =>
  "severity" in one;
export const isOrder = (one: OrderBehind | IncidentBehind): one is OrderBehind => !isIncident(one);

const NAMED = ["carrier", "service", "channel", "client", "station"] as const;

/** `DHL, picked, reason Short pick`: what the number was narrowed to. */
function placeWords(query: Query): string[] {
  const words = NAMED.flatMap((name) =>
    query[name] === undefined ? [] : `${name} ${query[name]}`,
  );
  const { stage, lossStage, reason, owner, truck, heat, kind, severity } = query;
  if (stage !== undefined) words.push(`stage ${stageWords(stage)}`);
  if (lossStage !== undefined) words.push(`stage ${stageWords(lossStage)}`);
  if (reason !== undefined) words.push(`reason: ${valueWords("reason", reason)}`);
  if (owner !== undefined) words.push(`owner: ${valueWords("owner", owner)}`);
  if (truck !== undefined) words.push(`truck ${truck}`);
  if (kind !== undefined) words.push(`rule: ${valueWords("kind", kind)}`);
  if (severity !== undefined) words.push(`severity ${severity}`);
  if (heat !== undefined) words.push(heatWords(heat));
  return words;
}

const WEEKDAYS = [
  "Mondays",
  "Tuesdays",
  "Wednesdays",
  "Thursdays",
  "Fridays",
  "Saturdays",
  "Sundays",
];
/** `Wednesdays from 14:00`. */
function heatWords(heat: string): string {
  const [day, hour] = heat.split(" ");
  return `${WEEKDAYS[Number(day) - 1] ?? ""} from ${hour}:00`;
}

const standingWords = ({ stage }: Query): string =>
  stage === undefined ? "In the house" : `Standing in ${stageWords(stage)}`;

export function titleOf(query: Query, first: First, topic = "otif"): string {
  const isBacklog = query["metric"] === "backlog";
  const name = isBacklog
    ? standingWords(query)
    : (first?.metric?.name ?? (topic === "incidents" ? "Incidents" : "Orders"));
  return `${name}: the ${topic === "incidents" ? "incidents" : "orders"} behind it`;
}

export function aboutWords(query: Query, first: First, format: SiteFormat): string {
  const isBacklog = query["metric"] === "backlog";
  const span =
    first === null
      ? ""
      : isBacklog
        ? `at ${format.dayTime(Date.parse(first.to))}`
        : spanWords(format, first.from, first.to);
  const failed = query["failed"] === "true" ? [isBacklog ? "only on hold" : "only failed"] : [];
  return [query["site"] ?? "", span, ...placeWords(query), ...failed]
    .filter((words) => words !== "")
    .join(" · ");
}

/** Why there may be none behind a figure that counts some. */
export const nothingWords = (topic: string): string =>
  topic === "alarms"
    ? "The newest come within some minutes. Days from before the tower kept the orders behind alarms have figures alone."
    : "A customer’s order that is shipped in parts counts as a whole in the figure, and part by part here.";

export function exportPath(query: Query): string {
  return `/api/v1/exports/orders.csv?${new URLSearchParams({ ...query }).toString()}`;
}

const moment = (at: string | null, format: SiteFormat): Cell => ({
  text: at === null ? "–" : format.dayTime(Date.parse(at)),
  raw: at,
});

function rowOf(
  order: OrderBehind,
  metric: OrdersBehind["metric"],
  site: string,
  format: SiteFormat,
) {
  const { id, isFailed } = order;
  const row: Row = {
    head: { text: id, raw: id, to: { path: `/orders/${encodeURIComponent(id)}`, query: { site } } },
    cells: [
      textCell(isFailed ? "failed" : "ok"),
      shownOf(metric, order),
      moment(order.at, format),
      textCell(stageWords(order.stage)),
      textCell(order.carrier),
      textCell(order.service),
      textCell(order.channel),
      moment(order.shipBy, format),
      moment(order.departedAt, format),
      moment(order.deliverBy, format),
      moment(order.deliveredAt, format),
      textCell(order.customerOrder),
    ],
  };
  return row;
}

/** What only counts orders shows the time each took. */
const TIMED: ReadonlySet<string> = new Set(["throughput", "rework"]);
type Metric = NonNullable<OrdersBehind["metric"]>;
const unitOf = ({ key, unit }: Metric) => (TIMED.has(key) ? "ms" : unit);

/** Shares of units, lines, parcels or scans: `2 of 3` of an order. */
const partText = (metric: Metric, of: OrderBehind["of"]): string | null =>
  of === null || !isOfOrders(metric) ? null : `${count(of.n)} of ${count(of.d)}`;

function shownOf(metric: Metric | null, { value, of }: OrderBehind): Cell {
  const part = metric === null ? null : partText(metric, of);
  if (part !== null) return { text: part, raw: of?.n ?? null };
  if (value === null || metric === null) return { text: "", raw: null };
  return { text: valueText({ key: metric.key, unit: unitOf(metric) }, value), raw: value };
}

const SUMMED: ReadonlySet<string> = new Set(["throughputUnits", "lostMs", "lostCount"]);
/** What all orders add up to, where the figure counts something else than orders; else empty. */
export function togetherWords(items: readonly OrderBehind[], metric: Metric | null): string {
  if (metric === null || items.length === 0) return "";
  const add = (read: (order: OrderBehind) => number): number =>
    items.reduce((sum, order) => sum + read(order), 0);
  const part = { n: add(({ of }) => of?.n ?? 0), d: add(({ of }) => of?.d ?? 0) };
  const said = part.d === 0 ? null : partText(metric, part);
  if (said !== null) return `together ${said}`;
  if (!SUMMED.has(metric.key)) return "";
  return `together ${valueText(
    metric,
    add(({ value }) => value ?? 0),
  )}`;
}

/** Durations are measured, not passed or failed. */
const isJudged = (items: readonly OrderBehind[]): boolean =>
  items.some(({ isFailed, value }) => isFailed || value === null);

export function ordersTable(
  items: readonly OrderBehind[],
  first: First,
  format: SiteFormat,
  site = "",
): Table {
  const metric = first?.metric ?? null;
  const hasValue = items.some((order) => shownOf(metric, order).text !== "");
  const columns = [
    { name: "Order", isText: true },
    { name: "Verdict", isText: true },
    { name: metric?.name ?? "Figure" },
    { name: "Counted at", isText: true },
    { name: "Stage", isText: true },
    { name: "Carrier", isText: true },
    { name: "Service", isText: true },
    { name: "Channel", isText: true },
    { name: "Ship by", isText: true },
    { name: "Left", isText: true },
    { name: "Deliver by", isText: true },
    { name: "Arrived", isText: true },
    { name: "Customer's order", isText: true },
  ];
  const isShown = (place: number): boolean =>
    place === 1 ? isJudged(items) : place === 2 ? hasValue : true;
  return {
    columns: columns.filter((_, place) => isShown(place)),
    rows: items.map((order) => {
      const { head, cells } = rowOf(order, metric, site, format);
      return { head, cells: cells.filter((_, place) => isShown(place + 1)) };
    }),
  };
}

const ENDS = {
  climbed: "escalated",
  cleared: "over by itself",
  noise: "noise",
} as const;
const endOf = (incident: IncidentBehind): string =>
  [
    incident.isEscalated || incident.isEscalatedByHand ? ENDS.climbed : "",
    incident.isAutoCleared ? ENDS.cleared : "",
    incident.isNoise ? ENDS.noise : "",
  ]
    .filter((words) => words !== "")
    .join(", ");

const span = (ms: number | null): Cell => ({ text: ms === null ? "–" : duration(ms), raw: ms });

/** Incidents behind a number: each opens in the inbox. */
export function incidentsTable(
  items: readonly IncidentBehind[],
  format: SiteFormat,
  site: string,
): Table {
  const columns = [
    { name: "Incident", isText: true },
    { name: "Rule", isText: true },
    { name: "Severity", isText: true },
    { name: "State", isText: true },
    { name: "Orders" },
    { name: "Raised", isText: true },
    { name: "Taken after" },
    { name: "Over after" },
    { name: "How it went", isText: true },
  ];
  const rows = items.map((one) => ({
    head: { text: one.id, raw: one.id, to: { path: "/inbox", query: { site, incident: one.id } } },
    cells: [
      textCell(valueWords("kind", one.kind)),
      textCell(one.severity),
      textCell(one.state),
      { text: String(one.orders), raw: one.orders },
      moment(one.at, format),
      span(one.toAck),
      span(one.toResolve),
      textCell(endOf(one)),
    ],
  }));
  return { columns, rows };
}
