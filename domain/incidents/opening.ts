/** An incident that a person opens: for what no rule sees. It weighs what its orders weigh, as they stand on the board. */
import type { Row } from "../board.ts";
import { asMoney } from "../money.ts";
import { hurryOf } from "../priority.ts";
import type { IncidentEvent } from "./action.ts";
import { MAX_NAMED_ORDERS, asOpened, type Incident, type MemberCounts } from "./incident.ts";
import { begunAnew } from "./ladder.ts";
import type { Rulebook } from "./rulebook.ts";
import { effectOf, type Told } from "./telling.ts";

type Opened = Extract<IncidentEvent, { type: "incident.opened" }>;

function countsOfRows(rows: readonly Row[], orders: number): MemberCounts {
  const counts: MemberCounts = { orders, atRisk: 0, late: 0, lost: 0, blind: 0 };
  for (const { sev } of rows) {
    if (sev === "at_risk") counts.atRisk += 1;
    if (sev === "late") counts.late += 1;
    if (sev === "lost_cause") counts.lost += 1;
    if (sev === "unknown") counts.blind += 1;
  }
  return counts;
}

const savable = (rows: readonly Row[]): Row[] =>
  rows.filter(({ sev }) => sev === "at_risk" || sev === "late" || sev === "on_time");

const earliest = (rows: readonly Row[], now: number): number | null => {
  const moments = savable(rows).flatMap(({ actBy }) =>
    actBy !== null && actBy > now ? actBy : [],
  );
  return moments.length === 0 ? null : Math.min(...moments);
};

const valueOf = (rows: readonly Row[]): number | null => {
  const values = savable(rows).flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : asMoney(values.reduce((sum, value) => sum + value, 0));
};

const tiersOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({ tier }) => tier ?? [])),
];

/** Somebody thinks it worth an incident: a handful of orders is as grave as five that will miss. */
const severityOf = (orders: number): Incident["severity"] => (orders >= 5 ? "S3" : "S4");

/** Formula of the design page 4.6: each order counts, since a person says so. */
const priorityOf = (orders: number, actBy: number | null, now: number): number => {
  const hurry = actBy === null ? 0 : hurryOf(actBy - now);
  return Math.min(100, 20 * Math.log2(2 + orders) * (0.5 + 0.5 * hurry));
};

/** The same event opens the same incident. */
export const manualCause = ({ source, id }: Pick<Opened, "source" | "id">): string =>
  `manual|${source}|${id}`;

/** A person's incident as its orders stand now; null when nothing of that changed. */
export function reweighed(incident: Incident, rows: readonly Row[], now: number): Incident | null {
  const { orders } = incident.counts;
  const counts = countsOfRows(rows, orders);
  const valueAtStake = valueOf(rows);
  const isSame =
    JSON.stringify([counts, valueAtStake]) ===
    JSON.stringify([incident.counts, incident.valueAtStake]);
  return isSame ? null : { ...incident, counts, valueAtStake, changedAt: now };
}

export type Opening = { id: string; rows: readonly Row[]; now: number };

export function openedByHand(event: Opened, { id, rows, now }: Opening, book: Rulebook): Told {
  const { data, actor, site } = event;
  const orders = [...new Set(data.orders)];
  const actBy = data.actBy ?? earliest(rows, now);
  const counts = countsOfRows(rows, orders.length);
  const words = data.comment === undefined ? data.title : `${data.title}: ${data.comment}`;
  const tiers = tiersOf(rows);
  const valueAtStake = valueOf(rows);
  const incident: Incident = {
    ...asOpened(now),
    id,
    site,
    kind: "manual",
    cause: manualCause(event),
    title: data.title,
    severity: data.severity ?? severityOf(orders.length),
    priority: priorityOf(orders.length, actBy, now),
    savingRate: valueAtStake ?? 0,
    openedBy: actor,
    actBy,
    valueAtStake,
    counts,
    orders: orders.slice(0, MAX_NAMED_ORDERS),
    attributes: [],
    sources: [],
    reasons: [data.comment ?? `${actor} saw it`],
    doThis: null,
    rule: { id: "manual", version: book.version },
    inputs: { orders: orders.length },
    announcedOrders: orders.length,
    ...(tiers.length > 0 && { tiers }),
    timeline: [{ at: now, what: "opened", by: actor, event: event.id, words }],
  };
  const opened = begunAnew(incident, book, now);
  return {
    incident: opened,
    notices: [],
    effects: [effectOf(opened, "incident.opened", now, event.id)],
  };
}
