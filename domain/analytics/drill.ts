/** The orders behind a number: for each metric the moment it is counted by, whether an order is in it, and whether it failed there. */
import { DAY_MS } from "../wall-clock.ts";
import { PACKAGING_DRILLS } from "./drill-packaging.ts";
import type { OrderFacts } from "./facts.ts";
import type { Look, Part } from "./look.ts";
import { isAboutData } from "./losses.ts";
import { WHOLE_DRILLS, type WholeDrill } from "./drill-whole.ts";
import { shipVerdict, type Verdict } from "./service.ts";

/** Columns of `orders` that a window is looked up by. */
export type DrillColumn =
  | "received_at"
  | "net_ship_by"
  | "net_deliver_by"
  | "departed_at"
  | "delivered_at"
  | "closed_at";

export type Drill = {
  column: DrillColumn;
  /** so long may the column lie before the moment that is counted by; 0 where they are the same */
  beforeMs: number;
  /** null: not counted */
  look: (facts: OrderFacts) => Look | null;
  /** a customer's order is judged with all its parts; `look` takes the one part for all */
  whole?: WholeDrill;
};

/** An order that took longer to come to what is asked about is not looked for. */
export const LONGEST_WAY_MS = 60 * DAY_MS;

const FIELDS = {
  received_at: "receivedAt",
  net_ship_by: "netShipBy",
  net_deliver_by: "netDeliverBy",
  departed_at: "departedAt",
  delivered_at: "deliveredAt",
  closed_at: "closedAt",
} as const satisfies Record<DrillColumn, keyof OrderFacts>;

/** Counted by a column of its own. */
const by = (column: DrillColumn, look: (facts: OrderFacts) => Omit<Look, "at"> | null): Drill => ({
  column,
  beforeMs: 0,
  look: (facts) => {
    const at = facts[FIELDS[column]];
    const found = at === null ? null : look(facts);
    return at === null || found === null ? null : { at, ...found };
  },
});
const passed = (isOk: boolean | null): Omit<Look, "at"> | null =>
  isOk === null ? null : { isFailed: !isOk };
const verdictBy = (column: DrillColumn, isOk: (facts: OrderFacts) => boolean | null): Drill =>
  by(column, (facts) => passed(isOk(facts)));

/** Counted by a moment that no column holds: found by another one that lies before it. */
const within = (column: DrillColumn, look: (facts: OrderFacts) => Verdict): Drill => ({
  column,
  beforeMs: LONGEST_WAY_MS,
  look: (facts) => {
    const verdict = look(facts);
    return verdict === null ? null : { at: verdict.at, isFailed: !verdict.isOk };
  },
});
const lasting = (column: DrillColumn, read: (facts: OrderFacts) => number | null): Drill =>
  by(column, (facts) => {
    const value = read(facts);
    return value === null ? null : { isFailed: false, value };
  });
/** A share of units, lines, parcels or scans: failed where one of them is missing. */
const parts = (column: DrillColumn, read: (facts: OrderFacts) => Part): Drill =>
  by(column, (facts) => {
    const of = read(facts);
    return { isFailed: of.n < of.d, of };
  });
const departed = (isFailed: (facts: OrderFacts) => boolean): Drill =>
  verdictBy("departed_at", (facts) => !isFailed(facts));
const delivered = (isFailed: (facts: OrderFacts) => boolean): Drill =>
  verdictBy("delivered_at", (facts) => !isFailed(facts));
const closed = (isFailed: (facts: OrderFacts) => boolean): Drill =>
  verdictBy("closed_at", (facts) => !isFailed(facts));
const picked = (isOk: (facts: OrderFacts) => boolean | null): Drill =>
  within("received_at", (facts) => {
    const ok = isOk(facts);
    return ok === null || facts.picks.at === null ? null : { at: facts.picks.at, isOk: ok };
  });
const wrong = ({ picks }: OrderFacts): number => picks.caught + picks.escaped;
const withParts = (drill: Drill, read: (facts: OrderFacts) => Part): Drill => ({
  ...drill,
  look: (facts) => {
    const look = drill.look(facts);
    return look === null ? null : { ...look, of: read(facts) };
  },
});
const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from;

const readyForTruck = ({ truck, readyAt, cancelled, shipBy }: OrderFacts): Verdict =>
  truck === null || cancelled !== null || shipBy === null
    ? null
    : { at: shipBy, isOk: readyAt !== null && readyAt <= truck.readyBy };
const keptCommitment = ({ commitBy, deliveredAt, cancelled }: OrderFacts): Verdict =>
  commitBy === null || cancelled !== null
    ? null
    : { at: commitBy, isOk: deliveredAt !== null && deliveredAt <= commitBy };

const COLUMNS = {
  receivedAt: "received_at",
  netShipBy: "net_ship_by",
  netDeliverBy: "net_deliver_by",
} as const;
/** The promise as it was given stands in no column that can be looked up. */
const wholly = (whole: WholeDrill): Drill => ({
  ...(whole.moment === "shipBy" || whole.moment === "deliverBy"
    ? { column: "received_at", beforeMs: LONGEST_WAY_MS }
    : { column: COLUMNS[whole.moment], beforeMs: 0 }),
  look: (facts) => whole.look([facts]),
  whole,
});

export const DRILLS: Readonly<Record<string, Drill>> = {
  received: verdictBy("received_at", () => true),
  ...Object.fromEntries(Object.entries(WHOLE_DRILLS).map(([key, drill]) => [key, wholly(drill)])),
  onTimeShipParts: by("net_ship_by", (facts) =>
    passed(shipVerdict([facts], "netShipBy")?.isOk ?? null),
  ),
  cutOffAttainment: within("received_at", readyForTruck),
  fillOrders: departed(({ units }) => units.short > 0),
  fillLines: parts("departed_at", ({ units }) => ({ n: units.linesComplete, d: units.lines })),
  fillUnits: parts("departed_at", ({ units }) => ({
    n: units.ordered - units.short,
    d: units.ordered,
  })),
  sellerCancelUnits: by("received_at", ({ cancelled, units }) => {
    const n = cancelled?.by === "seller" ? units.ordered : units.short;
    return { isFailed: n > 0, of: { n, d: units.ordered } };
  }),
  validTracking: by("departed_at", ({ dockedOutAt, parcels: { scanned: n, shipped: d } }) =>
    dockedOutAt === null ? null : { isFailed: n < d, of: { n, d } },
  ),
  cycleGross: lasting("delivered_at", (facts) => between(facts.receivedAt, facts.deliveredAt)),
  cycleNet: lasting("delivered_at", (facts) =>
    facts.deliveredAt === null
      ? null
      : Math.max(0, facts.deliveredAt - facts.receivedAt - facts.customerHoldMs),
  ),
  clickToShip: lasting("departed_at", (facts) => between(facts.receivedAt, facts.dockedOutAt)),
  clickToShipWorking: lasting("departed_at", ({ clickWorkMs }) => clickWorkMs),
  transit: lasting("delivered_at", (facts) => between(facts.dockedOutAt, facts.deliveredAt)),
  carrierOnTime: within("received_at", keptCommitment),
  damageInside: departed(({ isDamagedInside }) => isDamagedInside),
  damageTransit: delivered(({ isDamagedInTransit }) => isDamagedInTransit),
  returnRate: delivered(({ isReturned }) => isReturned),
  pickAccuracyLines: withParts(
    picked((facts) => wrong(facts) === 0),
    (facts) => ({ n: facts.picks.lines - wrong(facts), d: facts.picks.lines }),
  ),
  pickAccuracyOrders: picked((facts) => wrong(facts) === 0),
  caughtInside: withParts(
    picked((facts) => (wrong(facts) === 0 ? null : facts.picks.escaped === 0)),
    (facts) => ({ n: facts.picks.caught, d: wrong(facts) }),
  ),
  firstPassYield: within("received_at", ({ checks }) =>
    checks === null ? null : { at: checks.at, isOk: checks.isPassed },
  ),
  exceptionRate: closed(({ exceptions }) => exceptions.some((code) => !isAboutData(code))),
  dataExceptionRate: closed(({ exceptions }) => exceptions.some(isAboutData)),
  exceptions: by("closed_at", ({ exceptions }) =>
    exceptions.length === 0 ? null : { isFailed: true },
  ),
  scanCompleteness: parts("closed_at", ({ scans }) => ({ n: scans.recorded, d: scans.expected })),
  ...Object.fromEntries(
    Object.entries(PACKAGING_DRILLS).map(([key, look]) => [key, by("departed_at", look)]),
  ),
};

/** What is asked about one stage or station: the orders that passed it. */
export const LEG_METRICS = [
  "work",
  "elapsed",
  "wait",
  "touch",
  "waitShare",
  "hold",
  "night",
  "throughput",
  "throughputUnits",
  "rework",
] as const;
export type LegMetric = (typeof LEG_METRICS)[number];

/** Looked at in ways of their own: losses by reason, stage and owner; who stood in the house. */
const OTHERS = ["lostMs", "lostCount", "backlog"];
export const DRILLABLE: ReadonlySet<string> = new Set([
  ...Object.keys(DRILLS),
  ...LEG_METRICS,
  ...OTHERS,
]);
