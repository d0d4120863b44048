/**
 * How urgent an order is: the probability of a miss, weighed by the time that is left and by what a miss costs (design page 4.3). The three parts are kept
 * apart, so that a person can see why one order stands above another; the weights are settings of the site, never hidden.
 */
import { HOUR_MS, MINUTE_MS } from "./wall-clock.ts";

export type PriorityLevel = "P1" | "P2" | "P3" | "P4";
export type Queue = "floor" | "customer care";

/** What a miss would cost. */
export type Stakes = {
  /** 0 standard, 0.5 premium, 1 VIP or business with charge-back */
  tier: number;
  /** value of the order over the site's 95th percentile, 0 to 1 and more; 0 when unknown */
  valueShare: number;
  /** the shop pays a penalty for a miss */
  hasPenalty: boolean;
};

export type Urgency = {
  /** probability of the miss */
  p: number;
  /** ms until acting no longer helps; negative when that has passed */
  slackMs: number;
  /** ms by which its deadline has passed; 0 or less when it has not */
  lateMs: number;
  /** no truck that keeps the promise can be reached */
  isLost: boolean;
};

export type Priority = {
  /** 0 to 100 */
  score: number;
  level: PriorityLevel;
  queue: Queue;
  /** `87 % x (base 50 + time 20 + impact 6)` */
  words: string;
};

const SPARE_MS = 240 * MINUTE_MS;
const TIERS: Readonly<Record<string, number>> = { premium: 0.5, vip: 1, b2b: 1 };
const LEVELS: readonly (readonly [number, PriorityLevel])[] = [
  [80, "P1"],
  [60, "P2"],
  [40, "P3"],
];

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** A tier as orders name it; an unknown one counts as standard. */
export const tierWeight = (tier: string | undefined): number =>
  TIERS[tier?.toLowerCase() ?? ""] ?? 0;

/** 0 to 1: what is at stake. */
export const impactOf = ({ tier, valueShare, hasPenalty }: Stakes): number =>
  Math.min(1, 0.5 * tier + 0.3 * clamp(valueShare) + (hasPenalty ? 0.2 : 0));

/** 1 = no spare time, 0 = four hours and more. */
export const hurryOf = (slackMs: number): number => clamp(1 - slackMs / SPARE_MS);

const levelOf = (score: number): PriorityLevel =>
  LEVELS.find(([from]) => score >= from)?.[1] ?? "P4";

function late(lateMs: number, impact: number): Pick<Priority, "score" | "words"> {
  const hours = lateMs / HOUR_MS;
  const time = 20 * Math.min(1, hours / 24);
  const score = 60 + time + 20 * impact;
  const parts = `time ${Math.round(time)} + impact ${Math.round(20 * impact)}`;
  return { score, words: `late: base 60 + ${parts}` };
}

function expected(p: number, slackMs: number, impact: number): Pick<Priority, "score" | "words"> {
  const time = 30 * hurryOf(slackMs);
  const weight = 20 * impact;
  const parts = `base 50 + time ${Math.round(time)} + impact ${Math.round(weight)}`;
  return { score: p * (50 + time + weight), words: `${Math.round(p * 100)} % x (${parts})` };
}

export function priorityOf({ p, slackMs, lateMs, isLost }: Urgency, stakes: Stakes): Priority {
  const impact = impactOf(stakes);
  const { score, words } = lateMs > 0 ? late(lateMs, impact) : expected(p, slackMs, impact);
  return { score, level: levelOf(score), queue: isLost ? "customer care" : "floor", words };
}
