import { expect, test } from "vitest";
import { EMPTY_FOLD, inFoldOrder } from "../../domain/fold.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { STUB_WAIT_MS, viewOf } from "../../domain/turn/order-view.ts";
import { RULES } from "../../domain/turn/rules.ts";
import { aPolicy, anEvent, anOrderReceived, clock } from "../support/builders.ts";

function givenUpAt(...posted: RecordedEvent[]) {
  const policy = aPolicy();
  const events = [...inFoldOrder(posted)];
  const record = { v: 1, policy: 1, events, sent: [] };
  const folded = RULES.foldOn(EMPTY_FOLD, events, policy);
  const basis = { id: "SO-1", record, folded, size: 0, outlook: undefined, incident: undefined };
  const { due, row } = viewOf(basis, policy, RULES, clock("50:00"));
  expect(row).toBeNull();
  return due;
}

test("events wait a day for their order, counted from the first of them", () => {
  const first = anEvent("pick.started", "10:00", {}, { recorded: "10:01" });
  const later = anEvent("pick.completed", "9:00", {}, { recorded: "30:00" });
  expect(givenUpAt(first, later)).toBe(clock("10:01") + STUB_WAIT_MS);
});

test("an order whose receipt is taken back after days waits from then on", () => {
  const receipt = anOrderReceived("9:00");
  const { source, id } = receipt;
  const back = { of: { source, id }, reason: "did_not_occur" } as const;
  const correction = anEvent("event.corrected", "49:00", back, { recorded: "49:00" });
  expect(givenUpAt(receipt, correction)).toBe(clock("49:00") + STUB_WAIT_MS);
});
