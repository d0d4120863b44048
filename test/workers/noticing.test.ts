import { describe, expect, test } from "vitest";
import { createForecastState, disciplineSeen } from "../../domain/forecast/state.ts";
import { sitePlanOf } from "../../domain/forecast/plan.ts";
import type { SaidOutlook } from "../../domain/forecast/saying.ts";
import type { Order } from "../../domain/order.ts";
import type { Finding } from "../../domain/silence/evidence.ts";
import type { Held } from "../../workers/forecast/memory.ts";
import { emptyRoom, type Desk, type Room, type Saying } from "../../workers/forecast/room.ts";
import { noteOvertaken, notePassages, see } from "../../workers/forecast/silence.ts";
import { aSite, clock } from "../support/builders.ts";

const MINUTE = 60_000;
const NOW = clock("12:00");
const site = aSite();
const desk = (now = NOW, of = site): Desk => ({
  policies: {} as never,
  plan: sitePlanOf(of),
  now,
});

function held(id: string, change: { deadline?: number; order?: Partial<Order> } = {}): Held {
  const place = { stage: "allocated" as const, stageSince: clock("9:00") };
  const before = { id, ...place, exceptions: [], ...change.order } as unknown as Order;
  const floor = {
    ...place,
    id,
    carrier: "A",
    deadline: change.deadline ?? clock("16:00"),
    receivedAt: clock("8:00"),
    hold: null,
    lines: 1,
  };
  return {
    id,
    before,
    floor,
    elsewhere: null,
    transit: null,
    latest: undefined,
    said: undefined,
    transitAt: 0,
    watch: { dependence: { source: "wms/x" }, missing: [], truck: null },
    passed: undefined,
  };
}

function roomWith(...all: Held[]): Room {
  const room = emptyRoom();
  room.model.floor = createForecastState({ discipline: "due" });
  for (const one of all) room.held.set(one.id, one);
  return room;
}

/** Twelve later ones were picked at ten, and so many urgent ones. */
function picked(room: Room, more: object = {}, urgent = 0): void {
  const passages = Array.from({ length: 12 + urgent }, (_, index) => ({
    id: `p${index}`,
    process: "pick" as const,
    kind: "completed" as const,
    at: clock("10:00"),
    recordedAt: clock("10:00"),
    deadline: index < 12 ? clock("18:00") : clock("14:00"),
    receivedAt: clock("8:30"),
    seq: index,
    ...more,
  }));
  notePassages(room, passages, sitePlanOf(site), NOW);
}

const said = (room: Room, ids: Iterable<string>, at = desk(), saying: Saying = new Map()) => {
  see(room, ids, at, saying);
  return saying;
};
const take = (room: Room, saying: Saying): void => {
  for (const [id, outlook] of saying) {
    const one = room.held.get(id);
    if (one !== undefined) one.said = outlook ?? undefined;
  }
};
const codes = (saying: Saying, id: string) =>
  saying.get(id)?.evidence?.findings.map(({ code }) => code);

describe("what is noticed of orders", () => {
  test("is that they were overtaken by many that should have come after them", () => {
    const room = roomWith(held("o"), held("later", { deadline: clock("19:00") }));
    picked(room, {}, 48);
    noteOvertaken(room, desk());
    const saying = said(room, room.held.keys());
    expect(codes(saying, "o")).toEqual(["OVERTAKEN"]);
    expect(saying.get("o")?.evidence?.findings[0]?.words).toMatch(/of 60 .* 12 should/);
    expect(saying.has("later")).toBe(false);
  });

  test("is that so many went past it that its next scan was missed", () => {
    const room = roomWith(held("o"));
    picked(room, {}, 36);
    noteOvertaken(room, desk());
    const saying = said(room, room.held.keys());
    expect(codes(saying, "o")).toEqual(["PASSED_UNSEEN"]);
    expect(saying.get("o")?.evidence?.findings[0]?.words).toMatch(/scan is missing: of 48 .* 12/);
  });

  test("is that others went on to the dock, checked or not, past one that waits to be checked", () => {
    const room = roomWith(held("o", { order: { stage: "packed" } }));
    const one = room.held.get("o");
    if (one?.floor != null) one.floor = { ...one.floor, stage: "packed" };
    picked(room, { process: "stage" });
    const stages = [...site.stages, "checked" as const, "staged" as const];
    noteOvertaken(room, desk(NOW, { ...site, stages }));
    expect(codes(said(room, room.held.keys()), "o")).toEqual(["PASSED_UNSEEN"]);
  });

  test("is none of that on hold, at a 3PL, or while the order of work is not known", () => {
    const stuck = held("held");
    if (stuck.floor !== null) stuck.floor.hold = { type: "HOLD_FRAUD", since: clock("9:30") };
    const room = roomWith(stuck, held("3pl", { order: { node: "3pl-north" } }), held("o"));
    picked(room, { isElsewhere: true });
    noteOvertaken(room, desk());
    expect(said(room, room.held.keys()).size).toBe(0);
    picked(room);
    noteOvertaken(room, desk());
    expect([...said(room, room.held.keys()).keys()]).toEqual(["o"]);
    room.model.floor = createForecastState();
    noteOvertaken(room, desk());
    expect(said(room, room.held.keys()).size).toBe(0);
  });

  test("is that all went on past the few that wait where there is no order of work", () => {
    const room = roomWith(held("o"));
    room.model.floor.disciplines["pick"] = {
      ...disciplineSeen(room.model.floor, "pick"),
      isPredictable: false,
    };
    picked(room, { deadline: clock("14:00") });
    noteOvertaken(room, desk());
    expect(codes(said(room, room.held.keys()), "o")).toEqual(["PASSED_UNSEEN"]);
  });

  test("is said once, again before it lapses, and taken back when it is over", () => {
    const one = held("o");
    const { stage, stageSince } = one.before;
    const finding: Finding = { code: "NOT_PACKED", stage, stageSince, from: NOW, words: "packing" };
    one.watch.missing = [finding];
    const room = roomWith(one);
    const first = said(room, ["o"]);
    expect(first.get("o")).toMatchObject({ until: 0, evidence: { findings: [finding] } });
    take(room, first);
    expect(said(room, ["o"], desk(NOW + 10 * MINUTE)).size).toBe(0);
    expect(said(room, ["o"], desk(NOW + 16 * MINUTE)).size).toBe(1);
    one.watch.missing = [];
    expect(said(room, ["o"]).get("o")).toBeNull();
  });

  test("is said shortly before it begins, so that it begins at its moment", () => {
    const one = held("o");
    const { stage, stageSince } = one.before;
    const from = NOW + 10 * MINUTE;
    one.watch.missing = [{ code: "NOT_PACKED", stage, stageSince, from, words: "packing" }];
    const room = roomWith(one);
    expect(said(room, ["o"]).size).toBe(0);
    expect(codes(said(room, ["o"], desk(from - 2 * MINUTE)), "o")).toEqual(["NOT_PACKED"]);
  });

  test("stands beside the forecast, and outlives one that is taken back", () => {
    const one = held("o");
    const room = roomWith(one);
    room.silent.set("wms/x", { source: "wms/x", name: "WMS", since: NOW, silentAt: NOW });
    const until = NOW + 120 * MINUTE;
    const forecast: SaidOutlook = {
      p: 0.4,
      isRaised: false,
      until,
      words: [],
      at: NOW,
      alarm: null,
    };
    const both = said(room, ["o"], desk(), new Map([["o", forecast]]));
    expect(both.get("o")).toMatchObject({ p: 0.4, evidence: { blind: { name: "WMS" } } });
    take(room, both);
    const back = said(room, ["o"], desk(), new Map([["o", null]]));
    expect(back.get("o")).toMatchObject({ until: 0, evidence: { blind: { name: "WMS" } } });
    take(room, back);
    // taken back once more by the next look: nothing new
    expect(said(room, ["o"], desk(), new Map([["o", null]])).size).toBe(0);
    room.silent.clear();
    expect(said(room, ["o"]).get("o")).toBeNull();
  });
});
