import { describe, expect, test } from "vitest";
import { callsOf, floodSince, loadOf, ruleCosts } from "../../../domain/incidents/alarm-load.ts";
import type { Call } from "../../../domain/incidents/call.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;
const aCall = (at: number, change: Partial<Call> = {}): Call => ({
  at,
  notice: `n-${at}`,
  incident: "INC-1",
  kind: "order_delay",
  severity: "S4",
  why: "escalated",
  targets: [{ to: "role", role: "coordinator" }],
  people: [],
  important: false,
  orders: 1,
  ...change,
});
const ana = { name: "ana", role: "coordinator" as const };

describe("the alarm load of a person", () => {
  test("counts whom a call named and whom its targets stand for", () => {
    const calls = [
      aCall(1),
      aCall(2, { targets: [{ to: "role", role: "lead" }] }),
      aCall(3, { targets: [], people: ["ana"] }),
      aCall(4, { targets: [{ to: "person", name: "bo" }] }),
    ];
    expect(callsOf(calls, ana)).toEqual([1, 3]);
  });

  test("one in 10 minutes is ok, a dozen in an hour is busy", () => {
    expect(loadOf([NOW - MINUTE], NOW).state).toBe("ok");
    const busy = Array.from({ length: 12 }, (_, at) => NOW - at * 5 * MINUTE);
    expect(loadOf(busy, NOW)).toMatchObject({ state: "busy", last10Min: 2, lastHour: 12 });
  });

  test("a flood begins above ten in ten minutes and lasts until it was calm for twenty", () => {
    const burst = Array.from({ length: 11 }, (_, at) => NOW - at * 1_000);
    expect(floodSince(burst.slice(0, 10).toReversed(), NOW)).toBeNull();
    expect(floodSince(burst.toReversed(), NOW)).not.toBeNull();
    expect(floodSince(burst.toReversed(), NOW + 15 * MINUTE)).not.toBeNull();
    expect(floodSince(burst.toReversed(), NOW + 45 * MINUTE)).toBeNull();
    expect(loadOf(burst.toReversed(), NOW)).toMatchObject({ state: "flood", floodedWindows: 1 });
  });

  test("hours and windows of a day add up to its calls", () => {
    const day = Array.from({ length: 48 }, (_, at) => NOW - at * 30 * MINUTE);
    expect(loadOf(day, NOW).perHour.reduce((sum, one) => sum + one, 0)).toBe(48);
  });
});

test("rules that cost most come first, and one that was mostly noise gets another threshold", () => {
  const calls = [aCall(1), aCall(2), aCall(3, { kind: "common_cause" })];
  const noise = { by: "ana", at: 1 };
  const resolved = [
    { kind: "order_delay" as const, noise },
    { kind: "order_delay" as const, noise },
    { kind: "order_delay" as const, noise: null },
    { kind: "common_cause" as const, noise: null },
  ];
  expect(ruleCosts(calls, resolved, DEFAULT_POLICIES)).toMatchObject([
    {
      kind: "order_delay",
      alarms: 2,
      noise: 2,
      proposal: { threshold: "minimumPriority", now: 0, proposed: 20 },
    },
    { kind: "common_cause", alarms: 1, proposal: null },
  ]);
});
