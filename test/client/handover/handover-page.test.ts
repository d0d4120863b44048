import { flushPromises, mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import HandoverPage from "../../../client/handover/HandoverPage.vue";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import type { HandoverEdit, HandoverView } from "../../../domain/contract/handover.ts";
import type { Permission } from "../../../domain/permissions.ts";

type Sent = { method: string; path: string; body: HandoverEdit & { as?: string } };
let sent: Sent[];
let report: HandoverView;
let isDown: boolean;
let page: VueWrapper | undefined;

const aReport = (): HandoverView => ({
  id: "2026-12-01.early",
  site: "BER1",
  version: 1,
  shift: {
    name: "early",
    date: "2026-12-01",
    startsAt: "2026-12-01T05:00:00Z",
    endsAt: "2026-12-01T13:00:00Z",
  },
  state: "draft",
  writtenAt: "2026-12-01T12:00:00Z",
  open: [],
  owned: [
    {
      id: "INC-7",
      title: "Packing P3 at 40 % of its pace",
      kind: "common_cause",
      severity: "S3",
      state: "acknowledged",
      owner: "lead",
      ackUntil: null,
      actBy: null,
      orders: 17,
      openedAt: "2026-12-01T10:00:00Z",
      last: null,
      shelved: null,
      moves: true,
    },
  ],
  shelved: [],
  resolved: 0,
  promises: [],
  blind: [],
  alarms: [],
  figures: { openOrders: 1, late: 0, lost: 0, atRisk: 1, shipped: 0 },
  notes: "",
  signatures: { leaving: null, coming: null },
  moved: [],
  history: [],
});

/** A server that keeps what is decided on its newest version, and says so of all else. */
function answer({ method, body }: Sent): Response {
  if (method === "GET") return new Response(JSON.stringify(report));
  if (body.ifVersion !== report.version)
    return new Response(
      JSON.stringify({ code: "CT_ERR_CONFLICT", title: "Changed", detail: "lou was first" }),
      { status: 409 },
    );
  report = { ...report, version: report.version + 1, notes: body.notes ?? report.notes };
  if (body.as !== undefined) report = { ...report, state: "half-signed" };
  return new Response(JSON.stringify(report));
}

async function open(...permissions: Permission[]): Promise<void> {
  page?.unmount();
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "lead", permissions, sites, demo: false });
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/handover");
  page = mount(HandoverPage, {
    attachTo: document.body,
    global: { plugins: [router], stubs: { RouterLink: RouterLinkStub } },
  });
  await flushPromises();
}

beforeEach(async () => {
  setActivePinia(createPinia());
  sent = [];
  report = aReport();
  isDown = false;
  vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
    if (isDown) throw new TypeError("Failed to fetch");
    const body = JSON.parse(String(request.body ?? "{}")) as Sent["body"];
    const one = { method: request.method ?? "GET", path, body };
    if (one.method !== "GET") sent.push(one);
    return answer(one);
  });
  await open("handover:read", "handover:sign");
});
afterEach(() => {
  page?.unmount();
  page = undefined;
  vi.unstubAllGlobals();
});

const shown = (): VueWrapper => {
  if (page === undefined) throw new Error("no page");
  return page;
};
const remark = () => shown().get<HTMLInputElement>("input[placeholder^='What the next shift']");
const notes = () => shown().get<HTMLTextAreaElement>("textarea");
async function press(label: string): Promise<void> {
  const found = shown()
    .findAll("button")
    .find((one) => one.text() === label);
  if (found === undefined) throw new Error(`no button ${label}`);
  await found.trigger("click");
  await flushPromises();
}
const said = (): string[] => useToasts().errors.map(({ text }) => text);

test("a remark that was refused stays where it was typed, says so, and goes along with the signature", async () => {
  isDown = true;
  await remark().setValue("the supplier calls at six");
  await flushPromises();
  expect(remark().element.value).toBe("the supplier calls at six");
  expect(shown().text()).toContain("Not in the report yet.");
  expect(said()).toEqual([
    "The remark is not kept: The server does not answer. Try again in a moment.",
  ]);
  isDown = false;
  await press("Sign as who leaves");
  expect(sent.map(({ body }) => body.remarks ?? body.as)).toEqual([
    { "INC-7": "the supplier calls at six" },
    "leaving",
  ]);
});

test("a box that was not taken shows what holds", async () => {
  isDown = true;
  const box = shown().get<HTMLInputElement>("input[type=checkbox]");
  await box.setValue(true);
  await flushPromises();
  expect(box.element.checked).toBe(false);
});

test("notes that somebody else changed meanwhile are told, and those typed here stand", async () => {
  report = { ...report, version: 9, notes: "dock 4 is shut" };
  await notes().setValue("two packers are ill");
  await flushPromises();
  expect(said()).toEqual(["The notes are not kept: lou was first"]);
  await press("Try again");
  expect(notes().element.value).toBe("two packers are ill");
  expect(shown().text()).toContain("dock 4 is shut");
  await notes().setValue("dock 4 is shut, two packers are ill");
  await flushPromises();
  expect(report.notes).toBe("dock 4 is shut, two packers are ill");
  expect(shown().text()).not.toContain("Somebody else wrote");
});

test("who may not read it is told who may, and nothing to try again", async () => {
  await open();
  expect(shown().text()).toContain("Your role does not read handovers");
  expect(shown().findAll("button")).toHaveLength(0);
});
