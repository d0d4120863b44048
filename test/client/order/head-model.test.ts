import { openHoldWords } from "../../../client/order/hold-words.ts";
import { describe, expect, test } from "vitest";
import {
  actWords,
  headOfRow,
  headOfView,
  leftWords,
  plannedWords,
  promiseWords,
} from "../../../client/order/head-model.ts";
import { deadlineWords } from "../../../client/order/promise-words.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { aDeadline, anOrder, aRow, at, aView } from "./builders.ts";

const berlin = createSiteFormat("Europe/Berlin");

describe("the header of an order", () => {
  test.each([
    ["counts down to the promise that decides", aRow(), "4 h 20"],
    ["counts up from it once it is broken", aRow({ sev: "late", due: at(22) }), "−18 min"],
    ["counts nothing while it is blind", aRow({ sev: "unknown" }), ""],
    ["counts nothing without a promise", aRow({ due: null }), ""],
  ])("%s", (_, row, words) => {
    expect(leftWords(headOfRow(row), at(40))).toBe(words);
  });

  test.each([
    ["says until when acting helps", aRow(), "act before 10:00 CET, in 20 min"],
    ["says that it is time to act", aRow({ actBy: at(30) }), "act now, planned before 09:30 CET"],
    ["asks for nothing when it is too late", aRow({ sev: "late" }), ""],
    ["asks for nothing without such a moment", aRow({ actBy: null }), ""],
    ["asks for nothing once the carrier has it", aRow({ dueKind: "deliver" }), ""],
  ])("%s", (_, row, words) => {
    expect(actWords(headOfRow(row), berlin, at(40))).toBe(words);
  });

  test("calls nobody to act on what the forecast sees in time, but says what was planned", () => {
    const head = headOfRow(aRow({ sev: "on_time", actBy: at(30) }));
    expect(actWords(head, berlin, at(40))).toBe("");
    const words = "planned before 09:30 CET, by the forecast still in time";
    expect(plannedWords(head, berlin, at(40))).toBe(words);
    expect(plannedWords(head, berlin, at(20))).toBe("");
    expect(plannedWords({ ...head, severity: "at_risk" }, berlin, at(40))).toBe("");
    expect(plannedWords({ ...head, closedAt: at(35) }, berlin, at(40))).toBe("");
    expect(plannedWords({ ...head, dueKind: "deliver" }, berlin, at(40))).toBe("");
  });

  test("names the promise that decides with its truck", () => {
    expect(promiseWords(headOfRow(aRow()), berlin, at(0))).toBe(
      "priority promise: ship by 14:00 CET (A 14:00 truck)",
    );
    expect(promiseWords(headOfRow(aRow({ due: null })), berlin, at(0))).toBe("nothing promised");
  });

  test("says of a truck that leaves after the promise that it is only the next one", () => {
    const late = headOfRow(aRow({ due: at(100) }));
    expect(
      promiseWords({ ...late, pickup: { id: "A-20261123-1400", at: at(101) } }, berlin, at(0)),
    ).toBe(`priority promise: ship by ${berlin.near(at(100), at(0))} (next truck A 14:00)`);
  });

  test("takes what the server judged once the order was read", () => {
    const view = aView({ severity: "late", due: at(22), dueKind: "deliver", reasons: ["a", "b"] });
    expect(headOfView(view)).toMatchObject({ severity: "late", dueKind: "deliver", reason: "a" });
    expect(leftWords(headOfView(view), at(40))).toBe("−18 min");
  });

  test("of a closed order says when and how it ended, and counts nothing", () => {
    const order = anOrder({ stage: "delivered", closedAt: at(120) });
    const head = headOfView(aView({ order, severity: "on_time" }));
    expect(leftWords(head, at(200))).toBe("");
    expect(promiseWords(head, berlin, at(200))).toBe("Delivered 11:00 CET, closed");
  });

  test("shows open holds only", () => {
    const holds = [
      { code: "A", placedAt: at(0), releasedAt: at(1), clock: "run" as const },
      { code: "B", placedAt: at(0), clock: "run" as const },
    ];
    expect(headOfView(aView({ order: anOrder({ holds }) })).holds).toMatchObject([{ code: "B" }]);
  });

  test("says of a hold whose time is over that it has expired, and since when", () => {
    const hold = { code: "HOLD_ADDRESS", until: at(30) };
    expect(openHoldWords(hold, berlin, at(30))).toBe("Hold address");
    expect(openHoldWords(hold, berlin, at(31))).toBe("Hold address, expired since 09:30 CET");
  });
});

describe("a promise in words", () => {
  test.each([
    ["open", aDeadline(), at(0), "5 h left"],
    ["past and not judged yet", aDeadline(), at(310), "▲ −10 min"],
    ["met", aDeadline({ state: "met" }), at(400), "kept"],
    ["missed", aDeadline({ state: "missed" }), at(400), "▲ missed"],
  ])("%s", (_, deadline, now, state) => {
    expect(deadlineWords(deadline, berlin, now).state).toBe(state);
  });

  test("is not known when the order was closed before it was judged", () => {
    expect(deadlineWords(aDeadline(), berlin, at(0), true).state).toBe("not known");
    expect(deadlineWords(aDeadline({ state: "met" }), berlin, at(0), true).state).toBe("kept");
  });

  test("whose it is, and what by when", () => {
    expect(deadlineWords(aDeadline(), berlin, at(0))).toMatchObject({
      whose: "ours",
      what: "ship by",
      when: "14:00 CET",
    });
    const step = aDeadline({ kind: "milestone", name: "handed over" });
    expect(deadlineWords(step, berlin, at(0)).what).toBe("Handed over");
  });
});
