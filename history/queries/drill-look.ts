/** Whether one order stands behind a number, when it is counted there, and with what figure. */
import {
  DRILLS,
  LONGEST_WAY_MS,
  type DrillColumn,
  type LegMetric,
} from "../../domain/analytics/drill.ts";
import { hourOf } from "../../domain/analytics/buckets.ts";
import { wholeAt, type WholeDrill } from "../../domain/analytics/drill-whole.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import type { Dimension } from "../../domain/analytics/places.ts";
import type { Leg } from "../../domain/analytics/legs.ts";
import type { Loss } from "../../domain/analytics/losses.ts";
import type { Look } from "../../domain/analytics/look.ts";
import { placesOf } from "../../domain/analytics/measures.ts";
import { within } from "../../domain/analytics/spans.ts";
import { holdsNothing } from "../../domain/contribution.ts";
import { isBeforeHandOver, type Stage } from "../../domain/stages.ts";
import { localDay, wallHour, weekdayOf } from "../../domain/wall-clock.ts";

export type DrillQuery = {
  metric: string;
  from: number;
  to: number;
  now: number;
  zone: string;
  dim: Dimension;
  value: string;
  /** of a stage's metrics: which stage */
  stage?: string | undefined;
  /** only those that were due on it */
  truck?: string | undefined;
  /** `3 14`: only what is counted on a Wednesday in the hour from 14:00 of the site */
  heat?: string | undefined;
};

/** `3 14`: Wednesday, the hour from 14:00 of the site; of a moment that of the hour in which it is counted. */
export const heatKey = (zone: string, at: number): string =>
  `${weekdayOf(localDay(zone, at))} ${wallHour(zone, hourOf(zone, at))}`;

const isQuality = ({ metric }: DrillQuery): boolean => metric === "firstPassYield";
/** Of all stages together where none is named. */
const isOfAnyLeg = ({ metric, dim }: DrillQuery): boolean => dim === "all" && isLegMetric(metric);
const isOfLegs = (query: DrillQuery): boolean =>
  !isQuality(query) &&
  query.metric !== "backlog" &&
  (query.stage !== undefined ||
    query.dim === "stage" ||
    query.dim === "station" ||
    isOfAnyLeg(query));

const LEG_VALUES: Readonly<Record<LegMetric, (leg: Leg) => number | null>> = {
  work: ({ work }) => work,
  elapsed: ({ ms }) => ms,
  wait: ({ wait }) => wait,
  touch: ({ work, wait }) => (wait === null ? null : work - wait),
  waitShare: ({ wait }) => wait,
  hold: ({ hold }) => hold,
  night: ({ night }) => night,
  throughput: ({ work }) => work,
  throughputUnits: ({ work }) => work,
  rework: ({ work, attempt }) => (attempt > 1 ? work : null),
};
const isLegMetric = (metric: string): metric is LegMetric => Object.hasOwn(LEG_VALUES, metric);
const isFirstOnly = (metric: string): boolean => metric.startsWith("throughput");
/** As `measures.ts` counts: what came through by the milestone that was scanned, time by all that it ended. */
const stageOf = ({ stage, to }: Leg, metric: LegMetric): string =>
  isFirstOnly(metric) || metric === "rework" ? to : stage;

const total = (legs: readonly Leg[], of: (leg: Leg) => number | null): number =>
  legs.reduce((sum, leg) => sum + (of(leg) ?? 0), 0);

/** What the order shows at the stage: all its passes together. */
function valueOfLegs(
  legs: readonly Leg[],
  metric: LegMetric,
  units: number,
): Pick<Look, "value" | "of"> {
  if (metric === "throughputUnits") return { value: units };
  const value = total(legs, LEG_VALUES[metric]);
  if (metric !== "waitShare") return { value };
  const of = { n: value, d: total(legs, ({ work }) => work) };
  return { of, ...(of.d > 0 && { value: of.n / of.d }) };
}

function isAsked(leg: Leg, metric: LegMetric, { dim, value, stage }: DrillQuery): boolean {
  if (dim === "station") return leg.station === value;
  if (stage === undefined && dim === "all") return true;
  return stageOf(leg, metric) === (stage ?? value);
}

/** The legs of that stage (or station) which ended in the window: mostly one, more where work was done again, or where all stages are asked about. */
function lookAtLegs({ legs, units }: OrderFacts, query: DrillQuery): Look | null {
  const metric = isLegMetric(query.metric) ? query.metric : "work";
  const passed = legs.filter(
    (leg) =>
      isAsked(leg, metric, query) &&
      isInWindow(leg.at, query) &&
      !(isFirstOnly(metric) && leg.attempt > 1) &&
      LEG_VALUES[metric](leg) !== null,
  );
  const [first] = passed;
  if (first === undefined) return null;
  return {
    at: first.at,
    isFailed: passed.some(({ attempt }) => attempt > 1),
    ...valueOfLegs(passed, metric, units.ordered),
    passes: passed.map((leg) => LEG_VALUES[metric](leg) ?? 0),
  };
}

const LOSS_NAMES = { reason: "reason", owner: "owner", lossStage: "stage" } as const;

/** The losses in the window, of one reason, owner or stage if that is asked for. */
function lookAtLoss(facts: OrderFacts, query: DrillQuery): Look | null {
  const { dim, value, metric } = query;
  const name = dim in LOSS_NAMES ? LOSS_NAMES[dim as keyof typeof LOSS_NAMES] : null;
  const dueOf = ({ about }: Loss): number =>
    (about === "ship" ? facts.shipBy : facts.deliverBy) ?? Number.NaN;
  const lost = facts.losses.filter(
    (loss) => isInWindow(dueOf(loss), query) && (name === null || loss[name] === value),
  );
  const [first] = lost;
  if (first === undefined) return null;
  const sum = metric === "lostCount" ? lost.length : lost.reduce((all, { ms }) => all + ms, 0);
  return { at: dueOf(first), isFailed: true, value: sum };
}

const isInside = (stage: string): boolean =>
  !holdsNothing(stage) && isBeforeHandOver(stage as Stage);

/** Who stood in the house, or in one stage, when the window ended, on hold or not. */
function lookAtBacklog({ visits, holds }: OrderFacts, { to, now, stage }: DrillQuery): Look | null {
  const moment = Math.min(to - 1, now);
  const visit = visits.findLast(([, at]) => at <= moment);
  if (visit === undefined) return null;
  if (stage === undefined ? !isInside(visit[0]) : visit[0] !== stage) return null;
  const isHeld = within(holds, moment, moment + 1).length > 0;
  return { at: visit[1], isFailed: isHeld, value: moment - visit[1] };
}

function isInWindow(at: number, { from, to, now, heat, zone }: DrillQuery): boolean {
  // of the hour that is running, what is due later is no failure yet, and is not counted either
  return at >= from && at < to && at <= now && (heat === undefined || heatKey(zone, at) === heat);
}

function isThere(facts: OrderFacts, { metric, dim, value, truck }: DrillQuery): boolean {
  if (truck !== undefined && facts.truck?.id !== truck) return false;
  if (dim === "station" && metric === "firstPassYield") return facts.checks?.station === value;
  return dim !== "reason" || metric !== "exceptions" || facts.exceptions.includes(value);
}

export function lookAt(facts: OrderFacts, query: DrillQuery): Look | null {
  if (!isThere(facts, query)) return null;
  if (isOfLegs(query)) return lookAtLegs(facts, query);
  if (query.metric.startsWith("lost")) return lookAtLoss(facts, query);
  if (query.metric === "backlog") return lookAtBacklog(facts, query);
  const found = DRILLS[query.metric]?.look(facts) ?? null;
  return found !== null && isInWindow(found.at, query) ? found : null;
}

/** How customers' orders are judged, where it is they that stand behind the number. */
export const wholeDrill = (query: DrillQuery): WholeDrill | undefined =>
  isOfLegs(query) ? undefined : DRILLS[query.metric]?.whole;

/** The customer's order, when it is found by this part of it. It counts where its first part does. */
export function lookAtWhole(
  drill: WholeDrill,
  parts: readonly OrderFacts[],
  facts: OrderFacts,
  query: DrillQuery,
): { facts: OrderFacts; look: Look } | null {
  const [first] = parts;
  const { dim, value } = query;
  if (first === undefined || !placesOf(first).some(([own, of]) => own === dim && of === value))
    return null;
  const found = wholeAt(drill, parts, facts);
  return found !== null && isInWindow(found.look.at, query) && isThere(found.facts, query)
    ? found
    : null;
}

/** Where its orders are looked up, and how much earlier than the window. */
export function lookUp(query: DrillQuery): { column: DrillColumn; from: number } {
  const drill = isOfLegs(query) ? undefined : DRILLS[query.metric];
  const { column = "received_at", beforeMs = LONGEST_WAY_MS } = drill ?? {};
  return { column, from: query.from - beforeMs };
}
