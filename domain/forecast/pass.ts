/**
 * One pass over the open orders of a site: when each will stand on the dock, and how likely it is to miss its deadline.
 *
 * An order walks its remaining lanes: at each it waits until the work ahead of it is done (or until it arrives there, whichever is later) and is then served.
 */
import { MINUTE_MS } from "../wall-clock.ts";
import { calibrated } from "./calibration.ts";
import { classAt, lookAt, minutesWorked, type Change, type Floor, type LaneView } from "./floor.ts";
import { inverse, placeOf, valueAt } from "./grid.ts";
import { PROCESSES, processOf, type Lane, type SitePlan } from "./plan.ts";
import { normalMiss, survivalOf, type Survival } from "./residuals.ts";
import type { ForecastState, OpenOrder } from "./state.ts";
import { BACKORDER } from "./order-facts.ts";
import { keyOf, laneAt, type Line, type Stand } from "./work-ahead.ts";

export type Forecast = {
  id: string;
  /** probability of missing the deadline, calibrated */
  p: number;
  /** before calibration */
  raw: number;
  /** epoch ms at which it is expected to be ready on the dock */
  eta: number;
  /** deadline less expected time; negative when it is expected to be late */
  slackMs: number;
  /** where it waits longest; null when nothing is left to wait for */
  bottleneck: Lane | null;
  /** orders ahead of it there, and orders still to come that will be served before it */
  ahead: number;
  overtaking: number;
  /** index of its next process in PROCESSES; -1 when ready */
  process: number;
  /** working minutes to the expected time */
  workedMinutes: number;
  /** end of its hold, as expected; null when it is not on hold */
  heldUntil: number | null;
  /** what holds it: stock that is awaited, or somebody who put it on hold */
  heldBy: "backorder" | "hold" | null;
};

/** What the numbers rest on: nothing learned yet, a few days, or enough. */
export type Basis = "budgets" | "learning" | "learned";

export type Pass = {
  now: number;
  forecasts: Forecast[];
  floor: Floor;
  basis: Basis;
  /** the forecast of one order under this pass's look at the floor */
  one: (order: OpenOrder, now?: number) => Forecast;
};

const PROFILE_WEEKS = 4;
const WEEK_MINUTES = 7 * 1440;

/** Without a shift plan the rates are learned, which takes weeks; until then neither errors nor calibration are. */
export function isProfileYoung(state: ForecastState, plan: SitePlan, now: number): boolean {
  const age = state.since === null ? 0 : (now - state.since) / MINUTE_MS;
  return plan.shifts === null && age < PROFILE_WEEKS * WEEK_MINUTES;
}

/** Residuals drift while a rate profile is still being learned: until then the normal error alone. */
function missOf(state: ForecastState, plan: SitePlan, now: number): Survival {
  const learned = survivalOf(state.residuals);
  if (isProfileYoung(state, plan, now)) {
    return (_, expected, slack) => normalMiss(expected, slack);
  }
  return (process, expected, slack) =>
    (normalMiss(expected, slack) + learned(process, expected, slack)) / 2;
}

const LEARNED_DAYS = 28;
const LEARNING_SETTLED = 200;

export function basisOf(state: ForecastState, now: number): Basis {
  // allocation is a decision, no work of hands: its pace says nothing about the floor
  const isUnknown = Object.entries(state.lanes).every(
    ([name, lane]) => processOf(name) === "allocate" || (lane.perHead === null && lane.mean === 0),
  );
  if (isUnknown) return "budgets";
  const days = state.since === null ? 0 : (now - state.since) / (1440 * MINUTE_MS);
  return days >= LEARNED_DAYS && state.settled >= LEARNING_SETTLED ? "learned" : "learning";
}

/** Forecasts all open orders of a site; changes nothing. About a microsecond an order. */
export function forecastAll(
  state: ForecastState,
  orders: readonly OpenOrder[],
  plan: SitePlan,
  now: number,
  change?: Change,
): Pass {
  const steps = forecastInSteps(state, orders, plan, now, change);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const STEP_ORDERS = 2_000;

/** The same in steps of some milliseconds, for a process that has others waiting: whoever runs it goes on when it likes. */
export function* forecastInSteps(
  state: ForecastState,
  orders: readonly OpenOrder[],
  plan: SitePlan,
  now: number,
  change?: Change,
): Generator<void, Pass> {
  const floor = lookAt({ state, plan, orders, now, change });
  const toForecast = forecaster(state, plan, floor);
  const forecasts: Forecast[] = [];
  for (const [index, order] of orders.entries()) {
    if (index % STEP_ORDERS === 0) yield;
    forecasts.push(toForecast(order, floor.stands[index] ?? floor.standOf(order), now));
  }
  const one = (order: OpenOrder, at = now): Forecast => toForecast(order, floor.standOf(order), at);
  return { now, floor, basis: basisOf(state, now), forecasts, one };
}

function forecaster(state: ForecastState, plan: SitePlan, floor: Floor) {
  const miss = missOf(state, plan, floor.now);
  const { curve } = state.calibration;
  return (order: OpenOrder, stand: Stand, now: number): Forecast => {
    const way = walk(state, floor, order, stand);
    const isReady = way.process === -1;
    const expected = minutesWorked(floor, way.minutes);
    const left = minutesWorked(floor, (order.deadline - floor.now) / MINUTE_MS);
    const isSure = isReady || now > order.deadline;
    const raw = isReady ? readyLate(order) : isSure ? 1 : miss(way.process, expected, left);
    const eta = isReady ? order.stageSince : floor.now + way.minutes * MINUTE_MS;
    return {
      id: order.id,
      p: isSure ? raw : calibrated(curve, raw),
      raw,
      eta,
      slackMs: order.deadline - eta,
      bottleneck: way.bottleneck,
      ahead: way.ahead,
      overtaking: way.overtaking,
      process: way.process,
      workedMinutes: expected,
      heldUntil: way.heldUntil,
      heldBy: heldBy(order),
    };
  };
}

const readyLate = (order: OpenOrder): number => (order.stageSince > order.deadline ? 1 : 0);

const heldBy = ({ hold }: OpenOrder): Forecast["heldBy"] => {
  if (hold == null) return null;
  return hold.type === BACKORDER ? "backorder" : "hold";
};

type Way = {
  minutes: number;
  process: number;
  bottleneck: Lane | null;
  ahead: number;
  overtaking: number;
  heldUntil: number | null;
};

const DEFAULT_HOLD_MS = 120 * MINUTE_MS;
const LEAST_LEFT_MS = 5 * MINUTE_MS;

/** When a hold is expected to end: as stated, in so far as stated times were kept; else the type's usual length. */
function holdEnd(state: ForecastState, order: OpenOrder, now: number): number | null {
  const { hold } = order;
  if (hold == null) return null;
  const known = state.holds[hold.type ?? ""];
  const since = hold.since ?? order.stageSince;
  const usual = known === undefined ? DEFAULT_HOLD_MS : Math.exp(known.logMs);
  const end =
    hold.until === undefined
      ? since + usual
      : since + (hold.until - since) * (known?.ofStated ?? 1);
  return Math.max(end, now + LEAST_LEFT_MS);
}

function wayFrom(heldUntil: number | null, { now, route }: Floor, stand: Stand): Way {
  const next = route.processes[stand.first];
  return {
    minutes: heldUntil === null ? 0 : (heldUntil - now) / MINUTE_MS,
    process: next === undefined ? -1 : PROCESSES.indexOf(next),
    bottleneck: null,
    ahead: 0,
    overtaking: 0,
    heldUntil,
  };
}

/** The tandem of lanes: work ahead, arrival, service, lane after lane. */
function walk(state: ForecastState, floor: Floor, order: OpenOrder, stand: Stand): Way {
  const { route } = floor;
  const way = wayFrom(holdEnd(state, order, floor.now), floor, stand);
  if (way.process === -1) return way;
  const classIndex = classAt(floor.classes, order.deadline);
  const first = rankIn(floor.lines[0], order, floor.now);
  let longest = 0;
  for (let index = stand.first; index < route.processes.length; index += 1) {
    const lane = laneAt(route, stand, index);
    const view = floor.lanes[lane];
    if (view === undefined) continue;
    const weight = index === route.checkAt ? stand.check : 1;
    const isServed = index === stand.first && stand.isServed;
    const ahead = isServed ? 0 : aheadOf(floor, view, lane, order, first);
    const waited = isServed ? 0 : waitAt(view, ahead, classIndex, way.minutes);
    const until = way.minutes + waited;
    if (waited * weight > longest) {
      longest = waited * weight;
      noteBottleneck(way, view, ahead, overtakenBy(floor, view, classIndex, until));
    }
    way.minutes += weight * (waited + serviceAt(view, isServed));
  }
  return way;
}

function noteBottleneck(way: Way, view: LaneView, ahead: number, overtaking: number): void {
  way.bottleneck = view.name;
  way.ahead = ahead;
  way.overtaking = overtaking;
}

/** Until the work ahead is done, and half its own; nothing when it arrives later than that. */
function waitAt(view: LaneView, ahead: number, classIndex: number, arrives: number): number {
  const { capacity, effective, process } = view;
  if (process === "allocate" || !capacity.isKnown) return 0;
  const curve = effective[Math.min(classIndex, effective.length - 1)] ?? capacity.total;
  return Math.max(0, inverse(curve, ahead + 0.5) - arrives);
}

function serviceAt({ capacity, process, budgetMinutes }: LaneView, isServed: boolean): number {
  if (process !== "allocate" && !capacity.isKnown) return budgetMinutes;
  return isServed ? capacity.touchMinutes / 2 : capacity.touchMinutes;
}

/** Work ahead by the lane's discipline (where the order of work is unpredictable, the mean of two), and half of what is in service. */
function aheadOf(
  floor: Floor,
  view: LaneView,
  lane: number,
  order: OpenOrder,
  inFirst: Rank,
): number {
  let sum = 0;
  for (const index of view.lines) {
    const line = floor.lines[index];
    if (line === undefined) continue;
    sum += workBefore(line, lane, index === 0 ? inFirst : rankIn(line, order, floor.now));
  }
  return sum / Math.max(1, view.lines.length) + view.inService / 2;
}

/** Where an order stands in a line. Nearly always there is one line; the others are asked for where a lane is worked in them. */
type Rank = { key: number; place: number };

function rankIn(line: Line | undefined, order: OpenOrder, now: number): Rank {
  if (line === undefined) return { key: 0, place: 0 };
  const key = keyOf(line.discipline, order, now);
  return { key, place: placeOf(line.keys, key) };
}

/** Orders that came in one batch have one key: half of the others go first. */
function workBefore({ keys, before }: Line, lane: number, { key, place }: Rank): number {
  const work = before[lane];
  const smaller = work?.[place] ?? 0;
  if (keys[place] !== key) return smaller;
  const same = (work?.[place + 1] ?? smaller) - smaller;
  return smaller + Math.max(0, same - 1) / 2;
}

function overtakenBy(floor: Floor, view: LaneView, classIndex: number, minutes: number): number {
  const taken = view.isOvertaken ? floor.overtakers[classIndex] : undefined;
  return taken === undefined ? 0 : Math.round(valueAt(taken, minutes));
}
