import { describe, expect, test } from "vitest";
import {
  freeId,
  isSame,
  KIND_WORDS,
  moved,
  newLadder,
  NEW_STEP,
  policyFieldOf,
  ruleOf,
  setEnabled,
  setThreshold,
  stepWords,
  targetFrom,
  targetText,
  thresholdWords,
  without,
} from "../../../client/policies/policies-model.ts";
import { INCIDENT_KINDS } from "../../../domain/incidents/incident.ts";
import {
  DEFAULT_LADDER,
  DEFAULT_POLICIES,
  type Target,
} from "../../../domain/incidents/policies.ts";

describe("rules", () => {
  test("of every kind have words", () => {
    expect(Object.keys(KIND_WORDS)).toEqual([...INCIDENT_KINDS]);
    expect(thresholdWords("reopenMin")).toBe("Is the same one again within, minutes");
    expect(thresholdWords("ofAnotherVersion")).toBe("ofAnotherVersion");
  });

  test("keep only what differs from what holds by default", () => {
    const stricter = setThreshold(DEFAULT_POLICIES, "common_cause", "minimumLift", 3);
    expect(ruleOf(stricter, "common_cause").thresholds).toEqual({ minimumLift: 3 });
    const back = setThreshold(stricter, "common_cause", "minimumLift", undefined);
    expect(isSame(back, DEFAULT_POLICIES)).toBe(true);
  });

  test("are switched off alone, also when they were never written down", () => {
    const off = setEnabled({ ...DEFAULT_POLICIES, rules: [] }, "damage", false);
    expect(off.rules).toEqual([{ kind: "damage", enabled: false }]);
  });
});

describe("ladders", () => {
  test("say each step in words", () => {
    expect(DEFAULT_LADDER.steps.map(stepWords)).toEqual([
      "at once: its owner, the walls, webhooks",
      "after 25 % of what is left, at least 3 min, at most 15: role coordinator",
      "after 25 % of what is left, at least 3 min: role lead, loud",
      "after 25 % of what is left, at least 3 min: role admin, loud",
    ]);
  });

  test("change places without losing a step", () => {
    expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
    expect(without(["a", "b"], 0)).toEqual(["b"]);
  });

  test("get a name nobody has", () => {
    expect(freeId([{ id: "ladder-2" }], "ladder")).toBe("ladder-3");
    expect(newLadder(DEFAULT_POLICIES).steps).toEqual([NEW_STEP]);
  });
});

describe("a target", () => {
  const targets: Target[] = [
    { to: "owner" },
    { to: "wall" },
    { to: "webhooks" },
    { to: "role", role: "lead" },
    { to: "person", name: "ana" },
    { to: "duty", schedule: "night" },
    { to: "channel", channel: "dock" },
  ];
  test.each(targets)("is read as it is written: %o", (target) => {
    expect(targetFrom(targetText(target))).toEqual(target);
  });
  test.each(["", "role king", "person ", "somebody"])("that names nobody is none: %o", (text) => {
    expect(targetFrom(text)).toBeNull();
  });
});

test("a place that was refused has the page's own name", () => {
  const policies = {
    rules: [{ kind: "common_cause", enabled: true }],
    ladders: [{ ...newLadder({ rules: [], ladders: [] } as never), name: "Grave" }],
    schedules: [{ id: "duty-1", name: "On duty", role: "lead", turns: [] }],
    maintenance: [{ id: "work-1", from: "", to: "", reason: "Stocktake" }],
  } as never;
  expect(policyFieldOf(policies, "/policies/rules/0/thresholds/minimumOrders")).toBe(
    "Many orders, one cause: From so many orders",
  );
  expect(policyFieldOf(policies, "/policies/ladders/0/steps/1/wait")).toBe("Ladder Grave, step 2");
  expect(policyFieldOf(policies, "/policies/routing")).toBeNull();
  expect(policyFieldOf(policies, "/policies/schedules/0/turns/1/days")).toBe(
    "On duty, turn 2, days",
  );
  expect(policyFieldOf(policies, "/policies/maintenance/0/to")).toBe(
    "Planned work “Stocktake”, to",
  );
});
