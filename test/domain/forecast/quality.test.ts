import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dropShown,
  emptyQuality,
  noteAllShown,
  noteEnd,
  noteShown,
  reportOf,
  type QualityState,
} from "../../../domain/forecast/quality.ts";

const MINUTE = 60_000;
const DEADLINE = 1_000 * MINUTE;
const DAY = "2026-11-23";

type Look = { p: number; minutesBefore: number; eta?: number; isRaised?: boolean };

function show(state: QualityState, id: string, looks: readonly Look[]): void {
  for (const { p, minutesBefore, eta, isRaised = false } of looks) {
    const look = { id, p, eta: eta ?? null, deadline: DEADLINE, isRaised };
    noteShown(state, look, DEADLINE - minutesBefore * MINUTE);
  }
}
const report = (state: QualityState) => reportOf(Object.values(state.days));

describe("forecast quality", () => {
  test("compares what was shown with what was seen", () => {
    const state = emptyQuality();
    for (let index = 0; index < 10; index += 1) {
      show(state, `SO-${index}`, [{ p: 0.82, minutesBefore: 60 }]);
      noteEnd(state, `SO-${index}`, index < 8 ? null : DEADLINE - MINUTE, DAY);
    }
    const { bins, brier, baseRate, calibrationError, orders } = report(state);
    const seen = bins.find(({ n }) => n > 0);
    expect(seen).toMatchObject({ from: 0.8, to: 0.85, seen: 0.8, n: 10 });
    expect(seen?.shown).toBeCloseTo(0.82);
    expect(orders).toBe(10);
    expect(baseRate).toBe(0.8);
    expect(calibrationError).toBeCloseTo(0.02);
    expect(brier).toBeCloseTo(0.8 * 0.18 ** 2 + 0.2 * 0.82 ** 2);
  });

  test("who is sure and right has no error, at either end of the steps", () => {
    const state = emptyQuality();
    for (const [id, p] of [
      ["calm", 0],
      ["lost", 1],
    ] as const) {
      show(state, id, [{ p, minutesBefore: 60 }]);
      noteEnd(state, id, p === 1 ? null : DEADLINE - MINUTE, DAY);
    }
    expect(report(state)).toMatchObject({ brier: 0, calibrationError: 0 });
  });

  test("what a version before this one has begun to show is counted by the middle of its step", () => {
    const state = emptyQuality();
    show(state, "SO-1", [{ p: 0.82, minutesBefore: 60 }]);
    const { said: _said, ...before } = state.waiting["SO-1"]!;
    state.waiting["SO-1"] = before;
    show(state, "SO-1", [{ p: 0.82, minutesBefore: 40 }]);
    noteEnd(state, "SO-1", null, DAY);
    expect(report(state).bins.find(({ n }) => n === 2)?.shown).toBeCloseTo(0.825);
  });

  test("counts alarms that were right, wrong and missing, and how early the right ones came", () => {
    const state = emptyQuality();
    show(state, "right", [
      { p: 0.5, minutesBefore: 200 },
      { p: 0.9, minutesBefore: 110, isRaised: true },
      { p: 0.95, minutesBefore: 20, isRaised: true },
    ]);
    show(state, "wrong", [{ p: 0.9, minutesBefore: 50, isRaised: true }]);
    show(state, "silent", [{ p: 0.1, minutesBefore: 50 }]);
    show(state, "calm", [{ p: 0.1, minutesBefore: 50 }]);
    noteEnd(state, "right", DEADLINE + MINUTE, DAY);
    noteEnd(state, "wrong", DEADLINE, DAY);
    noteEnd(state, "silent", null, DAY);
    noteEnd(state, "calm", DEADLINE - MINUTE, DAY);
    const { alarms, leadMinutes } = report(state);
    expect(alarms).toEqual({ right: 1, wrong: 1, silent: 1, precision: 0.5, recall: 0.5 });
    expect(leadMinutes).toBe(120);
  });

  test("measures the expected time against the real one", () => {
    const state = emptyQuality();
    show(state, "SO-1", [
      { p: 0.1, minutesBefore: 100, eta: DEADLINE - 40 * MINUTE },
      { p: 0.1, minutesBefore: 80, eta: DEADLINE - 42 * MINUTE },
    ]);
    noteEnd(state, "SO-1", DEADLINE - 50 * MINUTE, DAY);
    const { etaErrorMinutes, etaRelativeError } = report(state);
    expect(etaErrorMinutes).toBe(10);
    expect(etaRelativeError).toBeCloseTo((10 + 8) / (50 + 30));
  });

  test("says nothing where there is nothing to rest on", () => {
    const empty = reportOf([]);
    expect(empty).toMatchObject({
      brier: null,
      auc: null,
      leadMinutes: null,
      etaErrorMinutes: null,
    });
    expect(empty.alarms).toMatchObject({ precision: null, recall: null });
  });

  test("takes no look after the deadline, none of a cancelled order, and none of an end nobody foresaw", () => {
    const state = emptyQuality();
    show(state, "late", [{ p: 1, minutesBefore: -1 }]);
    show(state, "cancelled", [{ p: 0.5, minutesBefore: 10 }]);
    dropShown(state, "cancelled");
    for (const id of ["late", "cancelled", "unseen"]) noteEnd(state, id, null, DAY);
    expect(report(state).orders).toBe(0);
  });

  test("ranks like the pairs themselves", () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 0, max: 19 }), fc.boolean()), {
      minLength: 2,
      maxLength: 60,
    });
    fc.assert(
      fc.property(looks, (orders) => {
        const state = emptyQuality();
        orders.forEach(([step, missed], index) => {
          show(state, `SO-${index}`, [{ p: (step + 0.5) / 20, minutesBefore: 30 }]);
          noteEnd(state, `SO-${index}`, missed ? null : DEADLINE - MINUTE, DAY);
        });
        const [misses, kept] = [
          orders.filter(([, missed]) => missed),
          orders.filter(([, missed]) => !missed),
        ];
        const { auc } = report(state);
        if (misses.length === 0 || kept.length === 0) {
          expect(auc).toBeNull();
          return;
        }
        const won = misses.flatMap(([a]) =>
          kept.map(([b]) => (a > b ? 1 : a === b ? 0.5 : 0) as number),
        );
        expect(auc).toBeCloseTo(won.reduce((sum, one) => sum + one, 0) / won.length);
      }),
    );
  });

  test("looks at no more than twenty thousand orders that wait, and at none whose deadline has passed", () => {
    const state = emptyQuality();
    const looks = Array.from({ length: 20_001 }, (_, index) => ({
      id: `SO-${index}`,
      p: 0.5,
      eta: null,
      deadline: index === 0 ? DEADLINE - 120 * MINUTE : DEADLINE,
      isRaised: false,
    }));
    noteAllShown(state, looks, DEADLINE - 60 * MINUTE);
    expect(Object.keys(state.waiting)).toHaveLength(20_000);
    expect(state.waiting["SO-0"]).toBeUndefined();
    const another = { ...looks[1]!, id: "SO-new" };
    noteAllShown(state, [another, looks[1]!], DEADLINE - 40 * MINUTE);
    expect(state.waiting["SO-new"]).toBeUndefined();
    expect(state.waiting["SO-1"]?.n).toBe(2);
  });

  test("survives being stored as text", () => {
    const state = emptyQuality();
    show(state, "SO-1", [{ p: 0.3, minutesBefore: 10, eta: DEADLINE }]);
    const restored = JSON.parse(JSON.stringify(state)) as QualityState;
    noteEnd(restored, "SO-1", null, DAY);
    expect(report(restored)).toMatchObject({ orders: 1, missed: 1 });
  });
});
