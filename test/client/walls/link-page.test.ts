import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import LinkPage from "../../../client/walls/LinkPage.vue";
import { useSession } from "../../../client/stores/session.ts";

let page: VueWrapper;

beforeEach(async () => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  vi.stubGlobal("fetch", async (_path: string, { body }: RequestInit) => {
    const { code = "" } = JSON.parse(String(body ?? "{}")) as { code?: string };
    const asks = { device: "TV", address: "10.0.0.7", width: null, height: null };
    const askedAt = "2026-12-01T10:00:00Z";
    const found = { ...asks, name: `Screen ${code}`, askedAt };
    return new Response(JSON.stringify({ ...found, sites: [{ ...sites[0], shifts: [] }] }));
  });
  useSession().enter({ name: "lea", permissions: ["displays:claim"], sites, demo: false });
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  page = mount(LinkPage, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
});
afterEach(() => {
  page.unmount();
  vi.unstubAllGlobals();
});

async function look(code: string): Promise<void> {
  await page.get("input[name=code]").setValue(code);
  await page.get("form").trigger("submit");
  await flushPromises();
}
const nameOf = () => page.get<HTMLInputElement>("form input[name=name]").element.value;

test("a wall is made only of the screen that was looked at", async () => {
  await look("BCDF-GHJK");
  expect(nameOf()).toBe("Screen BCDF-GHJK");
  await page.get("input[name=code]").setValue("LMNP-QRST");
  expect(page.text()).not.toContain("Is this the screen in front of you?");
  expect(page.find("input[name=name]").exists()).toBe(false);
  await look("LMNP-QRST");
  expect(nameOf()).toBe("Screen LMNP-QRST");
});
