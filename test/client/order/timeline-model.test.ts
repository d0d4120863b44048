import { describe, expect, test } from "vitest";
import { type NormalOf, timelineOf } from "../../../client/order/timeline-model.ts";
import { timelineRows } from "../../../client/order/timeline-rows.ts";
import type { EventView } from "../../../client/order/order-view.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { aDeadline, anEventView, anOrder, at, aView, milestone, MINUTE } from "./builders.ts";

const nothingUsual: NormalOf = () => null;
const berlin = createSiteFormat("Europe/Berlin");

/** Each line in short: what it is, when, what stands there. */
function shortly(view: ReturnType<typeof aView>, now = at(60), normalOf = nothingUsual) {
  return timelineRows(timelineOf(view, normalOf), berlin, now).map(
    ({ mark, time, title, dwell, detail }) =>
      [mark, time, title, dwell, detail].filter((word) => word !== "").join(" | "),
  );
}

describe("the timeline of an order", () => {
  test.each([
    [
      "counts the dwell of a stage until the next one, and of the last until now",
      anOrder(),
      ["fact | 09:00 | Received | 10 min", "now | 09:10 | Allocated, now | 50 min"],
    ],
    [
      "gives work with a start scan a line of its own",
      anOrder({
        stage: "picked",
        stageSince: at(40),
        timeline: [milestone("received", 0), milestone("picked", 40, { startedAt: at(15) })],
      }),
      [
        "fact | 09:00 | Received | 15 min",
        "fact | 09:15 | Picking | 25 min",
        "now | 09:40 | Picked, now | 20 min",
      ],
    ],
    [
      "does not show a start twice that stands in the timeline itself",
      anOrder({
        stage: "picked",
        stageSince: at(40),
        timeline: [
          milestone("received", 0),
          milestone("picking", 15),
          milestone("picked", 40, { startedAt: at(15) }),
        ],
      }),
      [
        "fact | 09:00 | Received | 15 min",
        "fact | 09:15 | Picking | 25 min",
        "now | 09:40 | Picked, now | 20 min",
      ],
    ],
    [
      "puts an inferred step before the one that proves it, and lets the dwell cover both",
      anOrder({
        stage: "packed",
        stageSince: at(50),
        timeline: [milestone("received", 0), milestone("picked", null), milestone("packed", 50)],
      }),
      [
        "fact | 09:00 | Received | 50 min | time of received + picked",
        "inferred | Picked | inferred from packed",
        "now | 09:50 | Packed, now | 10 min",
      ],
    ],
    [
      "shows where work in progress stands though no milestone says so",
      anOrder({ stage: "picking", stageSince: at(20), station: "P3" }),
      [
        "fact | 09:00 | Received | 10 min",
        "fact | 09:10 | Allocated | 10 min",
        "now | 09:20 | Picking, now | 40 min | P3",
      ],
    ],
    [
      "says the attempt after a failed check",
      anOrder({
        stage: "packing",
        stageSince: at(50),
        attempt: 2,
        timeline: [milestone("received", 0), milestone("packed", 40)],
      }),
      [
        "fact | 09:00 | Received | 40 min",
        "fact | 09:40 | Packed | 10 min",
        "now | 09:50 | Packing, now | 10 min | attempt 2",
      ],
    ],
    [
      "ends with the last stage when the order is closed",
      anOrder({
        stage: "cancelled",
        stageSince: at(30),
        closedAt: at(30),
        timeline: [milestone("received", 0), milestone("cancelled", 30)],
      }),
      ["fact | 09:00 | Received | 30 min", "fact | 09:30 | Cancelled"],
    ],
  ])("%s", (_, order, expected) => {
    expect(shortly(aView({ order }))).toEqual(expected);
  });

  test("does not say an action twice that needs no more words than its name", () => {
    const acted = (type: string, words: string) =>
      shortly(aView({ events: [anEventView({ id: type, type, words, at: at(20) })] }))[1];
    expect(acted("order.expedited", "expedited")).toMatch(/Expedited$/);
    expect(acted("order.assigned", "assigned to bo")).toMatch(/Assigned \| assigned to bo$/);
  });

  test("names no ids of what people did and took back; those of events stay", () => {
    const said = (change: Partial<EventView>) =>
      shortly(aView({ events: [anEventView({ at: at(5), ...change })] }))[1];
    const taken = { effect: "corrected", words: "taken back by undo-act-G-Zu8" } as const;
    expect(said({ ...taken, type: "order.expedited" })).toMatch(/Expedited \| taken back$/);
    expect(said({ type: "event.corrected", words: "took back order.expedited act-G-Zu8" })).toMatch(
      /Correction \| took back: expedited$/,
    );
    const scan = { effect: "corrected", words: "taken back by wms-9" } as const;
    expect(said({ ...scan, type: "pick.completed" })).toMatch(
      /pick.completed \| taken back by wms-9$/,
    );
  });

  test("keeps impossible events as evidence and strikes corrected ones", () => {
    const events = [
      anEventView({
        at: at(5),
        id: "e2",
        type: "parcel.staged",
        effect: "impossible",
        words: "no",
      }),
      anEventView({
        at: at(6),
        id: "e3",
        type: "pick.completed",
        effect: "corrected",
        words: "gone",
      }),
      anEventView({
        at: at(7),
        id: "e4",
        type: "pick.started",
        effect: "duplicate",
        words: "again",
      }),
    ];
    const rows = timelineRows(timelineOf(aView({ events }), nothingUsual), berlin, at(60));
    expect(rows.map(({ mark, isStruck }) => [mark, isStruck])).toEqual([
      ["fact", false],
      ["impossible", false],
      ["corrected", true],
      ["now", false],
    ]);
    expect(rows[1]?.detail).toBe("no · kept as evidence");
  });

  test("brackets holds with what they pause and when they ended", () => {
    const order = anOrder({
      holds: [
        { code: "HOLD_ADDRESS", placedAt: at(2), releasedAt: at(8), clock: "pause" },
        { code: "HOLD_OPERATOR", placedAt: at(20), until: at(90), clock: "run", owner: "Bo" },
      ],
    });
    expect(shortly(aView({ order })).slice(1, 3)).toEqual([
      "hold | 09:02 | Hold address | 6 min | released 09:08 CET · pauses ours, not the customer's",
      "hold | 09:20 | Hold operator | 40 min | open · until 10:30 CET · pauses nothing · Bo",
    ]);
    const expired = anOrder({
      holds: [{ code: "HOLD_OPERATOR", placedAt: at(20), until: at(40), clock: "run" }],
    });
    expect(shortly(aView({ order: expired }))).toContain(
      "hold | 09:20 | Hold operator | 40 min | open · expired since 09:40 CET · pauses nothing",
    );
  });

  test("marks a stage over its p90, recorded and running", () => {
    const normalOf: NormalOf = (stage) =>
      stage === "received"
        ? { p50Ms: 4 * MINUTE, p90Ms: 9 * MINUTE }
        : { p50Ms: 1, p90Ms: 50 * MINUTE };
    const rowsAt = (now: number) => timelineRows(timelineOf(aView(), normalOf), berlin, now);
    expect(rowsAt(at(60)).map(({ isSlow }) => isSlow)).toEqual([true, false]);
    expect(rowsAt(at(61)).map(({ isSlow }) => isSlow)).toEqual([true, true]);
    expect(rowsAt(at(60))[0]?.normal).toBe("4 min – 9 min");
  });

  test("lists the steps to come with the latest moment of each, marks those that have passed, and none for a closed order", () => {
    const deadlines = [
      aDeadline({ kind: "milestone", name: "handed over", at: at(300) }),
      aDeadline({ kind: "milestone", name: "on the dock", at: at(285) }),
      aDeadline({ kind: "milestone", name: "picked", at: at(5), state: "met" }),
      aDeadline(),
    ];
    expect(shortly(aView({ deadlines })).at(-1)).toBe(
      "expected | At the latest | On the dock 13:45 CET · Handed over 14:00 CET",
    );
    expect(shortly(aView({ deadlines }), at(290)).at(-1)).toContain(
      "▲ On the dock 13:45 CET · Handed over",
    );
    const closed = anOrder({ closedAt: at(30) });
    expect(shortly(aView({ deadlines, order: closed })).at(-1)).not.toContain("latest");
  });

  test("says the day where it changes", () => {
    const day = 24 * 60;
    const order = anOrder({
      stageSince: at(day),
      timeline: [milestone("received", 0), milestone("allocated", day)],
    });
    expect(shortly(aView({ order }), at(day + 5))).toEqual([
      "fact | Mon 23 Nov 09:00 | Received | 1 d",
      "now | Tue 24 Nov 09:00 | Allocated, now | 5 min",
    ]);
  });

  test("gives every line a key of its own", () => {
    const order = anOrder({
      holds: [{ code: "A", placedAt: at(1), clock: "run" }],
      exceptions: [{ code: "SHORT_PICK", raisedAt: at(1) }],
    });
    const events = [
      anEventView({ id: "n1", type: "note.added" }),
      anEventView({ id: "n1", source: "ui/bo", type: "note.added" }),
    ];
    const keys = timelineOf(aView({ order, events }), nothingUsual).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(6);
  });
});
