import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import IncidentPane from "../../../client/inbox/IncidentPane.vue";
import { draftOf, runOf, writtenWords, type Step } from "../../../client/inbox/playbook-steps.ts";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { useSession } from "../../../client/stores/session.ts";
import { anIncident } from "./an-incident.ts";

const step = (id: string, button: Step["button"]): Step => ({
  id,
  words: `${id} it`,
  button,
  played: null,
});
const message = step("message-1", {
  label: "Write to the carrier",
  does: "message",
  with: { to: "carrier", text: "Where are SO-1, SO-2?" },
});
const note = step("note-2", {
  label: "Note it at the orders",
  does: "orders/note",
  with: { text: "Goes on at " },
});
const release = step("release-3", {
  label: "Release all of them",
  does: "orders/release",
  with: { code: "HOLD_FRAUD" },
});
const assign = step("assign-4", { label: "Give it to somebody", does: "assign" });

describe("a step of a playbook", () => {
  test("acts on the orders, goes to a page or asks; nothing else it does is a question of the inbox", () => {
    expect(runOf(release)).toEqual({ is: "orders", name: "release", body: { code: "HOLD_FRAUD" } });
    expect(runOf(step("truck-1", { label: "", does: "trucks" }))).toEqual({
      is: "place",
      path: "/trucks",
    });
    expect(runOf(assign)).toEqual({ is: "ask", what: "assign" });
    expect(runOf(message)).toBeNull();
    expect(runOf(step("record-1", null))).toBeNull();
  });

  test("that is a text begins with its draft", () => {
    expect(draftOf(message)).toBe("Where are SO-1, SO-2?");
    expect(draftOf(release)).toBeNull();
    expect(writtenWords(message, "Where?")).toBe("To the carrier: Where?");
    expect(writtenWords(note, "Goes on at 5")).toBeNull();
  });
});

let sent: { path: string; body: unknown }[];
let copied: string[];
let pane: VueWrapper | null = null;
const incident = anIncident({ id: "INC-7" });

beforeEach(() => {
  setActivePinia(createPinia());
  sent = [];
  copied = [];
  vi.stubGlobal("navigator", {
    ...navigator,
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  });
  vi.stubGlobal("fetch", async (path: string, { method, body }: RequestInit) => {
    if (method === "POST") sent.push({ path, body: JSON.parse(String(body)) as unknown });
    const detail = {
      ...incident,
      members: [],
      memberCount: 0,
      ladderSteps: [],
      ladderName: null,
      playbook: { title: "other", steps: [message, note, release, assign] },
      before: { days: 30, count: 0, medianMinutes: null, lastAt: null, codes: [], words: "" },
    };
    const done = { event: "act-1", orders: 2, refused: [] };
    return new Response(JSON.stringify(method === "POST" ? done : detail));
  });
});
afterEach(() => {
  pane?.unmount();
  vi.unstubAllGlobals();
});

async function open(): Promise<VueWrapper> {
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  const permissions = ["incidents:read", "incidents:act", "incidents:note"] as const;
  useSession().enter({ name: "ana", permissions: [...permissions], sites, demo: false });
  const store = useIncidents();
  store.clear("BER1");
  store.load([incident], incident.v);
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  const router = createRouter({ history: createMemoryHistory(), routes });
  pane = mount(IncidentPane, {
    props: { id: "INC-7", asking: null, colleagues: [] },
    global: { plugins: [router] },
    attachTo: document.body,
  });
  await flushPromises();
  return pane;
}
const press = async (page: VueWrapper, label: string) => {
  await page
    .findAll("button")
    .find((button) => button.text().includes(label))
    ?.trigger("click");
  await flushPromises();
};
const pathsOf = () => sent.map(({ path }) => path.replace("/api/v1/incidents/INC-7/", ""));

/** The first page of a file is made of all that it is of. */
const PATIENT = { timeout: 60_000 };

describe("the playbook of an incident", PATIENT, () => {
  test("a message is written, copied and recorded; nothing else happens to the incident", async () => {
    const page = await open();
    await press(page, "Write to the carrier");
    const field = page.find("textarea[aria-label='message-1 it']");
    expect((field.element as HTMLTextAreaElement).value).toBe("Where are SO-1, SO-2?");
    await field.setValue("Where is SO-1?");
    await press(page, "Copy it; it is written");
    expect(copied).toEqual(["Where is SO-1?"]);
    expect(sent).toEqual([
      {
        path: "/api/v1/incidents/INC-7/play?site=BER1",
        body: { step: "message-1", result: "To the carrier: Where is SO-1?" },
      },
    ]);
  });

  test("a note is finished by whoever notes it before it goes to the orders", async () => {
    const page = await open();
    await press(page, "Note it at the orders");
    expect(sent).toEqual([]);
    await page.find("textarea[aria-label='note-2 it']").setValue("Goes on at 5 o'clock");
    await press(page, "Note it");
    expect(pathsOf()).toEqual(["orders/note?site=BER1", "play?site=BER1"]);
    expect(sent[0]?.body).toEqual({ text: "Goes on at 5 o'clock" });
  });

  test("a button with a body sends it, and the step is recorded as done", async () => {
    const page = await open();
    await press(page, "Release all of them");
    expect(sent[0]).toEqual({
      path: "/api/v1/incidents/INC-7/orders/release?site=BER1",
      body: { code: "HOLD_FRAUD" },
    });
    expect(sent[1]?.body).toEqual({ step: "release-3" });
  });

  test("a step that asks is done when it was answered", async () => {
    const page = await open();
    await press(page, "Give it to somebody");
    await page.setProps({ asking: "assign" });
    expect(sent).toEqual([]);
    await page.find("form input[list]").setValue("bo");
    await page.find("form[aria-label='Whose is it?']").trigger("submit");
    await flushPromises();
    expect(sent.map(({ body }) => body)).toEqual([{ assignee: "bo" }, { step: "assign-4" }]);
  });
});
