/**
 * When will it arrive: the survival of the remaining time given what has passed. Before hand-over the rest of that leg is cut into slices of equal meaning, and each
 * is carried through the way.
 */
import { paceOf, SHORTEST } from "./flow.ts";
import type { TransitOrder } from "./state.ts";
import type { TransitView } from "./view.ts";

export type Arrival = {
  /** probability that it is not there at `at` (epoch ms, after now) */
  openAt(at: number): number;
  /** the instant at which only that share is still open */
  when(open: number): number;
  pace: number;
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

/** The rest of a leg that began at `start`, seen from `now`: which share is left at an instant. */
type Rest = { left(at: number): number; reach(share: number): number };

type Course = { leg: "ready" | "way"; start: number; now: number; pace: number };

function restOf(view: TransitView, order: TransitOrder, course: Course): Rest {
  const { leg, start, now, pace } = course;
  const clock = view.clock(leg, order);
  const survival = view.survival(leg, order);
  const { log } = view.typical(leg, order);
  const here = clock.worked(now);
  const passed = Math.max(SHORTEST, here - clock.worked(start));
  const stillOpen = Math.max(LEAST_LEFT, survival.at(Math.log(passed) - log));
  return {
    left(at) {
      const more = progress(Math.max(0, clock.worked(at) - here), pace);
      return Math.min(1, survival.at(Math.log(passed + more) - log) / stillOpen);
    },
    reach(share) {
      const end = Math.exp(survival.reach(share * stillOpen) + log);
      return clock.instant(here + timeFor(Math.max(0, end - passed), pace));
    },
  };
}

/** Shares still open at the edges of the slices; finer where it is late. */
const EDGES = [1, 0.85, 0.7, 0.55, 0.4, 0.3, 0.2, 0.12, 0.06, 0.02, 0] as const;
const SLICES = EDGES.slice(1).map((edge, index) => {
  const before = EDGES[index] ?? 1;
  return { open: (before + edge) / 2, weight: before - edge };
});
const HALVINGS = 14;

function beforeHandOver(view: TransitView, order: TransitOrder, pace: number): Arrival {
  const { now } = view;
  const ready = restOf(view, order, { leg: "ready", start: order.placedAt, now, pace: 1 });
  const ways = SLICES.map(({ open, weight }) => {
    const start = Math.max(now, ready.reach(open));
    return { start, weight, rest: restOf(view, order, { leg: "way", start, now: start, pace }) };
  });
  const openAt = (at: number): number =>
    ways.reduce((sum, way) => sum + way.weight * (at <= way.start ? 1 : way.rest.left(at)), 0);
  return {
    pace,
    openAt,
    when(open) {
      let low = now;
      let high = Math.max(...ways.map((way) => way.rest.reach(open)));
      for (let step = 0; step < HALVINGS; step += 1) {
        const middle = (low + high) / 2;
        if (openAt(middle) > open) low = middle;
        else high = middle;
      }
      return high;
    },
  };
}

export function arrivalOf(view: TransitView, order: TransitOrder): Arrival {
  const { now, state } = view;
  const pace = paceOf(state, order, now);
  const start = order.handedOverAt;
  if (start === undefined || start > now) return beforeHandOver(view, order, pace);
  const rest = restOf(view, order, { leg: "way", start, now, pace });
  return { pace, openAt: rest.left, when: rest.reach };
}
