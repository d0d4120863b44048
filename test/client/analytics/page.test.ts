import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import AnalyticsPage from "../../../client/analytics/AnalyticsPage.vue";
import OrdersPage from "../../../client/analytics/OrdersPage.vue";
import { useSession } from "../../../client/stores/session.ts";
import { anAnswer, byDay } from "./answers.ts";

type Asked = { path: string; signal: AbortSignal | null };
let asked: Asked[];
/** answers at once, or never */
let answer: (path: string) => Response | null;
let page: VueWrapper | null = null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  setActivePinia(createPinia());
  asked = [];
  answer = () => new Response(JSON.stringify(byDay()));
  vi.stubGlobal("fetch", (path: string, { signal }: RequestInit) => {
    asked.push({ path, signal: signal ?? null });
    const said = answer(path);
    return said === null
      ? new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("aborted")));
        })
      : Promise.resolve(said);
  });
});
afterEach(() => {
  page?.unmount();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function open(path: string): Promise<{ wrapper: VueWrapper; router: Router }> {
  useSession().enter({
    name: "ana",
    permissions: ["board:read", "orders:read"],
    sites: [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }],
    demo: false,
  });
  const routes = [
    { path: "/analytics/:topic", component: AnalyticsPage, props: true },
    { path: "/analytics/:topic/orders", component: OrdersPage, props: true },
    { path: "/:rest(.*)*", component: { template: "<p />" } },
  ];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(path);
  page = mount({ template: "<RouterView />" }, { global: { plugins: [router] } });
  await flushPromises();
  return { wrapper: page, router };
}
async function wait(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await flushPromises();
}
async function press(wrapper: VueWrapper, words: string): Promise<void> {
  const button = wrapper.findAll("button").find((one) => one.text().startsWith(words));
  if (button === undefined) throw new Error(`there is no button "${words}"`);
  await button.trigger("click");
  await flushPromises();
}

/** The library of the charts comes with the first page: that takes its time where much else runs. */
const PATIENT = { timeout: 60_000 };

describe("a page of the analytics", PATIENT, () => {
  test("asks for what the address says, in days of the site, and shows the figures", async () => {
    vi.setSystemTime(Date.parse("2026-11-30T10:30:00Z"));
    const { wrapper } = await open(
      "/analytics/otif?site=BER1&window=yesterday&by=hour&carrier=DHL",
    );
    expect(asked[0]?.path).toBe(
      "/api/v1/analytics/otif?site=BER1&from=2026-11-29&to=2026-11-29&by=hour&carrier=DHL",
    );
    const tile = wrapper.find('[data-metric="onTimeShip"]');
    expect(tile.find("dd").text()).toContain("90 %");
    expect(tile.find("dd a").attributes("href")).toContain(
      "/analytics/otif/orders?site=BER1&from=a&to=b&metric=onTimeShip",
    );
  });

  test("puts what is chosen into the address", async () => {
    const { wrapper, router } = await open("/analytics/otif?site=BER1");
    await press(wrapper, "28 days");
    expect(router.currentRoute.value.query).toEqual({ site: "BER1", window: "28d" });
    await press(wrapper, "Tables");
    expect(router.currentRoute.value.query).toMatchObject({ window: "28d", show: "tables" });
    expect(wrapper.findAll("table").length).toBeGreaterThan(1);
  });

  test("a long question says how far it is, and ends when it is cancelled", async () => {
    answer = () => null;
    const { wrapper } = await open("/analytics/delays?site=BER1");
    expect(wrapper.text()).not.toContain("Cancel");
    await wait(1_500);
    expect(wrapper.text()).toContain("0 of 4 answers");
    await press(wrapper, "Cancel");
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true, true, true]);
    expect(wrapper.text()).toContain("You stopped the question");
    answer = () => new Response(JSON.stringify(anAnswer()));
    await press(wrapper, "Ask again");
    expect(wrapper.text()).not.toContain("You stopped the question");
  });

  test("another window ends the question before, and its late answer is not shown", async () => {
    answer = () => null;
    const { wrapper } = await open("/analytics/otif?site=BER1");
    answer = () => new Response(JSON.stringify(byDay()));
    await press(wrapper, "Today");
    expect(asked[0]?.signal?.aborted).toBe(true);
    expect(wrapper.text()).toContain("90 %");
  });

  test("what fails is said where it is, and what was shown before stays", async () => {
    const { wrapper } = await open("/analytics/otif?site=BER1");
    const refusal = { title: "History is not there", status: 503, code: "CT_ERR_NO_HISTORY" };
    answer = () => new Response(JSON.stringify(refusal), { status: 503 });
    await press(wrapper, "Read again");
    expect(wrapper.text()).toContain("History is not there");
    expect(wrapper.text()).toContain("90 %");
  });

  test("figures of one window do not stand under another that could not be read", async () => {
    const { wrapper } = await open("/analytics/otif?site=BER1");
    expect(wrapper.text()).toContain("90 %");
    answer = () =>
      new Response(JSON.stringify({ title: "No", status: 503, code: "X" }), { status: 503 });
    await press(wrapper, "Yesterday");
    expect(wrapper.text()).toContain("No");
    expect(wrapper.text()).not.toContain("90 %");
    answer = () => new Response(JSON.stringify(byDay()));
    await press(wrapper, "Try again");
    expect(wrapper.text()).toContain("90 %");
  });

  test("figures that have grown old say so", async () => {
    const { wrapper } = await open("/analytics/otif?site=BER1");
    expect(wrapper.text()).not.toContain("figures are");
    await wait(11 * 60_000);
    expect(wrapper.text()).toContain("These figures are 11 min old");
  });

  test("the orders behind a number are asked for with its words, on and on until a page is full", async () => {
    const none = { shipBy: null, departedAt: null, deliverBy: null, deliveredAt: null };
    const order = {
      ...none,
      id: "SO-1",
      customerOrder: "C-1",
      stage: "delivered",
      carrier: "DHL",
      service: "standard",
      channel: "web",
      at: "2026-11-30T09:00:00Z",
      isFailed: true,
      value: null,
    };
    const pages = [
      { items: [order], next: "5|SO-1" },
      { items: [{ ...order, id: "SO-2" }], next: null },
    ];
    const head = {
      site: "BER1",
      zone: "Europe/Berlin",
      from: order.at,
      to: order.at,
      metric: null,
    };
    answer = () => new Response(JSON.stringify({ ...head, ...pages.shift() }));
    const { wrapper } = await open(
      "/analytics/otif/orders?site=BER1&metric=onTimeShip&failed=true",
    );
    expect(asked.map(({ path }) => path)).toEqual([
      "/api/v1/analytics/otif/orders?site=BER1&metric=onTimeShip&failed=true&limit=100",
      "/api/v1/analytics/otif/orders?site=BER1&metric=onTimeShip&failed=true&limit=99&cursor=5%7CSO-1",
    ]);
    expect(wrapper.findAll("tbody th a").map((link) => link.attributes("href"))).toEqual([
      "/orders/SO-1?site=BER1",
      "/orders/SO-2?site=BER1",
    ]);
    expect(wrapper.text()).toContain("2 orders in all");
  });
});
