import { describe, expect, test } from "vitest";
import {
  continued,
  costliest,
  floodInWords,
  floodNews,
  floodsAt,
  inFlood,
} from "../../../domain/incidents/alarm-budget.ts";
import type { Call } from "../../../domain/incidents/call.ts";
import type { Incident } from "../../../domain/incidents/incident.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { MINUTE_MS } from "../../../domain/wall-clock.ts";
import { clock } from "../../support/builders.ts";
import { anIncident } from "./fixtures.ts";

const NINE = clock("9:00");
const TEN = clock("10:00");

const many = { orders: 30, atRisk: 30, late: 0, lost: 0, blind: 0 };
const cause = (more: Partial<Incident> = {}): Incident =>
  anIncident({ kind: "common_cause", severity: "S2", counts: many, ...more });

describe("in a flood", () => {
  test("causes that can still be saved are listed and called for; single orders and what is lost are not", () => {
    expect(inFlood(cause(), NINE)).toEqual({ isListed: true, calls: true, sounds: true });
    expect(inFlood(anIncident(), NINE)).toEqual({ isListed: false, calls: false, sounds: false });
    const lost = { ...many, atRisk: 0, lost: 30 };
    expect(inFlood(cause({ counts: lost }), NINE).isListed).toBe(false);
    expect(inFlood(cause({ actBy: NINE - 1 }), NINE).isListed).toBe(false);
    const site = { kind: "source_silent" as const, counts: { ...many, orders: 0 }, actBy: null };
    expect(inFlood(cause(site), NINE).isListed).toBe(true);
  });

  test("only what is critical, open and unowned sounds", () => {
    expect(inFlood(cause({ severity: "S3" }), NINE)).toMatchObject({ calls: true, sounds: false });
    const owned = { state: "acknowledged" as const, owner: "petra", ackUntil: TEN };
    expect(inFlood(cause(owned), NINE)).toMatchObject({ isListed: true, sounds: false });
  });

  test("an order of a customer who matters most passes, twice in ten minutes", () => {
    const vip = anIncident({ priority: 85, tiers: ["VIP"] });
    expect(inFlood(vip, NINE, 0)).toEqual({ isListed: true, calls: true, sounds: true });
    expect(inFlood(vip, NINE, 2).calls).toBe(false);
    expect(inFlood({ ...vip, priority: 79 }, NINE).calls).toBe(false);
  });
});

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
