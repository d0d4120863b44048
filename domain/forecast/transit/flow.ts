/**
 * The pace of the last days: deliveries seen over deliveries that the model expected of the orders under way, by service and by destination, half-life a week.
 * Below 1 a lane is congested before a single late order is known.
 */
import { DAY_MS } from "../../wall-clock.ts";
import { fade, type Flow, type TransitOrder, type TransitState } from "./state.ts";
import type { TransitView } from "./view.ts";

const HALF_LIFE_MS = 7 * DAY_MS;
const TRUST = { service: 150, destination: 100 } as const;
const SLOWEST = 0.3;
const FASTEST = 1.6;
const LEAST_LEFT = 1e-4;
/** a working day is not counted finer */
export const SHORTEST = 0.05;

type Part = { key: string; trust: number };

const partsOf = ({ carrier, service, to }: TransitOrder): Part[] => [
  { key: `${carrier}|${service}`, trust: TRUST.service },
  ...(to === undefined ? [] : [{ key: `${carrier}|${service}|>${to}`, trust: TRUST.destination }]),
];

/** 1 = as usual; 0.5 = half as many deliveries as expected. */
export function paceOf(state: TransitState, order: TransitOrder, now: number): number {
  let pace = 1;
  for (const { key, trust } of partsOf(order)) {
    const flow = state.flows[key];
    if (flow === undefined) continue;
    const kept = fade(flow.at, now, HALF_LIFE_MS);
    pace = (flow.seen * kept + trust * pace) / (flow.n * kept + trust);
  }
  return Math.min(FASTEST, Math.max(SLOWEST, pace));
}

/** Expected deliveries of one order on its way between two instants: the fall of the log of its survival. */
function expectedOf(view: TransitView, order: TransitOrder, from: number, to: number): number {
  const start = order.handedOverAt;
  if (start === undefined || to <= Math.max(from, start)) return 0;
  const clock = view.clock("way", order);
  const survival = view.survival("way", order);
  const { log } = view.typical("way", order);
  const zero = clock.worked(start);
  const left = (at: number): number => {
    const worked = Math.max(SHORTEST, clock.worked(at) - zero);
    return Math.max(LEAST_LEFT, survival.at(Math.log(worked) - log));
  };
  return Math.log(left(Math.max(from, start)) / left(to));
}

function count(
  state: TransitState,
  order: TransitOrder,
  more: { seen: number; n: number; at: number },
): void {
  const make = (): Flow => ({ at: more.at, seen: 0, n: 0 });
  for (const { key } of partsOf(order)) {
    const flow = (state.flows[key] ??= make());
    const kept = fade(flow.at, more.at, HALF_LIFE_MS);
    flow.seen = flow.seen * kept + more.seen;
    flow.n = flow.n * kept + more.n;
    flow.at = Math.max(flow.at, more.at);
  }
}

/** An order arrived: it is no longer among those of which the next arrivals are expected. */
export function countArrived(view: TransitView, order: TransitOrder, at: number): void {
  const n = expectedOf(view, order, view.state.flowAt, at);
  count(view.state, order, { seen: 1, n, at });
}

/** Time has passed over the orders still under way (about once a day; `under way` = handed over, not delivered, not given up). */
export function countUnderWay(view: TransitView, underWay: readonly TransitOrder[]): void {
  const { state, now } = view;
  for (const order of underWay)
    count(state, order, { seen: 0, n: expectedOf(view, order, state.flowAt, now), at: now });
  state.flowAt = now;
}
