import { describe, expect, test } from "vitest";
import {
  chipsOf,
  compareIncidents,
  fadedSince,
  folded,
  folderOf,
  isLost,
  lineWords,
  rankOf,
  sortInto,
} from "../../../client/inbox/inbox-model.ts";
import { ackUntil, ACK_CHOICES, mentionsIn, saidOf } from "../../../client/inbox/incident-words.ts";
import { isHeard, toneOf } from "../../../client/inbox/useRinging.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { anIncident, NOW } from "./an-incident.ts";

const reading = { now: NOW, me: "ana", format: createSiteFormat("Europe/Berlin") };
const counts = (late: number, atRisk: number, lost: number) => ({
  orders: late + atRisk + lost,
  late,
  atRisk,
  lost,
  blind: 0,
});

describe("the folders", () => {
  test("go by state and owner", () => {
    expect(folderOf(anIncident({}), "ana")).toBe("unowned");
    expect(folderOf(anIncident({ state: "acknowledged", owner: "ana" }), "ana")).toBe("mine");
    expect(folderOf(anIncident({ state: "acknowledged", owner: "bo" }), "ana")).toBe("team");
    expect(folderOf(anIncident({ state: "shelved", owner: "ana" }), "ana")).toBe("shelved");
    expect(folderOf(anIncident({ state: "resolved", owner: "ana" }), "ana")).toBe("resolved");
  });

  test("put first what a minute of work saves most, what is lost last", () => {
    const cheap = anIncident({ id: "INC-1", savingRate: 1, actBy: NOW + 60_000 });
    const rich = anIncident({ id: "INC-2", savingRate: 40, actBy: NOW + 3_600_000 });
    const gone = anIncident({
      id: "INC-3",
      savingRate: 0,
      counts: counts(0, 0, 4),
      severity: "S1",
    });
    const { folders } = sortInto([gone, cheap, rich], "ana", NOW);
    expect(folders.unowned.map(({ id }) => id)).toEqual(["INC-2", "INC-1", "INC-3"]);
    expect(isLost(gone)).toBe(true);
    expect(compareIncidents(NOW)(cheap, cheap)).toBe(0);
  });

  test("put what is not seen any more after what is, whatever it once was worth", () => {
    const over = anIncident({ id: "INC-1", savingRate: 400, seenAt: NOW - 6 * 60_000 });
    const there = anIncident({ id: "INC-2", savingRate: 1 });
    const gone = anIncident({ id: "INC-3", counts: counts(0, 0, 4) });
    const { folders } = sortInto([gone, over, there], "ana", NOW);
    expect(folders.unowned.map(({ id }) => id)).toEqual(["INC-2", "INC-1", "INC-3"]);
  });
});

test("in a flood only causes that can still be saved stand in front; else what is not lost", () => {
  const cause = anIncident({ id: "INC-1" });
  const single = anIncident({ id: "INC-2", kind: "order_delay", counts: counts(0, 1, 0) });
  const gone = anIncident({ id: "INC-3", counts: counts(0, 0, 4) });
  const ids = (isFlood: boolean) => {
    const { first, rest } = folded([cause, single, gone], isFlood, NOW);
    return [first.map(({ id }) => id), rest.map(({ id }) => id)];
  };
  expect(ids(false)).toEqual([["INC-1", "INC-2"], ["INC-3"]]);
  expect(ids(true)).toEqual([["INC-1"], ["INC-2", "INC-3"]]);
});

describe("a line", () => {
  test("says how many orders, by when to act and that nobody has it", () => {
    const item = anIncident({
      actBy: NOW + 6 * 60_000,
      openedAt: NOW - 180_000,
      counts: counts(4, 14, 0),
    });
    expect(lineWords(item, reading)).toBe(
      "18 orders · act before 15:06 CET (6 min) · unowned 3 min",
    );
    expect(chipsOf(item, NOW).map(({ words }) => words)).toEqual(["▲ 4 late", "◆ 14 savable"]);
  });

  test("does not say again how many orders its title names", () => {
    const item = anIncident({ title: "Packing is slow: 18 orders", counts: counts(4, 14, 0) });
    expect(lineWords(item, reading)).toBe("act before 16:00 CET (1 h) · unowned 0 s");
    const other = { ...item, title: "Packing is slow: 118 orders" };
    expect(lineWords(other, reading)).toMatch(/^18 orders · /);
  });

  test("says whose it is and until when, and who had it before", () => {
    const owned = anIncident({
      state: "acknowledged",
      owner: "bo",
      ackUntil: NOW + 900_000,
      actBy: null,
    });
    expect(lineWords(owned, reading)).toContain("bo, until 15:15 CET");
    const expired = anIncident({ owner: "bo", activeAt: NOW - 60_000, actBy: null });
    expect(lineWords(expired, reading)).toContain("unowned 1 min, bo had it");
  });

  test("says to act now when less time is left than it takes, and that it is too late where a person said until when", () => {
    const late = anIncident({ actBy: NOW - 60_000 });
    expect(lineWords(late, reading)).toContain(" · act now · ");
    const told = anIncident({ kind: "manual", actBy: NOW - 60_000 });
    expect(lineWords(told, reading)).toContain(" · too late since 14:59 CET · ");
  });

  test("names no moment to act by when all of its orders are late or lost already", () => {
    const actBy = NOW + 360_000;
    expect(lineWords(anIncident({ actBy, counts: counts(1, 0, 1) }), reading)).not.toContain("act");
    expect(lineWords(anIncident({ actBy, counts: counts(1, 1, 1) }), reading)).toContain(
      "act before 15:06 CET",
    );
  });

  test("claims no time and no counts once its cause is not seen any more", () => {
    const gone = anIncident({ openedAt: NOW - 3_600_000, seenAt: NOW - 360_000 });
    expect(lineWords(gone, reading)).toBe("17 orders · not seen since 14:54 CET · unowned 1 h");
    expect(chipsOf(gone, NOW)).toEqual([]);
    expect(fadedSince({ ...gone, seenAt: NOW - 240_000 }, NOW)).toBeNull();
    expect(fadedSince({ ...gone, kind: "manual" }, NOW)).toBeNull();
    expect(fadedSince({ ...gone, state: "resolved" }, NOW)).toBeNull();
  });

  test("ranks by severity", () => {
    expect((["S1", "S2", "S3", "S4"] as const).map((severity) => rankOf({ severity }))).toEqual([
      1, 2, 3, 3,
    ]);
  });
});

describe("an acknowledgement", () => {
  test("ends at the chosen moment, or at the last moment to act while that is to come", () => {
    expect(ackUntil(ACK_CHOICES[1], { actBy: null }, NOW)).toBe(
      new Date(NOW + 1_800_000).toISOString(),
    );
    expect(ackUntil(ACK_CHOICES[3], { actBy: NOW + 60_000 }, NOW)).toBe(
      new Date(NOW + 60_000).toISOString(),
    );
    expect(ackUntil(ACK_CHOICES[3], { actBy: NOW - 60_000 }, NOW)).toBeUndefined();
  });

  test("is said with how many it was", () => {
    expect(saidOf("acknowledge", ["INC-1"], {})).toBe("INC-1 is yours");
    expect(saidOf("acknowledge", ["INC-1", "INC-2"], {})).toBe("2 incidents are yours");
    expect(saidOf("assign", ["INC-1"], { assignee: null })).toBe("INC-1 given back");
  });
});

test("a comment calls those after an @, each once, and no e-mail address", () => {
  const text = "@bo look, @ana.k and @bo. @16:00 @cato; mail x@example.org";
  const people = [{ name: "bo" }, { name: "ana.k" }];
  expect(mentionsIn(text, people)).toEqual({ mentions: ["bo", "ana.k"], strangers: ["cato"] });
  expect(mentionsIn(text, []).mentions).toEqual(["bo", "ana.k", "16", "cato"]);
});

describe("sounds", () => {
  test("in a flood are for what is critical and can still be saved", () => {
    const critical = anIncident({ severity: "S1" });
    const single = anIncident({ kind: "order_delay", counts: counts(0, 1, 0) });
    const heard = (isFlood: boolean) => [
      isHeard(critical, isFlood, NOW),
      isHeard(anIncident({ severity: "S3" }), isFlood, NOW),
      isHeard(single, isFlood, NOW),
      isHeard(anIncident({ ...critical, state: "acknowledged", owner: "bo" }), isFlood, NOW),
    ];
    expect(heard(false)).toEqual([true, true, true, true]);
    expect(heard(true)).toEqual([true, false, false, false]);
  });

  test("ring for what is new, unowned and grave, and for nothing else", () => {
    const grave = anIncident({ severity: "S2" });
    expect(toneOf(grave, undefined, { name: "ana" })).toBe("new");
    expect(toneOf(grave, grave, { name: "ana" })).toBeNull();
    expect(toneOf(anIncident({ severity: "S3" }), undefined, { name: "ana" })).toBeNull();
    expect(toneOf({ ...grave, state: "acknowledged" }, undefined, { name: "ana" })).toBeNull();
    expect(toneOf(grave, { ...grave, severity: "S3" }, { name: "ana" })).toBe("new");
    expect(toneOf(anIncident({ kind: "source_silent" }), undefined, { name: "ana" })).toBe("blind");
  });

  test("ring for an escalation that reached this person", () => {
    const fired = {
      step: 1,
      round: 0,
      generation: 1,
      dueAt: NOW,
      firedAt: NOW,
      late: false,
      targets: ["lead"],
    };
    const ladder = { ladder: "default", version: 1, step: 2, round: 0, since: NOW, nextAt: null };
    const before = anIncident({ ladder: { ...ladder, fired: [] } });
    const after = anIncident({ ladder: { ...ladder, fired: [{ ...fired, people: ["ana"] }] } });
    expect(toneOf(after, before, { name: "ana" })).toBe("escalated");
    expect(toneOf(after, before, { name: "bo" })).toBeNull();
    const called = { ladder: { ...ladder, fired: [{ ...fired, people: [], roles: ["lead"] }] } };
    const byRole = (severity: "S2" | "S3") =>
      toneOf(
        anIncident({ ...called, severity } as Parameters<typeof anIncident>[0]),
        { ...before, severity },
        { name: "bo", role: "lead" },
      );
    expect([byRole("S2"), byRole("S3")]).toEqual(["escalated", null]);
  });
});
