/**
 * Every zone, every change of its clocks from 2024 to 2030, six wall-clock times on the days around it: the instant of a cut-off against a second
 * implementation that knows the zone's rules only through `Intl`, and shares no line with the first.
 */
import { describe, expect, test } from "vitest";
import { formatDay, parseDay, wallInstant } from "../../domain/wall-clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TIMES = ["00:00", "01:30", "02:30", "03:00", "16:00", "23:30"];
const FROM = Date.UTC(2024, 0, 1);
const TO = Date.UTC(2031, 0, 1);

/** Minutes by which local time is ahead of UTC at an instant. */
type OffsetAt = (at: number) => number;

function offsetsOf(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (at) => {
    const said: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) said[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = said;
    return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - at) / 60_000);
  };
}

/** The first instants of new offsets, found by halving the weeks in which the offset differs at both ends. */
function changesOf(offsetAt: OffsetAt): number[] {
  const changes: number[] = [];
  for (let at = FROM; at < TO; at += 7 * DAY) {
    let [low, high] = [at, at + 7 * DAY];
    const before = offsetAt(low);
    if (offsetAt(high) === before) continue;
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000;
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

/** By trial: an instant that shows this wall time, the earlier of two; none in a gap, then the offset before the gap holds. */
function secondOpinion(offsetAt: OffsetAt, date: string, time: string): number {
  const wall = Date.parse(`${date}T${time}:00Z`);
  const offsets = [offsetAt(wall - 26 * HOUR), offsetAt(wall + 26 * HOUR)];
  const shown = offsets
    .map((minutes) => wall - minutes * 60_000)
    .filter((at) => at + offsetAt(at) * 60_000 === wall);
  return shown.length > 0 ? Math.min(...shown) : wall - (offsets[0] ?? 0) * 60_000;
}

function differencesOf(zone: string): { cases: number; wrong: string[] } {
  const offsetAt = offsetsOf(zone);
  const wrong: string[] = [];
  let cases = 0;
  for (const change of changesOf(offsetAt)) {
    const middle = Math.floor((change + offsetAt(change) * 60_000) / DAY);
    for (const time of TIMES) {
      const [hours = 0, minutes = 0] = time.split(":").map(Number);
      // each local day has exactly one cut-off, and a later day a later one
      let last = -Infinity;
      for (const day of [middle - 1, middle, middle + 1]) {
        const date = formatDay(day);
        const at = wallInstant(zone, parseDay(date), hours * 60 + minutes);
        cases += 1;
        if (at !== secondOpinion(offsetAt, date, time) || at <= last) wrong.push(`${date} ${time}`);
        last = at;
      }
    }
  }
  return { cases, wrong: wrong.map((one) => `${zone} ${one}`) };
}

describe("cut-offs in every zone", () => {
  test("are the same instants by both implementations, at every change of the clocks from 2024 to 2030", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    const results = zones.map(differencesOf);
    expect(zones.length).toBeGreaterThan(400);
    expect(results.reduce((sum, { cases }) => sum + cases, 0)).toBeGreaterThan(20_000);
    expect(results.flatMap(({ wrong }) => wrong)).toEqual([]);
  }, 60_000);
});
