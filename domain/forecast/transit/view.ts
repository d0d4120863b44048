/**
 * A state made ready for many questions at one moment: clocks and survival by carrier are made once. Make a new one after the state has learned;
 * it costs about as much as ten forecasts.
 */
import { calibrated } from "../calibration.ts";
import { workClock, weekOf, type TransitCalendar, type WorkClock } from "./clock.ts";
import {
  blendShares,
  sharesOf,
  survivalOf,
  unknownSurvival,
  type Shares,
  type Survival,
} from "./spread.ts";
import type { Leg, TransitOrder, TransitState } from "./state.ts";
import { meanOf, typicalFor, type Mean, type Typical } from "./typical.ts";

export type TransitView = {
  readonly state: TransitState;
  readonly calendar: TransitCalendar;
  readonly now: number;
  clock(leg: Leg, order: TransitOrder): WorkClock;
  survival(leg: Leg, order: TransitOrder): Survival;
  typical(leg: Leg, order: TransitOrder): Typical;
  recalibrated(p: number): number;
};

const TRUST_IN_START = 200;
const TRUST_IN_ALL = 200;
const START: Shares = sharesOf(unknownSurvival);

export const spreadKeys = (leg: Leg, order: TransitOrder): [string, string] => [
  leg,
  `${leg}|${leg === "way" ? `${order.carrier}|${order.service}` : "own"}`,
];

function sharesFor(state: TransitState, leg: Leg, order: TransitOrder): Shares {
  const [all, own] = spreadKeys(leg, order);
  const common = blendShares(state.spreads[all], START, TRUST_IN_START);
  return blendShares(state.spreads[own], common, TRUST_IN_ALL);
}

const serviceOf = ({ carrier, service }: TransitOrder): string => `${carrier}|${service}`;
const laneOf = (order: TransitOrder): string =>
  `${serviceOf(order)}|${order.from}|${order.to}|${order.toArea}|${order.shipper}`;

function remembered<T>(
  nameOf: (order: TransitOrder) => string,
  make: (leg: Leg, order: TransitOrder) => T,
): typeof make {
  const kept = new Map<string, T>();
  return (leg, order) => {
    const key = `${leg}|${nameOf(order)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(leg, order);
    kept.set(key, made);
    return made;
  };
}

export function transitView(
  state: TransitState,
  calendar: TransitCalendar,
  now: number,
): TransitView {
  const mean = remembered(laneOf, (leg, order): Mean => meanOf(state, leg, order, now));
  return {
    state,
    calendar,
    now,
    clock: remembered(serviceOf, (leg, order) =>
      workClock(weekOf(state, leg, order.carrier), calendar),
    ),
    survival: remembered(serviceOf, (leg, order) => survivalOf(sharesFor(state, leg, order))),
    typical: (leg, order) => typicalFor(state, leg, order, mean(leg, order)),
    recalibrated: (p) => calibrated(state.calibration.curve, p),
  };
}
