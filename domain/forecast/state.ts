/** What the forecast of one site remembers. Plain JSON: kept in Redis, versioned; another version starts afresh. */
import { emptyArrivals, type ArrivalState } from "./arrivals.ts";
import { emptyCalibration, type CalibrationState } from "./calibration.ts";
import { emptyLane, type LaneState } from "./lane.ts";
import { emptyDiscipline, type Discipline, type DisciplineState } from "./discipline.ts";
import { processOf, type Lane, type Process } from "./plan.ts";
import type { ResidualState } from "./residuals.ts";
import type { Stage } from "../stages.ts";

/** Another number: what was learned under an older one cannot be used. */
export const FORECAST_VERSION = 1;

/** Mean of the log of how long holds of a type last, and of the share of their stated time that they take. */
export type HoldState = { logMs: number; ofStated: number; seen: number };

/** What became of an order: ready (`readyAt`), gone without (`isCancelled`), or still open after its deadline (neither). */
export type Outcome = { id: string; readyAt: number | null; isCancelled?: boolean };

/** A forecast remembered until the order's end: process, when, expected minutes, and how many there were to choose from. */
export type Sample = { process: Process; at: number; expected: number; of: number };
export type Pending = {
  deadline: number;
  /** forecasts by calibration bin */
  bins: Record<string, number>;
  entries: Sample[];
  /** one random forecast a process */
  random: Sample[];
  /** its miss is known and counted */
  isLabelled: boolean;
};

export type ForecastState = {
  version: number;
  /** first and last record time that was observed; null before the first */
  since: number | null;
  observedAt: number | null;
  /** local date of the last daily upkeep; null before the first */
  upkeepDay: number | null;
  lanes: Record<Lane, LaneState>;
  disciplines: Record<Lane, DisciplineState>;
  /** null = found out by watching; else stated, and believed */
  stated: Discipline | null;
  arrivals: ArrivalState;
  /** decayed counts: orders received, by zone, packed, and checked */
  received: number;
  zones: Record<string, number>;
  packed: number;
  checked: number;
  holds: Record<string, HoldState>;
  residuals: ResidualState;
  calibration: CalibrationState;
  pending: Record<string, Pending>;
  rememberedAt: number;
  /** forecasts with a known end that were learned from */
  settled: number;
};

export type ForecastPolicy = {
  /** the floor's order of work, where somebody knows it; else it is found out */
  discipline?: Discipline | undefined;
};

export const createForecastState = ({ discipline }: ForecastPolicy = {}): ForecastState => ({
  version: FORECAST_VERSION,
  since: null,
  observedAt: null,
  upkeepDay: null,
  lanes: {},
  disciplines: {},
  stated: discipline ?? null,
  arrivals: emptyArrivals(),
  received: 0,
  zones: {},
  packed: 0,
  checked: 0,
  holds: {},
  residuals: {},
  calibration: emptyCalibration(),
  pending: {},
  rememberedAt: 0,
  settled: 0,
});

/** What was stored, when this version can use it; else a fresh state. */
export function restoreForecastState(stored: unknown, policy: ForecastPolicy = {}): ForecastState {
  const isOurs =
    typeof stored === "object" &&
    stored !== null &&
    "version" in stored &&
    stored.version === FORECAST_VERSION;
  return isOurs ? (stored as ForecastState) : createForecastState(policy);
}

/** What is known of a lane, to be read; a forecast leaves no trace. */
export const laneSeen = (state: ForecastState, lane: Lane): LaneState =>
  state.lanes[lane] ?? emptyLane();

/** The lane to learn with. */
export const laneStateOf = (state: ForecastState, lane: Lane): LaneState =>
  (state.lanes[lane] ??= emptyLane());

export const disciplineSeen = (state: ForecastState, lane: Lane): DisciplineState =>
  state.disciplines[lane] ?? emptyDiscipline(state.stated ?? "due");

export const disciplineOf = (state: ForecastState, lane: Lane): DisciplineState =>
  (state.disciplines[lane] ??= emptyDiscipline(state.stated ?? "due"));

/** Share of the arriving orders that pass a lane. */
export function passShare(state: ForecastState, lane: Lane): number {
  const process = processOf(lane);
  if (process === "check") return checkShare(state);
  if (process !== "pick" || lane === "pick") return 1;
  const zone = lane.slice("pick:".length);
  return state.received > 0 ? (state.zones[zone] ?? 0) / state.received : 1;
}

/** Share of packed orders that are checked; half a guess until a few were seen. */
export const checkShare = (state: ForecastState): number =>
  Math.min(1, (state.checked + 1) / (state.packed + 2));

/** An order to be forecast, before hand-over: what the order model knows of it now. All instants are epoch ms. */
export type OpenOrder = {
  id: string;
  stage: Stage;
  stageSince: number;
  zone?: string | undefined;
  carrier: string;
  /** goods must stand on the dock: ship-by less the dock buffer */
  deadline: number;
  receivedAt: number;
  priority?: string | undefined;
  hold?: { type?: string; since?: number; until?: number | undefined } | null;
  /** somebody works at it: needed where the stage does not say so (checks, the dock) */
  inService?: boolean;
  lines: number;
};

export type Passage = {
  id: string;
  process: Process;
  /** `failed`: the check sends it back, `to` a process; `released`: a hold or a back-order ended */
  kind: "received" | "started" | "completed" | "failed" | "cancelled" | "held" | "released";
  at: number;
  /** when it was told; passages come in this order */
  recordedAt: number;
  zone?: string | undefined;
  deadline?: number;
  receivedAt?: number;
  queuedAt?: number;
  priority?: string | undefined;
  startedAt?: number;
  to?: Process;
  hold?: { type: string; since: number; until?: number | undefined };
};
