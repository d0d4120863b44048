import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { effectScope, nextTick, ref } from "vue";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import RowActions from "../../../client/board/RowActions.vue";
import { useGridCursor } from "../../../client/board/useGridCursor.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import { keyTables } from "../../../client/ui/key-table.ts";
import type { Permission } from "../../../domain/permissions.ts";
import { aRow } from "../../support/board-rows.ts";

let sent: { path: string; body: unknown }[];
let bar: VueWrapper | null = null;
let row: HTMLElement;

function login(...permissions: Permission[]): void {
  const sites = [
    { id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: ["received" as const] },
  ];
  useSession().enter({ name: "ana", role: "coordinator", permissions, sites, demo: false });
}
function open(rowId = "SO-1", isOff = false): VueWrapper {
  bar = mount(RowActions, { props: { rowId, isOff }, attachTo: document.body });
  return bar;
}
function press(key: string, on: HTMLElement = row, change: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...change });
  on.dispatchEvent(event);
  return event;
}
const onTheSheet = () => keyTables.value.flatMap(({ entries }) => entries.map(({ what }) => what));

beforeEach(() => {
  setActivePinia(createPinia());
  sent = [];
  vi.stubGlobal("fetch", async (path: string, { body }: RequestInit) => {
    sent.push({ path, body: JSON.parse(String(body)) as unknown });
    return new Response(JSON.stringify({ event: "ev-1" }), { status: 200 });
  });
  row = document.createElement("div");
  row.dataset["key"] = "SO-1";
  document.body.append(row);
  login("orders:read", "orders:act");
  useBoard().rows.set("SO-1", aRow({ id: "SO-1" }));
});
afterEach(() => {
  bar?.unmount();
  bar = null;
  row.remove();
  vi.unstubAllGlobals();
});

describe("the action keys on the row under the keyboard", () => {
  test("send at once what has nothing to ask", async () => {
    open();
    press("p");
    await flushPromises();
    expect(sent).toEqual([{ path: "/api/v1/orders/SO-1/actions/expedite?site=BER1", body: {} }]);
    expect(useToasts().quiet[0]?.text).toBe("SO-1 expedited");
  });

  test("ask what has to be said, for that row whatever becomes of the focus, and give it back", async () => {
    const wrapper = open();
    press("c");
    await nextTick();
    await wrapper.setProps({ rowId: "" });
    expect(wrapper.get("section").attributes("aria-label")).toBe("Assign SO-1");
    expect(wrapper.get("input").element.value).toBe("ana");
    await wrapper.get("form").trigger("submit");
    await flushPromises();
    expect(sent).toEqual([
      { path: "/api/v1/orders/SO-1/actions/assign?site=BER1", body: { assignee: "ana" } },
    ]);
    expect(wrapper.emitted("back")).toHaveLength(1);
    expect(wrapper.find("section").exists()).toBe(false);
  });

  test("stand on the sheet while they work, and only then", async () => {
    const wrapper = open();
    expect(onTheSheet()).toEqual(["assign", "hold", "release from hold", "expedite", "note"]);
    await wrapper.setProps({ rowId: "" });
    expect(onTheSheet()).toEqual([]);
    expect(press("p").defaultPrevented).toBe(false);
    await wrapper.setProps({ rowId: "SO-1", isOff: true });
    expect(onTheSheet()).toEqual([]);
    expect(press("p").defaultPrevented).toBe(false);
    expect(sent).toEqual([]);
  });

  test("mean no row while the focus is on none, and nothing to those who may only look", () => {
    open();
    expect(press("p", document.body).defaultPrevented).toBe(false);
    login("orders:read");
    expect(press("p").defaultPrevented).toBe(false);
    expect(onTheSheet()).toEqual([]);
    expect(sent).toEqual([]);
  });

  test("say why they do nothing, and leave a question when an order is opened", async () => {
    const wrapper = open();
    press("H", row, { shiftKey: true });
    expect(useToasts().errors[0]?.text).toBe("SO-1: It is not on hold");
    useBoard().rows.set("SO-1", aRow({ id: "SO-1", flags: ["EXPEDITED"] }));
    press("p");
    expect(useToasts().errors[0]?.text).toBe("SO-1: It is expedited already");
    press("n");
    await nextTick();
    expect(wrapper.find("form").exists()).toBe(true);
    await wrapper.setProps({ isOff: true });
    expect(wrapper.find("form").exists()).toBe(false);
    expect(sent).toEqual([]);
  });
});

test("a row that leaves the list is not under the keyboard any more, also when it comes back", async () => {
  const entries = ref([aRow({ id: "SO-1" })]);
  const scope = effectScope();
  const cursor = scope.run(() => useGridCursor(entries));
  if (cursor === undefined) throw new Error("no cursor");
  cursor.key.value = "SO-1";
  cursor.isFocused.value = true;
  await nextTick();
  expect(cursor.focusedId.value).toBe("SO-1");
  const before = entries.value;
  entries.value = [];
  await nextTick();
  entries.value = before;
  await nextTick();
  expect(cursor.focusedId.value).toBe("");
  scope.stop();
});
