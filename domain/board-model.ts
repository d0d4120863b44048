/**
 * The board's read model, the same code in server and browser: a snapshot kept current by deltas, its order on the screen, and its trucks.
 *
 * The rule (contract, section 5): another epoch, or a gap, means open again; a delta that ends at or before the cursor is ignored; else its rows are taken
 * when they are newer and the cursor moves to its end. Rows are whole and versioned, so overlap is harmless and a snapshot needs no lock. Imports types only:
 * a browser loads this file without the schemas.
 */
import type { BoardDelta, PickupState, Row } from "./board.ts";
import { carrierOf } from "./pickup-id.ts";
import { isBeforeHandOver, type Stage } from "./stages.ts";

export type BoardModel = {
  site: string;
  epoch: string;
  seq: number;
  rows: Map<string, Row>;
  /** while pages of a snapshot are still coming: id -> number up to which it is known to be gone; absent when the board is whole */
  gone?: Map<string, number>;
};

export type DeltaFate = "applied" | "ignored" | "gap" | "other-epoch";

/** A board from a snapshot taken at `seq`; `more` says that further pages of it will come through `applyPage`. */
export function createBoardModel(
  from: { site: string; epoch: string; seq: number; rows: Iterable<Row> },
  more = false,
): BoardModel {
  const rows = new Map<string, Row>();
  for (const row of from.rows) rows.set(row.id, row);
  const board: BoardModel = { site: from.site, epoch: from.epoch, seq: from.seq, rows };
  return more ? { ...board, gone: new Map() } : board;
}

function takeRow(board: BoardModel, row: Row): void {
  const known = board.rows.get(row.id);
  if (known !== undefined && known.v >= row.v) return;
  if ((board.gone?.get(row.id) ?? -1) >= row.v) return;
  board.rows.set(row.id, row);
}

function dropRow(board: BoardModel, id: string, to: number): void {
  const known = board.rows.get(id);
  // a page can be newer than this delta: what came back since stays
  if (known !== undefined && known.v > to) return;
  board.rows.delete(id);
  board.gone?.set(id, to);
}

/** Changes `board` by one delta; anything but `applied` leaves it untouched. On `gap` and `other-epoch` the caller opens the board again. */
export function applyDelta(board: BoardModel, delta: BoardDelta): DeltaFate {
  if (delta.epoch !== board.epoch) return "other-epoch";
  if (delta.to <= board.seq) return "ignored";
  if (delta.from > board.seq) return "gap";
  for (const row of delta.upserts) takeRow(board, row);
  for (const id of delta.removed) dropRow(board, id, delta.to);
  board.seq = delta.to;
  return "applied";
}

/**
 * Whether somebody must act on it within `withinMs`: what is at risk, also past the plan's moment, and what is on time until the plan's moment comes. Past that the forecast, which
 * has watched the floor, says that it is on time all the same, and calls nobody; what is late or lost no deed brings back. For what its carrier has on time the house has nothing to do.
 */
export function callsForAction(
  { sev, stage, actBy }: Pick<Row, "sev" | "stage" | "actBy">,
  now: number,
  withinMs: number,
): boolean {
  if (actBy === null || actBy >= now + withinMs) return false;
  return sev === "at_risk" || (sev === "on_time" && isBeforeHandOver(stage) && actBy >= now);
}

/** A further page of the snapshot; it may be older than deltas that came in between. Never moves the cursor. */
export function applyPage(
  board: BoardModel,
  page: { epoch: string; rows: readonly Row[]; last: boolean },
): "applied" | "other-epoch" {
  if (page.epoch !== board.epoch) return "other-epoch";
  for (const row of page.rows) takeRow(board, row);
  if (page.last) delete board.gone;
  return "applied";
}

/** Late and at risk stand together: what counts is when somebody must act. */
const GROUP: Readonly<Record<Row["sev"], number>> = {
  late: 0,
  at_risk: 0,
  unknown: 1,
  on_time: 2,
  lost_cause: 3,
};

/** What the order of the board depends on. */
export type Placed = Pick<Row, "id" | "sev" | "actBy" | "due">;

const compareIds = (a: Placed, b: Placed): number => {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
};
const lastWhenNull = (at: number | null): number => at ?? Number.MAX_SAFE_INTEGER;

/** The time left of what nobody sees is not known: by when it is due. */
const leftUntil = ({ sev, actBy, due }: Placed): number =>
  lastWhenNull(sev === "unknown" ? due : actBy);

/** Default order of the board, most urgent first: late and at risk by time left to act, unknown by due, on time by time left, lost causes. A total order. */
export function compareUrgency(a: Placed, b: Placed): number {
  return (
    GROUP[a.sev] - GROUP[b.sev] ||
    leftUntil(a) - leftUntil(b) ||
    lastWhenNull(a.due) - lastWhenNull(b.due) ||
    compareIds(a, b)
  );
}

const NOT_PACKED: ReadonlySet<Stage> = new Set<Stage>([
  "received",
  "backordered",
  "allocated",
  "released",
  "picking",
  "picked",
  "packing",
]);

/** What site events said about a truck, kept under `pickup|<carrier>|<pickup>`. */
export type PickupFacts = ReadonlyMap<string, { at: number; type: string; data: unknown }>;

const numberIn = (data: unknown, field: string): number | undefined => {
  if (typeof data !== "object" || data === null) return undefined;
  const value: unknown = Reflect.get(data, field);
  return typeof value === "number" ? value : undefined;
};

function emptyPickup(pickup: { id: string; at: number }, facts: PickupFacts): PickupState {
  const carrier = carrierOf(pickup.id);
  const fact = facts.get(`pickup|${carrier}|${pickup.id}`);
  const delayed = fact?.type === "pickup.delayed" ? fact.data : undefined;
  const at = numberIn(delayed, "at") ?? pickup.at + (numberIn(delayed, "byMs") ?? 0);
  return {
    id: pickup.id,
    carrier,
    at,
    due: 0,
    safe: 0,
    savable: 0,
    lost: 0,
    blind: 0,
    notPacked: 0,
  };
}

/** What a truck has to know of an order. */
export type Aiming = Pick<Row, "sev" | "stage" | "pickup" | "due" | "holds">;

type Truck = { id: string; at: number };

/**
 * The order cannot reach the truck that it is due with, and a later one still keeps its promise; it goes on aiming at the first until that has left. A truck
 * that is told to wait may yet take it.
 */
const isTooLateFor = ({ sev, pickup, due }: Aiming, truck: Truck): boolean =>
  sev === "late" && pickup !== null && due !== null && pickup.at <= due && truck.at <= pickup.at;

/** Late, and on the dock for the next truck: that takes it, and nobody has to do anything for it. */
const isReadyFor = ({ sev, stage, holds }: Aiming): boolean =>
  sev === "late" && stage === "staged" && holds.length === 0;

/**
 * How an order stands towards the truck it aims at. `delay.ts` aims an order at a truck that it reaches as planned, else at the last one that keeps its
 * promise; so on time is safe and at risk is savable. One that is late for that truck is lost to it. What is late already aims at a truck after its promise
 * and gets on it only if somebody acts: savable, until it stands on the dock.
 */
export function standing(
  row: Aiming,
  truck: Truck,
  hasLeft: boolean,
): "safe" | "savable" | "lost" | "blind" {
  if (row.sev === "unknown") return "blind";
  if (hasLeft || row.sev === "lost_cause" || isTooLateFor(row, truck)) return "lost";
  return row.sev === "on_time" || isReadyFor(row) ? "safe" : "savable";
}

/** The trucks that open orders aim at, by departure; for each, lost + savable + blind + safe = due. Orders still aiming at a truck that left are lost to it. */
export function pickupStates(rows: Iterable<Aiming>, facts: PickupFacts): PickupState[] {
  const states = new Map<string, PickupState>();
  for (const row of rows) {
    if (row.pickup === null) continue;
    const state = states.get(row.pickup.id) ?? emptyPickup(row.pickup, facts);
    states.set(state.id, state);
    const hasLeft = facts.get(`pickup|${state.carrier}|${state.id}`)?.type === "pickup.departed";
    state.due += 1;
    state[standing(row, state, hasLeft)] += 1;
    if (NOT_PACKED.has(row.stage)) state.notPacked += 1;
  }
  return [...states.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}
