/**
 * The days about its start on which a demo's sites work round the clock, with a truck of each carrier every two hours: whoever starts it, at whatever hour, finds a
 * day in progress. Entered as special days, as a lead enters them before a peak; the ordinary weeks of a site, and dates that have hours of their own, stay as they are.
 */
import type { Carrier, Shift, Site } from "../domain/site.ts";
import { DAY, dateOf, minuteOfWall, wallOf } from "./local-time.ts";

/** Orders that came days ago are still open. */
const DAYS_BACK = 3;
const DAYS_AHEAD = 30;
const TRUCK_EVERY_MINUTES = 120;

type Hours = Pick<Shift, "name" | "from" | "to">;
type Day = NonNullable<Site["special"]>[string];

const hoursOf = ({ name, from, to }: Hours): Hours => ({
  ...(name !== undefined && { name }),
  from,
  to,
});

/** The shifts of the week's first working day, and a night in what they leave. */
function roundTheClock({ shifts }: Site): Day {
  const first = Math.min(...shifts.flatMap(({ days }) => days));
  const usual = shifts
    .filter(({ days }) => days.includes(first))
    .toSorted((a, b) => minuteOfWall(a.from) - minuteOfWall(b.from));
  const [from, to] = [usual.at(-1)?.to ?? "22:00", usual[0]?.from ?? "06:00"];
  return [...usual.map(hoursOf), ...(from === to ? [] : [{ name: "night", from, to }])];
}

/** Its trucks of a working day, and others at even distances; those of several carriers take turns. */
function trucksOf({ pickups }: Carrier, phase: number): string[] {
  const first = Math.min(...pickups.flatMap(({ days }) => days));
  const usual = pickups.filter(({ days }) => days.includes(first)).map(({ at }) => at);
  const others = Array.from({ length: (24 * 60) / TRUCK_EVERY_MINUTES }, (_, index) =>
    wallOf(phase + index * TRUCK_EVERY_MINUTES),
  );
  return [...new Set([...usual, ...others])].toSorted();
}

const onEach = <T>(dates: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(dates.map((date) => [date, value]));

/** The same site, open about `now` (epoch ms). One that lists no shifts works round the clock already. */
export function withOpenDays(site: Site, now: number): Site {
  const today = Math.floor(now / DAY);
  const count = DAYS_BACK + DAYS_AHEAD + 1;
  const dates = Array.from({ length: count }, (_, index) => dateOf(today - DAYS_BACK + index));
  const carriers = site.carriers.map((carrier, index) => {
    if (carrier.pickups.length === 0) return carrier;
    const trucks = trucksOf(
      carrier,
      Math.floor((index * TRUCK_EVERY_MINUTES) / site.carriers.length),
    );
    return { ...carrier, exceptions: { ...onEach(dates, trucks), ...carrier.exceptions } };
  });
  if (site.shifts.length === 0) return { ...site, carriers };
  return { ...site, carriers, special: { ...onEach(dates, roundTheClock(site)), ...site.special } };
}
