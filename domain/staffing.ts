/**
 * Will the work that a truck needs be done in time, and who should move where: counts against capacity for each process, the probability behind it, and
 * the smallest move that makes it likely (design page, section 6; the worked example of 6.5 is a test). Rates are per person and hour, times are hours.
 */
import { ordersIn, peopleIn } from "./counted.ts";

/** One process before a truck. */
export type StationLoad = {
  process: string;
  /** orders that still must pass it before this truck, those of earlier trucks among them */
  need: number;
  people: number;
  /** orders one person completes in an hour */
  ratePerPerson: number;
  /** hours of work left until it must be done, breaks taken off */
  hours: number;
  /** no more people fit there; absent where nobody said */
  maxPeople?: number;
};

export type StationOutlook = {
  process: string;
  need: number;
  capacity: number;
  /** capacity over need; Infinity when nothing is needed */
  clear: number;
  /** probability that all of it is done in time */
  probability: number;
  /** orders that are expected to be left over */
  short: number;
  neededPerHour: number;
};

export type Uncertainty = {
  /** squared coefficient of variation of one service time */
  service: number;
  /** coefficient of variation of the forecast rate */
  rate: number;
};

export const UNCERTAINTY: Uncertainty = { service: 0.25, rate: 0.12 };

/** With that probability a truck counts as safe. */
const TARGET = 0.9;
/** A process gives people away only while this much capacity over its need stays. */
const DONOR_MARGIN = 1.3;
/** A person who moves is of no use there for that long. */
export const RAMP_HOURS = 10 / 60;

/** Standard normal distribution; error below 1.5e-7 (Abramowitz and Stegun 7.1.26). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * poly * Math.exp(-x * x);
  return z < 0 ? tail : 1 - tail;
}

const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

const capacityOf = ({ people, ratePerPerson, hours }: StationLoad): number =>
  people * ratePerPerson * Math.max(0, hours);

const deviationOf = (capacity: number, { service, rate }: Uncertainty): number =>
  Math.sqrt(capacity * service + (capacity * rate) ** 2);

/** One process with the people it has. */
export function outlookOf(
  load: StationLoad,
  uncertainty: Uncertainty = UNCERTAINTY,
): StationOutlook {
  const { process, need, hours } = load;
  const capacity = capacityOf(load);
  const clear = need > 0 ? capacity / need : Infinity;
  const neededPerHour = hours > 0 ? need / hours : Infinity;
  const deviation = deviationOf(capacity, uncertainty);
  const common = { process, need, capacity, clear, neededPerHour: need > 0 ? neededPerHour : 0 };
  if (need <= 0) return { ...common, probability: 1, short: 0 };
  if (deviation === 0) return { ...common, probability: 0, short: need - capacity };
  const z = (capacity - need) / deviation;
  // with far more than is needed the difference of two nearly equal figures may fall below nothing
  const short = Math.max(0, deviation * (normalDensity(z) - z * (1 - normalCdf(z))));
  return { ...common, probability: normalCdf(z), short };
}

const withPeople = (load: StationLoad, people: number): StationLoad => ({ ...load, people });

/** The outlook when some of the people come from elsewhere: they begin later. */
function withMoved(load: StationLoad, moved: number, rampHours: number): StationOutlook {
  const lost = (moved * Math.min(rampHours, Math.max(0, load.hours))) / Math.max(load.hours, 1e-9);
  return outlookOf(withPeople(load, load.people + moved - lost));
}

/** People that a process can spare: the margin stays, and one person at least. */
export function sparePeople(load: StationLoad): number {
  const perPerson = load.ratePerPerson * Math.max(0, load.hours);
  const needed =
    load.need <= 0 ? 0 : Math.ceil((load.need * DONOR_MARGIN) / Math.max(perPerson, 1e-9));
  return Math.max(0, load.people - Math.max(1, needed));
}

export type Move = { from: string; to: string; people: number; spare: number };

export type Advice = {
  bottleneck: StationOutlook;
  /** people to add there, from where; empty when it clears by itself */
  moves: Move[];
  /** people that would be needed beyond those who can be moved */
  missing: number;
  /** of the bottleneck, with the moves made */
  probability: number;
};

/** The fewest people more that make it likely; Infinity when no number does. */
function peopleNeeded(load: StationLoad, rampHours: number): number {
  const room = (load.maxPeople ?? load.people + 200) - load.people;
  for (let more = 0; more <= room; more += 1) {
    if (withMoved(load, more, rampHours).probability >= TARGET) return more;
  }
  return Infinity;
}

function takeFrom(donors: readonly StationLoad[], wanted: number, to: string): Move[] {
  const moves: Move[] = [];
  let left = wanted;
  for (const donor of donors) {
    const spare = sparePeople(donor);
    const people = Math.min(spare, left);
    if (people <= 0) continue;
    moves.push({ from: donor.process, to, people, spare });
    left -= people;
  }
  return moves;
}

/** What to do for the process that holds the truck back most: the smallest move from where people can be spared. Null when there is no process. */
export function adviseMoves(loads: readonly StationLoad[], rampHours = RAMP_HOURS): Advice | null {
  const ranked = loads
    .map((load) => ({ load, outlook: outlookOf(load) }))
    .sort(
      (a, b) =>
        a.outlook.probability - b.outlook.probability ||
        a.outlook.clear - b.outlook.clear ||
        b.outlook.short - a.outlook.short,
    );
  const [worst] = ranked;
  if (worst === undefined) return null;
  const { load, outlook } = worst;
  const needed = peopleNeeded(load, rampHours);
  const wanted = Number.isFinite(needed) ? needed : (load.maxPeople ?? Infinity) - load.people;
  const donors = loads
    .filter((other) => other !== load)
    .sort((a, b) => sparePeople(b) - sparePeople(a));
  const moves = takeFrom(donors, wanted, load.process);
  const moved = moves.reduce((sum, move) => sum + move.people, 0);
  const missing = Number.isFinite(needed) ? needed - moved : Infinity;
  const { probability } = withMoved(load, moved, rampHours);
  return { bottleneck: outlook, moves, missing, probability };
}

/** With less of a chance a move is no advice: nobody sends people for it. */
const HARDLY = 0.05;

/** `Move 4 people from picking for 95 %.` */
export function movesInWords({ moves, missing, probability }: Omit<Advice, "bottleneck">): string {
  const move = moves.map(({ people, from }) => `${peopleIn(people)} from ${from}`);
  if (move.length === 0) return "Nobody can be spared elsewhere.";
  if (probability < HARDLY) return `Not even ${move.join(" and ")} would be enough.`;
  const lacking = Number.isFinite(missing) ? `${missing} more are missing` : "that is not enough";
  const rest = missing > 0 ? `; ${lacking}` : "";
  return `Move ${move.join(" and ")} for ${percent(probability)}${rest}.`;
}

/** `packing will be 75 orders short. Move 4 people from picking for 95 %.` */
export function adviceInWords(advice: Advice): string {
  const { process, need, capacity, probability } = advice.bottleneck;
  if (probability >= TARGET) return `${process} clears by itself (${percent(probability)}).`;
  const short = Math.max(0, Math.round(need - capacity));
  const state =
    short > 0
      ? `${process} will be ${ordersIn(short)} short`
      : `${process} is tight (${percent(probability)})`;
  return `${state}. ${movesInWords(advice)}`;
}

/** What is all but certain is not told as certain. */
function percent(p: number): string {
  if (p > 0.99) return "> 99 %";
  return p < 0.01 ? "< 1 %" : `${Math.round(p * 100)} %`;
}
