import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { defineComponent, nextTick } from "vue";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { useBoardRoute, type BoardRoute } from "../../../client/board/useBoardRoute.ts";
import { useSavedViews } from "../../../client/board/useSavedViews.ts";
import { useBoardList } from "../../../client/stores/board-list.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import { useViews } from "../../../client/stores/views.ts";
import type { SavedView } from "../../../domain/contract/views.ts";

const SHARED: SavedView = { id: "trucks", name: "Trucks", query: "group=truck", isShared: true };
const DEFAULT: SavedView = { ...SHARED, isDefault: true };
const OWN: SavedView = { id: "late", name: "Late", query: "sev=late", isShared: false };

let router: Router;
let page: VueWrapper | null = null;
let board: BoardRoute;

async function open(address: string): Promise<void> {
  router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: "/:any(.*)*", component: { template: "<i />" } }],
  });
  await router.push(address);
  const Page = defineComponent({
    setup() {
      board = useBoardRoute();
      return () => null;
    },
  });
  page = mount(Page, { global: { plugins: [router] } });
  await flushPromises();
}
async function know(...items: SavedView[]): Promise<void> {
  useViews().load("BER1", items);
  await flushPromises();
}
const address = () => router.currentRoute.value.fullPath;

beforeEach(() => {
  setActivePinia(createPinia());
  const site = { timeZone: "Europe/Berlin", stages: ["received" as const] };
  useSession().enter({
    name: "ana",
    role: "lead",
    permissions: ["account:own", "views:share"],
    sites: [
      { id: "BER1", name: "Berlin", ...site },
      { id: "NYC1", name: "New York", ...site },
    ],
    demo: false,
  });
  useSession().chooseSite("BER1");
});
afterEach(() => {
  page?.unmount();
  page = null;
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe("a board whose address names nothing", () => {
  test("opens with the view of its site once the views are known", async () => {
    await open("/board?site=BER1");
    expect(address()).toBe("/board?site=BER1");
    await know(OWN, DEFAULT);
    expect(address()).toBe("/board?site=BER1&view=trucks&group=truck");
    expect(useBoardList().view.group).toBe("truck");
  });

  test("stays with all orders when somebody chooses that, and the address says so", async () => {
    await open("/board?site=BER1");
    await know(DEFAULT);
    board.openView(null);
    await flushPromises();
    expect(address()).toBe("/board?site=BER1&view=_all");
    expect(useBoardList().view.group).toBe("none");
    expect(board.viewId.value).toBe("");
    board.show({ severities: ["late"] });
    await flushPromises();
    board.show({ severities: [] });
    await flushPromises();
    expect(address()).toBe("/board?site=BER1&view=_all");
  });

  test.each([
    ["a filter", "/board?site=BER1&sev=late"],
    ["an order", "/board?site=BER1&order=SO-1"],
    ["a view", "/board?site=BER1&view=late"],
    ["all orders", "/board?site=BER1&view=_all"],
  ])("is none when it names %s", async (_, named) => {
    await open(named);
    await know(OWN, DEFAULT);
    expect(useBoardList().view.group).toBe("none");
    expect(address()).not.toContain("trucks");
  });

  test("opens with what somebody chose for themselves before what the site has", async () => {
    await know(OWN, DEFAULT);
    useViews().choose(OWN);
    await open("/board?site=BER1");
    expect(address()).toBe("/board?site=BER1&view=late&sev=late");
    useViews().choose(null);
    await router.push("/board?site=BER1");
    await flushPromises();
    expect(address()).toBe("/board?site=BER1");
    useViews().forgetChoice();
    await nextTick();
    await flushPromises();
    expect(address()).toContain("view=trucks");
  });

  test("does not open with a view of another site, nor with one that was chosen and is gone", async () => {
    await know(OWN, DEFAULT);
    useViews().choose(OWN);
    await open("/board?site=NYC1");
    expect(address()).toBe("/board?site=NYC1");
    await know(DEFAULT);
    await router.push("/board?site=BER1");
    await flushPromises();
    expect(address()).toContain("view=trucks");
  });
});

test("a lead makes a shared view the site's, and a deleted one comes back as what it was", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { method }: RequestInit) => {
    asked.push(`${method} ${path}`);
    return new Response(JSON.stringify({ items: [DEFAULT] }), { status: 200 });
  });
  const { openWith, remove } = useSavedViews();
  await openWith(SHARED, true);
  expect(asked[0]).toBe("PUT /api/v1/views/trucks/default?site=BER1");
  expect(useViews().start).toEqual(DEFAULT);
  expect(useToasts().quiet[0]?.text).toBe("The board of BER1 opens with Trucks");
  await openWith(DEFAULT, false);
  expect(asked).toContain("DELETE /api/v1/views/trucks/default?site=BER1");
  await remove(DEFAULT);
  asked.length = 0;
  useToasts().undoLast();
  await flushPromises();
  expect(asked.slice(0, 2)).toEqual([
    "PUT /api/v1/views/trucks?site=BER1",
    "PUT /api/v1/views/trucks/default?site=BER1",
  ]);
});
