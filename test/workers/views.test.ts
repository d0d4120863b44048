import { expect, test } from "vitest";
import { type OrderView, unknownOrder } from "../../domain/turn/order-view.ts";
import { createViews } from "../../workers/store/views.ts";

const open = (id: string): OrderView => unknownOrder(id, 1);
const closed = (id: string): OrderView => {
  const view = open(id);
  return { ...view, folded: { ...view.folded, order: { closedAt: 5 } as never } };
};

test("a turn goes on from what is open, and never from what is closed: that may be archived", () => {
  const views = createViews(10);
  views.keep([open("A"), closed("B")]);
  expect(views.get("A")?.id).toBe("A");
  expect(views.get("B")).toBeUndefined();
  expect(views.see("B")?.id).toBe("B");
});

test("an order that closes is no longer open, and one that opens again no longer closed", () => {
  const views = createViews(10);
  views.keep([open("A")]);
  views.keep([closed("A")]);
  expect(views.get("A")).toBeUndefined();
  views.keep([open("A")]);
  expect(views.get("A")).toBe(views.see("A"));
});

test("the least recently used go first, and closed ones push out none that are open", () => {
  const views = createViews(20);
  views.keep(Array.from({ length: 21 }, (_, at) => open(`O${at}`)));
  views.keep(Array.from({ length: 5 }, (_, at) => closed(`C${at}`)));
  expect(views.get("O0")).toBeUndefined();
  expect(views.get("O1")?.id).toBe("O1");
  expect(views.see("C2")).toBeUndefined();
  expect(views.see("C3")?.id).toBe("C3");
});

test("what is forgotten or dropped is gone in both", () => {
  const views = createViews(10);
  views.keep([open("A"), closed("B"), open("C")]);
  views.forget(["A", "B"]);
  expect([views.see("A"), views.see("B"), views.see("C")?.id]).toEqual([undefined, undefined, "C"]);
  views.clear();
  expect(views.see("C")).toBeUndefined();
});
