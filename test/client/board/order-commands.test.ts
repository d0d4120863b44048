import type { Router } from "vue-router";
import { expect, test, vi } from "vitest";
import { findOrders, orderCommands } from "../../../client/board/order-commands.ts";
import { viewIdOf } from "../../../client/board/useSavedViews.ts";
import { aRow } from "../../support/board-rows.ts";

const rows = [
  aRow({ id: "SO-10010" }),
  aRow({ id: "SO-1001", customerOrder: "C-77" }),
  aRow({ id: "X-SO-1001" }),
  aRow({ id: "SO-2", find: ["SKU-RARE", "1Z999"] }),
];
const known = new Map(rows.map((row) => [row.id, row]));
const ids = (typed: string) => findOrders(rows, typed).map(({ id }) => id);

test("an order is found by its number, the whole number first, then what begins so", () => {
  expect(ids("so-1001")).toEqual(["SO-1001", "SO-10010", "X-SO-1001"]);
});

test("an order is found by SKU, parcel and customer order; one letter finds nothing", () => {
  expect(ids("sku-rare")).toEqual(["SO-2"]);
  expect(ids("1z99")).toEqual(["SO-2"]);
  expect(ids("c-77")).toEqual(["SO-1001"]);
  expect(ids("s")).toEqual([]);
});

test("a number that is not on the board is looked for on its own page, words are not", () => {
  const push = vi.fn();
  const router = { push } as unknown as Router;
  const [command] = orderCommands(known, "SO-9/9", router, "BER1");
  command?.run();
  expect(push).toHaveBeenCalledExactlyOnceWith({
    path: "/orders/SO-9%2F9",
    query: { site: "BER1" },
  });
  expect(orderCommands(known, "trucks", router, "BER1")).toEqual([]);
  expect(orderCommands(known, "group by 2", router, "BER1")).toEqual([]);
});

test("a view's name becomes a part of an address that the server takes", () => {
  expect(viewIdOf("Hall A, today")).toBe("hall-a-today");
  expect(viewIdOf("Größe  übrig!")).toBe("gro-e-ubrig");
  expect(viewIdOf("…")).toBe("view");
  expect(viewIdOf("x".repeat(46) + " yz")).toMatch(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/);
});
