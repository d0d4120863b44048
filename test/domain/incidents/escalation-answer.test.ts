import { describe, expect, test } from "vitest";
import { escalationAnswer, type Asked } from "../../../domain/incidents/escalation-answer.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { aRow } from "../../support/board-rows.ts";
import { aSite } from "../../support/builders.ts";
import { anIncident } from "../../support/incidents.ts";

const NOW = Date.parse("2026-02-11T10:00:00Z");
const MINUTE = 60_000;
const asked = (change: Partial<Asked> = {}): Asked => ({
  site: { ...aSite(), shifts: [] },
  policies: DEFAULT_POLICIES,
  now: NOW,
  row: aRow({ sev: "on_time", risk: 0.4 }),
  incident: null,
  told: [],
  floodSince: null,
  seesPeople: true,
  ...change,
});
const { ladder } = anIncident({ openedAt: NOW - 20 * MINUTE });
const incident = anIncident({
  openedAt: NOW - 20 * MINUTE,
  ladder: ladder && { ...ladder, fired: [] },
});
const codes = (change: Partial<Asked>): string[] =>
  escalationAnswer(asked(change)).facts.map(({ code }) => code);

describe("why an order was not escalated", () => {
  test("its risk is too small, with the figures", () => {
    const { escalated, words } = escalationAnswer(asked());
    expect([escalated, words]).toEqual([false, "No alarm: its risk is 40 %, below 80 %."]);
  });

  test("far ahead more certainty is asked, and said", () => {
    const row = aRow({ sev: "on_time", risk: 0.85, dueKind: "ship", due: NOW + 400 * MINUTE });
    expect(escalationAnswer(asked({ row })).words).toBe("No alarm: its risk is 85 %, below 90 %.");
  });

  test.each([
    [{ sev: "at_risk" as const, risk: 0.85 }, "confirming"],
    [{ sev: "late" as const, risk: 1 }, "fresh"],
    [{ sev: "unknown" as const, risk: null }, "blind"],
    [{ sev: "lost_cause" as const, risk: 1 }, "lost"],
    [{ sev: "on_time" as const, risk: null }, "no-risk"],
  ])("%o says %s", (row, code) => {
    expect(codes({ row: aRow(row) })).toEqual([code]);
  });

  test("nothing is raised for single orders here", () => {
    const policies = {
      ...DEFAULT_POLICIES,
      rules: [{ kind: "order_delay" as const, enabled: false }],
    };
    expect(codes({ policies, row: aRow({ sev: "late" }) })).toEqual(["rule-off"]);
  });

  test("its incident is only listed, which is not that no ladder is for it", () => {
    const listed = { ...incident, generation: 0, ladder: null };
    const answer = escalationAnswer(asked({ incident: listed }));
    expect(answer.words).toMatch(/^Its incident is only listed/);
    const policies = { ...DEFAULT_POLICIES, ladders: [] };
    const without = escalationAnswer(asked({ incident: listed, policies }));
    expect(without.words).toBe("No ladder applies to its incident.");
  });

  test("another incident explains it, and its owner has it until then", () => {
    const owned = {
      ...incident,
      state: "acknowledged" as const,
      owner: "ana",
      ackUntil: NOW + 20 * MINUTE,
    };
    const { words, facts } = escalationAnswer(asked({ incident: owned }));
    expect(words).toMatch(
      /^Acknowledged by ana until Wed 11 Feb 11:20 CET: so long its ladder waits\.$/,
    );
    expect(facts[0]?.words).toBe("It is explained by INC-1, DHL 16:00 at BER1: 12 orders.");
  });

  test("planned work, closed hours, the shelf and a flood are each said with their end", () => {
    const policies = {
      ...DEFAULT_POLICIES,
      maintenance: [
        { id: "m", from: "2026-02-11T09:00:00Z", to: "2026-02-11T12:00:00Z", reason: "belt" },
      ],
    };
    expect(escalationAnswer(asked({ incident, policies })).words).toContain("Planned work until");
    const shifts = [{ days: [1, 2, 3, 4, 5], from: "06:00", to: "08:00" }];
    const closed = escalationAnswer(asked({ incident, site: { ...aSite(), shifts } }));
    expect(closed.words).toContain("held until Thu 12 Feb 06:00 CET");
    const shelved = { by: "lead", at: NOW, reason: "supplier", until: NOW + MINUTE };
    expect(codes({ incident: { ...incident, state: "shelved", shelved } })).toContain("shelved");
    expect(codes({ floodSince: NOW - MINUTE })).toContain("flood");
  });

  test("an order that is over", () => {
    expect(escalationAnswer(asked({ row: null, ended: "delivered" })).words).toBe(
      "It is over: delivered.",
    );
  });
});

describe("when it was escalated", () => {
  const fired = anIncident({ openedAt: NOW - 20 * MINUTE });

  test("whom each step told, when, and whether it arrived", () => {
    const told = [
      { whom: "lead", way: "email", at: NOW, state: "failed", words: "no mail server" },
    ];
    const answer = escalationAnswer(asked({ incident: fired, told }));
    expect(answer.escalated).toBe(true);
    expect(answer.words).toContain("It was escalated with INC-1. Step 1 told");
    expect(answer.facts.map(({ words }) => words)).toContain(
      "A message by email did not reach lead at Wed 11 Feb 11:00 CET: no mail server.",
    );
    expect(answer.facts.at(-1)?.words).toMatch(/^Step 2 comes at Wed 11 Feb/);
  });

  test("a viewer is told no names", () => {
    const by = { ...fired, state: "acknowledged" as const, owner: "ana", ackUntil: NOW };
    expect(
      JSON.stringify(escalationAnswer(asked({ incident: by, seesPeople: false }))),
    ).not.toContain("ana");
  });
});
