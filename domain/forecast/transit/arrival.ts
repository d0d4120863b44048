/**
 * When will it arrive: the survival of the remaining time given what has passed. Before hand-over the rest of that leg is cut into slices of equal meaning, and each
 * is carried through the way.
 */
import { paceOf, SHORTEST } from "./flow.ts";
import type { Survival } from "./spread.ts";
import type { TransitOrder } from "./state.ts";
import type { Typical } from "./typical.ts";
import type { TransitView } from "./view.ts";

export type Arrival = {
  /** probability that it is not there at `at` (epoch ms, after now) */
  openAt(at: number): number;
  /** the instant at which only that share is still open */
  when(open: number): number;
  pace: number;
  /** of the way */
  typical: Typical;
};

const LEAST_LEFT = 1e-6;

/** Working days after which two thirds of an unusual pace are over: a congested week says little of the week after next. */
const PACE_LASTS = 3;

/** What is done in so many working days: the pace of now, and bit by bit the usual one. */
const progress = (days: number, pace: number): number =>
  days + (pace - 1) * PACE_LASTS * (1 - Math.exp(-days / PACE_LASTS));

const NEWTON_STEPS = 4;

/** The inverse of `progress`. */
function timeFor(done: number, pace: number): number {
  let days = done;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const speed = 1 + (pace - 1) * Math.exp(-days / PACE_LASTS);
    days = Math.max(0, days - (progress(days, pace) - done) / speed);
  }
  return days;
}

/** The rest of a leg of which `passed` working days are over: the share left after so many more, and after how many more only a share is left. */
type Rest = { left(more: number): number; reach(share: number): number };

function restOf(survival: Survival, log: number, passed: number): Rest {
  const stillOpen = Math.max(LEAST_LEFT, survival.at(Math.log(passed) - log));
  return {
    left: (more) => Math.min(1, survival.at(Math.log(passed + more) - log) / stillOpen),
    reach: (share) => Math.max(0, Math.exp(survival.reach(share * stillOpen) + log) - passed),
  };
}

/** Shares still open at the edges of the slices; finer where it is late. */
const EDGES = [1, 0.85, 0.7, 0.55, 0.4, 0.3, 0.2, 0.12, 0.06, 0.02, 0] as const;
const SLICES = EDGES.slice(1).map((edge, index) => {
  const before = EDGES[index] ?? 1;
  return { open: (before + edge) / 2, weight: before - edge };
});
const HALVINGS = 14;

/** Working days of the way's clock at which the slices are handed over. */
function handOvers(view: TransitView, order: TransitOrder): { at: number; weight: number }[] {
  const { now } = view;
  const ready = view.clock("ready", order);
  const here = ready.worked(now);
  const passed = Math.max(SHORTEST, here - ready.worked(order.placedAt));
  const { log } = view.typical("ready", order);
  const rest = restOf(view.survival("ready", order), log, passed);
  const way = view.clock("way", order);
  return SLICES.map(({ open, weight }) => {
    const handedOver = Math.max(now, ready.instant(here + rest.reach(open)));
    return { at: way.worked(handedOver), weight };
  });
}

function beforeHandOver(view: TransitView, order: TransitOrder, pace: number): Arrival {
  const typical = view.typical("way", order);
  const clock = view.clock("way", order);
  const rest = restOf(view.survival("way", order), typical.log, SHORTEST);
  const starts = handOvers(view, order);
  const openAfter = (worked: number): number =>
    starts.reduce((sum, { at, weight }) => {
      const left = worked <= at ? 1 : rest.left(progress(worked - at, pace));
      return sum + weight * left;
    }, 0);
  return {
    pace,
    typical,
    openAt: (at) => openAfter(clock.worked(at)),
    when(open) {
      let low = clock.worked(view.now);
      let high = (starts.at(-1)?.at ?? low) + timeFor(rest.reach(open), pace);
      for (let step = 0; step < HALVINGS; step += 1) {
        const middle = (low + high) / 2;
        if (openAfter(middle) > open) low = middle;
        else high = middle;
      }
      return clock.instant(high);
    },
  };
}

export function arrivalOf(view: TransitView, order: TransitOrder): Arrival {
  const { now, state } = view;
  const pace = paceOf(state, order, now);
  const start = order.handedOverAt;
  if (start === undefined || start > now) return beforeHandOver(view, order, pace);
  const clock = view.clock("way", order);
  const typical = view.typical("way", order);
  const here = clock.worked(now);
  const passed = Math.max(SHORTEST, here - clock.worked(start));
  const rest = restOf(view.survival("way", order), typical.log, passed);
  return {
    pace,
    typical,
    openAt: (at) => rest.left(progress(Math.max(0, clock.worked(at) - here), pace)),
    when: (open) => clock.instant(here + timeFor(rest.reach(open), pace)),
  };
}
