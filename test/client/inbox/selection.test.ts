import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import InboxSelection from "../../../client/inbox/InboxSelection.vue";
import { useActionStore } from "../../../client/order/actions.ts";
import { useConnection } from "../../../client/stores/connection.ts";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import { anIncident, NOW } from "./an-incident.ts";

/** The first page of a file is made of all that it is of. */
const PATIENT = { timeout: 60_000 };
let sent: { path: string; body: unknown }[];
let items: object[];
let isDown: boolean;
let bar: VueWrapper | null = null;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  setActivePinia(createPinia());
  sent = [];
  isDown = false;
  items = ["INC-1", "INC-2"].map((id) => ({ id, status: 200, event: `act-${id}` }));
  vi.stubGlobal("fetch", async (path: string, { body }: RequestInit) => {
    sent.push({ path, body: JSON.parse(String(body)) as unknown });
    if (isDown) throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify({ items }), { status: 207 });
  });
  const sites = [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }];
  useSession().enter({ name: "ana", permissions: ["incidents:act"], sites, demo: false });
  const store = useIncidents();
  store.clear("BER1");
  store.load(
    [
      anIncident({ id: "INC-1", actBy: NOW + 7_200_000 }),
      anIncident({ id: "INC-2", actBy: NOW + 3_600_000 }),
    ],
    1,
  );
});
afterEach(() => {
  bar?.unmount();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function ask(asking: "acknowledge" | "assign" | "shelve" | "resolve"): Promise<VueWrapper> {
  const props = { ids: ["INC-1", "INC-2"], shown: 9, people: ["ana", "bo"], asking };
  bar = mount(InboxSelection, { props, attachTo: document.body });
  await flushPromises();
  return bar;
}
const send = async (form: VueWrapper) => {
  await form.find("form").trigger("submit");
  await flushPromises();
};

test("all that are chosen are shelved with one reason and one end", PATIENT, async () => {
  const form = await ask("shelve");
  expect(form.text()).toContain("2 selected");
  await form.find("input[type=text]").setValue("waits for the supplier");
  await send(form);
  expect(sent).toEqual([
    {
      path: "/api/v1/incidents/actions/shelve?site=BER1",
      body: {
        ids: ["INC-1", "INC-2"],
        reason: "waits for the supplier",
        until: new Date(NOW + 3_600_000).toISOString(),
      },
    },
  ]);
  expect(form.emitted("clear")).toHaveLength(1);
});

test(
  "they are given to one person, resolved as one, and acknowledged no longer than the first allows",
  PATIENT,
  async () => {
    const assign = await ask("assign");
    await assign.find("input[list]").setValue("bo");
    await send(assign);
    await send(await ask("resolve"));
    const acknowledge = await ask("acknowledge");
    await acknowledge.find("form").trigger("keydown", { key: "4" });
    await flushPromises();
    const ids = ["INC-1", "INC-2"];
    expect(sent.map(({ body }) => body)).toEqual([
      { ids, assignee: "bo" },
      { ids, code: "fixed" },
      { ids, until: new Date(NOW + 3_600_000).toISOString() },
    ]);
  },
);

test(
  "one that was refused says why, and the others can be taken back as one",
  PATIENT,
  async () => {
    items[1] = { id: "INC-2", status: 409, problem: { title: "first", detail: "bo has it." } };
    await send(await ask("resolve"));
    const toasts = useToasts();
    expect(toasts.log.map(({ text }) => text)).toEqual(["INC-2: bo has it.", "INC-1 resolved"]);
  },
);

const notLive = () => {
  const state = { state: "stale", why: "line", sinceAt: NOW, forMs: 6_000 } as const;
  useConnection().freshness = state;
};
const wouldLeave = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));

test(
  "while nothing is live all is refused with the reason but acknowledging, which is kept",
  PATIENT,
  async () => {
    notLive();
    isDown = true;
    const form = await ask("acknowledge");
    const isOff = (name: string) =>
      form
        .findAll("button")
        .find((one) => one.text().startsWith(name))
        ?.attributes("disabled") !== undefined;
    expect(["Assign", "Escalate", "Shelve", "Resolve", "Noise"].filter(isOff)).toHaveLength(5);
    // taking them is acknowledging them
    expect(["Take", "Acknowledge"].filter(isOff)).toEqual([]);
    expect(form.text()).toContain("Not live: what you see may be old.");
    expect(wouldLeave()).toBe(false);
    await send(form);
    expect(form.emitted("clear")).toHaveLength(1);
    expect(useToasts().quiet[0]?.text).toBe("INC-1, INC-2: kept, and sent when the server answers");
    expect(useActionStore().kept).toBe(1);
    expect(wouldLeave()).toBe(true);
    isDown = false;
    useConnection().freshness = { state: "live", ageMs: 0 };
    await flushPromises();
    expect(sent).toHaveLength(2);
    expect(useActionStore().kept).toBe(0);
    expect(wouldLeave()).toBe(false);
  },
);

test("what is asked for while nothing is live is not sent", PATIENT, async () => {
  notLive();
  const form = await ask("assign");
  await form.find("select, input").setValue("bo");
  await send(form);
  expect(sent).toEqual([]);
  expect(useToasts().errors[0]?.text).toContain("Not live");
  expect(form.emitted("clear")).toBeUndefined();
});
