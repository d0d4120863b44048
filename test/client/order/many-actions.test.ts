import { expect, test } from "vitest";
import { manyActionsOf, saidOfMany } from "../../../client/order/many-actions.ts";
import type { Problem } from "../../../domain/contract/ingest.ts";
import { aRow } from "../../support/board-rows.ts";

const refused = (id: string, detail: string) => ({
  id,
  status: 409,
  problem: { detail, title: "Conflict" } as Problem,
});
const taken = (id: string) => ({ id, status: 200 });

test("release is offered when one of them is held, for the holds that there are", () => {
  const hold = { code: "HOLD_ADDRESS", since: 0 };
  const names = (rows: Parameters<typeof manyActionsOf>[0]) =>
    manyActionsOf(rows).map(({ name }) => name);
  expect(names([aRow()])).toEqual(["assign", "hold", "expedite", "note"]);
  const held = manyActionsOf([aRow(), aRow({ holds: [hold, hold] } as never)]);
  const release = held.find(({ name }) => name === "release");
  expect(release?.fields[0]?.choices?.map(({ value }) => value)).toEqual(["HOLD_ADDRESS"]);
});

test("what was done is told as a count, with what it was done with", () => {
  const { done, refused: none } = saidOfMany("assign", { assignee: "Bo" }, [
    taken("a"),
    taken("b"),
  ]);
  expect(done).toBe("2 orders assigned to Bo");
  expect(none).toBe("");
  expect(saidOfMany("expedite", {}, [taken("a")]).done).toBe("1 order expedited");
  const held = saidOfMany("hold", { code: "HOLD_OPERATOR" }, [taken("a"), taken("b")]);
  expect(held.done).toBe("2 orders held: Operator");
});

test("a reason of refusal is told once, with the first orders it is about", () => {
  const items = [
    ...["a", "b", "c", "d", "e"].map((id) => refused(id, "The order is closed.")),
    refused("f", "Unknown."),
  ];
  const said = saidOfMany("note", { text: "x" }, items);
  expect(said.done).toBe("");
  expect(said.refused).toBe("a, b, c and 2 more: The order is closed. · f: Unknown.");
});

test("what changed nothing is not counted as done, and says why", () => {
  const items = [
    taken("a"),
    { ...taken("b"), effect: "duplicate" as const, reason: "was expedited already" },
    { ...taken("c"), effect: "applied" as const, reason: "expedited" },
  ];
  const said = saidOfMany("expedite", {}, items);
  expect(said.done).toBe("2 orders expedited");
  expect(said.refused).toBe("b: Was expedited already.");
});
