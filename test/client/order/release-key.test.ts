import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test } from "vitest";
import SelectionBar from "../../../client/board/SelectionBar.vue";
import ActionBar from "../../../client/order/ActionBar.vue";
import { useBoard } from "../../../client/stores/board.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import { aRow } from "../../support/board-rows.ts";
import { anOrder, anOrderReceived } from "../../support/builders.ts";

let bar: VueWrapper | null = null;

beforeEach(() => {
  setActivePinia(createPinia());
  const sites = [
    { id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: ["received" as const] },
  ];
  useSession().enter({
    name: "ana",
    role: "coordinator",
    permissions: ["orders:read", "orders:act"],
    sites,
    demo: false,
  });
});
afterEach(() => bar?.unmount());

const release = (): unknown =>
  document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key: "H", shiftKey: true, bubbles: true, cancelable: true }),
  );
const said = () => useToasts().errors[0]?.text;

test("the key that releases says of an open order that nothing holds it", () => {
  const order = anOrder([anOrderReceived("8:00", {}, { orderId: "SO-1" })]);
  bar = mount(ActionBar, { props: { order }, attachTo: document.body });
  release();
  expect(said()).toBe("SO-1: It is not on hold");
});

test("and of selected ones that none is held", () => {
  for (const id of ["SO-1", "SO-2"]) useBoard().rows.set(id, aRow({ id }));
  const props = { ids: new Set(["SO-1", "SO-2"]), shown: 2, isReading: false };
  bar = mount(SelectionBar, { props, attachTo: document.body });
  release();
  expect(said()).toBe("2 orders: none is on hold");
});
