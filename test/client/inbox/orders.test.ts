import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { IncidentDetail } from "../../../domain/contract/incidents.ts";
import IncidentOrders from "../../../client/inbox/IncidentOrders.vue";
import { useSession } from "../../../client/stores/session.ts";
import { aRow } from "../../support/board-rows.ts";
import { anIncident } from "./an-incident.ts";

const MINUTE = 60_000;

test("an order has the same time left in an incident as on the board: to its deadline", () => {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
  const now = Math.floor(Date.now() / 1000) * 1000;
  // half a minute is for the test to run in
  const row = aRow({ id: "SO-1", due: now + 84.5 * MINUTE, actBy: now - 30 * MINUTE });
  const detail = { members: [{ id: "SO-1", row }], memberCount: 1 };
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  const page = mount(IncidentOrders, {
    props: { incident: { ...anIncident({}), ...detail } as unknown as IncidentDetail },
    global: { plugins: [createRouter({ history: createMemoryHistory(), routes })] },
  });
  expect(page.find("tbody tr").text()).toContain("1 h 24");
  page.unmount();
});
