import { describe, expect, test } from "vitest";
import type { Row } from "../../../domain/board.ts";
import { DEFAULT_POLICIES, type Policies } from "../../../domain/incidents/policies.ts";
import { createRehearsal } from "../../../domain/incidents/rehearsal.ts";
import { aRow } from "../../support/board-rows.ts";
import { aSite } from "../../support/builders.ts";

const MINUTE = 60_000;
const FROM = Date.parse("2026-02-11T08:00:00Z");
const TO = FROM + 240 * MINUTE;
const DUE = FROM + 180 * MINUTE;
const rule = (enabled: boolean): Policies => ({
  ...DEFAULT_POLICIES,
  rules: [
    { kind: "order_delay", enabled },
    { kind: "common_cause", enabled: false },
    { kind: "pickup_endangered", enabled: false },
  ],
});
const order = (id: string, change: Partial<Row> = {}): Row =>
  aRow({
    id,
    stage: "picking",
    due: DUE,
    actBy: DUE - 30 * MINUTE,
    pickup: null,
    risk: 0.9,
    ...change,
  });

function played(proposed: Policies, current: Policies) {
  const still = ["A", "B", "C"].map((id) => order(id, { sev: "on_time", risk: 0.1 }));
  const site = { version: 1, site: aSite() };
  const rehearsal = createRehearsal({ site, proposed, current, still, from: FROM, to: TO });
  const told = (minutes: number, rows: Row[], removed: string[] = []) =>
    rehearsal.take({ at: FROM + minutes * MINUTE, rows, removed, facts: {} });
  told(60, [order("A", { sev: "at_risk" }), order("B", { sev: "at_risk" })]);
  // A is late when its truck has gone, B was handed over in time, C was never looked at with worry and missed
  told(150, [order("B", { sev: "on_time", stage: "handed_over" })]);
  told(185, [order("A", { sev: "late" }), order("C", { sev: "late" })]);
  told(239, [], ["B"]);
  return rehearsal.result();
}

describe("a rehearsal of rules", () => {
  test("counts what was raised, what was right, how early, and what was missed", () => {
    const { proposed, current, orders, frames, words } = played(rule(true), rule(false));
    expect(orders).toBe(3);
    expect(frames).toBe(49);
    expect(proposed.raised).toBeGreaterThanOrEqual(2);
    expect(proposed.right).toBeGreaterThanOrEqual(1);
    expect(proposed.medianLeadMin).not.toBeNull();
    expect(current).toMatchObject({ raised: 0, right: 0, missedUncovered: 2 });
    expect(proposed.missedUncovered).toBeLessThan(2);
    expect(words).toMatch(
      /^would have raised \d+, \d+ true, median \d+ min (early|late); the rules in force 0, 0 true$/,
    );
  });

  test("the same rules raise the same, and kinds that raise nothing are left out", () => {
    const { proposed, current, rules } = played(rule(true), rule(true));
    expect(proposed).toEqual(current);
    expect(rules.map(({ kind }) => kind)).toEqual(["order_delay"]);
  });
});
