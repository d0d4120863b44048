import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { expect, test } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { HandedIncident } from "../../../domain/contract/handover.ts";
import HandedList from "../../../client/handover/HandedList.vue";
import { useSession } from "../../../client/stores/session.ts";

const TITLE = "Packing P3 at 40 % of its pace";
const item = (last: string): HandedIncident => ({
  id: "INC-7",
  title: TITLE,
  kind: "common_cause",
  severity: "S3",
  state: "open",
  owner: null,
  ackUntil: null,
  actBy: null,
  orders: 17,
  openedAt: "2026-11-27T14:00:00.000Z",
  last,
  shelved: null,
  moves: false,
});
const WRITTEN = Date.parse("2026-12-01T05:00:00Z");
function shown<T>(more: Partial<HandedIncident>, read: (page: VueWrapper) => T): T {
  setActivePinia(createPinia());
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: [], sites, demo: false });
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  const page = mount(HandedList, {
    props: {
      title: "Open, nobody's",
      items: [{ ...item(TITLE), ...more }],
      writtenAt: WRITTEN,
      mayEdit: false,
      empty: "",
      remark: async () => true,
      stays: async () => true,
    },
    global: { plugins: [createRouter({ history: createMemoryHistory(), routes })] },
  });
  const seen = read(page);
  page.unmount();
  return seen;
}
const textOf = (last: string, more: Partial<HandedIncident> = {}): string =>
  shown({ last, ...more }, (page) => page.text());

test("an incident says its title once, and what happened to it last when that is something else", () => {
  expect(textOf(TITLE).split(TITLE)).toHaveLength(2);
  expect(textOf("lead: waits for the supplier")).toContain("lead: waits for the supplier");
});

test("until when to act is said as in the inbox, by the time of the report", () => {
  expect(textOf(TITLE, { actBy: "2026-12-01T05:01:00Z" })).toContain(
    "act before Tue 1 Dec 06:01 CET",
  );
  const actBy = "2026-12-01T05:00:00Z";
  expect(textOf(TITLE, { actBy })).toContain("17 orders · act now");
  expect(textOf(TITLE, { actBy, kind: "manual" })).toContain("too late since Tue 1 Dec 06:00 CET");
});

test("what to do first is the mark of the inbox, not a code", () => {
  const markOf = (severity: HandedIncident["severity"]) =>
    shown({ severity }, (page) => page.get(".rank").text());
  expect((["S1", "S2", "S3", "S4"] as const).map(markOf)).toEqual([
    "priority 1",
    "priority 2",
    "priority 3",
    "priority 3",
  ]);
  expect(textOf(TITLE)).not.toContain("S3");
});
