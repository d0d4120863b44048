/** One look at the floor: what every lane can do from now on, who stands in line, and what will still overtake. Everything that a pass has in common. */
import { durationMs, MINUTE_MS } from "../wall-clock.ts";
import { deadlineBin, overtaking } from "./arrivals.ts";
import { capacityOf, type Capacity } from "./capacity.ts";
import { randomShare, type Discipline, type DisciplineState } from "./discipline.ts";
import { CELLS, inverse, POINTS, valueAt } from "./grid.ts";
import {
  budgetStagesOf,
  laneOf,
  processesOf,
  processOf,
  rosterOf,
  statedRate,
  type Lane,
  type Process,
  type Roster,
  type SitePlan,
} from "./plan.ts";
import {
  checkShare,
  disciplineSeen,
  laneSeen,
  passShare,
  type ForecastState,
  type OpenOrder,
} from "./state.ts";
import {
  countNow,
  lineUp,
  routeOf,
  standOf,
  type Line,
  type Route,
  type Stand,
} from "./work-ahead.ts";

/** People added to lanes (negative: taken away), for "what if". */
export type Change = Readonly<Record<Lane, number>>;

export type LaneView = {
  name: Lane;
  process: Process;
  capacity: Capacity;
  /** what the site plans for it, minutes: used while nothing is known of its rate */
  budgetMinutes: number;
  /** capacity left for work of a deadline class after those that will overtake it; one curve when nobody does */
  effective: readonly Float64Array[];
  isOvertaken: boolean;
  /** indices of the lines it is worked in; two when the order of work is unpredictable */
  lines: readonly number[];
  inService: number;
  waiting: number;
  /** share of starts that take any order */
  randomShare: number;
};

export type Floor = {
  now: number;
  roster: Roster;
  route: Route;
  lanes: readonly LaneView[];
  lines: readonly Line[];
  /** of the orders of the pass, in their order */
  stands: readonly Stand[];
  /** ascending deadline bins of the classes */
  classes: readonly number[];
  /** orders that will still come with an earlier deadline, by class */
  overtakers: readonly Float64Array[];
  /** minutes that count, from now to each grid point: closed hours count a tenth */
  worked: Float64Array;
  standOf: (order: OpenOrder) => Stand;
};

/** Closed hours carry little news, yet not none: they keep times in order. */
const CLOSED_WEIGHT = 0.1;

function workedCurve(roster: Roster, now: number): Float64Array {
  const curve = new Float64Array(CELLS + 1);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const from = POINTS[cell] ?? 0;
    const width = (POINTS[cell + 1] ?? from) - from;
    const isOpen = roster.isOpen(now + (from + width / 2) * MINUTE_MS);
    curve[cell + 1] = (curve[cell] ?? 0) + width * (isOpen ? 1 : CLOSED_WEIGHT);
  }
  return curve;
}

/** The same measure between two past moments. */
export function workedMinutes(roster: Roster, from: number, to: number): number {
  if (to <= from) return 0;
  const open = roster.openMs(from, to);
  return (open + CLOSED_WEIGHT * (to - from - open)) / MINUTE_MS;
}

/** All lanes that orders or history know, in the order of the processes. */
function laneNames(
  state: ForecastState,
  processes: readonly Process[],
  orders: readonly OpenOrder[],
): Lane[] {
  const zones = new Set<string | undefined>(orders.map((order) => order.zone));
  const picks = [...zones].map((zone) => laneOf("pick", zone));
  const known = Object.keys(state.lanes).filter((lane) => lane.startsWith("pick"));
  const picking = [...new Set([...known, ...picks])].toSorted();
  return processes.flatMap((process) => (process === "pick" ? picking : [process]));
}

const MOST_CLASSES = 96;

/** Deadline classes ahead, at most 96: neighbors share the earlier one's. */
function classesOf(orders: readonly OpenOrder[]): number[] {
  const bins = [...new Set(orders.map((order) => deadlineBin(order.deadline)))].toSorted(
    (a, b) => a - b,
  );
  const step = Math.ceil(bins.length / MOST_CLASSES);
  return bins.filter((_, index) => index % step === 0);
}

/** Index of the class of a deadline. */
export function classAt(classes: readonly number[], deadline: number): number {
  const bin = deadlineBin(deadline);
  let low = 0;
  let high = classes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((classes[middle] ?? 0) <= bin) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Capacity less the share of it that later, more urgent orders take; never falling. */
function effectiveCurve(total: Float64Array, taken: Float64Array, share: number): Float64Array {
  const curve = new Float64Array(CELLS + 1);
  let most = 0;
  for (let point = 0; point <= CELLS; point += 1) {
    most = Math.max(most, (total[point] ?? 0) - share * (taken[point] ?? 0));
    curve[point] = most;
  }
  return curve;
}

/** Lanes in which the order of arrival counts are not overtaken. */
const isOvertaken = (discipline: Discipline): boolean =>
  discipline === "due" || discipline === "priority";

const disciplinesOf = ({ current, isPredictable }: DisciplineState): Discipline[] =>
  isPredictable || current === "fifo" ? [current] : [current, "fifo"];

export type FloorInput = {
  state: ForecastState;
  plan: SitePlan;
  orders: readonly OpenOrder[];
  now: number;
  change?: Change | undefined;
};

/** The look of a lane at the floor's common part. */
type Common = Omit<Floor, "lanes"> & { counts: ReturnType<typeof countNow> };

export function lookAt(input: FloorInput): Floor {
  const { state, plan, orders, now, change } = input;
  const roster = rosterOf(plan);
  const processes = processesOf(plan.site);
  const names = laneNames(state, processes, orders);
  const route = routeOf(processes, names);
  const capacities = names.map((name) => capacityNow(input, roster, name, change));
  const usual = usualStaging(state, orders, capacities.at(-1));
  const toStand = (order: OpenOrder): Stand =>
    standOf(order, route, (one) => probabilityOfCheck(one, state, usual, roster, now));
  const stands = orders.map(toStand);
  const disciplines = [
    ...new Set(names.flatMap((name) => disciplinesOf(disciplineSeen(state, name)))),
  ];
  const classes = classesOf(orders);
  const common: Common = {
    now,
    roster,
    route,
    stands,
    classes,
    lines: disciplines.map((one) => lineUp(one, orders, stands, route, now)),
    overtakers: overtaking(state.arrivals, roster.calendar.zone, now, classes),
    worked: workedCurve(roster, now),
    standOf: toStand,
    counts: countNow(stands, route),
  };
  const lanes = capacities.map((capacity, index) => viewOf(input, common, capacity, index));
  return { ...common, lanes };
}

function capacityNow(
  { state, plan, now }: FloorInput,
  roster: Roster,
  name: Lane,
  change: Change | undefined,
): Capacity {
  const process = processOf(name);
  const lane = laneSeen(state, name);
  const whole = process === "allocate" ? null : statedRate(plan.site, process);
  // zones share the stations of picking
  const share = process === "pick" ? passShare(state, name) : 1;
  const stated =
    whole === null
      ? null
      : { ...whole, total: whole.total * share, stations: whole.stations * share };
  return capacityOf({ lane, name, roster, stated, now, addedHeads: change?.[name] ?? 0 });
}

function viewOf(
  { state, plan }: FloorInput,
  common: Common,
  capacity: Capacity,
  index: number,
): LaneView {
  const { name, total } = capacity;
  const discipline = disciplineSeen(state, name);
  const share = isOvertaken(discipline.current) ? passShare(state, name) : 0;
  const own = disciplinesOf(discipline);
  const isNever = share === 0 || common.overtakers.length === 0;
  return {
    name,
    process: processOf(name),
    capacity,
    budgetMinutes: budgetMinutes(plan, processOf(name)),
    effective: isNever
      ? [total]
      : common.overtakers.map((taken) => effectiveCurve(total, taken, share)),
    isOvertaken: !isNever,
    lines: own.map((one) => common.lines.findIndex((line) => line.discipline === one)),
    inService: common.counts.inService[index] ?? 0,
    waiting: common.counts.waiting[index] ?? 0,
    randomShare: randomShare(discipline),
  };
}

function budgetMinutes(plan: SitePlan, process: Process): number {
  const budgets = budgetStagesOf(process).map((stage) => plan.site.stageBudgets[stage]);
  return budgets.reduce((sum, text) => sum + durationMs(text ?? "P0D") / MINUTE_MS, 0);
}

/** Minutes after packing within which an order that is not checked is usually on the dock. */
function usualStaging(
  state: ForecastState,
  orders: readonly OpenOrder[],
  dock: Capacity | undefined,
): number {
  if (dock?.name !== "stage") return 5;
  let packed = 0;
  for (const { stage } of orders) if (stage === "packed" || stage === "checked") packed += 1;
  return 3 + inverse(dock.total, packed * (1 - checkShare(state)));
}

/** The longer a packed order is not on the dock, the surer it is that it is being checked. */
function probabilityOfCheck(
  order: OpenOrder,
  state: ForecastState,
  usual: number,
  roster: Roster,
  now: number,
): number {
  const share = checkShare(state);
  if (order.stage !== "packed") return share;
  if (order.inService === true) return 1;
  const notYet = Math.exp(-workedMinutes(roster, order.stageSince, now) / usual);
  return share / (share + (1 - share) * notYet);
}

export const minutesWorked = (floor: Pick<Floor, "worked">, minutes: number): number =>
  minutes <= 0 ? 0 : valueAt(floor.worked, minutes);
