/** The orders behind a number as a table, and in words what they are behind. Pure. */
import type { IncidentBehind, OrderBehind, OrdersBehind } from "../../domain/contract/analytics.ts";
import { duration, type SiteFormat } from "../ui/format.ts";
import { valueText } from "./figure-words.ts";
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

export function titleOf(query: Query, first: First, topic = "otif"): string {
  const isBacklog = query["metric"] === "backlog";
  const name = isBacklog
    ? "In the house"
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
  const { id, value, isFailed } = order;
  const shown =
    value === null || metric === null
      ? { text: "", raw: null }
      : { text: valueText({ key: metric.key, unit: unitOf(metric) }, value), raw: value };
  const row: Row = {
    head: { text: id, raw: id, to: { path: `/orders/${encodeURIComponent(id)}`, query: { site } } },
    cells: [
      textCell(isFailed ? "failed" : "ok"),
      shown,
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

/** An order's own figure of a counting metric is the time it took. */
const unitOf = ({ key, unit }: NonNullable<OrdersBehind["metric"]>) =>
  unit === "count" && key !== "dimRatio" ? "ms" : unit;

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
  const hasValue = items.some(({ value }) => value !== null) && metric !== null;
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
