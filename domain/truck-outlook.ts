/**
 * The trucks of the next hours as a shift lead needs them: what each still needs from every process, whether that is done in time, how far behind the
 * slowest process is, and who should move (design page 6.1 to 6.3). Counts come from the board's rows alone, so that server and browser say the same.
 */
import type { PickupState, Row } from "./board.ts";
import { calendarOf, dockBufferMs, workingBetween, type Calendar } from "./calendar.ts";
import {
  isInService,
  processIndex,
  processesOf,
  statedRate,
  type Process,
} from "./forecast/plan.ts";
import type { Site } from "./site.ts";
import {
  adviseMoves,
  movesInWords,
  outlookOf,
  type Advice,
  type Move,
  type StationLoad,
  type StationOutlook,
} from "./staffing.ts";
import { HOUR_MS, MINUTE_MS, formatWallTime, wallMinutes } from "./wall-clock.ts";

/** How a process goes today: what a plan or the forecast knows better than the site file. */
export type Pace = {
  people?: number;
  /** orders an hour of one person */
  ratePerPerson?: number;
  /** part of the orders that pass it; 1 = all */
  share?: number;
};
export type Paces = Partial<Record<Process, Pace>>;

export type TruckOutlook = PickupState & {
  /** when its goods must stand on the dock */
  readyBy: number;
  /** on the site file's stations: what it and the trucks before it still need of each process */
  stations: StationOutlook[];
  /** orders aimed at it that are packed, and how many should be by now if packing goes on at its pace */
  packed: { done: number; shouldBe: number };
  /** the process that holds it back; null when all clear */
  bottleneck: Process | null;
  /** work of the bottleneck that does not fit, as time at its pace; 0 when it clears */
  behindMs: number;
  /** orders that will not be on it as things go */
  wouldMiss: number;
  moves: Move[];
  /** one sentence a screen may show as it is; null when there is nothing to say */
  words: string | null;
};

/** With less than this probability a process holds its truck back. */
const CLEARS = 0.9;
/** Nobody plans by trucks that leave later. */
export const AHEAD_MS = 36 * HOUR_MS;

const WORDS: Readonly<Record<Process, string>> = {
  allocate: "allocation",
  pick: "picking",
  pack: "packing",
  check: "quality control",
  stage: "the dock",
};

type Floor = { site: Site; calendar: Calendar; processes: Process[]; paces: Paces };

const inHouse = (row: Row): boolean => row.dueKind === "ship" && row.pickup !== null;

/** Orders, half counted while in hands, that still must pass each process before a truck; those on hold cannot. */
function needsBefore(rows: readonly Row[], at: number, { processes, paces }: Floor): number[] {
  const waiting = processes.map(() => 0);
  const begun = processes.map(() => 0);
  for (const row of rows) {
    if (row.pickup === null || row.pickup.at > at || row.holds.length > 0) continue;
    const first = processIndex(processes, row.stage);
    waiting[first] = (waiting[first] ?? 0) + 1;
    if (isInService(row.stage)) begun[first] = (begun[first] ?? 0) + 0.5;
  }
  let upstream = 0;
  return processes.map((process, index) => {
    upstream += waiting[index] ?? 0;
    return (upstream - (begun[index] ?? 0)) * (paces[process]?.share ?? 1);
  });
}

type Hands = { people: number; ratePerPerson: number };

/** Who works there, and how fast; null for a process that no station and no plan names: it only takes time. */
function handsOf({ site, paces }: Floor, process: Process): Hands | null {
  const stated = statedRate(site, process);
  const pace = paces[process];
  const ratePerPerson = pace?.ratePerPerson ?? stated?.perHead;
  if (ratePerPerson === undefined) return null;
  const stations = stated === null ? 0 : Math.round(stated.total / stated.perHead);
  return { people: pace?.people ?? stations, ratePerPerson };
}

/** Loads of the processes with hands; the later ones take their touch time off the end. */
function loadsOf(
  floor: Floor,
  needs: readonly number[],
  now: number,
  readyBy: number,
): StationLoad[] {
  const loads: StationLoad[] = [];
  let end = readyBy;
  for (const [index, process] of [...floor.processes.entries()].toReversed()) {
    const hands = handsOf(floor, process);
    if (hands === null) continue;
    const hours = workingBetween(floor.calendar, now, end) / HOUR_MS;
    loads.unshift({ process, need: needs[index] ?? 0, hours, ...hands });
    end -= HOUR_MS / hands.ratePerPerson;
  }
  return loads;
}

const wallTime = (zone: string, at: number): string => formatWallTime(wallMinutes(zone, at));

/** `39 orders are not on the dock for the 16:00 A truck, which takes what stood there by 15:45.`: nobody who moves helps it any more. */
const closedWords = (orders: number, truck: string, by: string): string =>
  `${orders === 1 ? "1 order is" : `${orders} orders are`} not on the dock for ${truck}, which takes what stood there by ${by}.`;

/** `packing is 25 min behind: 37 orders miss the 16:00 truck. Move 2 people from picking for 93 %.` */
function wordsOf(truck: string, behind: Behind, advice: Advice): string {
  const { process, behindMs, wouldMiss } = behind;
  const minutes = Math.max(1, Math.round(behindMs / MINUTE_MS));
  const [name, orders] = [WORDS[process], wouldMiss === 1 ? "1 order" : `${wouldMiss} orders`];
  const fact =
    wouldMiss > 0
      ? `${name} ${minutes} min behind puts ${orders} past ${truck}.`
      : `${name} is just enough for ${truck}.`;
  const moves = movesInWords({ ...advice, moves: advice.moves.map(namedMove) });
  return `${fact.charAt(0).toUpperCase()}${fact.slice(1)} ${moves}`;
}

type Behind = { process: Process; behindMs: number; wouldMiss: number };

function behindOf(advice: Advice, loads: readonly StationLoad[], due: number): Behind | null {
  const { process, need, capacity, probability } = advice.bottleneck;
  if (probability >= CLEARS) return null;
  const load = loads.find((one) => one.process === process);
  const perHour = load === undefined ? 0 : load.people * load.ratePerPerson;
  const over = Math.max(0, need - capacity);
  return {
    process: process as Process,
    behindMs: perHour > 0 ? (over / perHour) * HOUR_MS : 0,
    wouldMiss: Math.min(due, Math.round(over)),
  };
}

/** Moves are told by the processes' own names. */
const namedMove = (move: Move): Move => ({
  ...move,
  from: WORDS[move.from as Process],
  to: WORDS[move.to as Process],
});

function progressOf(state: PickupState, loads: readonly StationLoad[]): TruckOutlook["packed"] {
  const done = state.due - state.notPacked;
  const packing = loads.find(({ process }) => process === "pack");
  if (packing === undefined) return { done, shouldBe: done };
  const capacity = outlookOf(packing).capacity;
  return { done, shouldBe: Math.max(0, Math.min(state.due, Math.ceil(state.due - capacity))) };
}

function outlook(
  state: PickupState,
  rows: readonly Row[],
  floor: Floor,
  now: number,
): TruckOutlook {
  const readyBy = state.at - dockBufferMs(floor.site);
  const loads = loadsOf(floor, needsBefore(rows, state.at, floor), now, readyBy);
  const advice = adviseMoves(loads.filter(({ need }) => need > 0));
  const behind = advice === null ? null : behindOf(advice, loads, state.due);
  const common = { ...state, readyBy, stations: loads.map((load) => outlookOf(load)) };
  const packed = progressOf(state, loads);
  if (advice === null || behind === null) {
    return {
      ...common,
      packed,
      bottleneck: null,
      behindMs: 0,
      wouldMiss: 0,
      moves: [],
      words: null,
    };
  }
  const { process: bottleneck, behindMs, wouldMiss } = behind;
  const { zone } = floor.calendar;
  const truck = `the ${wallTime(zone, state.at)} ${state.carrier} truck`;
  const words =
    now < readyBy
      ? wordsOf(truck, behind, advice)
      : closedWords(wouldMiss, truck, wallTime(zone, readyBy));
  const moves = advice.moves.map(namedMove);
  return { ...common, packed, bottleneck, behindMs, wouldMiss, moves, words };
}

/** The trucks that leave from `now` on within 36 hours, by departure. `states` are those of `pickupStates` over the same rows. */
export function truckOutlooks(
  states: readonly PickupState[],
  rows: Iterable<Row>,
  site: Site,
  now: number,
  paces: Paces = {},
): TruckOutlook[] {
  const floor: Floor = { site, calendar: calendarOf(site), processes: processesOf(site), paces };
  const inside = [...rows].filter(inHouse);
  return states
    .filter(({ at }) => at >= now && at - now <= AHEAD_MS)
    .map((state) => outlook(state, inside, floor, now));
}
