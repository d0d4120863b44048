import { expect, test } from "vitest";
import { countOf, ordersIn, peopleIn } from "../../domain/counted.ts";

test("one is said in its own form", () => {
  expect([ordersIn(0), ordersIn(1), ordersIn(2)]).toEqual(["0 orders", "1 order", "2 orders"]);
  expect([peopleIn(1), peopleIn(7)]).toEqual(["1 person", "7 people"]);
  expect(countOf(1, "event waits", "events wait")).toBe("1 event waits");
});
