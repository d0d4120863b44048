/**
 * Orders at a 3PL: no queue of theirs can be seen, only how long they usually take. Learned by 3PL, service and the last stage that it told: the time from there to
 * hand-over, as decayed counts of its logarithm. What has passed is known, so the question is always S(passed + left) / S(passed). Plain JSON, changed in place.
 */
import type { Milestone, Order } from "../order.ts";
import type { Promises } from "../promise.ts";
import type { Site } from "../site.ts";
import { isBeforeHandOver, STAGE_RANK, type Stage } from "../stages.ts";
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import { isElsewhere } from "./order-facts.ts";
import {
  blendShares,
  learnSpread,
  sharesOf,
  survivalOf,
  unknownSurvival,
  type Shares,
} from "./transit/spread.ts";
import type { Spread } from "./transit/state.ts";

export type ProviderState = Record<string, Spread>;

/** The last thing that is known of an order at a 3PL; it should leave by `deadline`. */
export type AtProvider = {
  node: string;
  service: string;
  stage: Stage;
  since: number;
  deadline: number;
};

export type ProviderForecast = { p: number; words: string[] };

/** With fewer orders of a 3PL nothing is said of it: the plan decides. */
export const LEAST_CASES = 30;
const TRUST_IN_NODE = 20;
/** of the guess that everything takes four hours, more or less */
const TRUST_IN_GUESS = 2;
const GUESS_MS = 4 * HOUR_MS;
const GUESS: Shares = sharesOf(unknownSurvival);

const nodeKey = (node: string, stage: Stage): string => `${node}|${stage}`;
const ownKey = (node: string, stage: Stage, service: string): string =>
  `${nodeKey(node, stage)}|${service}`;

type Told = { stage: Stage; at: number };

const isTold = ({ stage, at }: Milestone): boolean =>
  at !== null && STAGE_RANK[stage] >= STAGE_RANK.allocated && isBeforeHandOver(stage);

const toldOf = (order: Order): Told[] =>
  order.timeline.filter(isTold).map(({ stage, at }) => ({ stage, at: at ?? 0 }));

/** null when it is not at a 3PL, has left it, or was never promised for a day. */
export function atProviderOf(order: Order, { shipBy }: Promises): AtProvider | null {
  const { node, service } = order;
  if (node === undefined || !isElsewhere(order) || shipBy === null) return null;
  if (!isBeforeHandOver(order.stage) || order.closedAt !== undefined) return null;
  const last = toldOf(order).at(-1);
  return last === undefined
    ? null
    : { node, service, stage: last.stage, since: last.at, deadline: shipBy };
}

/** Learns from an order that a 3PL handed over. */
export function learnProvider(state: ProviderState, order: Order): void {
  const { node, service, handedOverAt: end } = order;
  if (node === undefined || !isElsewhere(order) || end === undefined) return;
  for (const { stage, at } of toldOf(order)) {
    if (at > end) continue;
    const seen = { ratio: Math.log(Math.max(MINUTE_MS, end - at) / GUESS_MS), at: end };
    for (const key of [nodeKey(node, stage), ownKey(node, stage, service)])
      learnSpread(state, key, seen);
  }
}

/** Orders of a 3PL that were learned from: those after the stage that most of them told. */
export function casesOf(state: ProviderState, node: string): number {
  const counts = Object.entries(state)
    .filter(([key]) => key.startsWith(`${node}|`))
    .map(([, { n }]) => n);
  return Math.round(Math.max(0, ...counts));
}

const hours = (ms: number): string => {
  const value = ms / HOUR_MS;
  if (value < 0.95) return `${Math.max(1, Math.round(ms / MINUTE_MS))} min`;
  return `${value < 10 ? Math.round(value * 2) / 2 : Math.round(value)} h`;
};

const SAID: Partial<Record<Stage, string>> = {
  allocated: "after it was given the order",
  released: "after it was given the order",
  picked: "after picking",
  packed: "after packing",
  checked: "after the check",
  staged: "after it stood on the dock",
};

const nameOf = (node: string, { nodes = [] }: Site): string =>
  nodes.find(({ id }) => id === node)?.name ?? node;

/** null while too few orders of this 3PL are known. */
export function predictProvider(
  state: ProviderState,
  one: AtProvider,
  site: Site,
  now: number,
): ProviderForecast | null {
  const { node, service, stage, since, deadline } = one;
  const common = state[nodeKey(node, stage)];
  if (common === undefined || common.n < LEAST_CASES) return null;
  const shares = blendShares(common, GUESS, TRUST_IN_GUESS);
  const own = state[ownKey(node, stage, service)];
  const survival = survivalOf(blendShares(own, shares, TRUST_IN_NODE));
  const leftAt = (ms: number): number => survival.at(Math.log(Math.max(MINUTE_MS, ms) / GUESS_MS));
  // beyond everything seen nothing is known but that it takes long
  const doubt = 0.5 / common.n;
  const passed = now - since;
  const p = deadline <= now ? 1 : (leftAt(deadline - since) + doubt) / (leftAt(passed) + doubt);
  const [half, most] = [0.5, 0.1].map((share) => GUESS_MS * Math.exp(survival.reach(share)));
  const when = SAID[stage] ?? "from there";
  return {
    p: Math.min(1, p),
    words: [
      `${nameOf(node, site)} usually hands over ${hours(half ?? 0)} ${when}, 9 in 10 within ${hours(most ?? 0)} (known from about ${Math.round(common.n)} orders); ${hours(passed)} have passed`,
    ],
  };
}
