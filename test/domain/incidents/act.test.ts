import fc from "fast-check";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import type { IncidentData } from "../../../domain/incidents/action.ts";
import { applyAction, defaultAckMs } from "../../../domain/incidents/act.ts";
import type { Acted, One, OneType } from "../../../domain/incidents/acted.ts";
import { Incident, type IncidentState } from "../../../domain/incidents/incident.ts";
import { openedByHand } from "../../../domain/incidents/opening.ts";
import { weigh, type Standing } from "../../../domain/incidents/standing.ts";
import { UNDO_MS } from "../../../domain/incidents/undo.ts";
import { HOUR_MS, MINUTE_MS } from "../../../domain/wall-clock.ts";
import { clock } from "../../support/builders.ts";
import { aRow } from "../../support/board-rows.ts";
import { aLadder, anAction, anIncident, anOpening, aRulebook, PLAIN_LADDER } from "./fixtures.ts";

const book = aRulebook({ ladders: [PLAIN_LADDER] });
const NOW = clock("9:10");

const act = <T extends OneType>(
  incident: Incident,
  type: T,
  data: Omit<IncidentData[T], "incident"> & { incident?: string },
  more: Parameters<typeof anAction>[2] & object = {},
): Acted => applyAction(incident, anAction(type, data, more), book, more.at ?? NOW);

function done(acted: Acted): Incident {
  if (acted.is !== "done") throw new Error(JSON.stringify(acted));
  expect(Value.Errors(Incident, acted.incident)).toEqual([]);
  return acted.incident;
}
const codeOf = (acted: Acted): string => (acted.is === "refused" ? acted.code : acted.is);

const acknowledged = done(act(anIncident(), "incident.acknowledged", {}));

describe("an acknowledgement", () => {
  test("makes an owner, stops the ladder, and ends after half of what is left", () => {
    expect(acknowledged).toMatchObject({ state: "acknowledged", owner: "petra" });
    expect(acknowledged.ackUntil).toBe(NOW + (clock("13:00") - NOW) / 2);
    expect(acknowledged.ladder?.nextAt).toBeNull();
    expect(acknowledged.ladder?.waits).toBe("petra has it");
  });

  test("lasts five minutes at least, an hour where there is no promise, and what its ladder says where it says so", () => {
    const soon = anIncident({ actBy: NOW + 4 * MINUTE_MS });
    expect(defaultAckMs(soon, book, NOW)).toBe(5 * MINUTE_MS);
    expect(defaultAckMs(anIncident({ actBy: null }), book, NOW)).toBe(HOUR_MS);
    expect(defaultAckMs(anIncident({ actBy: NOW - 1 }), book, NOW)).toBe(HOUR_MS);
    const fixed = aRulebook({ ladders: [aLadder([5], { reEscalateAfterAckMin: 20 })] });
    expect(defaultAckMs(anIncident({}, fixed), fixed, NOW)).toBe(20 * MINUTE_MS);
  });

  test("is never for ever, nor for the past", () => {
    const week = NOW + 7 * 86_400_000;
    expect(codeOf(act(anIncident(), "incident.acknowledged", { until: week }))).toBe("done");
    expect(codeOf(act(anIncident(), "incident.acknowledged", { until: week + 1 }))).toBe(
      "CT_ERR_INVALID",
    );
    expect(codeOf(act(anIncident(), "incident.acknowledged", { until: NOW }))).toBe(
      "CT_ERR_INVALID",
    );
  });

  test("does not take what somebody else has, unless it says so; then the name stays in the timeline", () => {
    const other = { by: "omar" };
    const refused = act(acknowledged, "incident.acknowledged", {}, other);
    expect(refused).toMatchObject({ is: "refused", code: "CT_ERR_CONFLICT" });
    expect(JSON.stringify(refused)).toContain("petra has it until");
    const taken = done(act(acknowledged, "incident.acknowledged", { force: true }, other));
    expect(taken.owner).toBe("omar");
    expect(taken.timeline.at(-1)?.words).toContain("taken from petra");
  });

  test("told twice by the same event is known", () => {
    const again = { id: "same" };
    const once = done(act(anIncident(), "incident.acknowledged", {}, again));
    expect(act(once, "incident.acknowledged", {}, again)).toEqual({ is: "known" });
  });

  test("tells webhooks once, under an id of its own", () => {
    const acted = act(anIncident(), "incident.acknowledged", {}, { id: "x" });
    const again = act(anIncident(), "incident.acknowledged", {}, { id: "x" });
    if (acted.is !== "done" || again.is !== "done") throw new Error("refused");
    expect(acted.effects.map(({ type }) => type)).toEqual(["incident.acknowledged"]);
    expect(acted.effects).toEqual(again.effects);
    expect(JSON.stringify(acted.effects)).not.toContain("petra");
  });
});

describe("giving it to somebody", () => {
  test("is an acknowledgement for them, with a notice", () => {
    const acted = act(anIncident(), "incident.assigned", { assignee: "omar" });
    expect(done(acted)).toMatchObject({ state: "acknowledged", owner: "omar" });
    expect(acted.is === "done" && acted.notices).toMatchObject([
      { why: "assigned", people: ["omar"] },
    ]);
  });

  test("to oneself tells nobody; what another has is not given away without force", () => {
    const own = act(anIncident(), "incident.assigned", { assignee: "petra" });
    expect(own.is === "done" && own.notices).toEqual([]);
    const other = { by: "omar" };
    expect(codeOf(act(acknowledged, "incident.assigned", { assignee: "lena" }, other))).toBe(
      "CT_ERR_CONFLICT",
    );
    expect(codeOf(act(acknowledged, "incident.assigned", { assignee: null }, other))).toBe(
      "CT_ERR_CONFLICT",
    );
    const forced = act(acknowledged, "incident.assigned", { assignee: "lena", force: true }, other);
    expect(done(forced).owner).toBe("lena");
  });

  test("to nobody lets it go, and its ladder begins anew", () => {
    const free = done(act(acknowledged, "incident.assigned", { assignee: null }));
    expect(free).toMatchObject({ state: "open", owner: null, ackUntil: null, generation: 2 });
    expect(free.ladder?.nextAt).toBe(NOW);
    expect(codeOf(act(anIncident(), "incident.assigned", { assignee: null }))).toBe(
      "CT_ERR_CONFLICT",
    );
  });
});

describe("the shelf", () => {
  const reason = "waits for stock";

  test("takes a reason and an end, and stops the ladder", () => {
    const until = clock("11:00");
    const shelved = done(act(anIncident(), "incident.shelved", { reason, until }));
    expect(shelved).toMatchObject({ state: "shelved", owner: null });
    expect(shelved.shelved).toEqual({ by: "petra", at: NOW, reason, until });
    expect(shelved.ladder?.nextAt).toBeNull();
  });

  test("does not hold it past its promise but by a lead's hand", () => {
    const until = clock("13:00") + 1;
    const refused = act(anIncident(), "incident.shelved", { reason, until });
    expect(refused).toMatchObject({ is: "refused", code: "CT_ERR_FORBIDDEN" });
    expect(codeOf(act(anIncident(), "incident.shelved", { reason, until }, { role: "lead" }))).toBe(
      "done",
    );
  });

  test("holds nothing past the end of the next shift, a lead's for thirty days at most", () => {
    const shifts = [{ days: [1, 2, 3, 4, 5], from: "06:00", to: "14:00" }];
    const worked = aRulebook({}, { shifts, timeZone: "UTC" });
    const incident = anIncident({ actBy: null }, worked);
    const shelve = (until: number, role: "coordinator" | "lead") =>
      codeOf(
        applyAction(
          incident,
          anAction("incident.shelved", { reason, until }, { role }),
          worked,
          NOW,
        ),
      );
    expect(shelve(clock("38:00"), "coordinator")).toBe("done");
    expect(shelve(clock("38:00") + 1, "coordinator")).toBe("CT_ERR_FORBIDDEN");
    expect(shelve(NOW + 30 * 86_400_000, "lead")).toBe("done");
    expect(shelve(NOW + 30 * 86_400_000 + 1, "lead")).toBe("CT_ERR_INVALID");
    expect(shelve(NOW, "lead")).toBe("CT_ERR_INVALID");
  });

  test("gives it back before its time, and it rings anew", () => {
    const until = clock("11:00");
    const shelved = done(act(anIncident(), "incident.shelved", { reason, until }));
    const back = done(act(shelved, "incident.unshelved", {}));
    expect(back).toMatchObject({ state: "open", shelved: null, generation: 2 });
    expect(codeOf(act(anIncident(), "incident.unshelved", {}))).toBe("CT_ERR_CONFLICT");
  });

  test("is not for what somebody else has, unless a lead does it", () => {
    const data = { reason, until: clock("11:00") };
    expect(codeOf(act(acknowledged, "incident.shelved", data, { by: "omar" }))).toBe(
      "CT_ERR_CONFLICT",
    );
    const lead = act(acknowledged, "incident.shelved", data, { by: "omar", role: "lead" });
    expect(done(lead).owner).toBeNull();
  });
});

describe("the end", () => {
  test("has a cause code, and nothing falls due any more", () => {
    const acted = act(acknowledged, "incident.resolved", { code: "CARRIER_CALLED", comment: "ok" });
    expect(done(acted)).toMatchObject({
      state: "resolved",
      owner: null,
      resolution: { by: "petra", code: "CARRIER_CALLED", words: "resolved as CARRIER_CALLED: ok" },
      ladder: { nextAt: null },
    });
    expect(acted.is === "done" && acted.effects[0]?.data.code).toBe("CARRIER_CALLED");
  });

  test("as noise is counted against its rule", () => {
    const noise = done(act(anIncident(), "incident.noise", {}));
    expect(noise).toMatchObject({ state: "resolved", noise: { by: "petra" } });
    expect(noise.resolution?.code).toBe("noise");
  });

  test("leaves comments and what is recorded, and refuses everything else", () => {
    const over = done(act(anIncident(), "incident.resolved", { code: "DONE" }));
    const data = { reason: "x", until: clock("11:00") };
    const refused = [
      act(over, "incident.acknowledged", {}),
      act(over, "incident.assigned", { assignee: "omar" }),
      act(over, "incident.shelved", data),
      act(over, "incident.unshelved", {}),
      act(over, "incident.resolved", { code: "AGAIN" }),
      act(over, "incident.noise", {}),
      act(over, "incident.escalated", { reason: "x" }),
    ];
    expect(new Set(refused.map(codeOf))).toEqual(new Set(["CT_ERR_INCIDENT_OVER"]));
    expect(codeOf(act(over, "incident.commented", { text: "good" }))).toBe("done");
    expect(codeOf(act(over, "incident.played", { step: "call" }))).toBe("done");
  });
});

describe("what is said and recorded", () => {
  test("tells who is mentioned, once each and never oneself", () => {
    const mentions = ["omar", "omar", "petra"];
    const acted = act(anIncident(), "incident.commented", { text: "look", mentions });
    expect(done(acted).timeline.at(-1)).toMatchObject({ what: "comment", words: "look" });
    expect(acted.is === "done" && acted.notices).toMatchObject([
      { why: "mentioned", people: ["omar"], words: "petra: look" },
    ]);
  });

  test("a step of the playbook stands with its result", () => {
    const played = done(
      act(anIncident(), "incident.played", { step: "call", result: "no answer" }),
    );
    expect(played.played).toEqual([{ id: "call", at: NOW, by: "petra", result: "no answer" }]);
  });

  test("a step of its playbook stands in the timeline with its own words", () => {
    const damaged = anIncident({ inputs: { code: "LOST_OR_STOLEN" } });
    const played = done(act(damaged, "incident.played", { step: "message-1", result: "asked" }));
    expect(played.timeline.at(-1)?.words).toBe("Start the search: asked");
  });
});

test("what was decided on another version is refused, and what is told again is known", () => {
  const before = anIncident();
  const data = { reason: "x", ifVersion: before.v };
  const after = done(act(before, "incident.escalated", data, { id: "a" }));
  const now = { ...after, v: before.v + 1 };
  expect(codeOf(act(now, "incident.escalated", data, { id: "b" }))).toBe("CT_ERR_CONFLICT");
  expect(codeOf(act(now, "incident.escalated", data, { id: "a" }))).toBe("known");
  expect(codeOf(act(now, "incident.commented", { text: "x", ifVersion: now.v }))).toBe("done");
});

describe("escalating by hand", () => {
  test("takes the next step at once, and the one after counts from then", () => {
    const acted = act(anIncident(), "incident.escalated", { reason: "customer calls" });
    const after = done(acted);
    expect(after.ladder?.fired).toMatchObject([
      { step: 0, round: 0, generation: 1, by: "petra", late: false, firedAt: NOW },
    ]);
    expect(after.ladder).toMatchObject({ step: 1, nextAt: NOW + 15 * MINUTE_MS });
    expect(acted.is === "done" && acted.notices).toMatchObject([
      { why: "escalated", step: 0, words: "petra escalated it: customer calls" },
    ]);
  });

  test("also when somebody has it: it stays theirs", () => {
    const after = done(act(acknowledged, "incident.escalated", { reason: "x" }));
    expect(after).toMatchObject({
      state: "acknowledged",
      owner: "petra",
      ladder: { nextAt: null },
    });
  });

  test("begins the ladder of what was only listed, owned or not, and nobody is told of it twice", () => {
    const listed = anIncident({ generation: 0, ladder: null, announcedOrders: 0 });
    const owned = done(act(listed, "incident.acknowledged", {}));
    for (const before of [listed, owned]) {
      const acted = act(before, "incident.escalated", { reason: "customer calls" });
      const after = done(acted);
      expect(after.state).toBe(before.state);
      expect(after.ladder?.fired).toMatchObject([{ step: 0, generation: 1, by: "petra" }]);
      expect(after).toMatchObject({ generation: 1, announcedOrders: 1, announcedSeverity: "S4" });
      expect(acted.is === "done" && acted.notices).toHaveLength(1);
    }
  });

  test("is refused where there is no step, and on the shelf", () => {
    const none = aRulebook({ ladders: [] });
    const without = anIncident({}, none);
    const noStep = applyAction(without, anAction("incident.escalated", { reason: "x" }), none, NOW);
    expect(codeOf(noStep)).toBe("CT_ERR_NO_STEP");
    const short = aRulebook({ ladders: [aLadder([0])] });
    const event = (id: string) => anAction("incident.escalated", { reason: "x" }, { id });
    const once = applyAction(anIncident({}, short), event("a"), short, NOW);
    expect(codeOf(applyAction(done(once), event("b"), short, NOW))).toBe("CT_ERR_NO_STEP");
    const data = { reason: "x", until: clock("11:00") };
    const shelved = done(act(anIncident(), "incident.shelved", data));
    expect(codeOf(act(shelved, "incident.escalated", { reason: "x" }))).toBe("CT_ERR_CONFLICT");
  });
});

describe("what is only listed", () => {
  const listed = anIncident({ generation: 0, ladder: null, announcedOrders: 0 });

  test("calls nobody because it was let go or taken from the shelf", () => {
    const owned = done(act(listed, "incident.acknowledged", {}));
    const free = done(act(owned, "incident.assigned", { assignee: null }));
    expect(free).toMatchObject({ state: "open", owner: null, ladder: null });
    const data = { reason: "x", until: clock("11:00") };
    const shelved = done(act(listed, "incident.shelved", data));
    const back = done(act(shelved, "incident.unshelved", {}));
    expect(back).toMatchObject({ state: "open", ladder: null });
  });

  test("is what the system found: a person's incident is meant, with or without a ladder", () => {
    const manual = { ...listed, kind: "manual" as const };
    const owned = done(act(manual, "incident.acknowledged", {}));
    const free = done(act(owned, "incident.assigned", { assignee: null }));
    expect(free.ladder).not.toBeNull();
  });
});

describe("taking back", () => {
  const undo = (incident: Incident, event: string, more = {}) =>
    act(incident, "incident.undone", { event }, { at: NOW + 30_000, ...more });

  test("restores what was before", () => {
    const before = anIncident();
    const own = { id: "own" };
    for (const acted of [
      act(before, "incident.acknowledged", {}, own),
      act(before, "incident.assigned", { assignee: "omar" }, own),
      act(before, "incident.shelved", { reason: "x", until: clock("11:00") }, own),
      act(before, "incident.resolved", { code: "DONE" }, own),
      act(before, "incident.noise", {}, own),
    ]) {
      const after = done(undo(done(acted), "own"));
      const { state, owner, ackUntil, shelved, resolution, noise, ladder } = before;
      const is = { state, owner, ackUntil, shelved, resolution, noise };
      expect(after).toMatchObject({ ...is, ladder: { nextAt: ladder?.nextAt } });
    }
  });

  test("says of an incident that was opened that it is resolved instead, not that somebody was first", () => {
    const opening = anOpening({ title: "Smoke", orders: [] });
    const { incident } = openedByHand(opening, { id: "INC-9", rows: [], now: NOW }, book);
    expect(undo(incident, opening.id)).toMatchObject({
      is: "refused",
      code: "CT_ERR_CONFLICT",
      message: expect.stringContaining("resolve it"),
    });
  });

  test("gives an incident that was taken by force back to whoever had it", () => {
    const taken = act(
      acknowledged,
      "incident.acknowledged",
      { force: true },
      { by: "omar", id: "f" },
    );
    const back = done(undo(done(taken), "f", { by: "omar" }));
    expect(back).toMatchObject({ owner: "petra", ackUntil: acknowledged.ackUntil });
  });

  test("takes a comment and a recorded step out", () => {
    const said = done(act(anIncident(), "incident.commented", { text: "secret" }, { id: "c" }));
    const played = done(act(said, "incident.played", { step: "call" }, { id: "p" }));
    const after = done(undo(done(undo(played, "c")), "p"));
    expect(JSON.stringify(after)).not.toContain("secret");
    expect(after.played).toEqual([]);
  });

  test("is for its author, for a minute, and not for what was told or changed since", () => {
    const own = done(act(anIncident(), "incident.acknowledged", {}, { id: "a" }));
    expect(codeOf(undo(own, "a", { by: "omar" }))).toBe("CT_ERR_FORBIDDEN");
    expect(codeOf(undo(own, "a", { at: NOW + UNDO_MS }))).toBe("done");
    expect(codeOf(undo(own, "a", { at: NOW + UNDO_MS + 1 }))).toBe("CT_ERR_UNDONE_TOO_LATE");
    expect(codeOf(undo(own, "other"))).toBe("CT_ERR_NOT_FOUND");
    const since = done(act(own, "incident.resolved", { code: "DONE" }, { by: "omar" }));
    expect(codeOf(undo(since, "a"))).toBe("CT_ERR_CONFLICT");
    const told = done(act(anIncident(), "incident.escalated", { reason: "x" }, { id: "e" }));
    expect(codeOf(undo(told, "e"))).toBe("CT_ERR_CONFLICT");
  });
});

test("a handover moves what its giver owns, for as long as it was", () => {
  const data = { incidents: ["INC-1"], from: "petra", to: "omar", handover: "H-1" };
  const moved = done(act(acknowledged, "incident.handed_over", data, { role: "lead" }));
  expect(moved).toMatchObject({ owner: "omar", ackUntil: acknowledged.ackUntil });
  expect(codeOf(act(moved, "incident.handed_over", data, { role: "lead" }))).toBe(
    "CT_ERR_CONFLICT",
  );
});

test("what orders are worth together has no tail of a binary fraction", () => {
  const rows = [0.1, 0.2].map((value, at) => ({
    ...aRow({ id: `SO-${at}` }),
    sev: "at_risk" as const,
    actBy: clock("11:00"),
    value,
  }));
  const event = anOpening({ title: "jam", orders: rows.map(({ id }) => id) });
  const { incident } = openedByHand(event, { id: "INC-8", rows, now: NOW }, book);
  expect(incident.valueAtStake).toBe(0.3);
  const standing = rows.map((row) => ({ row, p: 1, slackMs: 0, lateMs: 0, isSavable: true }));
  const values = { typical: 1, top: 1, areKnown: true };
  expect(weigh(standing as unknown as Standing[], values, NOW).valueAtStake).toBe(0.3);
});

test("an incident that a person opens weighs what its orders weigh", () => {
  const rows = [
    {
      ...aRow({ id: "A" }),
      sev: "at_risk" as const,
      actBy: clock("11:00"),
      value: 40,
      tier: "vip",
    },
    { ...aRow({ id: "B" }), sev: "lost_cause" as const, actBy: clock("10:00"), value: 90 },
  ];
  const event = anOpening({ title: "printer on fire", orders: ["A", "B", "A"], comment: "P3" });
  const { incident, effects } = openedByHand(event, { id: "INC-7", rows, now: NOW }, book);
  expect(Value.Errors(Incident, incident)).toEqual([]);
  expect(incident).toMatchObject({
    id: "INC-7",
    kind: "manual",
    openedBy: "petra",
    counts: { orders: 2, atRisk: 1, late: 0, lost: 1, blind: 0 },
    orders: ["A", "B"],
    actBy: clock("11:00"),
    valueAtStake: 40,
    tiers: ["vip"],
    severity: "S4",
    generation: 1,
    ladder: { step: 0, nextAt: NOW },
  });
  // what somebody typed is told to nobody outside
  expect(effects).toMatchObject([{ type: "incident.opened" }]);
  expect(JSON.stringify(effects)).not.toContain("printer");
});

const PEOPLE = ["petra", "omar", "lena"];
const anyAction = fc
  .record({
    by: fc.constantFrom(...PEOPLE),
    role: fc.constantFrom("coordinator" as const, "lead" as const),
    minutes: fc.integer({ min: 0, max: 200 }),
    what: fc.constantFrom(
      "acknowledged",
      "assigned",
      "shelved",
      "unshelved",
      "resolved",
      "noise",
      "commented",
      "escalated",
      "played",
      "undone",
      "handed_over",
    ),
    to: fc.constantFrom(...PEOPLE, null),
    force: fc.boolean(),
    until: fc.option(fc.integer({ min: -10, max: 20_000 }), { nil: undefined }),
    back: fc.integer({ min: 1, max: 3 }),
  })
  .map((given) => given);
type Given = typeof anyAction extends fc.Arbitrary<infer G> ? G : never;

function eventOf(given: Given, at: number, ids: string[]): One {
  const { what, by, role, to, force } = given;
  const until = given.until === undefined ? undefined : at + given.until * MINUTE_MS;
  const data: Record<string, object> = {
    acknowledged: { until, force },
    assigned: { assignee: to, until, force },
    shelved: { reason: "x", until: until ?? at + MINUTE_MS },
    unshelved: {},
    resolved: { code: "DONE" },
    noise: {},
    commented: { text: "t", mentions: to === null ? [] : [to] },
    escalated: { reason: "x" },
    played: { step: "call" },
    undone: { event: ids.at(-given.back) ?? "none" },
    handed_over: { incidents: ["INC-1"], from: by, to: to ?? "omar", handover: "H" },
  };
  return anAction(`incident.${what}` as OneType, data[what] as never, { by, role, at });
}

const VALID: Record<IncidentState, (incident: Incident) => boolean> = {
  open: ({ owner, ackUntil, shelved }) => owner === null && ackUntil === null && shelved === null,
  acknowledged: ({ owner, ackUntil, shelved }) =>
    owner !== null && ackUntil !== null && shelved === null,
  shelved: ({ owner, shelved }) => owner === null && shelved !== null,
  resolved: ({ owner, resolution, ladder }) =>
    owner === null && resolution !== null && ladder?.nextAt == null,
};

test("any actions in any order leave a valid incident, and refuse in words", () => {
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 25 }), (all) => {
      let incident = anIncident();
      const ids: string[] = [];
      let at = NOW;
      for (const given of all) {
        at += (given.minutes * MINUTE_MS) / 8;
        const event = eventOf(given, at, ids);
        ids.push(event.id);
        const acted = applyAction(incident, event, book, at);
        if (acted.is === "refused") expect(acted.message).toMatch(/\w/);
        if (acted.is !== "done") continue;
        incident = acted.incident;
        expect(Value.Errors(Incident, incident)).toEqual([]);
        expect(VALID[incident.state](incident)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("claims of two people, however they interleave, leave exactly one owner: the first who asked", () => {
  const claim = fc.record({
    by: fc.constantFrom("petra", "omar"),
    how: fc.constantFrom("acknowledged" as const, "assigned" as const),
  });
  fc.assert(
    fc.property(fc.array(claim, { minLength: 1, maxLength: 12 }), (claims) => {
      let incident = anIncident();
      for (const { by, how } of claims) {
        const event =
          how === "acknowledged"
            ? anAction("incident.acknowledged", {}, { by })
            : anAction("incident.assigned", { assignee: by }, { by });
        const acted = applyAction(incident, event, book, NOW);
        expect(acted.is === "done").toBe(incident.owner === null || incident.owner === by);
        if (acted.is === "done") incident = acted.incident;
        expect(incident.owner).toBe(claims[0]?.by);
      }
    }),
  );
});

test("whatever the last change was, taking it back restores owner, state and what falls due", () => {
  fc.assert(
    fc.property(fc.array(anyAction, { minLength: 1, maxLength: 8 }), (all) => {
      let incident = anIncident();
      let at = NOW;
      for (const given of all) {
        at += 1_000;
        const event = eventOf(given, at, []);
        const acted = applyAction(incident, event, book, at);
        if (acted.is !== "done") continue;
        const undo = anAction("incident.undone", { event: event.id }, { by: given.by, at });
        const back = applyAction(acted.incident, undo, book, at);
        if (back.is === "done" && acted.incident.generation === incident.generation) {
          const { state, owner, ackUntil, shelved, resolution, noise } = incident;
          expect(back.incident).toMatchObject({
            state,
            owner,
            ackUntil,
            shelved,
            resolution,
            noise,
          });
          expect(back.incident.ladder?.nextAt).toBe(incident.ladder?.nextAt);
        }
        incident = acted.incident;
      }
    }),
    { numRuns: 300 },
  );
});
