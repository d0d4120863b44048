/** Runs the forecast over one site's days, in the order of time, with nothing that was not told by then. */
import { calendarOf } from "../../../domain/calendar.ts";
import type { Discipline } from "../../../domain/forecast/discipline.ts";
import { observe } from "../../../domain/forecast/observe.ts";
import { forecastAll } from "../../../domain/forecast/pass.ts";
import { rosterOf, sitePlanOf } from "../../../domain/forecast/plan.ts";
import { remember, settle } from "../../../domain/forecast/settle.ts";
import {
  type Outcome,
  createForecastState,
  type ForecastState,
} from "../../../domain/forecast/state.ts";
import { createElapsedModel } from "./elapsed.ts";
import { createReplay, truthOf, type Known, type Truth } from "./replay.ts";
import { addRow, emptyRows, type Rows } from "./rows.ts";
import { shiftPlanOf } from "../../../simulator/planned-heads.ts";
import { STARTS_AT, type FloorEvent, type World } from "./world.ts";

export type RunOptions = {
  days: number;
  siteIndex: number;
  /** a shift plan is entered, or rates are learned */
  hasPlan: boolean;
  /** stated, or null: found out */
  discipline: Discipline | null;
  /** share of pick scans that never come */
  missing: number;
  /** share of orders that are judged */
  sampled: number;
};

const MINUTE = 60_000;
const EVERY = 20 * MINUTE;
const DAY = 1440 * MINUTE;
const NEAR = 16 * 60 * MINUTE;

/** A number in [0, 1) that looks random. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a + 1, 2_654_435_761) ^ Math.imul(b + 1, 40_503);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_519);
  hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_917);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

export type Run = { rows: Rows; state: ForecastState; cpuMs: number; forecasts: number };

export function runSite(world: World, options: RunOptions): Run {
  const truth = truthOf(world);
  const plan = sitePlanOf(world.site, options.hasPlan ? shiftPlanOf(world.profile) : null);
  const roster = rosterOf(plan);
  const state = createForecastState({ discipline: options.discipline ?? undefined });
  const isPick = (type: FloorEvent): boolean =>
    type === "pick.completed" || type === "pick.started";
  const replay = createReplay(
    world,
    (type, order) => isPick(type) && mix(order, type === "pick.started" ? 7 : 8) < options.missing,
  );
  const elapsed = createElapsedModel(calendarOf(world.site));
  const rows = emptyRows();
  let cpuMs = 0;
  let forecasts = 0;
  for (let now = STARTS_AT; now <= STARTS_AT + options.days * DAY; now += EVERY) {
    if (!roster.isOpen(now)) continue;
    const { passages, ended } = replay.until(now);
    const orders = [...replay.open.values()];
    const before = process.cpuUsage();
    observe(state, passages, plan, now);
    settle(state, outcomesOf(ended, orders, truth, now), plan, now);
    const pass = forecastAll(state, orders, plan, now);
    remember(state, pass, orders);
    const used = process.cpuUsage(before);
    cpuMs += (used.user + used.system) / 1000;
    forecasts += orders.length;
    for (const order of ended) elapsed.learn(order, truth.readyAt[order.index] ?? null);
    orders.forEach((order, index) => {
      const forecast = pass.forecasts[index];
      if (forecast === undefined || !isJudged(order, truth, now, options)) return;
      const readyAt = truth.readyAt[order.index] ?? null;
      addRow(rows, {
        p: forecast.p,
        raw: forecast.raw,
        missed: readyAt === null || readyAt > order.deadline ? 1 : 0,
        slack: (order.deadline - now) / MINUTE,
        expected: (forecast.eta - now) / MINUTE,
        actual: ((readyAt ?? order.deadline) - now) / MINUTE,
        elapsed: elapsed.missOf(order, now),
        isPacked: order.stage === "packed" || order.stage === "checked" ? 1 : 0,
        order: order.index,
        siteDay: options.siteIndex * 1000 + Math.floor((order.deadline - STARTS_AT) / DAY),
        at: now,
      });
    });
    for (const order of orders) elapsed.watch(order, now);
  }
  return { rows, state, cpuMs, forecasts };
}

function outcomesOf(ended: Known[], open: Known[], truth: Truth, now: number): Outcome[] {
  const ready = ended.map((order) => ({
    id: order.id,
    readyAt: order.stage === "staged" ? (truth.readyAt[order.index] ?? null) : null,
    isCancelled: order.stage !== "staged",
  }));
  const overdue = open
    .filter((order) => order.deadline <= now && order.deadline > now - DAY)
    .map((order) => ({ id: order.id, readyAt: null }));
  return [...ready, ...overdue];
}

/** Orders due inside 16 hours that were not cancelled, and whose end is known. */
function isJudged(
  order: Known,
  truth: Truth,
  now: number,
  { sampled, siteIndex }: RunOptions,
): boolean {
  const left = order.deadline - now;
  return (
    left > 0 &&
    left <= NEAR &&
    !truth.isCancelled[order.index] &&
    mix(order.index, 100 + siteIndex) < sampled
  );
}
