import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import AuditPage from "../../../client/audit/AuditPage.vue";
import { createSiteFormat } from "../../../client/ui/format.ts";
import { filtersOf, queryOf } from "../../../client/audit/audit-model.ts";
import { differences } from "../../../client/audit/differences.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { Permission } from "../../../domain/permissions.ts";

const entry = (n: number) => ({
  n,
  at: "2026-11-23T08:00:00.000Z",
  who: "ann",
  what: "order.assign",
  site: "BER1",
  subject: `SO-${n}`,
  before: { owner: "ben" },
  after: { owner: "<b>ann</b>" },
  previous: "0",
  hash: "1",
});
let asked: string[];
let answers: Record<string, { status: number; body: object }>;
let page: VueWrapper | null = null;

beforeEach(() => {
  setActivePinia(createPinia());
  asked = [];
  answers = {
    "/api/v1/audit?": { status: 200, body: { items: [entry(2), entry(1)], next: "7" } },
    "/api/v1/audit/verify": {
      status: 200,
      body: { ok: true, entries: 2, found: 0, findings: [] },
    },
  };
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const known = Object.entries(answers).find(([start]) => path.startsWith(start));
    return new Response(JSON.stringify(known?.[1].body ?? {}), {
      status: known?.[1].status ?? 404,
    });
  });
});
afterEach(() => {
  page?.unmount();
  vi.unstubAllGlobals();
});

async function open(query: string, ...permissions: Permission[]): Promise<VueWrapper> {
  useSession().enter({
    name: "ana",
    permissions,
    sites: [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }],
    demo: false,
  });
  const routes = [{ path: "/:rest(.*)*", component: AuditPage }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push(`/audit${query}`);
  page = mount(AuditPage, { global: { plugins: [router] } });
  await flushPromises();
  return page;
}
const press = async (wrapper: VueWrapper, words: string) => {
  await wrapper
    .findAll("button")
    .find((one) => one.text() === words)
    ?.trigger("click");
  await flushPromises();
};

describe("the audit page", () => {
  test("shows who did what with the fields before and after, as text", async () => {
    const wrapper = await open("", "audit:read");
    const first = wrapper.findAll("li")[0];
    expect(first?.text()).toMatch(/ann.*order\.assign.*SO-2/);
    expect(first?.find("del").text()).toBe("ben");
    expect(first?.text()).toContain("<b>ann</b>");
  });

  test("asks for what the address filters by, and for older entries by cursor", async () => {
    const wrapper = await open("?who=ann&what=order", "audit:read");
    expect(asked[0]).toBe("/api/v1/audit?who=ann&what=order&limit=100");
    await press(wrapper, "Show older");
    expect(asked[1]).toContain("cursor=7");
    expect(wrapper.findAll("li")).toHaveLength(4);
    expect(wrapper.find('a[download][href*="audit.csv?who=ann"]').exists()).toBe(true);
  });

  test("says what checking the log found", async () => {
    const wrapper = await open("", "audit:read");
    await press(wrapper, "Check the log");
    expect(wrapper.text()).toContain("The log is whole: 2 entries checked");
    const findings = [
      { n: 1, is: "edited", words: "what entry 1 says is not what its hash is of" },
    ];
    answers["/api/v1/audit/verify"] = {
      status: 200,
      body: { ok: false, entries: 2, found: 1, findings },
    };
    await press(wrapper, "Check the log");
    expect(wrapper.text()).toContain("what entry 1 says is not what its hash is of");
  });

  test("is empty, refused and failed in words", async () => {
    answers["/api/v1/audit?"] = { status: 200, body: { items: [], next: null } };
    expect((await open("?who=x", "audit:read")).text()).toContain("Nothing like that was done");
    page?.unmount();
    answers["/api/v1/audit?"] = {
      status: 503,
      body: { code: "CT_ERR_UNAVAILABLE", title: "The store does not answer" },
    };
    expect((await open("", "audit:read")).text()).toContain("The store does not answer");
    page?.unmount();
    const before = asked.length;
    expect((await open("", "orders:read")).text()).toContain(
      "Your role does not see the audit log",
    );
    expect(asked).toHaveLength(before);
  });

  test("a field that holds an instant is said as one, a number as it is", () => {
    const at = Date.parse("2026-12-01T05:09:28Z");
    const after = { claimedAt: at, reloadAt: 0, position: at };
    const berlin = createSiteFormat("Europe/Berlin");
    expect(differences({ after }, berlin.dayTime).map((one) => one.after)).toEqual([
      "Tue 1 Dec 06:09 CET",
      "0",
      String(at),
    ]);
  });

  test("of nested settings the one that changed is named by its way, from and to, in words", () => {
    const settings = (change: object) => ({
      settings: { diagonalInch: 55, sound: false, theme: { name: "dark" }, ...change },
    });
    const before = settings({});
    const after = settings({ sound: true, theme: { name: "light" } });
    expect(differences({ before, after }, String)).toEqual([
      { field: "settings · sound", before: "no", after: "yes" },
      { field: "settings · theme · name", before: "dark", after: "light" },
    ]);
    const fields = differences({ after: settings({ until: null, steps: {} }) }, String);
    expect(fields.map(({ field, after: is }) => `${field}: ${is}`)).toEqual([
      "settings · diagonal inch: 55",
      "settings · sound: no",
      "settings · theme · name: dark",
      "settings · until: none",
      "settings · steps: none",
    ]);
  });

  test("of a list it says what came and what went, and both whole when only their order changed", () => {
    const slide = (kind: string, seconds: number) => ({ kind, seconds, days: [1, 2] });
    const before = { slides: [slide("urgent", 20), slide("trucks", 30)] };
    const after = { slides: [slide("trucks", 30), slide("grid", 600), slide("today", 20)] };
    expect(differences({ before, after }, String)).toEqual([
      { field: "slides, removed", before: "kind urgent, seconds 20, days 1 2", after: null },
      {
        field: "slides, added",
        before: null,
        after: "kind grid, seconds 600, days 1 2\nkind today, seconds 20, days 1 2",
      },
    ]);
    expect(differences({ before: { holds: [] }, after: { holds: [] } }, String)).toEqual([]);
    expect(differences({ before: { a: ["X", "Y"] }, after: { a: ["Y", "X"] } }, String)).toEqual([
      { field: "a", before: "X, Y", after: "Y, X" },
    ]);
  });

  test("a difference names only what differs; times include their last minute", () => {
    expect(differences({ before: { a: 1, b: 2 }, after: { b: 2, c: [3] } }, String)).toEqual([
      { field: "a", before: "1", after: null },
      { field: "c", before: null, after: "3" },
    ]);
    const query = queryOf(filtersOf({ to: "2026-11-23T10:00", who: "" }));
    expect([...query.keys()]).toEqual(["to"]);
    expect(query.get("to")).toMatch(/:59\.999Z$/);
  });
});
