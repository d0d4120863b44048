import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import PoliciesPage from "../../../client/policies/PoliciesPage.vue";
import { newLadder } from "../../../client/policies/policies-model.ts";
import { useSession } from "../../../client/stores/session.ts";
import { DEFAULT_POLICIES, type Policies } from "../../../domain/incidents/policies.ts";

/** The first page of a file is made of all that it is of. */
const PATIENT = { timeout: 60_000 };
/** from so many orders a common cause is one: the field, by the name that the policies have for it */
const LEAST = "label[title=minimumOrders] input";
let sent: string[];
let bodies: { policies: Policies; ifVersion: number }[];
let refusal: { status: number; code?: string };
let version: number;
let warnings: string[];
let page: VueWrapper;
const DUTY: Policies["schedules"] = [
  {
    id: "duty-1",
    name: "On duty",
    role: "lead",
    turns: [{ days: [6], from: "06:00", to: "14:00", people: ["ana"] }],
  },
];
const AT = "2026-12-01T10:00:00Z";
const WORK: Policies["maintenance"] = [{ id: "work-1", from: AT, to: AT, reason: "Stocktake" }];

beforeEach(() => {
  setActivePinia(createPinia());
  sent = [];
  bodies = [];
  refusal = { status: 503 };
  version = 0;
  warnings = [];
  const policies = {
    rules: [{ kind: "common_cause", enabled: true }],
    ladders: [{ ...newLadder(DEFAULT_POLICIES), severities: ["S1"] }],
    schedules: DUTY,
    maintenance: WORK,
  };
  const view = { site: "BER1", policies, history: [], changes: ["One rule"] };
  // what is in force, which is not what would hold without it
  const thresholds = { common_cause: { minimumOrders: 7 } };
  vi.stubGlobal("fetch", async (path: string, { method = "GET", body }: RequestInit) => {
    if (method !== "GET") {
      sent.push(`${method} ${path}`);
      bodies.push(JSON.parse(String(body)) as (typeof bodies)[number]);
      const isTrial = path.includes("dryRun") && refusal.code !== undefined;
      if (!isTrial) return new Response(JSON.stringify({ title: "Not now", ...refusal }), refusal);
    }
    const isSites = path.includes("/config/sites");
    return new Response(
      JSON.stringify(isSites ? { sites: [] } : { ...view, version, warnings, thresholds }),
    );
  });
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "lea", permissions: ["policies:write"], sites, demo: false });
});
afterEach(() => {
  page.unmount();
  vi.unstubAllGlobals();
});

async function open(): Promise<void> {
  page = mount(PoliciesPage, { attachTo: document.body });
  await flushPromises();
}
async function change(field: string, value: string): Promise<void> {
  await page.get(field).setValue(value);
  await page.get(field).trigger("change");
}
async function press(label: string): Promise<void> {
  await page
    .findAll("button")
    .find((button) => button.text() === label)
    ?.trigger("click");
  await flushPromises();
}
async function saveWith(least: string): Promise<void> {
  await open();
  await change(LEAST, least);
  for (const label of ["What would change?", "Rehearse", "Save"]) await press(label);
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

test("a field that is emptied shows in grey what then holds, not what held", PATIENT, async () => {
  await open();
  await change(LEAST, "9");
  await change(LEAST, "");
  expect(page.get<HTMLInputElement>(LEAST).attributes("placeholder")).toBe("5");
});

test(
  "somebody else saved first: what was typed is held against it, and saved on top",
  PATIENT,
  async () => {
    await open();
    refusal = { status: 409, code: "CT_ERR_CONFLICT" };
    await change(LEAST, "9");
    await press("Save");
    version = 4;
    await press("Try again");
    expect(page.get<HTMLInputElement>(LEAST).element.value).toBe("9");
    expect(page.text()).toContain("One rule");
    await press("Save");
    expect(bodies.map(({ ifVersion }) => ifVersion)).toEqual([0, 4, 4]);
    expect(bodies.at(-1)?.policies.rules[0]).toMatchObject({ thresholds: { minimumOrders: 9 } });
  },
);

test.each(["From (your time)", "From", "People, one a week in this order", "Why"])(
  "%s: a field that was emptied stays empty, and is asked for before anything is sent",
  PATIENT,
  async (label) => {
    await open();
    const named = page.findAll("label").find((one) => one.text() === label);
    const element = named?.get<HTMLInputElement>("input").element;
    if (element === undefined) throw new Error(`no field ${label}`);
    element.value = "";
    element.dispatchEvent(new Event("change", { bubbles: true }));
    await flushPromises();
    expect([element.value, element.required]).toEqual(["", true]);
    await press("Save");
    expect(sent).toEqual([]);
  },
);

test(
  "the last day and the last severity are shown as they were left, and the server says what is missing",
  PATIENT,
  async () => {
    await open();
    const boxOf = (label: string) =>
      page
        .findAll("label")
        .find((one) => one.text() === label)
        ?.get<HTMLInputElement>("input");
    for (const label of ["S1", "Sat"]) {
      await boxOf(label)?.setValue(false);
      expect(boxOf(label)?.element.checked).toBe(false);
    }
    expect(boxOf("S2")?.element.checked).toBe(false);
    await press("Save");
    expect(bodies.at(-1)?.policies.ladders[0]?.severities).toEqual([]);
    expect(bodies.at(-1)?.policies.schedules?.[0]?.turns[0]?.days).toEqual([]);
  },
);

test("what the rules in force miss is said until it is changed", PATIENT, async () => {
  warnings = ["Nobody here is called bo: nothing reaches them."];
  await open();
  expect(page.text()).toContain("Nobody here is called bo");
  await change(LEAST, "9");
  expect(page.text()).not.toContain("Nobody here is called bo");
});
