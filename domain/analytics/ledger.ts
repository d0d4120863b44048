/**
 * Differences on their way into the roll-ups: by hour of the site, dimension and value. Days are the sums of their hours.
 *
 * Of one order some hundred things are counted at eight places each: so places are looked up once for all that is counted there, and names by their number. They become
 * sums by name (`gains`) or one list of numbers (`packed`) at the end, once a batch.
 */
import { endOf, hourOf, dayStartOf, type Grain } from "./buckets.ts";
import { addCell, createCells, isNothing, NOWHERE, Spot, sumsOf, type Cell } from "./cells.ts";
import { pack, type Counted, type Gains } from "./gains.ts";
import type { Dimension, Place } from "./places.ts";
import { ofPassage, type Sums } from "./sums.ts";
import { HOUR_MS } from "../wall-clock.ts";

/** One roll-up and what it gains. */
export type Gain = { grain: Grain; bucket: number; dim: Dimension; value: string; sums: Sums };

export type Ledger = {
  /** where several things are counted */
  at: (at: number, places: readonly Place[]) => Spot;
  add: (at: number, places: readonly Place[], name: string, by: number) => void;
  duration: (at: number, places: readonly Place[], name: string, ms: number, by: 1 | -1) => void;
  /** somebody comes or goes: counts, and the time from then to the end of the hour (`.h`) and of the day (`.d`), so that what stood there can be averaged */
  passage: (at: number, places: readonly Place[], name: string, by: 1 | -1) => void;
  gains: () => Gain[];
  /** of hours alone: days follow from them */
  packed: () => Gains;
};

/** What is counted in one hour or day, by place, and again by list of places: those are asked for. */
type Bucket = {
  from: number;
  to: number;
  /** where the day ends that it is in */
  dayTo: number;
  cells: Map<Dimension, Map<string, Cell>>;
  spots: Map<readonly Place[], Spot>;
};
type Buckets = Map<number, Bucket>;

const bucketFrom = (from: number, to: number, dayTo: number): Bucket => ({
  from,
  to,
  dayTo,
  cells: new Map(),
  spots: new Map(),
});

function cellAt({ cells }: Bucket, [dim, value]: Place, make: () => Cell): Cell {
  let values = cells.get(dim);
  if (values === undefined) cells.set(dim, (values = new Map()));
  let cell = values.get(value);
  if (cell === undefined) values.set(value, (cell = make()));
  return cell;
}

/** The days that hours make up. */
function daysOf(hours: Buckets, zone: string, make: () => Cell): Buckets {
  const days: Buckets = new Map();
  for (const hour of hours.values()) {
    const start = dayStartOf(zone, hour.from);
    let day = days.get(start);
    if (day === undefined) days.set(start, (day = bucketFrom(start, hour.dayTo, hour.dayTo)));
    for (const [dim, values] of hour.cells)
      for (const [value, cell] of values) addCell(cellAt(day, [dim, value], make), cell);
  }
  return days;
}

function* countedIn(grain: Grain, buckets: Buckets): Generator<Counted> {
  for (const [bucket, { cells }] of buckets)
    for (const [dim, values] of cells)
      for (const [value, cell] of values)
        if (!isNothing(cell)) yield { grain, bucket, place: [dim, value], cell };
}

/** The hours of a site, made when something is counted in them. */
function createHours(zone: string, make: () => Cell) {
  const hours: Buckets = new Map();
  /** by hour since 1970: those of a site may begin between two of them */
  const known = new Map<number, Bucket>();

  function find(at: number): Bucket {
    const from = hourOf(zone, at);
    const dayTo = endOf(zone, "day", dayStartOf(zone, at));
    const hour = hours.get(from) ?? bucketFrom(from, endOf(zone, "hour", from), dayTo);
    hours.set(from, hour);
    return hour;
  }

  function hourAt(at: number): Bucket {
    const place = Math.floor(at / HOUR_MS);
    const last = known.get(place);
    if (last !== undefined && at >= last.from && at < last.to) return last;
    const hour = find(at);
    known.set(place, hour);
    return hour;
  }

  function spotAt(at: number, places: readonly Place[]): Spot {
    const hour = hourAt(at);
    const known = hour.spots.get(places);
    if (known !== undefined) return known;
    const spot = new Spot(places.map((place) => cellAt(hour, place, make)));
    hour.spots.set(places, spot);
    return spot;
  }

  return {
    spotAt,
    hourAt,
    countedHours: () => countedIn("hour", hours),
    countedDays: () => countedIn("day", daysOf(hours, zone, make)),
  };
}

const gainOf = ({ grain, bucket, place: [dim, value], cell }: Counted): Gain => ({
  grain,
  bucket,
  dim,
  value,
  sums: sumsOf(cell),
});

/** `counts`: moments outside it are passed over. */
export function createLedger(zone: string, counts: (at: number) => boolean = () => true): Ledger {
  const { spotAt, hourAt, countedHours, countedDays } = createHours(zone, createCells());
  const spotIn = (at: number, places: readonly Place[]): Spot =>
    counts(at) ? spotAt(at, places) : NOWHERE;
  return {
    at: spotIn,
    add: (at, places, name, by) => spotIn(at, places).add(name, by),
    duration: (at, places, name, ms, by) => spotIn(at, places).duration(name, ms, by),
    passage: (at, places, name, by) => {
      if (!counts(at)) return;
      const names = ofPassage(name);
      const spot = spotAt(at, places);
      spot.add(name, by);
      const { to, dayTo } = hourAt(at);
      spot.add(names.hour, by * (to - at));
      spot.add(names.day, by * (dayTo - at));
    },
    gains: () => [...countedHours(), ...countedDays()].map(gainOf),
    packed: () => pack(zone, countedHours()),
  };
}
