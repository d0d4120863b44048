import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import PoliciesPage from "../../../client/policies/PoliciesPage.vue";
import { useSession } from "../../../client/stores/session.ts";

/** The first page of a file is made of all that it is of. */
const PATIENT = { timeout: 60_000 };
let sent: string[];
let page: VueWrapper;

beforeEach(() => {
  setActivePinia(createPinia());
  sent = [];
  const policies = { rules: [{ kind: "common_cause", enabled: true }], ladders: [], pauses: [] };
  const view = { site: "BER1", version: 0, policies, history: [], warnings: [], changes: [] };
  const thresholds = { common_cause: { minimumOrders: 5 } };
  vi.stubGlobal("fetch", async (path: string, { method = "GET" }: RequestInit) => {
    if (method !== "GET") {
      sent.push(`${method} ${path}`);
      return new Response(JSON.stringify({ title: "Not now" }), { status: 503 });
    }
    const isSites = path.includes("/config/sites");
    return new Response(JSON.stringify(isSites ? { sites: [] } : { ...view, thresholds }));
  });
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "lea", permissions: ["policies:write"], sites, demo: false });
});
afterEach(() => {
  page.unmount();
  vi.unstubAllGlobals();
});

async function saveWith(least: string): Promise<void> {
  page = mount(PoliciesPage, { attachTo: document.body });
  await flushPromises();
  await page.get("input[type=number]").setValue(least);
  await page.get("input[type=number]").trigger("change");
  for (const label of ["What would change?", "Rehearse", "Save"]) {
    await page
      .findAll("button")
      .find((button) => button.text() === label)
      ?.trigger("click");
    await flushPromises();
  }
}

test("what a field does not take is shown at the field, and nothing is sent", PATIENT, async () => {
  await saveWith("-3");
  expect(sent).toEqual([]);
  page.unmount();
  await saveWith("3");
  expect(sent.map((one) => one.replace("?site=BER1", ""))).toEqual([
    "PUT /api/v1/config/policies&dryRun=true",
    "POST /api/v1/config/policies/rehearse",
    "PUT /api/v1/config/policies",
  ]);
});
