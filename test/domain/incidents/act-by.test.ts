import { expect, test } from "vitest";
import { actByOf, isTooLate } from "../../../domain/incidents/act-by.ts";
import { noticeOf } from "../../../domain/incidents/telling.ts";
import { anIncident } from "./fixtures.ts";

const counts = (orders: number, late: number, lost: number) => ({
  orders,
  atRisk: 0,
  late,
  lost,
  blind: 0,
});

test.each([
  ["none of its orders is late", counts(3, 0, 0), 9],
  ["some of them are", counts(3, 1, 1), 9],
  ["all of them are late or lost", counts(3, 2, 1), null],
  ["it is about no order", counts(0, 0, 0), 9],
])("until when to act is told by what can still keep a deadline: %s", (_, of, actBy) => {
  const incident = anIncident({ counts: of, actBy: 9 });
  expect(actByOf(incident)).toBe(actBy);
  expect(noticeOf(incident, { why: "worse", at: 1, words: "" }, "k").actBy).toBe(actBy);
});

test("only what a person entered is too late once it is over: a rule looks again", () => {
  expect(isTooLate({ kind: "manual" })).toBe(true);
  expect(isTooLate({ kind: "common_cause" })).toBe(false);
});
