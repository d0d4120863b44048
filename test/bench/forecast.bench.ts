/** What a forecast of all open orders of a site costs: CPU, since that is what it takes from everything else. */
import { observe } from "../../domain/forecast/observe.ts";
import { forecastAll } from "../../domain/forecast/pass.ts";
import { sitePlanOf, type ShiftPlan } from "../../domain/forecast/plan.ts";
import {
  createForecastState,
  type ForecastState,
  type OpenOrder,
  type Passage,
} from "../../domain/forecast/state.ts";
import type { Site } from "../../domain/site.ts";
import { round, type Figure } from "./tables.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Monday noon in Berlin */
const NOW = Date.UTC(2026, 0, 12, 11);
const ORDERS = 100_000;
const WEEK = [1, 2, 3, 4, 5];

const SITE: Site = {
  id: "BENCH",
  name: "Bench",
  timeZone: "Europe/Berlin",
  stages: ["received", "allocated", "picked", "packed", "checked", "staged", "handed_over"],
  shifts: [{ days: WEEK, from: "06:00", to: "22:00" }],
  stations: [],
  carriers: [{ id: "A", pickups: [{ days: WEEK, at: "16:00" }] }],
  serviceLevels: [{ id: "A", carrier: "A", mode: "day", shipWithin: "P0D" }],
  stageBudgets: {},
};

const heads = (process: "pick" | "pack" | "check" | "stage", count: number) => ({
  process,
  days: WEEK,
  from: "06:00",
  to: "22:00",
  heads: count,
});
const SHIFTS: ShiftPlan = {
  heads: [heads("pack", 200), heads("check", 40), heads("stage", 40)],
};

const LANES = [
  ["pick", "A"],
  ["pick", "B"],
  ["pick", "C"],
  ["pack", undefined],
  ["check", undefined],
  ["stage", undefined],
] as const;

/** A morning's work, so that every lane has a rate. */
function learned(): ForecastState {
  const state = createForecastState();
  const passages: Passage[] = [];
  for (let at = NOW - 5 * HOUR; at < NOW; at += 2_000) {
    const [process, zone] = LANES[(at / 2_000) % LANES.length] ?? LANES[0];
    const common = { id: `${at}`, process, zone, at, recordedAt: at };
    passages.push({ ...common, kind: "completed", startedAt: at - MINUTE });
    passages.push({ ...common, kind: "received", deadline: NOW + 4 * HOUR });
  }
  observe(state, passages, sitePlanOf(SITE, SHIFTS), NOW);
  return state;
}

const STAGES = [
  "received",
  "allocated",
  "picking",
  "picked",
  "packing",
  "packed",
  "checked",
] as const;

/** Orders spread over stages, zones and 48 deadlines by fixed steps. */
const openOrders = (): OpenOrder[] =>
  Array.from({ length: ORDERS }, (_, number) => ({
    id: `O${number}`,
    stage: STAGES[(number * 7_919) % STAGES.length] ?? "picked",
    stageSince: NOW - ((number * 31) % 300) * MINUTE,
    zone: "ABC".charAt((number * 13) % 3),
    carrier: "A",
    deadline: NOW + ((number * 104_729) % 48) * 30 * MINUTE,
    receivedAt: NOW - ((number * 7_907) % ORDERS) * 300,
    hold: null,
    lines: 1,
  }));

/** Median CPU of some passes, ms. */
export async function benchForecast(scale: number): Promise<Figure[]> {
  const plan = sitePlanOf(SITE, SHIFTS);
  const state = learned();
  const orders = openOrders();
  const passes = Math.max(5, Math.round(12 * scale));
  const costs: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const before = process.cpuUsage();
    forecastAll(state, orders, plan, NOW + pass * MINUTE);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000);
  }
  const cpuMs = costs.toSorted((a, b) => a - b)[Math.floor(passes / 2)] ?? 0;
  return [
    {
      id: "forecast",
      what: "one forecast of 100,000 open orders of a site, CPU",
      value: `${round(cpuMs)} ms, ${round((cpuMs * 1_000) / ORDERS, 1)} microseconds an order`,
      goal: "at most 1,000 ms, 5 microseconds an order",
      raw: { cpuMs, orders: ORDERS },
    },
  ];
}
