import { describe, expect, test } from "vitest";
import {
  continued,
  costliest,
  floodInWords,
  floodNews,
  floodsAt,
} from "../../../domain/incidents/alarm-budget.ts";
import type { Call } from "../../../domain/incidents/call.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { MINUTE_MS } from "../../../domain/wall-clock.ts";
import { clock } from "../../support/builders.ts";

const NINE = clock("9:00");

const call = (at: number, more: Partial<Call> = {}): Call => ({
  at,
  notice: `n${at}`,
  incident: "INC-1",
  kind: "order_delay",
  severity: "S4",
  why: "escalated",
  targets: [{ to: "role", role: "coordinator" }],
  people: [],
  important: false,
  orders: 1,
  ...more,
});
const PEOPLE = [
  { name: "petra", role: "coordinator" as const },
  { name: "lena", role: "lead" as const },
];
const eleven = Array.from({ length: 11 }, (_, n) => call(NINE + n * 30_000));
const tenMinutesLater = NINE + 6 * MINUTE_MS;

describe("a flood", () => {
  test("is of the role whose people get more than ten alarms in ten minutes", () => {
    expect(floodsAt(eleven.slice(1), PEOPLE, tenMinutesLater)).toEqual({});
    const floods = floodsAt(eleven, PEOPLE, tenMinutesLater);
    expect(Object.keys(floods)).toEqual(["coordinator"]);
    expect(floodsAt(eleven, PEOPLE, NINE + 60 * MINUTE_MS)).toEqual({});
  });

  test("is news once when it begins and once when it ends, to the next role", () => {
    const begun = floodNews({}, { coordinator: NINE });
    expect(begun).toEqual([{ role: "coordinator", to: "lead", since: NINE, isOver: false }]);
    expect(floodNews({ coordinator: NINE }, { coordinator: NINE + 5 })).toEqual([]);
    expect(continued({ coordinator: NINE }, { coordinator: NINE + 5 })).toEqual({
      coordinator: NINE,
    });
    expect(floodNews({ coordinator: NINE }, {})).toMatchObject([{ isOver: true, since: NINE }]);
    // above the administrators is nobody
    expect(floodNews({}, { admin: NINE })).toEqual([]);
  });

  test("names afterwards the three rules that cost the most, with a threshold for those that were noise", () => {
    const calls = [
      ...eleven,
      call(NINE, { kind: "common_cause" }),
      call(NINE, { kind: "damage" }),
      call(NINE, { kind: "no_scan" }),
      call(NINE - 60 * MINUTE_MS, { kind: "no_scan" }),
    ];
    const noise = { by: "petra", at: NINE };
    const resolved = Array.from({ length: 4 }, () => ({ kind: "order_delay" as const, noise }));
    const costs = costliest(calls, NINE, resolved, DEFAULT_POLICIES);
    expect(costs).toHaveLength(3);
    expect(costs[0]).toMatchObject({ kind: "order_delay", alarms: 11 });
    const [over] = floodNews({ coordinator: NINE }, {});
    const words = floodInWords(over!, costs, "UTC");
    expect(words).toContain(
      "is over. What rang most: order_delay 11 (minimumPriority 20 instead of 0)",
    );
    const [begun] = floodNews({}, { coordinator: NINE });
    expect(floodInWords(begun!, [], "UTC")).toContain("come and help");
  });
});
