/**
 * A site's clock on the wall. Days are whole numbers since 1970-01-01 in the site's zone, minutes count from its midnight. Offsets come from the
 * platform's zone tables and are remembered an hour at a time, because a run asks for them millions of times.
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type LocalTime = { day: number; weekday: number; minute: number };
export type Zone = { name: string; format: Intl.DateTimeFormat; offsets: Map<number, number> };

export function zoneOf(name: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  return { name, format, offsets: new Map() };
}

function offsetAt(zone: Zone, at: number): number {
  const hour = Math.floor(at / HOUR);
  const known = zone.offsets.get(hour);
  if (known !== undefined) return known;
  const text = zone.format.formatToParts(at).find((part) => part.type === "timeZoneName")?.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text ?? "") ?? [];
  const size = Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE;
  const offset = sign === "-" ? -size : size;
  zone.offsets.set(hour, offset);
  return offset;
}

/** ISO weekday (1 = Monday) of a day number; day 0 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

export function localTimeOf(zone: Zone, at: number): LocalTime {
  const local = at + offsetAt(zone, at);
  const day = Math.floor(local / DAY);
  return { day, weekday: weekdayOf(day), minute: (local - day * DAY) / MINUTE };
}

/** The instant at which a wall in this zone shows that minute of that day; in a gap the later, in a fold the earlier one. */
export function instantOf(zone: Zone, day: number, minute: number): number {
  const local = day * DAY + minute * MINUTE;
  const [before, after] = [offsetAt(zone, local - DAY), offsetAt(zone, local + DAY)];
  const moments = [local - before, local - after].toSorted((a, b) => a - b);
  return moments.find((at) => at + offsetAt(zone, at) === local) ?? local - before;
}

export const minuteOfWall = (wall: string): number =>
  Number(wall.slice(0, 2)) * 60 + Number(wall.slice(3, 5));

export const wallOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
