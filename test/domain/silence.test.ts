import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyVoices,
  hear,
  passVoices,
  restoreVoices,
  resume,
  silencesOf,
  statedSilentAt,
  type VoicesState,
} from "../../domain/silence.ts";
import { calendarOf } from "../../domain/calendar.ts";
import type { Site } from "../../domain/site.ts";
import { aSite } from "../support/builders.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE = "Europe/Berlin";
/** Monday 2026-01-12, midnight in Berlin */
const MONDAY = Date.UTC(2026, 0, 11, 23);
const site: Site = aSite();

/** Speaks every `every` ms from 6:00 to 22:00, Monday to Friday. */
function hearShifts(
  state: VoicesState,
  source: string,
  weeks: number,
  every: number,
  from = MONDAY,
) {
  for (let day = 0; day < weeks * 7; day += 1) {
    if (day % 7 > 4) continue;
    const start = from + day * DAY + 6 * HOUR;
    for (let at = start; at < start + 16 * HOUR; at += every) hear(state, ZONE, source, at);
  }
}

/** How many ms after `last` a source is silent; null when it never is within ten days. */
function silentAfter(state: VoicesState, source: string, last: number, of = site): number | null {
  const heard = new Map([[source, last]]);
  const [silence] = silencesOf(state, of, heard, last + 10 * DAY);
  return silence === undefined ? null : silence.silentAt - last;
}

describe("a source without a stated limit", () => {
  test("is silent after 15 minutes of a time in which it always speaks", () => {
    const state = emptyVoices();
    hearShifts(state, "wms/x", 3, 30_000);
    const last = MONDAY + 21 * DAY + 10 * HOUR;
    const after = silentAfter(state, "wms/x", last);
    expect(after).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(after).toBeLessThan(17 * MINUTE);
  });

  test("is not silent at night and on the weekend, when nobody expects it", () => {
    const state = emptyVoices();
    hearShifts(state, "wms/x", 3, MINUTE);
    const evening = MONDAY + 21 * DAY + 21 * HOUR + 59 * MINUTE;
    expect(silentAfter(state, "wms/x", evening)).toBeGreaterThan(8 * HOUR);
    const friday = evening + 4 * DAY;
    expect(silentAfter(state, "wms/x", friday)).toBeGreaterThan(56 * HOUR);
    expect(silentAfter(state, "wms/x", friday)).toBeLessThan(57 * HOUR);
  });

  test("that speaks rarely is given three times its longest normal gap", () => {
    const state = emptyVoices();
    for (let at = MONDAY; at < MONDAY + 35 * DAY; at += 2 * HOUR) hear(state, ZONE, "3pl/x", at);
    const after = silentAfter(state, "3pl/x", MONDAY + 35 * DAY) ?? 0;
    expect(after).toBeGreaterThanOrEqual(6 * HOUR);
    expect(after).toBeLessThan(10 * HOUR);
  });

  test("that sends a file of hundreds every hour is not silent between two of them", () => {
    const state = emptyVoices();
    for (let hour = 0; hour < 21 * 24; hour += 1)
      for (let event = 0; event < 300; event += 1)
        hear(state, ZONE, "3pl/file", MONDAY + hour * HOUR + event * 500);
    expect(silentAfter(state, "3pl/file", MONDAY + 21 * DAY)).toBeGreaterThan(90 * MINUTE);
  });

  test("is never silent before a week of history, nor by a few words", () => {
    const young = emptyVoices();
    hearShifts(young, "wms/x", 1, MINUTE);
    expect(silentAfter(young, "wms/x", MONDAY + 4 * DAY + 12 * HOUR)).toBeNull();
    const terse = emptyVoices();
    for (let day = 0; day < 60; day += 1) hear(terse, ZONE, "edi/x", MONDAY + day * DAY);
    expect(silentAfter(terse, "edi/x", MONDAY + 59 * DAY)).toBeNull();
  });

  test("of people, of imports and the canary is none", () => {
    const state = emptyVoices();
    for (const source of ["ui/ana", "import/olist", "control-tower/canary"])
      hearShifts(state, source, 3, MINUTE);
    expect(Object.keys(state.voices)).toEqual([]);
  });

  test("is expected as often as before when its outage is over", () => {
    const state = emptyVoices();
    for (let at = MONDAY; at < MONDAY + 28 * DAY; at += HOUR) hear(state, ZONE, "3pl/x", at);
    const last = MONDAY + 28 * DAY - HOUR;
    const before = silentAfter(state, "3pl/x", last) ?? 0;
    for (let at = last; at < last + 13 * DAY; at += HOUR)
      passVoices(state, ZONE, at - last > before ? new Set(["3pl/x"]) : new Set(), at);
    hear(state, ZONE, "3pl/x", last + 13 * DAY);
    const after = silentAfter(state, "3pl/x", last + 13 * DAY) ?? 0;
    expect(after / before).toBeGreaterThan(0.9);
    expect(after / before).toBeLessThan(1.1);
  });

  test("is not blamed for the time in which the tower could not hear", () => {
    const state = emptyVoices();
    hearShifts(state, "wms/x", 3, MINUTE);
    const last = MONDAY + 21 * DAY + 8 * HOUR;
    resume(state, last + 2 * HOUR);
    expect(silentAfter(state, "wms/x", last)).toBeGreaterThanOrEqual(135 * MINUTE);
  });

  test("is forgotten two weeks after it was heard last", () => {
    const state = emptyVoices();
    hearShifts(state, "wms/x", 3, MINUTE);
    passVoices(state, ZONE, new Set(["wms/x"]), MONDAY + 36 * DAY);
    expect(state.voices["wms/x"]).toBeUndefined();
  });

  test("is learned afresh when what was kept is of another version", () => {
    const state = emptyVoices();
    hearShifts(state, "wms/x", 1, HOUR);
    expect(restoreVoices(state)).toBe(state);
    expect(restoreVoices({ ...state, version: 0 })).toEqual(emptyVoices());
    expect(restoreVoices(undefined)).toEqual(emptyVoices());
  });

  test("is hardly ever called silent while it goes on as before", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), (seed, meanMinutes) => {
        // never 0, from which this generator does not come away
        let dice = 1 + ((seed >>> 0) % 2_147_483_646);
        const chance = () => (dice = (dice * 48_271) % 2_147_483_647) / 2_147_483_647;
        const state = emptyVoices();
        let at = MONDAY;
        let alarms = 0;
        let looks = 0;
        while (at < MONDAY + 35 * DAY) {
          const gap = -Math.log(1 - chance()) * meanMinutes * MINUTE;
          if (at > MONDAY + 28 * DAY) {
            looks += 1;
            if (silencesOf(state, site, new Map([["x", at]]), at + gap).length > 0) alarms += 1;
          }
          at += gap;
          hear(state, ZONE, "x", at);
        }
        expect(alarms / looks).toBeLessThan(0.002);
      }),
      { numRuns: 4, examples: [[-3, 28]] },
    );
  }, 30_000);
});

describe("a stated limit", () => {
  const stated: Site = {
    ...site,
    sources: [{ source: "wms/x", silentAfter: "PT5M", name: "WMS" }],
  };

  test("wins over what was learned, and needs no history", () => {
    const state = emptyVoices();
    hearShifts(state, "wms/x", 3, HOUR);
    const last = MONDAY + 21 * DAY + 8 * HOUR;
    expect(silentAfter(state, "wms/x", last, stated)).toBe(5 * MINUTE);
    expect(silentAfter(emptyVoices(), "wms/x", last, stated)).toBe(5 * MINUTE);
    const at = last + 5 * MINUTE;
    expect(silencesOf(state, stated, new Map([["wms/x", last]]), at)).toEqual([]);
    expect(silencesOf(state, stated, new Map([["wms/x", last]]), at + 1)).toEqual([
      { source: "wms/x", name: "WMS", since: last, silentAt: at },
    ]);
  });

  test("is counted in working time, so that the night is no silence", () => {
    const calendar = calendarOf(site);
    const evening = MONDAY + 21 * HOUR + 58 * MINUTE;
    expect(statedSilentAt(calendar, evening, 5 * MINUTE)).toBe(MONDAY + 30 * HOUR + 3 * MINUTE);
  });

  test("is counted by the clock for whoever speaks while the calendar says closed", () => {
    const night = MONDAY + 3 * HOUR;
    expect(statedSilentAt(calendarOf(site), night, 5 * MINUTE)).toBe(night + 5 * MINUTE);
  });
});
