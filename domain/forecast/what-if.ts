/**
 * What if people moved, a truck waited, a hold ended: the same pass over all open orders once as things are and once as they would be, on the same look at
 * the floor, so that what both do not know cancels out. Orders come from the board's rows: they are newer than anything the forecaster has written down.
 */
import { ordersIn } from "../counted.ts";
import type { Row } from "../board.ts";
import { dockBufferMs } from "../calendar.ts";
import type { Site } from "../site.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import { STEP_MS } from "./lane.ts";
import type { Change, Floor, LaneView } from "./floor.ts";
import type { Forecast } from "./pass.ts";
import { processOf, type Lane, type Process } from "./plan.ts";
import type { ForecastState, OpenOrder } from "./state.ts";

/** An order before hand-over with the truck it aims at; `isBlind`: nobody knows where it stands, this is where it was last seen. */
export type Case = { order: OpenOrder; pickup: Row["pickup"]; isBlind?: true };

/** Null for one that has left, or was never promised for a day. */
export function caseOf(row: Row, dockMs: number): Case | null {
  if (row.dueKind !== "ship" || row.due === null) return null;
  const [hold] = row.holds;
  const order: OpenOrder = {
    id: row.id,
    stage: row.stage,
    stageSince: row.stageSince,
    zone: row.zone,
    carrier: row.carrier,
    deadline: row.due - dockMs,
    receivedAt: row.placedAt,
    priority: row.priority,
    hold: hold === undefined ? null : { type: hold.code, until: hold.until },
    lines: row.lines,
  };
  return { order, pickup: row.pickup, ...(row.sev === "unknown" && { isBlind: true as const }) };
}

export function casesOf(rows: Iterable<Row>, site: Site): Case[] {
  const dockMs = dockBufferMs(site);
  const cases: Case[] = [];
  for (const row of rows) {
    const one = caseOf(row, dockMs);
    if (one !== null) cases.push(one);
  }
  return cases;
}

const NOWCAST_MS = 30 * MINUTE_MS;

/**
 * What was learned some minutes ago, as a look from `now`: the last half hour of each lane is taken as the one before it was kept; older than half an hour
 * it says nothing about now.
 */
export function asOfNow(state: ForecastState, now: number): ForecastState {
  const { observedAt } = state;
  if (observedAt === null) return state;
  const isOld = now - observedAt > NOWCAST_MS;
  const steps = Math.max(0, Math.floor(now / STEP_MS) - Math.floor(observedAt / STEP_MS));
  const lanes = Object.entries(state.lanes).map(([name, lane]) => [
    name,
    isOld
      ? { ...lane, recent: [], waiting: 0 }
      : {
          ...lane,
          recent: lane.recent.map(([step, done, left]) => [step + steps, done, left] as const),
        },
  ]);
  return { ...state, lanes: Object.fromEntries(lanes) as ForecastState["lanes"] };
}

export const isStale = ({ observedAt }: ForecastState, now: number): boolean =>
  observedAt !== null && now - observedAt > NOWCAST_MS;

/** What is changed for single orders, already worked out. */
export type OrderChanges = {
  released: ReadonlySet<string>;
  /** order -> its new deadline on the dock and carrier */
  upgraded: ReadonlyMap<string, { deadline: number; carrier: string }>;
  /** truck -> ms it waits longer */
  delayed: ReadonlyMap<string, number>;
};

/** A truck that waits moves the deadline of those promised for it; a promise that ends before it leaves stays broken. */
function deadlineWith({ order, pickup }: Case, changes: OrderChanges, dockMs: number): number {
  const upgraded = changes.upgraded.get(order.id)?.deadline ?? -Infinity;
  const byMs = pickup === null ? undefined : changes.delayed.get(pickup.id);
  const isFor = byMs !== undefined && pickup !== null && order.deadline + dockMs >= pickup.at;
  const waited = isFor ? pickup.at + byMs - dockMs : -Infinity;
  return Math.max(order.deadline, upgraded, waited);
}

export function changedCase(one: Case, changes: OrderChanges, dockMs: number): Case {
  const { order, pickup } = one;
  const deadline = deadlineWith(one, changes, dockMs);
  const carrier = changes.upgraded.get(order.id)?.carrier ?? order.carrier;
  const hold = changes.released.has(order.id) ? null : (order.hold ?? null);
  const isSame =
    deadline === order.deadline && carrier === order.carrier && hold === (order.hold ?? null);
  return isSame ? one : { pickup, order: { ...order, deadline, carrier, hold } };
}

export type Move = { from?: Lane; to?: Lane; people: number };
export type Heads = { change: Change; notes: string[] };

/** A lane with the people who may be met there: the most of the next hours, so that neither a break nor the night before a shift hides them. */
type Staffed = { name: Lane; process: Process; waiting: number; heads: number };

const SOON_MS = 4 * HOUR_MS;

function headsSoon({ roster, now }: Floor, { name, capacity }: LaneView): number {
  if (!roster.isPlanned(name)) return capacity.heads ?? 0;
  let most = 0;
  for (let at = now; at < now + SOON_MS; at += STEP_MS)
    most = Math.max(most, roster.headsAt(name, at));
  return most;
}

function lanesOf(floor: Floor, wanted: Lane): Staffed[] {
  const exact = floor.lanes.filter(({ name }) => name === wanted);
  const process = processOf(wanted);
  const others = wanted.includes(":") ? [] : floor.lanes.filter((lane) => lane.process === process);
  return (exact.length > 0 ? exact : others).map((lane) => ({
    name: lane.name,
    process: lane.process,
    waiting: lane.waiting,
    heads: headsSoon(floor, lane),
  }));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const headsOf = (lanes: readonly Staffed[]): number => sum(lanes.map(({ heads }) => heads));

/** Over the lanes of a process: people come where work waits, and leave where people are. */
function spread(lanes: readonly Staffed[], people: number, isAdded: boolean): [Lane, number][] {
  const staffed = lanes.filter(({ heads }) => heads > 0);
  const weights = staffed.map(({ waiting, heads }) => (isAdded ? waiting + 0.01 : heads));
  const total = sum(weights);
  return staffed.map(({ name }, place) => [name, (people * (weights[place] ?? 0)) / total]);
}

const nobodyAt = (lane: string): string =>
  `Nobody is known to work in ${lane} in the next hours, so people there change nothing: enter a shift plan.`;

const fewAt = (lane: string, there: number): string =>
  there === 0
    ? nobodyAt(lane)
    : `Only ${Math.round(there * 10) / 10} people work in ${lane}: more cannot leave.`;

/** What people may do, by whom the floor expects to work; what cannot be is said and not done. `words` names a lane. */
export function headsFor(
  moves: readonly Move[],
  floor: Floor,
  words: (lane: Lane) => string,
): Heads {
  const change: Record<Lane, number> = {};
  const notes = new Set<string>();
  const add = (parts: [Lane, number][], sign: 1 | -1): void => {
    for (const [lane, people] of parts) change[lane] = (change[lane] ?? 0) + sign * people;
  };
  const leave = (from: Lane, wanted: number): number => {
    const own = lanesOf(floor, from);
    const there = Math.min(wanted, headsOf(own));
    if (there < wanted) notes.add(fewAt(words(from), there));
    add(spread(own, there, false), -1);
    return there;
  };
  const join = (to: Lane, people: number): void => {
    const own = lanesOf(floor, to);
    if (headsOf(own) === 0) notes.add(nobodyAt(words(to)));
    add(spread(own, people, true), 1);
  };
  for (const { from, to, people } of moves) {
    const moving = from === undefined ? people : leave(from, people);
    if (to !== undefined) join(to, moving);
  }
  return { change, notes: [...notes] };
}

/** Long after its deadline an order counts nowhere any more. */
const PAST_MS = 2 * DAY_MS;

export type PickupTally = {
  pickup: string;
  at: number;
  orders: number;
  expectedMisses: number;
  /** orders that miss with a probability of a half or more */
  misses: number;
};
export type Tally = {
  safe: number;
  savable: number;
  lost: number;
  expectedMisses: number;
  pickups: PickupTally[];
};

const round = (value: number): number => Math.round(value * 10) / 10;
const isMiss = (forecast: Forecast | undefined): boolean => (forecast?.p ?? 0) >= 0.5;

function noteAtPickup(pickups: Map<string, PickupTally>, pickup: Row["pickup"], p: number): void {
  if (pickup === null) return;
  const { id, at } = pickup;
  const known = pickups.get(id) ?? { pickup: id, at, orders: 0, expectedMisses: 0, misses: 0 };
  known.orders += 1;
  known.expectedMisses += p;
  if (p >= 0.5) known.misses += 1;
  pickups.set(id, known);
}

/** `forecasts` of the cases, in their order. Lost: the deadline has passed; savable: more likely to miss than not. */
export function tallyOf(
  cases: readonly Case[],
  forecasts: readonly Forecast[],
  now: number,
): Tally {
  const pickups = new Map<string, PickupTally>();
  const tally = { safe: 0, savable: 0, lost: 0, expectedMisses: 0 };
  cases.forEach(({ order, pickup }, place) => {
    const forecast = forecasts[place];
    if (forecast === undefined || now - order.deadline > PAST_MS) return;
    const { p } = forecast;
    const isPast = order.deadline < now && p === 1;
    tally[isPast ? "lost" : p >= 0.5 ? "savable" : "safe"] += 1;
    tally.expectedMisses += p;
    noteAtPickup(pickups, pickup, p);
  });
  const listed = [...pickups.values()].sort((a, b) => a.at - b.at);
  return {
    ...tally,
    expectedMisses: round(tally.expectedMisses),
    pickups: listed.map((one) => ({ ...one, expectedMisses: round(one.expectedMisses) })),
  };
}

/** Of orders behind a silent source nobody knows; they are simulated as they were last seen, and that is said. */
export function blindInWords(cases: readonly Case[], now: number): string[] {
  const blind = cases.filter((one) => one.isBlind && now - one.order.deadline <= PAST_MS).length;
  if (blind === 0) return [];
  const are = blind === 1 ? "1 order is" : `${blind} orders are`;
  return [`${are} blind: taken as last seen, before the source fell silent.`];
}

/** Ids whose verdict turns. */
export function turned(
  cases: readonly Case[],
  before: readonly Forecast[],
  after: readonly Forecast[],
): { saved: string[]; lost: string[] } {
  const saved: string[] = [];
  const lost: string[] = [];
  cases.forEach(({ order }, place) => {
    const [was, is] = [isMiss(before[place]), isMiss(after[place])];
    if (was && !is) saved.push(order.id);
    if (!was && is) lost.push(order.id);
  });
  return { saved, lost };
}

const toMiss = ({ savable, lost }: Tally): number => savable + lost;

/** One sentence that a screen may show as it is. Its numbers count verdicts, so that they add up; where none turns it tells the means, apart as far as they are. */
export function verdictInWords(before: Tally, after: Tally, saved: number, lost: number): string {
  const [was, is] = [before.expectedMisses, after.expectedMisses];
  if (saved === 0 && lost === 0) {
    if (Math.abs(round(was - is)) < 0.5) return "It changes nothing that can be told.";
    const isTold = Math.round(was) !== Math.round(is);
    const [then, now] = isTold ? [Math.round(is), Math.round(was)] : [round(is), round(was)];
    return `No order's verdict turns; ${then} instead of ${now} misses are expected.`;
  }
  const expected = `${toMiss(after)} instead of ${toMiss(before)} misses are expected`;
  const wins = saved === 0 ? "Saves none" : `Saves ${ordersIn(saved)}`;
  const losses = lost === 0 ? "" : `, loses ${ordersIn(lost)}`;
  return `${wins}${losses}: ${expected}.`;
}
