/**
 * Learning from how forecasts turned out. Every 20 minutes the forecasts of a sample of orders are remembered; when an order's deadline passes or it stands
 * on the dock, they become labels for the calibration and residuals for the error. Of each order and process one random forecast counts, and the first, so
 * that slow orders do not outweigh the others.
 */
import { addLabels, calibrationBin } from "./calibration.ts";
import { sampleWaiting, type Ranked } from "./discipline.ts";
import { workedMinutes } from "./floor.ts";
import { isProfileYoung, type Forecast, type Pass } from "./pass.ts";
import { PROCESSES, rosterOf, type Roster, type SitePlan } from "./plan.ts";
import { addResidual } from "./residuals.ts";
import {
  disciplineOf,
  laneStateOf,
  type ForecastState,
  type OpenOrder,
  type Outcome,
  type Pending,
  type Sample,
} from "./state.ts";
import { laneAt } from "./work-ahead.ts";
import { MINUTE_MS } from "../wall-clock.ts";

const EVERY_MS = 20 * MINUTE_MS;
const MOST_PENDING = 5_000;
/** Beyond it an order waits for another shift: no news about the floor. */
const NEAR_MS = 16 * 60 * MINUTE_MS;

/** A number that looks random and is the same for the same text. */
function hashOf(text: string, salt: number): number {
  let hash = 2_166_136_261 ^ salt;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2_246_822_519);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296;
}

/**
 * Takes from a pass what later observing needs: who waits where, and a sample of its forecasts. Changes the state in place.
 */
export function remember(state: ForecastState, pass: Pass, orders: readonly OpenOrder[]): void {
  recountWaiting(state, pass, orders);
  const { now } = pass;
  if (now - state.rememberedAt < EVERY_MS - MINUTE_MS) return;
  state.rememberedAt = now;
  const share = Math.min(1, MOST_PENDING / Math.max(1, orders.length));
  orders.forEach((order, index) => {
    const forecast = pass.forecasts[index];
    if (forecast === undefined || forecast.process === -1) return;
    if (order.deadline <= now || order.deadline - now > NEAR_MS) return;
    if (state.pending[order.id] === undefined && hashOf(order.id, 0) >= share) return;
    rememberOne(state, order, forecast, now);
  });
}

/** How many wait at each lane, and a sample of who they are. */
function recountWaiting(state: ForecastState, { floor }: Pass, orders: readonly OpenOrder[]): void {
  const { lanes, route } = floor;
  for (const view of lanes) laneStateOf(state, view.name).waiting = view.waiting;
  if (state.stated !== null) return;
  const waiting: OpenOrder[][] = lanes.map(() => []);
  floor.stands.forEach((stand, index) => {
    const order = orders[index];
    if (order === undefined || stand.isServed || stand.isAway) return;
    waiting[laneAt(route, stand, stand.first)]?.push(order);
  });
  lanes.forEach((view, lane) =>
    sampleWaiting(disciplineOf(state, view.name), waiting[lane] ?? [], rankedOf),
  );
}

const rankedOf = (order: OpenOrder): Ranked => ({
  id: order.id,
  deadline: order.deadline,
  receivedAt: order.receivedAt,
  queuedAt: order.stageSince,
  priority: order.priority ?? "~",
});

function rememberOne(
  state: ForecastState,
  order: OpenOrder,
  forecast: Forecast,
  now: number,
): void {
  const pending: Pending = (state.pending[order.id] ??= {
    deadline: order.deadline,
    bins: {},
    entries: [],
    random: [],
    isLabelled: false,
  });
  const bin = calibrationBin(forecast.raw);
  pending.bins[bin] = (pending.bins[bin] ?? 0) + 1;
  if (order.hold != null) return;
  const process = PROCESSES[forecast.process] ?? "stage";
  const sample: Sample = { process, at: now, expected: forecast.workedMinutes, of: 1 };
  if (!pending.entries.some((known) => known.process === process)) {
    pending.entries.push(sample);
    return;
  }
  const place = pending.random.findIndex((known) => known.process === process);
  const of = (pending.random[place]?.of ?? 0) + 1;
  if (place === -1) pending.random.push(sample);
  else if (hashOf(order.id, of) < 1 / of) pending.random[place] = { ...sample, of };
  else pending.random[place] = { ...(pending.random[place] as Sample), of };
}

/** Learns from outcomes; those of orders that were not sampled are passed over. Changes the state in place. */
export function settle(
  state: ForecastState,
  outcomes: readonly Outcome[],
  plan: SitePlan,
  now: number,
): void {
  const roster = rosterOf(plan);
  // what was off while the rates themselves were being learned would only mislead later
  const learns = !isProfileYoung(state, plan, now);
  for (const outcome of outcomes) {
    const pending = state.pending[outcome.id];
    if (pending !== undefined) settleOne(state, pending, outcome, { roster, now, learns });
  }
}

function settleOne(
  state: ForecastState,
  pending: Pending,
  outcome: Outcome,
  { roster, now, learns }: { roster: Roster; now: number; learns: boolean },
): void {
  const { id, readyAt, isCancelled = false } = outcome;
  const isOver = readyAt !== null || isCancelled;
  const isKnown = !isCancelled && (isOver || now >= pending.deadline);
  if (isKnown && !pending.isLabelled) label(state, pending, readyAt, learns);
  if (!isOver) return;
  delete state.pending[id];
  if (learns) learnErrors(state, pending, outcome, roster, now);
}

function learnErrors(
  state: ForecastState,
  { entries, random }: Pending,
  { readyAt, isCancelled = false }: Outcome,
  roster: Roster,
  now: number,
): void {
  for (const { process, at, expected } of [...entries, ...random]) {
    addResidual(state.residuals, {
      process,
      expectedMinutes: expected,
      actualMinutes: workedMinutes(roster, at, readyAt ?? now),
      isCensored: isCancelled,
    });
  }
}

function label(
  state: ForecastState,
  pending: Pending,
  readyAt: number | null,
  learns: boolean,
): void {
  pending.isLabelled = true;
  state.settled += 1;
  if (!learns) return;
  const missed = readyAt === null || readyAt > pending.deadline;
  for (const [bin, count] of Object.entries(pending.bins)) {
    addLabels(state.calibration, Number(bin), count, missed);
  }
}
