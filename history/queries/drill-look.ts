/** Whether one order stands behind a number, when it is counted there, and with what figure. */
import {
  DRILLS,
  LONGEST_WAY_MS,
  type DrillColumn,
  type LegMetric,
  type Look,
} from "../../domain/analytics/drill.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import type { Dimension } from "../../domain/analytics/ledger.ts";
import type { Leg } from "../../domain/analytics/legs.ts";
import type { Loss } from "../../domain/analytics/losses.ts";
import { within } from "../../domain/analytics/spans.ts";
import { holdsNothing } from "../../domain/contribution.ts";
import { isBeforeHandOver, type Stage } from "../../domain/stages.ts";
import { HOUR_MS, localDay, startOfDay, weekdayOf } from "../../domain/wall-clock.ts";

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

/** `3 14`: Wednesday, the hour from 14:00 of the site. */
export function heatKey(zone: string, at: number): string {
  const day = localDay(zone, at);
  return `${weekdayOf(day)} ${Math.floor((at - startOfDay(zone, day)) / HOUR_MS)}`;
}

const isQuality = ({ metric }: DrillQuery): boolean => metric === "firstPassYield";
const isOfLegs = (query: DrillQuery): boolean =>
  !isQuality(query) &&
  (query.stage !== undefined || query.dim === "stage" || query.dim === "station");

const LEG_VALUES: Readonly<Record<LegMetric, (leg: Leg) => number | null>> = {
  work: ({ work }) => work,
  elapsed: ({ ms }) => ms,
  wait: ({ wait }) => wait,
  touch: ({ work, wait }) => (wait === null ? null : work - wait),
  waitShare: ({ work, wait }) => (wait === null || work === 0 ? null : wait / work),
  hold: ({ hold }) => hold,
  night: ({ night }) => night,
  throughput: ({ work }) => work,
  throughputUnits: ({ work }) => work,
  rework: ({ work, attempt }) => (attempt > 1 ? work : null),
};
const isFirstOnly = (metric: string): boolean => metric.startsWith("throughput");

/** The leg of that stage (or station) which ended in the window. */
function lookAtLeg({ legs }: OrderFacts, query: DrillQuery): Look | null {
  const { metric, dim, value, stage = value } = query;
  const valueOf = LEG_VALUES[metric as LegMetric] ?? LEG_VALUES.work;
  for (const leg of legs) {
    const isThere = dim === "station" ? leg.station === value : leg.stage === stage;
    if (!isThere || !isInWindow(leg.at, query)) continue;
    if (isFirstOnly(metric) && leg.attempt > 1) continue;
    const found = valueOf(leg);
    if (found !== null) return { at: leg.at, isFailed: leg.attempt > 1, value: found };
  }
  return null;
}

const LOSS_NAMES = { reason: "reason", owner: "owner", lossStage: "stage" } as const;

/** The losses in the window, of one reason, owner or stage if that is asked for. */
function lookAtLoss(facts: OrderFacts, query: DrillQuery): Look | null {
  const { dim, value } = query;
  const name = dim in LOSS_NAMES ? LOSS_NAMES[dim as keyof typeof LOSS_NAMES] : null;
  const dueOf = ({ about }: Loss): number =>
    (about === "ship" ? facts.shipBy : facts.deliverBy) ?? Number.NaN;
  const lost = facts.losses.filter(
    (loss) => isInWindow(dueOf(loss), query) && (name === null || loss[name] === value),
  );
  const [first] = lost;
  if (first === undefined) return null;
  return { at: dueOf(first), isFailed: true, value: lost.reduce((sum, { ms }) => sum + ms, 0) };
}

const isInside = (stage: string): boolean =>
  !holdsNothing(stage) && isBeforeHandOver(stage as Stage);

/** Who stood in the house when the window ended, on hold or not. */
function lookAtBacklog({ visits, holds }: OrderFacts, { to, now }: DrillQuery): Look | null {
  const moment = Math.min(to - 1, now);
  const visit = visits.findLast(([, at]) => at <= moment);
  if (visit === undefined || !isInside(visit[0])) return null;
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
  if (isOfLegs(query)) return lookAtLeg(facts, query);
  if (query.metric.startsWith("lost")) return lookAtLoss(facts, query);
  if (query.metric === "backlog") return lookAtBacklog(facts, query);
  const found = DRILLS[query.metric]?.look(facts) ?? null;
  return found !== null && isInWindow(found.at, query) ? found : null;
}

/** Where its orders are looked up, and how much earlier than the window. */
export function lookUp(query: DrillQuery): { column: DrillColumn; from: number } {
  const drill = isOfLegs(query) ? undefined : DRILLS[query.metric];
  const { column = "received_at", beforeMs = LONGEST_WAY_MS } = drill ?? {};
  return { column, from: query.from - beforeMs };
}
