import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import InboxPage from "../../../client/inbox/InboxPage.vue";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { IncidentView } from "../../../domain/contract/incidents.ts";
import { anIncident } from "./an-incident.ts";

/** The first page of a file is made of all that it is of. */
const PATIENT = { timeout: 60_000 };
let page: VueWrapper | null = null;

const detailOf = (incident: IncidentView) => ({
  ...incident,
  members: [],
  memberCount: 0,
  ladderSteps: [],
  ladderName: null,
  playbook: null,
  before: { days: 30, count: 0, medianMinutes: null, lastAt: null, codes: [], words: "" },
});
const INBOX = [anIncident({ id: "INC-7" }), anIncident({ id: "INC-8", savingRate: 5 })];
const TAKEN = {
  code: "CT_ERR_CONFLICT",
  title: "Somebody else was first",
  status: 409,
  detail: "bo has it until Fri 27 Nov 15:30 CET.",
  retryable: false,
  errors: [],
  owner: "bo",
};

beforeEach(() => {
  setActivePinia(createPinia());
  vi.stubGlobal("fetch", async (path: string, { method }: RequestInit) => {
    if (method === "POST") return new Response(JSON.stringify(TAKEN), { status: 409 });
    const asked = INBOX.find(({ id }) => path.includes(id));
    if (asked !== undefined) return new Response(JSON.stringify(detailOf(asked)));
    return new Response(JSON.stringify({ items: [], next: null }));
  });
});
afterEach(() => {
  page?.unmount();
  page = null;
  vi.unstubAllGlobals();
});

async function open(address: string): Promise<VueWrapper> {
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  const permissions = ["incidents:read", "incidents:act"] as const;
  useSession().enter({ name: "ana", permissions: [...permissions], sites, demo: false });
  useIncidents().clear("BER1");
  useIncidents().load(INBOX, 1);
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(address);
  page = mount(InboxPage, { global: { plugins: [router] }, attachTo: document.body });
  await flushPromises();
  return page;
}
async function change(incident: IncidentView): Promise<void> {
  useIncidents().take({ site: "BER1", incident });
  await flushPromises();
}
const textsAbove = (list: Element): string[] => {
  const texts: string[] = [];
  for (let at = list.previousElementSibling; at; at = at.previousElementSibling)
    texts.push(at.textContent ?? "");
  return texts;
};

test("what waits is told under the list: no line moves from under the hand", PATIENT, async () => {
  const inbox = await open("/inbox?incident=INC-8");
  await change(anIncident({ id: "INC-9", v: 2 }));
  expect(inbox.text()).toContain("1 change waiting");
  expect(inbox.findAll("[role=option]")).toHaveLength(2);
  expect(textsAbove(inbox.find("[role=listbox]").element)).toEqual([]);
});

test("an open incident says who has it and until when", PATIENT, async () => {
  const inbox = await open("/inbox?incident=INC-8");
  const whose = () => inbox.find("[data-testid=whose]").text();
  expect(whose()).toMatch(/^unowned/);
  const until = Date.parse("2026-11-27T14:30:00Z");
  const taken = { id: "INC-8", state: "acknowledged", v: 2, ackUntil: until } as const;
  await change(anIncident({ ...taken, owner: "bo" }));
  expect(whose()).toMatch(/^bo, until .*15:30 CET$/);
  await change(anIncident({ ...taken, owner: "ana", v: 3 }));
  expect(whose()).toMatch(/^you, until /);
});

test("who was first is named once", PATIENT, async () => {
  const inbox = await open("/inbox?incident=INC-8");
  const acknowledge = inbox.findAll("button").find((one) => one.text().startsWith("Acknowledge"));
  await acknowledge?.trigger("click");
  await inbox.find("form").trigger("submit");
  await flushPromises();
  const words = inbox.find("article [role=alert]").text();
  expect(words).toContain("bo has it until Fri 27 Nov 15:30 CET.");
  expect(words.match(/bo has it/g)).toHaveLength(1);
});
