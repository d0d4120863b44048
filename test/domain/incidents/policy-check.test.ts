import { describe, expect, test } from "vitest";
import {
  DEFAULT_LADDER,
  DEFAULT_POLICIES,
  type Policies,
} from "../../../domain/incidents/policies.ts";
import { policyMistakes, policyWarnings } from "../../../domain/incidents/policy-check.ts";
import { policyChanges } from "../../../domain/incidents/policy-words.ts";
import { policiesOfSite, strangeThresholds } from "../../../domain/incidents/site-policies.ts";
import { aSite } from "../../support/builders.ts";

const site = {
  ...aSite(),
  shifts: [{ name: "early", days: [1, 2, 3, 4, 5], from: "06:00", to: "14:00" }],
};
const ladder = DEFAULT_LADDER;
const withLadder = (change: Partial<typeof ladder>): Policies => ({
  ...DEFAULT_POLICIES,
  ladders: [{ ...ladder, ...change }],
});
const pathsOf = (policies: Policies): string[] =>
  policyMistakes(policies, site).map(({ path }) => path);

const ALL = { isPerson: () => true, isChannel: () => true };

describe("mistakes in policies", () => {
  test("there are none in what ships", () => {
    expect(policyMistakes(DEFAULT_POLICIES, site)).toEqual([]);
    expect(policyMistakes(policiesOfSite(site), site)).toEqual([]);
  });

  test("all are named at once, each with its place", () => {
    const policies: Policies = {
      rules: [
        { kind: "no_scan", enabled: true, thresholds: { minimumLift: 2 } },
        { kind: "no_scan", enabled: true },
        { kind: "common_cause", enabled: true, thresholds: { falseDiscoveryRate: 5 } },
      ],
      ladders: [
        {
          ...ladder,
          steps: [
            {
              wait: { slackShare: 0.5, atLeastMin: 10, atMostMin: 5 },
              targets: [{ to: "duty", schedule: "nobody" }],
            },
          ],
        },
      ],
      schedules: [
        {
          id: "floor",
          name: "Floor",
          turns: [
            { days: [1], shift: "night", people: ["ana"] },
            { days: [1], from: "06:00", people: ["ana"] },
          ],
          overrides: [{ from: "2026-11-29T10:00:00Z", to: "2026-11-29T09:00:00Z", person: "bo" }],
        },
      ],
      maintenance: [
        { id: "m", from: "2026-11-29T10:00:00Z", to: "2026-11-29T10:00:00Z", reason: "belt" },
      ],
    };
    expect(pathsOf(policies)).toEqual([
      "/rules/1",
      "/rules/0/thresholds/minimumLift",
      "/rules/2/thresholds/falseDiscoveryRate",
      "/ladders/0/steps/0/wait/atMostMin",
      "/ladders/0/steps/0/targets/0/schedule",
      "/schedules/0/turns/0/shift",
      "/schedules/0/turns/1",
      "/schedules/0/overrides/0/to",
      "/maintenance/0/to",
    ]);
  });

  test("what is allowed but hardly meant is said", () => {
    const policies: Policies = {
      ...withLadder({ severities: ["S1"] }),
      rules: [{ kind: "damage", enabled: false }],
      maintenance: [
        { id: "belt", from: "2026-01-01T10:00:00Z", to: "2026-01-01T11:00:00Z", reason: "belt" },
      ],
    };
    const people = withLadder({
      steps: [{ wait: { minutes: 1 }, targets: [{ to: "person", name: "zoe" }] }],
    });
    expect(policyWarnings(policies, ALL, Date.parse("2026-02-01T00:00:00Z"))).toEqual([
      "Nothing is raised for damage.",
      "Incidents of S2, S3, S4 climb no ladder unless it names their kind.",
      "Maintenance belt is over.",
    ]);
    expect(policyWarnings(people, { ...ALL, isPerson: () => false }, 0)).toEqual([
      "Nobody here is called zoe: nothing reaches them.",
    ]);
    const channel = withLadder({
      steps: [{ wait: { minutes: 1 }, targets: [{ to: "channel", channel: "dock" }] }],
    });
    expect(policyWarnings(channel, ALL, 0)).toEqual([]);
    expect(policyWarnings(channel, { ...ALL, isChannel: () => false }, 0)).toEqual([
      "This site has no channel dock: nothing goes there.",
    ]);
  });
});

describe("what changed", () => {
  test("nothing, when nothing did", () => {
    expect(policyChanges(DEFAULT_POLICIES, structuredClone(DEFAULT_POLICIES))).toEqual([]);
  });

  test("nothing, when the same fields stand in another order", () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      const fields = Object.entries(value).map(([name, field]) => [name, turned(field)]);
      return Object.fromEntries(fields.toReversed());
    };
    expect(policyChanges(DEFAULT_POLICIES, turned(DEFAULT_POLICIES) as Policies)).toEqual([]);
  });

  test("is said in sentences: thresholds, rules, ladders, steps", () => {
    const after: Policies = {
      rules: [
        { kind: "common_cause", enabled: true, thresholds: { minimumOrders: 8 } },
        { kind: "damage", enabled: false },
      ],
      ladders: [
        {
          ...ladder,
          repeat: 1,
          steps: [{ wait: { minutes: 10 }, targets: [{ to: "role", role: "lead" }] }],
        },
        { ...ladder, id: "night" },
      ],
    };
    expect(policyChanges(withLadder({}), after)).toEqual([
      "common_cause: minimumOrders is 8 instead of 5",
      "damage is not raised any more",
      "ladder default: repeat is 1 instead of 2",
      "ladder default: step 1, 10 min after it began: everybody who is lead",
      "ladder default ends after step 1",
      "ladder night is new",
    ]);
  });

  test("the order in which ladders are tried counts", () => {
    const before = { ...DEFAULT_POLICIES, ladders: [ladder, { ...ladder, id: "night" }] };
    const after = { ...before, ladders: before.ladders.toReversed() };
    expect(policyChanges(before, after)).toEqual([
      "ladders are tried in this order: night, default",
    ]);
  });
});

describe("what the sites file says", () => {
  test("thresholds and ladders of a site hold while nobody decided otherwise", () => {
    const own = { ...site, thresholds: { "common_cause.minimumOrders": 9 }, escalation: [ladder] };
    const { rules, ladders } = policiesOfSite(own);
    expect(rules.find(({ kind }) => kind === "common_cause")?.thresholds).toEqual({
      minimumOrders: 9,
    });
    expect(ladders).toEqual([ladder]);
  });

  test("a threshold that no rule has is named", () => {
    expect(
      strangeThresholds({ thresholds: { "damage.minimumLift": 1, x: 2, "no_scan.reopenMin": 3 } }),
    ).toEqual(["damage.minimumLift", "x"]);
  });
});
