import { flushPromises, mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { h, ref } from "vue";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import OrderDrawer from "../../../client/order/OrderDrawer.vue";
import { useActionStore } from "../../../client/order/actions.ts";
import type { OrderView } from "../../../client/order/order-view.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { useIncidents } from "../../../client/stores/incidents.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import type { Permission } from "../../../domain/permissions.ts";
import { anIncident } from "../inbox/an-incident.ts";
import { anEventView, anOrder, aRow, at, aView, onTheWire } from "./builders.ts";

type Answer = { status: number; body: unknown } | "silence";
type Asked = {
  method: string;
  path: string;
  body: unknown;
  key: string | null;
  by: string | null;
};

const ok = (view: OrderView): Answer => ({ status: 200, body: onTheWire(view) });
const refusal = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: {
    type: "about:blank",
    title: code,
    status,
    detail: "so it is",
    code,
    retryable: false,
    ...more,
  },
});

let answer: (asked: Asked) => Answer | null;
let asked: Asked[];
let drawer: VueWrapper | null = null;

function login(...permissions: Permission[]): void {
  useSession().enter({
    name: "ana",
    role: "coordinator",
    permissions,
    sites: [
      { id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: ["received", "allocated"] },
    ],
    demo: false,
  });
}

/** A line that died without a word: no answer, and no end of waiting but one's own. */
const untilAborted = (signal: AbortSignal | null | undefined): Promise<never> =>
  new Promise((_, reject) =>
    signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))),
  );

function open(orderId = "SO-1"): VueWrapper {
  drawer = mount(OrderDrawer, {
    props: { orderId },
    attachTo: document.body,
    global: { stubs: { RouterLink: RouterLinkStub } },
  });
  return drawer;
}

async function opened(view: OrderView): Promise<VueWrapper> {
  answer = ({ method }) => (method === "GET" ? ok(view) : { status: 200, body: { event: "ev-1" } });
  const wrapper = open();
  await flushPromises();
  return wrapper;
}

const press = (key: string, change: KeyboardEventInit = {}) =>
  document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...change }),
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: at(40) });
  setActivePinia(createPinia());
  asked = [];
  vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
    const headers = new Headers(request.headers);
    const body: unknown = typeof request.body === "string" ? JSON.parse(request.body) : null;
    const question = {
      method: request.method ?? "",
      path,
      body,
      key: headers.get("idempotency-key"),
      by: headers.get("ct-asked-by"),
    };
    asked.push(question);
    const said = answer(question);
    if (said === null) throw new TypeError("no network");
    if (said === "silence") return untilAborted(request.signal);
    return new Response(JSON.stringify(said.body), { status: said.status });
  });
  login("orders:read", "orders:act");
});

afterEach(() => {
  drawer?.unmount();
  drawer = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe("the drawer", () => {
  test("shows what the board's row says while the order is being read", () => {
    answer = () => ok(aView());
    useBoard().rows.set("SO-1", aRow({ why: "Zone C short", owner: "Bo" }));
    const text = open().text();
    expect(text).toContain("AT RISK");
    expect(text).toContain("4 h 20");
    expect(text).toContain("act before 10:00 CET, in 20 min");
    expect(text).toContain("Zone C short");
    expect(text).toContain("owner Bo");
    expect(text).toContain("Reading SO-1");
  });

  test("names the incident that the order is a part of, and who has it now", async () => {
    login("orders:read", "incidents:read");
    const incident = { id: "INC-7", title: "Packing is slow", owner: "bo", isOwned: true };
    const wrapper = await opened(aView({ incident }));
    const told = () => wrapper.find("[data-testid=order-incident]");
    expect(told().text()).toBe("INC-7 Packing is slow · bo");
    const link = wrapper
      .findAllComponents(RouterLinkStub)
      .find((one) => one.text().includes("INC-7"));
    expect(link?.props("to")).toEqual({
      path: "/inbox",
      query: { site: "BER1", incident: "INC-7" },
    });
    const taken = anIncident({ state: "acknowledged", owner: "ana", ackUntil: at(70) });
    useIncidents().load([taken], null);
    await flushPromises();
    expect(told().text()).toMatch(/^INC-7 Packing P3 .* · you, until .*10:10 CET$/);
    useBoard().rows.set("SO-1", aRow({ incident: "INC-8" }));
    await flushPromises();
    expect(told().exists()).toBe(false);
  });

  test("shows promises, timeline, parcels and where it goes once it was read", async () => {
    const text = (await opened(aView({ reasons: ["Stage over budget"] }))).text();
    for (const words of [
      "ship by",
      "The last A truck leaves",
      "Allocated, now",
      "Not packed yet",
      "Hamburg",
      "Stage over budget",
    ])
      expect(text).toContain(words);
    expect(asked[0]?.path).toBe("/api/v1/orders/SO-1?site=BER1");
  });

  test.each([
    ["says that an order is not known", refusal(404, "CT_ERR_NOT_FOUND"), "No order SO-1 at BER1"],
    [
      "says that events wait for it",
      refusal(404, "CT_ERR_ORDER_WAITING", { waiting: 2 }),
      "2 events wait for it",
    ],
    ["says what the server refused", refusal(403, "CT_ERR_FORBIDDEN"), "CT_ERR_FORBIDDEN · 403"],
    ["says that nobody answers", null, "The server does not answer"],
  ])("%s", async (_, said, words) => {
    answer = () => said;
    const wrapper = open();
    await flushPromises();
    expect(wrapper.text()).toContain(words);
  });

  test("keeps what the board knows of it while nobody answers", async () => {
    answer = () => null;
    useBoard().rows.set("SO-1", aRow({ why: "Zone C short" }));
    const wrapper = open();
    await flushPromises();
    for (const words of ["The server does not answer", "AT RISK", "4 h 20", "Zone C short"])
      expect(wrapper.text()).toContain(words);
  });

  test("says what stands in the way in words, and marks a fault as none of the holds", async () => {
    const blockers = ["On hold for address", "STOCK_OUT: none left"];
    const wrapper = await opened(aView({ blockers, reasons: [...blockers, "QC_REJECT"] }));
    const why = wrapper.findAll("section").find((one) => one.text().startsWith("Why"));
    expect(why?.findAll("li").map((line) => line.text())).toEqual([
      "‖ On hold for address",
      "◆ Stock out: none left",
      "QC reject",
    ]);
  });

  test("is read-only for a closed order but for a note", async () => {
    const order = anOrder({ stage: "delivered", closedAt: at(30), stageSince: at(30) });
    const wrapper = await opened(aView({ order }));
    expect(wrapper.text()).toContain("Closed");
    const buttons = wrapper.findAll<HTMLButtonElement>("section[aria-label=Actions] button");
    const enabled = buttons.filter(({ element }) => !element.disabled);
    expect(enabled.map((button) => button.attributes("aria-keyshortcuts"))).toEqual(["N"]);
  });

  test("hides personal fields from roles that may not see them, and says so", async () => {
    expect((await opened(aView({ personalHidden: true }))).text()).toContain(
      "hidden for your role",
    );
  });

  test("shows personal fields to roles that may", async () => {
    const personal = { shipTo: { name: "Ana Muster" } };
    const text = (await opened(aView({ personal }))).text();
    expect(text).toContain("Ana Muster");
    expect(text).not.toContain("hidden for your role");
  });

  test("offers nothing to those who may only look", async () => {
    login("orders:read");
    const wrapper = await opened(aView());
    expect(wrapper.find("section[aria-label=Actions]").exists()).toBe(false);
    expect(wrapper.text()).toContain("Your role may look, not act.");
  });

  test("reads the order again soon after its row has changed, once for many changes", async () => {
    useBoard().rows.set("SO-1", aRow({ v: 7 }));
    await opened(aView());
    for (const v of [8, 9, 10]) {
      useBoard().rows.set("SO-1", aRow({ v }));
      await flushPromises();
    }
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked).toHaveLength(2);
  });

  test("keeps the order on screen when reading it again fails", async () => {
    useBoard().rows.set("SO-1", aRow({ v: 7 }));
    const wrapper = await opened(aView());
    answer = () => refusal(500, "CT_ERR_INTERNAL");
    useBoard().rows.set("SO-1", aRow({ v: 8 }));
    await flushPromises();
    await vi.advanceTimersByTimeAsync(300);
    await flushPromises();
    expect(wrapper.text()).toContain("CT_ERR_INTERNAL");
    expect(wrapper.text()).toContain("Allocated, now");
  });

  test("drops an answer that was overtaken by walking on", async () => {
    const wrapper = await opened(aView());
    answer = ({ path }) =>
      ok(aView({ order: anOrder({ id: path.includes("SO-2") ? "SO-2" : "SO-1" }) }));
    await wrapper.setProps({ orderId: "SO-2" });
    await wrapper.setProps({ orderId: "SO-1" });
    await flushPromises();
    expect(wrapper.find("h2").text()).toBe("SO-1");
    expect(asked.map(({ path }) => path.slice(15, 19))).toEqual(["SO-1", "SO-2", "SO-1"]);
  });

  test("closes with Escape, walks with J and K, and grows with Shift and an arrow", async () => {
    const wrapper = await opened(aView());
    press("Escape");
    press("j");
    press("k");
    press("ArrowLeft", { shiftKey: true });
    await flushPromises();
    expect(wrapper.emitted("close")).toHaveLength(1);
    expect(wrapper.emitted("walk")).toEqual([[1], [-1]]);
    expect(wrapper.find("[role=separator]").attributes("aria-valuenow")).toBe("672");
  });

  test("takes the focus and gives it back", async () => {
    const button = document.createElement("button");
    document.body.append(button);
    button.focus();
    answer = () => ok(aView());
    const isOpen = ref(true);
    const host = () => (isOpen.value ? h(OrderDrawer, { orderId: "SO-1" }) : null);
    const global = { stubs: { RouterLink: RouterLinkStub } };
    drawer = mount(host, { attachTo: document.body, global });
    await flushPromises();
    expect(document.activeElement?.textContent).toBe("SO-1");
    isOpen.value = false;
    await flushPromises();
    expect(document.activeElement).toBe(button);
    button.remove();
  });
});

describe("an action", () => {
  test("that holds may say when to look at it again", async () => {
    const wrapper = await opened(aView());
    press("h");
    await flushPromises();
    const choices = wrapper.findAll("form select");
    await choices.at(-1)?.setValue(String(4 * 3_600_000));
    await wrapper.find("form").trigger("submit");
    await flushPromises();
    const until = new Date(at(40) + 4 * 3_600_000).toISOString();
    expect(asked.at(-1)?.body).toEqual({ code: "HOLD_OPERATOR", until });
  });

  test("that is let be gives the focus back to what asked for it", async () => {
    const wrapper = await opened(aView());
    const button = wrapper.find<HTMLElement>("section[aria-label=Actions] button:nth-of-type(2)");
    button.element.focus();
    await button.trigger("click");
    const form = wrapper.find("form");
    expect(form.element.contains(document.activeElement)).toBe(true);
    await form.trigger("keydown", { key: "Escape" });
    await flushPromises();
    expect(wrapper.find("form").exists()).toBe(false);
    expect(document.activeElement).toBe(button.element);
  });

  test("is asked for by its key, sent with an idempotency key, and can be undone", async () => {
    const wrapper = await opened(aView());
    press("h");
    await flushPromises();
    await wrapper.find("form").trigger("submit");
    await flushPromises();
    const post = asked.find(({ method }) => method === "POST");
    expect(post?.path).toBe("/api/v1/orders/SO-1/actions/hold?site=BER1");
    expect(post?.body).toEqual({ code: "HOLD_OPERATOR" });
    expect(post?.key).toMatch(/^[0-9a-f]{32}$/);
    const toasts = useToasts();
    expect(toasts.quiet[0]?.text).toBe("SO-1 held: Operator");
    toasts.undoLast();
    await flushPromises();
    expect(asked.at(-1)?.path).toBe("/api/v1/actions/ev-1/undo?site=BER1");
  });

  test("without a question is sent at once", async () => {
    await opened(aView());
    press("p");
    await flushPromises();
    expect(asked.at(-1)?.path).toBe("/api/v1/orders/SO-1/actions/expedite?site=BER1");
  });

  test("that was refused says why, in words", async () => {
    await opened(aView());
    answer = () => refusal(403, "CT_ERR_FORBIDDEN");
    press("p");
    await flushPromises();
    expect(useToasts().errors[0]?.text).toBe("SO-1: expedite refused. so it is");
  });

  test("that changed nothing says so and why, and offers no way back", async () => {
    await opened(aView());
    const did = { effect: "duplicate", reason: "was expedited already" };
    answer = () => ({ status: 200, body: { event: "ev-1", ...did } });
    press("p");
    await flushPromises();
    expect(useToasts().errors[0]?.text).toBe("SO-1: not expedited. Was expedited already.");
    expect(useToasts().quiet).toEqual([]);
  });

  test("is shown as waiting while nobody answers, and goes with the same key later", async () => {
    const wrapper = await opened(aView());
    answer = () => null;
    press("p");
    await flushPromises();
    expect(wrapper.text()).toContain("waits for the connection");
    answer = () => ({ status: 200, body: {} });
    await vi.advanceTimersByTimeAsync(3_000);
    await flushPromises();
    const keys = asked.filter(({ method }) => method === "POST").map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(useActionStore().onTheirWay).toEqual([]);
  });

  test.each([
    ["a line that says nothing any more", "silence"],
    ["a proxy that reaches no server", { status: 502, body: "<h1>Bad Gateway</h1>" }],
  ] as const)("is kept on %s, and goes on as whoever gave it", async (_what, deaf) => {
    const wrapper = await opened(aView());
    answer = ({ method }) => (method === "GET" ? ok(aView()) : deaf);
    press("p");
    await vi.advanceTimersByTimeAsync(10_000);
    await flushPromises();
    expect(wrapper.text()).toContain("waits for the connection");
    const { view } = useSession();
    if (view !== null) useSession().enter({ ...view, name: "bo" });
    answer = ({ method }) => (method === "GET" ? ok(aView()) : { status: 200, body: {} });
    await vi.advanceTimersByTimeAsync(3_000);
    await flushPromises();
    expect(useActionStore().onTheirWay).toEqual([]);
    const sent = asked.filter(({ method }) => method === "POST");
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent.map(({ key, by }) => `${key} ${by}`)).size).toBe(1);
    expect(sent[0]?.by).toBe("ana");
  });

  test("of the second of two people is told who was first, and may be done anyway", async () => {
    const wrapper = await opened(aView({ v: 7 }));
    answer = () => refusal(409, "CT_ERR_CONFLICT", { owner: "Bo", version: 9 });
    press("c");
    await flushPromises();
    await wrapper.find("form input").setValue("Ana");
    await wrapper.find("form").trigger("submit");
    await flushPromises();
    expect(asked.at(-1)?.body).toEqual({ assignee: "Ana", ifVersion: 7 });
    expect(wrapper.text()).toContain("It belongs to Bo now.");
    answer = () => ({ status: 200, body: {} });
    await wrapper
      .findAll("button")
      .find((button) => button.text() === "Do it anyway")
      ?.trigger("click");
    await flushPromises();
    expect(asked.at(-1)?.body).toEqual({ assignee: "Ana" });
  });

  test("Escape in its question closes the question, not the drawer", async () => {
    const wrapper = await opened(aView());
    press("n");
    await flushPromises();
    await wrapper.find("form textarea").trigger("keydown", { key: "Escape" });
    expect(wrapper.find("form").exists()).toBe(false);
    expect(wrapper.emitted("close")).toBeUndefined();
  });

  test("corrects one event by its source and id", async () => {
    const events = [anEventView({ source: "wms/ber1", id: "w 1", type: "pick.completed" })];
    const wrapper = await opened(aView({ events }));
    await wrapper.find("[aria-label='Correct pick.completed w 1']").trigger("click");
    await wrapper.find("form").trigger("submit");
    await flushPromises();
    expect(asked.at(-1)?.body).toEqual({
      of: { source: "wms/ber1", id: "w 1" },
      reason: "did_not_occur",
    });
  });
});
