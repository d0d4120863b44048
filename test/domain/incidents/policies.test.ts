import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { ladderOf } from "../../../domain/incidents/ladder.ts";
import { INCIDENT_KINDS } from "../../../domain/incidents/incident.ts";
import {
  DEFAULT_POLICIES,
  Policies,
  StoredPolicies,
  thresholdsOf,
} from "../../../domain/incidents/policies.ts";
import { THRESHOLDS } from "../../../domain/incidents/thresholds.ts";

describe("policies", () => {
  test("what holds while nobody decided fits its own schema, and names every kind once", () => {
    expect(Value.Errors(Policies, DEFAULT_POLICIES)).toEqual([]);
    expect(DEFAULT_POLICIES.rules.map(({ kind }) => kind)).toEqual([...INCIDENT_KINDS]);
    const stored = { site: "BER1", version: 0, policies: DEFAULT_POLICIES, history: [] };
    expect(Value.Check(StoredPolicies, stored)).toBe(true);
  });

  test("by default what is grave is escalated at any hour, and the rest waits until the site opens", () => {
    const offHours = (severity: "S1" | "S2" | "S3" | "S4") =>
      ladderOf(DEFAULT_POLICIES, { kind: "common_cause", severity })?.offHours;
    expect(["S1", "S2", "S3", "S4"].map((one) => offHours(one as "S1"))).toEqual([
      "continue",
      "continue",
      "hold_until_open",
      "hold_until_open",
    ]);
  });

  test("a changed threshold holds, the others stay as they are by default", () => {
    const rules = [
      { kind: "common_cause" as const, enabled: true, thresholds: { minimumLift: 3 } },
    ];
    expect(thresholdsOf({ ...DEFAULT_POLICIES, rules }, "common_cause")).toEqual({
      ...THRESHOLDS.common_cause,
      minimumLift: 3,
    });
    expect(thresholdsOf(DEFAULT_POLICIES, "hold_ageing").reviewAfterMin).toBe(240);
  });

  test("a step that waits for neither minutes nor a share of the slack is refused", () => {
    const [ladder] = DEFAULT_POLICIES.ladders;
    const broken = { ...ladder, steps: [{ wait: { soon: true }, targets: [{ to: "owner" }] }] };
    expect(Value.Check(Policies, { rules: [], ladders: [broken] })).toBe(false);
  });
});
