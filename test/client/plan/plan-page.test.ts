import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import PlanPage from "../../../client/plan/PlanPage.vue";
import { useSession } from "../../../client/stores/session.ts";
import type { PlanView } from "../../../domain/contract/plans.ts";
import type { Permission } from "../../../domain/permissions.ts";

type Asked = { method: string; path: string; body: { plan: PlanView["plan"]; ifVersion?: number } };
type Answer = { status: number; body: object };

const aView = (change: Partial<PlanView> = {}): PlanView => ({
  site: "BER1",
  version: 3,
  plan: {
    heads: [{ process: "pack", days: [1, 2, 3, 4, 5], from: "06:00", to: "14:00", heads: 4 }],
    breaks: [{ days: [1, 2, 3, 4, 5], from: "10:00", to: "10:30", share: 0 }],
  },
  history: [{ version: 3, by: "lea", at: "2026-11-23T08:00:00Z" }],
  processes: ["pick", "pack"],
  zones: ["A"],
  warnings: [],
  changes: [],
  ...change,
});

let asked: Asked[];
let answer: (asked: Asked) => Answer;
let page: VueWrapper;

beforeEach(() => {
  setActivePinia(createPinia());
  asked = [];
  answer = () => ({ status: 200, body: aView() });
  vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
    const one = {
      method: request.method ?? "GET",
      path,
      body: JSON.parse(String(request.body ?? "{}")) as Asked["body"],
    };
    asked.push(one);
    const { status, body } = answer(one);
    return new Response(JSON.stringify(body), { status });
  });
});
afterEach(() => {
  page.unmount();
  vi.unstubAllGlobals();
});

async function open(...permissions: Permission[]): Promise<VueWrapper> {
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "lea", role: "lead", permissions, sites, demo: false });
  page = mount(PlanPage, { attachTo: document.body });
  await flushPromises();
  return page;
}
const button = (name: string) => {
  const found = page.findAll("button").find((one) => one.text() === name);
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
};
const people = () => page.get<HTMLInputElement>("input[inputmode=decimal]");

test("a plan is shown, changed and saved with the version it was read at", async () => {
  await open("plans:write");
  expect(page.text()).toContain("Version 3");
  expect(page.text()).toContain("by lea");
  expect(button("Save the plan").attributes("disabled")).toBeDefined();
  await people().setValue("6");
  expect(page.get("[role=status]").text()).toBe("Not saved yet");
  answer = ({ body }) => ({ status: 200, body: aView({ version: 4, plan: body.plan }) });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(asked.at(-1)).toMatchObject({
    method: "PUT",
    body: {
      ifVersion: 3,
      plan: { heads: [{ process: "pack", heads: 6 }], breaks: [{ share: 0 }] },
    },
  });
  expect(page.get("[role=status]").text()).toBe("Saved");
});

test("what cannot stand is said at its field and not sent", async () => {
  await open("plans:write");
  await people().setValue("");
  await page.get("form").trigger("submit");
  expect(people().attributes("aria-invalid")).toBe("true");
  const id = people().attributes("aria-describedby") ?? "";
  expect(document.getElementById(id)?.textContent).toContain("Give how many people");
  expect(page.get("[role=alert]").text()).toContain("it says why");
  expect(document.activeElement).toBe(people().element);
  expect(asked.filter(({ method }) => method === "PUT")).toHaveLength(0);
});

test("times are typed as people write them", async () => {
  await open("plans:write");
  const from = page.get("input[placeholder]");
  await from.setValue("7:15");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(asked.at(-1)?.body.plan.heads[0]).toMatchObject({ from: "07:15", to: "14:00" });
  await page.get("input[placeholder]").setValue("noon");
  await page.get("form").trigger("submit");
  expect(page.get("#heads-0-from").text()).toContain("Give a time like 06:00.");
});

test("the server's mistakes stand at their fields too", async () => {
  await open("plans:write");
  await people().setValue("5");
  const errors = [{ index: 0, path: "/plan/heads/0/process", message: "this site does not pack" }];
  answer = () => ({
    status: 422,
    body: { code: "CT_ERR_INVALID", title: "No", status: 422, errors },
  });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("#heads-0-process").text()).toContain("This site does not pack.");
});

test("what would change is shown before it is saved", async () => {
  await open("plans:write");
  await people().setValue("5");
  answer = () => ({
    status: 200,
    body: aView({ changes: ["Added: 5 people."], warnings: ["Nobody is planned for zone A."] }),
  });
  await button("What would change?").trigger("click");
  await flushPromises();
  expect(asked.at(-1)?.path).toContain("dryRun=true");
  const text = page.get("[data-testid=plan-preview]").text();
  expect(text).toContain("Added: 5 people.");
  expect(text).toContain("Nobody is planned for zone A.");
});

test("a conflict is shown with the way on, and nothing typed is lost", async () => {
  await open("plans:write");
  await people().setValue("9");
  const refused = {
    code: "CT_ERR_CONFLICT",
    title: "Changed",
    detail: "lou changed it",
    status: 409,
  };
  answer = () => ({ status: 409, body: refused });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("lou changed it");
  expect(people().element.value).toBe("9");
  answer = ({ path }) => ({
    status: 200,
    body: aView({
      version: 4,
      ...(path.includes("dryRun") && { changes: ["Added: 9 people for packing."] }),
    }),
  });
  await button("Try again").trigger("click");
  await flushPromises();
  expect(page.find("[role=alert]").exists()).toBe(false);
  expect(people().element.value).toBe("9");
  expect(page.get("[data-testid=plan-preview]").text()).toContain("Added: 9 people for packing.");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(asked.at(-1)?.body.ifVersion).toBe(4);
});

test("who may not change it reads it", async () => {
  await open("config:read");
  expect(people().attributes("disabled")).toBeDefined();
  expect(page.findAll("button").map((one) => one.text())).not.toContain("Save the plan");
});

test("a site without a plan says what one is for", async () => {
  answer = () => ({ status: 200, body: aView({ version: 0, plan: { heads: [] }, history: [] }) });
  await open("plans:write");
  expect(page.text()).toContain("Nobody is planned");
  await button("Add people").trigger("click");
  expect(page.findAll("li > [role=group]")).toHaveLength(1);
  expect(document.activeElement).toBe(page.get("li select").element);
});
