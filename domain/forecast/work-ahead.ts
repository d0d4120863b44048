/**
 * How much work lies before each order: the orders with a better key in the floor's own discipline that still have to pass a lane, those queued there and
 * all upstream of it. One sort of numbers and prefix sums give it for all orders at once.
 */
import type { Discipline } from "./discipline.ts";
import { placeOf } from "./grid.ts";
import { isInService, laneOf, processIndex, type Lane, type Process } from "./plan.ts";
import type { OpenOrder } from "./state.ts";
import { STAGE_RANK } from "../stages.ts";

/** The lanes of the processes, by index; picking has one for each zone. */
export type Route = {
  processes: readonly Process[];
  laneIndex: ReadonlyMap<Lane, number>;
  lanes: number;
  /** lane of each process but picking */
  fixed: readonly number[];
  pickAt: number;
  checkAt: number;
};

export function routeOf(processes: readonly Process[], names: readonly Lane[]): Route {
  return {
    processes,
    laneIndex: new Map(names.map((name, index) => [name, index])),
    lanes: names.length,
    fixed: processes.map((process) => names.indexOf(process)),
    pickAt: processes.indexOf("pick"),
    checkAt: processes.indexOf("check"),
  };
}

/** Where an order stands: its next process (its zone's lane when that is picking) and what it adds to the work of the lanes. */
export type Stand = {
  /** index in the processes; their number when it is ready */
  first: number;
  pickLane: number;
  /** probability that it will be checked */
  check: number;
  /** somebody works at it now */
  isServed: boolean;
  /** on hold: in nobody's way */
  isAway: boolean;
};

export function standOf(
  order: OpenOrder,
  route: Route,
  checkProbability: (order: OpenOrder) => number,
): Stand {
  return {
    first: processIndex(route.processes, order.stage),
    pickLane: route.laneIndex.get(laneOf("pick", order.zone)) ?? -1,
    check: route.checkAt === -1 ? 0 : checkProbability(order),
    isServed: isInService(order.stage) || order.inService === true,
    isAway: order.hold != null,
  };
}

/** Lane of the process with that index for an order; -1 when the floor does not know it. */
export function laneAt(route: Route, stand: Stand, index: number): number {
  if (index === route.pickAt) return stand.pickLane;
  return route.fixed[index] ?? -1;
}

const DEADLINE_BITS = 2 ** 22;
const RECEIVED_BITS = 2 ** 27;
const clamp = (value: number, below: number): number =>
  Math.min(below - 1, Math.max(0, Math.floor(value)));

/** One number to sort by, smaller is served first: priority, deadline to the minute, age to the second. Exact within four years of `now`. */
export function keyOf(discipline: Discipline, order: OpenOrder, now: number): number {
  if (discipline === "fifo") return order.receivedAt;
  // whoever is further on joins the next queue first
  if (discipline === "queued") return (99 - STAGE_RANK[order.stage]) * 2 ** 42 + order.stageSince;
  const deadline = clamp((order.deadline - now) / 60_000 + DEADLINE_BITS / 2, DEADLINE_BITS);
  const received = clamp((order.receivedAt - now) / 1000 + RECEIVED_BITS / 2, RECEIVED_BITS);
  const rank = discipline === "priority" ? priorityRank(order.priority) : 0;
  return (rank * DEADLINE_BITS + deadline) * RECEIVED_BITS + received;
}

/** `P1` before `P2`, `A` before `B`, none last: 0 to 15. */
function priorityRank(priority: string | undefined): number {
  if (priority === undefined || priority === "") return 15;
  const number = Number(priority.replace(/^\D+/, ""));
  const letter = priority.toLowerCase().charCodeAt(0) - 97;
  return clamp(Number.isNaN(number) || number === 0 ? letter : number, 15);
}

/** All orders in one discipline: `before[lane][place]` is the waiting work of those with smaller keys. */
export type Line = {
  discipline: Discipline;
  keys: Float64Array;
  before: readonly Float64Array[];
};

export function lineUp(
  discipline: Discipline,
  orders: readonly OpenOrder[],
  stands: readonly Stand[],
  route: Route,
  now: number,
): Line {
  const own = Float64Array.from(orders, (order) => keyOf(discipline, order, now));
  const keys = own.toSorted();
  const before = Array.from({ length: route.lanes }, () => new Float64Array(keys.length + 1));
  stands.forEach((stand, index) => {
    if (!stand.isAway) addNeeds(before, placeOf(keys, own[index] ?? 0) + 1, stand, route);
  });
  for (const work of before) {
    for (let place = 1; place < work.length; place += 1) {
      work[place] = (work[place] ?? 0) + (work[place - 1] ?? 0);
    }
  }
  return { discipline, keys, before };
}

/** Adds what an order still needs of each lane; one in service counts apart. */
function addNeeds(before: Float64Array[], place: number, stand: Stand, route: Route): void {
  for (let index = stand.first; index < route.processes.length; index += 1) {
    const work = before[laneAt(route, stand, index)];
    if (work === undefined || (index === stand.first && stand.isServed)) continue;
    work[place] = (work[place] ?? 0) + (index === route.checkAt ? stand.check : 1);
  }
}

export type Counts = { waiting: Float64Array; inService: Float64Array };

/** Orders in service and waiting at each lane; a packed order waits for the dock in so far as it is not checked. */
export function countNow(stands: readonly Stand[], route: Route): Counts {
  const waiting = new Float64Array(route.lanes);
  const inService = new Float64Array(route.lanes);
  for (const stand of stands) {
    const lane = laneAt(route, stand, stand.first);
    if (lane === -1 || stand.isAway || stand.first === route.processes.length) continue;
    if (stand.isServed) inService[lane] = (inService[lane] ?? 0) + 1;
    else addWaiting(waiting, stand, lane, route);
  }
  return { waiting, inService };
}

function addWaiting(waiting: Float64Array, stand: Stand, lane: number, route: Route): void {
  const isUndecided = stand.first === route.checkAt;
  const share = isUndecided ? stand.check : 1;
  waiting[lane] = (waiting[lane] ?? 0) + share;
  const next = isUndecided ? laneAt(route, stand, stand.first + 1) : -1;
  if (next !== -1) waiting[next] = (waiting[next] ?? 0) + 1 - share;
}
