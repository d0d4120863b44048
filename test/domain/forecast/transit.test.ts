import { describe, expect, test } from "vitest";
import {
  observeTransit,
  passTransitTime,
  predictTransit,
  settleTransit,
} from "../../../domain/forecast/transit.ts";
import { workClock, type TransitCalendar } from "../../../domain/forecast/transit/clock.ts";
import { observeScan, silentAfterMs } from "../../../domain/forecast/transit/silence.ts";
import {
  createTransitState,
  type TransitOrder,
  type TransitState,
} from "../../../domain/forecast/transit/state.ts";
import { transitView } from "../../../domain/forecast/transit/view.ts";
import { DAY_MS, HOUR_MS, parseDay, wallInstant } from "../../../domain/wall-clock.ts";

const ZONE = "Europe/Berlin";
const open: TransitCalendar = { zone: ZONE, closed: [] };
/** a Monday */
const MONDAY = parseDay("2026-03-02");
const at = (day: number, hour = 12): number => wallInstant(ZONE, MONDAY + day, hour * 60);

const anOrder = (over: Partial<TransitOrder> = {}): TransitOrder => ({
  carrier: "CARR",
  service: "ground",
  from: "BE",
  to: "BY",
  shipper: "BER1",
  placedAt: at(-1),
  deliverBy: at(6, 20),
  handedOverAt: at(0),
  ...over,
});

type Lane = Partial<TransitOrder> & { takes: number };

/** One order a working day, each delivered after `takes` days, moved off Sundays; the last ends before `at(0)`. */
function taught(lanes: readonly Lane[], weeks = 20): TransitState {
  const state = createTransitState();
  const ends = lanes.flatMap(({ takes, ...lane }) =>
    Array.from({ length: weeks * 7 }, (_, index) => {
      const start = at(-3 - takes - weeks * 7 + index, 10 + (index % 7));
      const end = start + (takes + ((index * 5) % 7) / 10) * DAY_MS;
      const day = new Date(end).getUTCDay();
      const order = anOrder({
        ...lane,
        placedAt: start - DAY_MS,
        handedOverAt: start,
        deliverBy: start + 7 * DAY_MS,
      });
      return { order, at: day === 0 ? end + DAY_MS : end };
    }),
  );
  for (const end of ends.sort((a, b) => a.at - b.at))
    observeTransit(state, open, { kind: "delivered", ...end });
  return state;
}

const ask = (state: TransitState, order: TransitOrder, now: number, calendar = open) =>
  predictTransit(transitView(state, calendar, now), order);

const pairOfLanes = taught([
  { to: "BY", takes: 3 },
  { to: "SH", takes: 6 },
]);

describe("a forecast of transit", () => {
  test("knows a short lane from a long one", () => {
    const near = ask(pairOfLanes, anOrder({ to: "BY" }), at(1));
    const far = ask(pairOfLanes, anOrder({ to: "SH" }), at(1));
    expect(near.p).toBeLessThan(0.1);
    expect(far.p).toBeGreaterThan(near.p + 0.2);
    expect(near.median).toBeLessThan(far.median);
    expect(near.basis.level).toBe("lane");
  });

  test("falls with every hour more until the promise", () => {
    const risks = Array.from(
      { length: 200 },
      (_, hour) =>
        ask(pairOfLanes, anOrder({ to: "SH", deliverBy: at(1) + (hour + 1) * HOUR_MS }), at(1)).p,
    );
    const drops = risks.slice(1).map((p, index) => (risks[index] ?? 0) - p);
    // the length of the promise tells something too, but never as much as the hour that it adds
    expect(Math.min(...drops)).toBeGreaterThan(-0.01);
    expect((risks[0] ?? 0) - (risks.at(-1) ?? 0)).toBeGreaterThan(0.6);
  });

  test("is certain once the promise has passed", () => {
    expect(ask(pairOfLanes, anOrder(), at(6, 20)).p).toBe(1);
  });

  test("grows when days go by without a delivery", () => {
    const order = anOrder({ to: "BY" });
    const risks = [1, 3, 4, 5, 6].map((day) => ask(pairOfLanes, order, at(day)).p);
    expect(risks).toEqual(risks.toSorted((a, b) => a - b));
    expect(risks.at(-1)).toBeGreaterThan(0.4);
  });

  test("names a band in order, with the middle where half have arrived", () => {
    const { low, median, high } = ask(pairOfLanes, anOrder({ to: "SH" }), at(1));
    expect(low).toBeLessThan(median);
    expect(median).toBeLessThan(high);
    const atMedian = ask(pairOfLanes, anOrder({ to: "SH" }), at(1)).median;
    expect((atMedian - at(0)) / DAY_MS).toBeGreaterThan(5);
    expect((atMedian - at(0)) / DAY_MS).toBeLessThan(8.5);
  });

  test("counts a weekend and a closed day as time in which little moves", () => {
    const within = (from: number): TransitOrder =>
      anOrder({
        placedAt: at(from - 4),
        handedOverAt: at(from - 3),
        deliverBy: at(from + 2),
      });
    const midweek = ask(pairOfLanes, within(8), at(8)).p;
    const weekend = ask(pairOfLanes, within(11), at(11)).p;
    expect(weekend).toBeGreaterThan(midweek + 0.05);
    const closed = { zone: ZONE, closed: [MONDAY + 9] };
    expect(ask(pairOfLanes, within(8), at(8), closed).p).toBeGreaterThan(midweek + 0.05);
  });

  test("leans on what is known of the service where a lane is new", () => {
    const known = ask(pairOfLanes, anOrder({ to: "HH", from: "HH" }), at(1));
    expect(known.basis.level).toBe("service");
    expect(known.basis.cases).toBeGreaterThan(30);
  });

  test("says that it has no history, and still answers", () => {
    const forecast = ask(createTransitState(), anOrder(), at(1));
    expect(forecast.basis).toEqual({ level: "none", cases: 0 });
    expect(forecast.p).toBeGreaterThan(0.05);
    expect(forecast.p).toBeLessThan(0.95);
    expect(forecast.reasons.join()).toContain("Not enough history");
  });

  test("is worse before hand-over than after it, and still worse past the shipping limit", () => {
    const state = taught([{ to: "BY", takes: 3 }]);
    for (let day = -60; day < -2; day += 1) {
      const order = anOrder({ placedAt: at(day), shipBy: at(day + 1), handedOverAt: undefined });
      observeTransit(state, open, { kind: "handed_over", order, at: at(day + 1, 9) });
    }
    const waiting = anOrder({ handedOverAt: undefined, shipBy: at(0), deliverBy: at(5) });
    const before = ask(state, waiting, at(1));
    const after = ask(state, { ...waiting, handedOverAt: at(0) }, at(1));
    expect(before.p).toBeGreaterThan(after.p + 0.05);
    expect(before.low).toBeLessThan(before.median);
    expect(before.reasons[0]).toContain("Not handed over yet, due to be by Mon 2 Mar 12:00 CET");
    expect(ask(state, waiting, at(3)).p).toBeGreaterThan(before.p);
  });

  test("gives at most three reasons, the lane's usual time among them", () => {
    const { reasons } = ask(pairOfLanes, anOrder({ to: "SH" }), at(1));
    expect(reasons.length).toBeLessThanOrEqual(3);
    expect(reasons.join("\n")).toMatch(/BE to SH usually takes \d+(\.5)? working days/);
  });
});

describe("what is learned", () => {
  test("survives the way through JSON", () => {
    const copy = JSON.parse(JSON.stringify(pairOfLanes)) as TransitState;
    expect(ask(copy, anOrder(), at(2))).toEqual(ask(pairOfLanes, anOrder(), at(2)));
  });

  test("is not changed by asking", () => {
    const before = JSON.stringify(pairOfLanes);
    ask(pairOfLanes, anOrder({ to: "nowhere" }), at(2));
    expect(JSON.stringify(pairOfLanes)).toBe(before);
  });

  test("takes in a standstill before one late order is known", () => {
    const state = taught([{ to: "BY", takes: 3 }]);
    const stuck = Array.from({ length: 80 }, (_, index) =>
      anOrder({ placedAt: at(-9), handedOverAt: at(-8, 8 + (index % 8)) }),
    );
    const order = anOrder({ placedAt: at(-2), handedOverAt: at(-1), deliverBy: at(3) });
    const calm = ask(state, order, at(0)).p;
    for (let day = -8; day <= 0; day += 1) passTransitTime(state, open, stuck, at(day, 11));
    const jammed = ask(state, order, at(0));
    expect(jammed.p).toBeGreaterThan(calm + 0.03);
    expect(jammed.reasons.join("\n")).toMatch(/Deliveries to BY run at \d+ % of what is usual/);
  });

  test("knows that some never come", () => {
    const [good, bad] = [taught([{ takes: 3 }]), taught([{ takes: 3 }])];
    for (let index = 0; index < 60; index += 1)
      observeTransit(bad, open, { kind: "given_up", order: anOrder(), at: at(1) + index });
    const order = anOrder({ deliverBy: at(12) });
    expect(ask(bad, order, at(6)).p).toBeGreaterThan(ask(good, order, at(6)).p + 0.1);
  });

  test("hears how promises are kept where goods come by appointment", () => {
    const state = createTransitState();
    for (let day = -300; day < -20; day += 1) {
      const length = 10 + ((day * 37) % 40) + 40;
      const start = at(day - length);
      const order = anOrder({ placedAt: start, handedOverAt: start, deliverBy: at(day, 23) });
      for (const slack of [14, 7, 3]) {
        const { raw } = ask(state, order, order.deliverBy - slack * DAY_MS);
        settleTransit(state, { raw, missed: false }, at(day, 23));
      }
      observeTransit(state, open, { kind: "delivered", order, at: at(day) });
    }
    const order = anOrder({ placedAt: at(-40), handedOverAt: at(-40), deliverBy: at(0, 23) });
    const { p, raw, reasons } = ask(state, order, at(-3));
    expect(raw.duration).toBeGreaterThan(0.3);
    expect(p).toBeLessThan(raw.duration - 0.2);
    expect(reasons.join("\n")).toContain("before their promise");
  });

  test("corrects itself by what came true, after 2,000 outcomes", () => {
    const state = createTransitState();
    const raw = { duration: 0.3, keeping: 0.3, p: 0.3 };
    for (let index = 0; index < 3000; index += 1)
      settleTransit(state, { raw, missed: index % 10 === 0 }, at(0) + index * HOUR_MS);
    const { recalibrated } = transitView(state, open, at(130));
    expect(recalibrated(0.3)).toBeGreaterThan(0.05);
    expect(recalibrated(0.3)).toBeLessThan(0.2);
  });

  test("stays bounded however many lanes there are, and keeps those with a history", () => {
    const state = taught([{ to: "BY", takes: 3 }]);
    for (let index = 0; index < 6000; index += 1) {
      const order = anOrder({ to: `region-${index}` });
      observeTransit(state, open, { kind: "delivered", order, at: at(3) + index });
    }
    passTransitTime(state, open, [], at(4));
    expect(Object.keys(state.sums)).toHaveLength(5000);
    expect(Object.keys(state.keeping)).toHaveLength(2000);
    expect(ask(state, anOrder(), at(4)).basis.level).toBe("lane");
  });

  test("leaves out an end before its beginning", () => {
    const state = createTransitState();
    observeTransit(state, open, { kind: "handed_over", order: anOrder(), at: at(-2) });
    expect(state.sums).toEqual({});
  });
});

describe("the carrier's clock", () => {
  const week = [1.2, 1.2, 1.2, 1.2, 1.2, 0.7, 0.3];

  test("finds the instant back, over weekends, closed days and a change of the clocks", () => {
    const clock = workClock(week, { zone: ZONE, closed: [MONDAY + 3, MONDAY + 28] });
    for (let hour = 0; hour < 24 * 40; hour += 7) {
      const instant = at(0, 0) + hour * HOUR_MS;
      expect(Math.abs(clock.instant(clock.worked(instant)) - instant)).toBeLessThan(2);
    }
  });

  test("counts seven for a week, and less for one with a closed day", () => {
    const clock = workClock(week, { zone: ZONE, closed: [MONDAY + 10] });
    const days = (from: number): number => clock.worked(at(from + 7)) - clock.worked(at(from));
    expect(days(0)).toBeCloseTo(7);
    expect(days(7)).toBeCloseTo(6);
  });
});

describe("silence", () => {
  const gap = { kind: "first" as const, carrier: "CARR", service: "ground", from: "BE", to: "BY" };
  const learned = (hours: number): TransitState => {
    const state = createTransitState();
    for (let index = 0; index < 300; index += 1) {
      const since = at(-100 + Math.floor(index / 6), 6);
      observeScan(state, open, { ...gap, since }, since + (hours + (index % 10) / 2) * HOUR_MS);
    }
    return state;
  };

  test("begins after the gap that 95 of 100 stay below, later for 99", () => {
    const state = learned(6);
    const since = at(1, 6);
    const p95 = silentAfterMs(state, open, { ...gap, since });
    expect(p95 / HOUR_MS).toBeGreaterThan(9);
    expect(p95 / HOUR_MS).toBeLessThan(24);
    expect(silentAfterMs(state, open, { ...gap, since }, 0.99)).toBeGreaterThan(p95);
  });

  test("waits through the weekend", () => {
    const state = learned(10);
    const midweek = silentAfterMs(state, open, { ...gap, since: at(1, 18) });
    const weekend = silentAfterMs(state, open, { ...gap, since: at(5, 18) });
    expect(weekend).toBeGreaterThan(midweek + 12 * HOUR_MS);
  });

  test("is a wide guess for a new service, and leans on the service for a new lane", () => {
    const since = at(1, 6);
    const state = learned(6);
    const fresh = silentAfterMs(createTransitState(), open, { ...gap, since });
    expect(fresh / DAY_MS).toBeGreaterThan(4);
    const lane = silentAfterMs(state, open, { ...gap, to: "SH", since });
    expect(lane).toBeLessThan(fresh / 3);
  });
});
