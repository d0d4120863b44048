/** A board on which nothing has come in yet. */
import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, test } from "vitest";
import { nextTick } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import BoardStrip from "../../../client/board/BoardStrip.vue";
import FirstEvent from "../../../client/board/FirstEvent.vue";
import { useMetrics } from "../../../client/stores/metrics.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { Permission } from "../../../domain/permissions.ts";
import { metricsOf } from "../../support/board-rows.ts";

beforeEach(() => setActivePinia(createPinia()));

const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
const global = () => ({ plugins: [createRouter({ history: createMemoryHistory(), routes })] });

function firstSteps(permissions: Permission[]) {
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions, sites, demo: false });
  return mount(FirstEvent, { props: { site: "BER1" }, global: global() });
}

test("leads who may make keys to them, and the command takes that key", () => {
  const page = firstSteps(["keys:manage"]);
  expect(page.get("a").attributes("href")).toBe("/settings/keys");
  expect(page.get("pre").text()).toContain("Bearer $CT_KEY");
  expect(page.text()).not.toContain("BOOTSTRAP");
});

test("tells others whom to ask", () => {
  const page = firstSteps([]);
  expect(page.find("a").exists()).toBe(false);
  expect(page.text()).toContain("Let an administrator make a key");
});

test("does not say that no truck is planned when none is waited for", async () => {
  const strip = mount(BoardStrip, { global: global() });
  const truck = () => strip.get('[data-testid="strip-truck"]').text();
  // before the server has counted it claims nothing
  expect(truck()).toBe("Next truck–");
  useMetrics().take(metricsOf([], 0));
  await nextTick();
  expect(truck()).toContain("no order waits for one");
});
