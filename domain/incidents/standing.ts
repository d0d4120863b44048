/**
 * How each order of a scene stands, and what a set of them weighs together: expected misses, hurry, what can be saved and until when. Computed once an order and scene.
 */
import type { Row } from "../board.ts";
import { ALARM_RULE } from "../alarm.ts";
import { asMoney } from "../money.ts";
import { hurryOf, priorityOf, tierWeight, type Priority, type Stakes } from "../priority.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import type { Candidate, Scene } from "./detection.ts";
import type { MemberCounts } from "./incident.ts";
import { incidentPriority } from "./severity.ts";

export type Standing = {
  id: string;
  candidate: Candidate;
  row: Row;
  /** probability of the miss; 1 when it has happened or cannot be avoided */
  p: number;
  /** ms by which its deadline has passed; 0 or less when it has not */
  lateMs: number;
  slackMs: number;
  /** nothing can keep a promise of it any more */
  isLost: boolean;
  /** acting can still keep this deadline or the next promise */
  isSavable: boolean;
  /** worked out when it is asked for: most orders are never asked */
  readonly priority: Priority;
};

/** Hand-overs are told some minutes after the truck left. */
const LOADED_WITHIN_MS = 10 * MINUTE_MS;

/** It stands on the dock and its truck has not left, or just has: nothing more is to be done, whatever the plan still counts. A truck that is late is an incident of its own. */
const isOnDock = ({ stage, dueKind, due }: Row, now: number): boolean =>
  stage === "staged" && dueKind === "ship" && due !== null && now < due + LOADED_WITHIN_MS;

/** The plan gives it up, counting hands as it estimates them; the forecast, which has watched them, would not alarm. */
const isGivenUpTooSoon = ({ risk, due }: Row, now: number): boolean =>
  risk !== null && risk < ALARM_RULE.raiseAt && due !== null && now <= due;

/** The forecast's alarm is raised, or the plan's where nothing is forecast. */
export function isInTrouble(row: Row, now: number): boolean {
  const { sev } = row;
  if (isOnDock(row, now)) return false;
  if (sev === "at_risk") return true;
  return (sev === "late" || sev === "lost_cause") && !isGivenUpTooSoon(row, now);
}

/** Nobody is called for what does not endanger a promise. */
export const isCalm = ({ now }: Pick<Scene, "now">, orders: readonly Standing[]): boolean =>
  orders.every(({ row }) => !isInTrouble(row, now));

/** Without a forecast, the plan's alarm is meant. */
const ALARM_P = 0.8;
/** What is not seen may be well; this part of it is counted. */
export const BLIND_P = 0.1;

function probabilityOf(row: Row, lateMs: number): number {
  if (lateMs > 0 || row.sev === "late" || row.sev === "lost_cause") return 1;
  if (row.sev === "unknown") return BLIND_P;
  return row.risk ?? (row.sev === "at_risk" ? ALARM_P : 0);
}

const stakesOf = ({ row, penalty }: Candidate, topValue: number): Stakes => ({
  tier: tierWeight(row.tier),
  valueShare: topValue > 0 ? (row.value ?? 0) / topValue : 0,
  hasPenalty: penalty === true,
});

/** A promise to deliver is over with its deadline, also before the row has been judged anew. */
const isLostBy = (row: Row, lateMs: number): boolean =>
  row.sev === "lost_cause" || (row.dueKind === "deliver" && row.due !== null && lateMs >= 0);

export function standingOf(candidate: Candidate, now: number, topValue: number): Standing {
  const { row } = candidate;
  const lateMs = row.due === null ? 0 : now - row.due;
  const slackMs = (row.actBy ?? row.due ?? Infinity) - now;
  const isLost = isLostBy(row, lateMs);
  const p = probabilityOf(row, lateMs);
  let priority: Priority | undefined;
  return {
    id: row.id,
    candidate,
    row,
    p,
    lateMs,
    slackMs,
    isLost,
    isSavable: !isLost && row.sev !== "unknown" && row.due !== null,
    get priority() {
      const stakes = stakesOf(candidate, topValue);
      return (priority ??= priorityOf({ p, slackMs, lateMs, isLost }, stakes));
    },
  };
}

/** What an order is worth when nothing is known of it, and the value of which only one in twenty is above. */
export type Values = { typical: number; top: number; areKnown: boolean };

/** So many orders show it well enough. */
const SAMPLE = 1_000;

export function valuesOf(orders: Scene["orders"]): Values {
  const values: number[] = [];
  const step = Math.ceil(orders.size / SAMPLE);
  let place = 0;
  for (const { row } of orders.values()) {
    place += 1;
    if (place % step === 0 && row.value !== undefined) values.push(row.value);
  }
  if (values.length === 0) return { typical: 1, top: 0, areKnown: false };
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.floor(share * (values.length - 1))] ?? 0;
  return { typical: at(0.5), top: at(0.95), areKnown: true };
}

/** What orders weigh together. */
export type Weight = {
  counts: MemberCounts;
  /** expected misses, those that have happened included */
  expected: number;
  /** 0 to 1, of the most urgent that can be saved */
  hurry: number;
  /** earliest moment ahead at which one of them can no longer be helped as planned; null when none can be saved */
  actBy: number | null;
  /** what can be saved, and what acting saves of it as things stand */
  valueAtStake: number | null;
  valueSaved: number;
  /** 0 to 100 */
  priority: number;
  savable: number;
};

export function countsOf(orders: readonly Standing[]): MemberCounts {
  const counts = { orders: orders.length, atRisk: 0, late: 0, lost: 0, blind: 0 };
  for (const { row, isLost } of orders) {
    if (isLost) counts.lost += 1;
    else if (row.sev === "at_risk") counts.atRisk += 1;
    else if (row.sev === "late") counts.late += 1;
    else if (row.sev === "unknown") counts.blind += 1;
  }
  return counts;
}

/** The last moment for one order: as planned, or, when that has passed and it is not lost, its deadline. */
function momentOf({ row }: Standing, now: number): number {
  const moments = [row.actBy, row.due].filter((at) => at !== null && at >= now);
  return Math.min(...moments.map((at) => at ?? Infinity));
}

export function weigh(orders: readonly Standing[], values: Values, now: number): Weight {
  let [expected, hurry, saved, stake, savable] = [0, 0, 0, 0, 0];
  let actBy = Infinity;
  for (const one of orders) {
    expected += one.p;
    if (!one.isSavable) continue;
    savable += 1;
    hurry = Math.max(hurry, hurryOf(one.slackMs));
    actBy = Math.min(actBy, momentOf(one, now));
    saved += one.p * (one.row.value ?? values.typical);
    stake += one.row.value ?? 0;
  }
  return {
    counts: countsOf(orders),
    expected,
    hurry,
    actBy: Number.isFinite(actBy) ? actBy : null,
    valueAtStake: values.areKnown && savable > 0 ? asMoney(stake) : null,
    valueSaved: saved,
    priority: incidentPriority(expected, hurry),
    savable,
  };
}

/** Less the time that the action itself takes, but not before now while it still helps in part. */
export const lessWork = (actBy: number | null, workMinutes: number, now: number): number | null =>
  actBy === null ? null : Math.max(actBy - workMinutes * MINUTE_MS, Math.min(now, actBy));

/** The most urgent first: what can be saved before what cannot, then by priority, then by id. */
export const byUrgency = (a: Standing, b: Standing): number =>
  Number(b.isSavable) - Number(a.isSavable) ||
  b.priority.score - a.priority.score ||
  (a.id < b.id ? -1 : Number(a.id > b.id));
