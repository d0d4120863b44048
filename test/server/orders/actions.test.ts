import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RecordedEvent } from "../../../domain/event.ts";
import { aRow } from "../../support/board-rows.ts";
import { anEvent, anOrderReceived } from "../../support/builders.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
let cookie: string;

function store(id: string, events: RecordedEvent[], v = 7) {
  tower.orders.set(`BER1/${id}`, {
    record: { v, policy: 1, events, sent: [] },
    waiting: events.every(({ type }) => type !== "order.received"),
    sealed: JSON.stringify([
      { source: "shop/test", id: "1", occurredAt: 1, sealed: '{"name":"A. Person"}' },
    ]),
    policy: null,
  });
}

const assigned = (assignee: string) => anEvent("order.assigned", "9:30", { assignee });

beforeEach(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [aRow({ id: "SO-1", v: 7, owner: "Mia" })]);
  tower.fill("NYC1", []);
  store("SO-1", [anOrderReceived("9:00", {}, { id: "1" })]);
  store("SO-2", [anOrderReceived("9:00", {}, { orderId: "SO-2" })]);
  cookie = await tower.login("coordinator", "demo-coordinator-tower");
});
afterEach(async () => {
  vi.useRealTimers();
  await tower.app.close();
});

async function post(url: string, payload: object = {}, headers: Record<string, string> = {}) {
  const answer = await tower.app.inject({
    method: "POST",
    url,
    payload,
    headers: { cookie, ...headers },
  });
  return { status: answer.statusCode, body: answer.json() };
}

const act = (name: string, body: object, headers: Record<string, string> = {}) =>
  post(`/api/v1/orders/SO-1/actions/${name}?site=BER1`, body, headers);

test.each([
  ["hold", { code: "HOLD_FRAUD", reason: "odd" }, "hold.placed"],
  ["release", { code: "HOLD_FRAUD" }, "hold.released"],
  ["assign", { assignee: "Bo" }, "order.assigned"],
  ["assign", { assignee: null }, "order.assigned"],
  ["expedite", {}, "order.expedited"],
  ["note", { text: "called the shop" }, "note.added"],
  ["cancel", { reason: "customer_request" }, "order.cancelled"],
  ["correct", { of: { source: "shop/test", id: "1" }, reason: "did_not_occur" }, "event.corrected"],
])("%s becomes an event of the person who did it", async (name, body, type) => {
  const { status, body: answer } = await act(name, body);
  expect(status).toBe(200);
  expect(answer).toMatchObject({ id: "SO-1", v: 7 });
  expect(tower.taken).toHaveLength(1);
  expect(tower.taken[0]?.event).toMatchObject({
    id: answer.event,
    source: "ui/coordinator",
    actor: "coordinator",
    type,
    site: "BER1",
    orderId: "SO-1",
    data: body,
  });
});

test("a hold's end is text outside and an instant inside", async () => {
  await act("hold", { code: "HOLD_X", until: "2126-02-11T12:00:00+01:00" });
  const data = tower.taken[0]?.event.data;
  expect(data).toMatchObject({ until: Date.UTC(2126, 1, 11, 11) });
});

test.each([
  ["hold", {}, "/code"],
  ["note", { text: "" }, "/text"],
  ["assign", { assignee: 5 }, "/assignee"],
  ["expedite", { why: "x" }, "/why"],
  ["correct", { of: { source: "wms" }, reason: "did_not_occur" }, "/of/id"],
])("%s with %j is refused and names %s", async (name, body, path) => {
  const { status, body: answer } = await act(name, body);
  expect(status).toBe(422);
  expect(answer.errors).toContainEqual(expect.objectContaining({ path }));
  expect(tower.taken).toEqual([]);
});

test("a hold that ends before now is refused; one that was taken may be sent again when it is over", async () => {
  const endingIn = (ms: number) => ({
    code: "HOLD_X",
    until: new Date(Date.now() + ms).toISOString(),
  });
  const refused = await act("hold", endingIn(-1_000));
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "/until" }] } });
  expect(tower.taken).toEqual([]);
  const [body, key] = [endingIn(5_000), { "idempotency-key": "k-4" }];
  expect((await act("hold", body, key)).status).toBe(200);
  vi.setSystemTime(Date.now() + 60_000);
  expect((await act("hold", body, key)).status).toBe(200);
  expect(tower.taken).toHaveLength(1);
});

test("only an event of the order itself can be corrected, also one that is not applied yet", async () => {
  const correct = (source: string, id: string) =>
    act("correct", { of: { source, id }, reason: "did_not_occur" });
  const wrong = { status: 422, body: { errors: [{ path: "/of" }] } };
  expect(await correct("shop/test", "2")).toMatchObject(wrong);
  const { body: other } = await post("/api/v1/orders/SO-2/actions/note?site=BER1", { text: "x" });
  expect(await correct("ui/coordinator", other.event)).toMatchObject(wrong);
  const { body: own } = await act("note", { text: "x" });
  expect((await correct("ui/coordinator", own.event)).status).toBe(200);
});

test("an action that nobody knows does not exist", async () => {
  expect(await act("explode", {})).toMatchObject({ status: 404 });
});

test("the same key is the same action, whatever time it is; another body under it is refused", async () => {
  const key = { "idempotency-key": "k-1" };
  const first = await act("note", { text: "one" }, key);
  vi.setSystemTime(Date.now() + 5_000);
  const again = await act("note", { text: "one" }, key);
  expect(again.body.event).toBe(first.body.event);
  expect(tower.taken).toHaveLength(1);
  expect(await act("note", { text: "two" }, key)).toMatchObject({
    status: 422,
    body: { code: "CT_ERR_EVENT_CONFLICT" },
  });
  expect((await act("note", { text: "one" })).body.event).not.toBe(first.body.event);
});

test("who decided on an older version learns who has it now; a repeat of the own action does not", async () => {
  const key = { "idempotency-key": "k-2" };
  store("SO-1", [anOrderReceived("9:00"), assigned("Mia")]);
  expect(await act("assign", { assignee: "Bo", ifVersion: 6 })).toMatchObject({
    status: 409,
    body: { code: "CT_ERR_CONFLICT", owner: "Mia", version: 7 },
  });
  expect((await act("assign", { assignee: "Bo", ifVersion: 7 }, key)).status).toBe(200);
  store("SO-1", [anOrderReceived("9:00")], 8);
  expect((await act("assign", { assignee: "Bo", ifVersion: 7 }, key)).status).toBe(200);
  expect(tower.taken).toHaveLength(1);
});

test("the version of a row that time alone changed decides on the order as it is, until something happens to the order", async () => {
  tower.fill("BER1", [aRow({ id: "SO-1", v: 12 })]);
  const note = (ifVersion: number) => act("note", { text: "x", ifVersion });
  const refused = { status: 409, body: { code: "CT_ERR_CONFLICT", version: 7 } };
  expect(await note(13)).toMatchObject(refused);
  expect((await note(12)).status).toBe(200);
  store("SO-1", [anOrderReceived("9:00"), assigned("Bo")], 13);
  expect(await note(12)).toMatchObject({ status: 409, body: { owner: "Bo", version: 13 } });
});

test("two who saw an order and its row decide on the same order", async () => {
  tower.fill("BER1", [aRow({ id: "SO-1", v: 12 })]);
  expect((await act("assign", { assignee: "Bo", ifVersion: 12 })).status).toBe(200);
  expect((await act("assign", { assignee: "Ida", ifVersion: 7 })).status).toBe(409);
});

test("what is not applied within two seconds is answered with where it stands", async () => {
  tower.applies.soon = false;
  const { status, body } = await act("note", { text: "x" });
  expect(status).toBe(202);
  expect(Object.keys(body).toSorted()).toEqual(["event", "position"]);
});

test("an order that is not known, or still waiting for its order.received, cannot be acted on", async () => {
  store("SO-3", []);
  const ask = (id: string) => post(`/api/v1/orders/${id}/actions/note?site=BER1`, { text: "x" });
  expect(await ask("nobody")).toMatchObject({ status: 404, body: { code: "CT_ERR_NOT_FOUND" } });
  expect(await ask("SO-3")).toMatchObject({
    status: 404,
    body: { code: "CT_ERR_ORDER_WAITING", waiting: 0 },
  });
});

test("one action on many orders is answered one by one", async () => {
  const body = { ids: ["SO-1", "SO-2", "SO-1", "nobody"], text: "recall" };
  const { status, body: answer } = await post("/api/v1/orders/actions/note?site=BER1", body);
  expect(status).toBe(207);
  expect(
    answer.items.map(({ id, status: one }: { id: string; status: number }) => [id, one]),
  ).toEqual([
    ["SO-1", 200],
    ["SO-2", 200],
    ["nobody", 404],
  ]);
  expect(tower.taken).toHaveLength(2);
  const many = { ids: Array.from({ length: 501 }, (_, at) => `SO-${at}`), text: "x" };
  expect((await post("/api/v1/orders/actions/note?site=BER1", many)).status).toBe(422);
});

test("what was done to many is taken back as one, by who did it and within a minute", async () => {
  const body = { ids: ["SO-1", "SO-2", "nobody"], text: "recall" };
  const { body: done } = await post("/api/v1/orders/actions/note?site=BER1", body);
  const undo = (headers = {}) => post(`/api/v1/actions/${done.event}/undo?site=BER1`, {}, headers);
  const admin = await tower.login("admin", "demo-admin-tower");
  expect(await undo({ cookie: admin })).toMatchObject({ status: 404 });
  expect(await undo()).toMatchObject({ status: 200, body: { orders: 2, isApplied: true } });
  const undone = tower.taken.slice(2).map(({ event }) => event);
  expect(undone).toMatchObject(
    done.items.slice(0, 2).map(({ id, event }: { id: string; event: string }) => ({
      orderId: id,
      type: "event.corrected",
      data: { of: { source: "ui/coordinator", id: event }, reason: "did_not_occur" },
    })),
  );
  const written = tower.audit.entries().filter(({ what }) => what === "order.undo");
  expect(written.map(({ subject }) => subject).toSorted()).toEqual(["SO-1", "SO-2"]);
  vi.setSystemTime(Date.now() + 61_000);
  expect(await undo()).toMatchObject({ status: 409, body: { code: "CT_ERR_UNDONE_TOO_LATE" } });
});

test("an action of one's own is taken back within a minute, once, and by nobody else", async () => {
  const { body } = await act("hold", { code: "HOLD_FRAUD" });
  const undo = (headers = {}) =>
    post(`/api/v1/actions/${body.event}/undo?site=BER1`, { orderId: "SO-1" }, headers);
  const admin = await tower.login("admin", "demo-admin-tower");
  expect(await undo({ cookie: admin })).toMatchObject({ status: 404 });
  expect(await undo()).toMatchObject({ status: 200, body: { id: "SO-1", v: 7 } });
  expect(tower.taken[1]?.event).toMatchObject({
    type: "event.corrected",
    data: { of: { source: "ui/coordinator", id: body.event }, reason: "did_not_occur" },
  });
  expect((await undo()).status).toBe(200);
  expect(tower.taken).toHaveLength(2);
  vi.setSystemTime(Date.now() + 61_000);
  expect(await undo()).toMatchObject({ status: 409, body: { code: "CT_ERR_UNDONE_TOO_LATE" } });
});

test("one order is found without naming its site, and shown with everything known about it", async () => {
  const answer = await tower.app.inject({ url: "/api/v1/orders/SO-1", headers: { cookie } });
  expect(answer.json()).toMatchObject({
    v: 7,
    id: "SO-1",
    stage: "received",
    placedAt: "2026-02-11T09:00:00.000Z",
    events: [{ type: "order.received", effect: "applied", at: "2026-02-11T09:00:00.000Z" }],
    personal: { name: "A. Person" },
    personalHidden: false,
  });
  const { deadlines } = answer.json();
  expect(deadlines.map(({ kind }: { kind: string }) => kind)).toEqual(
    expect.arrayContaining(["ship", "deliver"]),
  );
  expect(["open", "met", "missed"]).toContain(deadlines[0].state);
});

test("the same number at two sites needs the site named", async () => {
  const known = tower.orders.get("BER1/SO-1");
  if (known !== undefined) tower.orders.set("NYC1/SO-1", known);
  const answer = await tower.app.inject({ url: "/api/v1/orders/SO-1", headers: { cookie } });
  expect(answer.json()).toMatchObject({
    code: "CT_ERR_SITE_REQUIRED",
    errors: [{ path: "/site" }],
  });
});

test("personal fields open only to those who may read them", async () => {
  const viewer = await tower.login("viewer", "demo-viewer-tower");
  const ask = (one: string) =>
    tower.app.inject({ url: "/api/v1/orders/SO-1?site=BER1", headers: { cookie: one } });
  const seen = (await ask(viewer)).json();
  expect(seen).toMatchObject({ personal: null, personalHidden: true });
  expect(JSON.stringify(seen)).not.toContain("Person");
  expect(seen.shipTo).toEqual({});
});

test("of two who decide on one version at the same moment one is told; the same action twice is one", async () => {
  const lead = await tower.login("lead", "demo-lead-tower");
  const body = { assignee: "Bo", ifVersion: 7 };
  const key = { "idempotency-key": "k-3" };
  const url = "/api/v1/orders/SO-1/actions/assign?site=BER1";
  const [first, same, other] = await Promise.all([
    act("assign", body, key),
    act("assign", body, key),
    post(url, { assignee: "Mia", ifVersion: 7 }, { cookie: lead }),
  ]);
  expect([first.status, same.status]).toEqual([200, 200]);
  expect(other).toMatchObject({ status: 409, body: { code: "CT_ERR_CONFLICT", version: 7 } });
  expect(tower.taken).toHaveLength(1);
});

test("whoever decides second is told who was first, once that is applied", async () => {
  const lead = await tower.login("lead", "demo-lead-tower");
  const { append } = tower.app.inbox;
  tower.app.inbox.append = (site, entries) => {
    setTimeout(() => store("SO-1", [anOrderReceived("9:00"), assigned("Bo")], 8), 300);
    return append(site, entries);
  };
  const url = "/api/v1/orders/SO-1/actions/assign?site=BER1";
  const [, second] = await Promise.all([
    act("assign", { assignee: "Bo", ifVersion: 7 }),
    post(url, { assignee: "Ida", ifVersion: 7 }, { cookie: lead }),
  ]);
  expect(second).toMatchObject({ status: 409, body: { owner: "Bo", version: 8 } });
});

test("taking back the receipt of an order is done although the order then waits for another", async () => {
  const { append } = tower.app.inbox;
  tower.app.inbox.append = (site, entries) => {
    store("SO-1", [{ ...anOrderReceived("9:00"), type: "note.added", data: { text: "x" } }], 8);
    return append(site, entries);
  };
  const of = { source: "shop/test", id: "1" };
  const { status, body } = await act("correct", { of, reason: "did_not_occur" });
  expect(status).toBe(202);
  expect(body).toEqual({ event: tower.taken[0]?.event.id, position: expect.any(String) });
});

test("an action that came too late says what it did instead", async () => {
  const headers = { "idempotency-key": "once" };
  const { body: first } = await act("cancel", {}, headers);
  expect(first).not.toHaveProperty("effect");
  const of = { source: "ui/coordinator" };
  const cancelled = anEvent("order.cancelled", "9:30", {}, { ...of, id: first.event });
  store("SO-1", [
    anOrderReceived("9:00", {}, { id: "1" }),
    anEvent("parcel.handed_over", "9:20", { carrier: "DHL" }),
    cancelled,
  ]);
  const { status, body } = await act("cancel", {}, headers);
  expect(status).toBe(200);
  expect(body).toMatchObject({ stage: "handed_over", effect: "impossible" });
  expect(body.reason).toContain("an intercept is requested");
});

test("of many, each says what it did", async () => {
  const told = [
    { effect: "duplicate" as const, reason: "was expedited already" },
    { effect: "applied" as const, reason: "expedited" },
  ];
  tower.app.inbox.fate = async (site, source, id) => {
    const did = told[tower.taken.findIndex(({ event }) => event.id === id)] ?? {};
    return { site, source, id, ...did, state: "applied", position: "1-0", recordedAt: "" };
  };
  const body = { ids: ["SO-1", "SO-2"] };
  const { body: answer } = await post("/api/v1/orders/actions/expedite?site=BER1", body);
  expect(answer.items).toMatchObject([
    { id: "SO-1", status: 200, ...told[0] },
    { id: "SO-2", status: 200, ...told[1] },
  ]);
});

const MANY = "/api/v1/orders/actions/note?site=BER1";
const takeBack = (event: unknown) => post(`/api/v1/actions/${String(event)}/undo?site=BER1`);
/** What the audit says was done to orders, and to which. */
const audited = () =>
  tower.audit
    .entries()
    .filter(({ what }) => what.startsWith("order."))
    .map(({ what, subject }) => `${what} ${subject}`);

test("the same key for other orders is another call: what each answer names takes back its own", async () => {
  const key = { "idempotency-key": "k-5" };
  const first = await post(MANY, { ids: ["SO-1"], text: "x" }, key);
  const other = await post(MANY, { ids: ["SO-2"], text: "x" }, key);
  expect(other.body.event).not.toBe(first.body.event);
  expect((await takeBack(first.body.event)).body).toMatchObject({ orders: 1 });
  expect(tower.taken.at(-1)?.event).toMatchObject({
    orderId: "SO-1",
    data: { of: { id: first.body.items[0].event } },
  });
});

test("what is sent again under its key is written down once, and can be taken back no longer for it", async () => {
  const key = { "idempotency-key": "k-6" };
  await act("note", { text: "x" }, key);
  await act("note", { text: "x" }, key);
  const { body } = await post(MANY, { ids: ["SO-1", "SO-2"], text: "y" }, key);
  expect(body.items).toMatchObject([{ status: 422 }, { status: 200 }]);
  vi.setSystemTime(Date.now() + 61_000);
  await post(MANY, { ids: ["SO-2", "SO-1"], text: "y" }, key);
  expect(audited()).toEqual(["order.note SO-1", "order.note SO-2"]);
  expect((await takeBack(body.event)).body.code).toBe("CT_ERR_UNDONE_TOO_LATE");
  expect(audited()).toHaveLength(2);
});

test("taken back twice it is written down once", async () => {
  const { body } = await post(MANY, { ids: ["SO-1", "SO-2"], text: "x" });
  await takeBack(body.event);
  expect((await takeBack(body.event)).status).toBe(200);
  expect(audited().slice(2)).toEqual(["order.undo SO-1", "order.undo SO-2"]);
});

/** From now on the worker makes dead letters of what is taken: this order is full. */
function fullOrder(id: string) {
  const { fate } = tower.app.inbox;
  tower.app.inbox.fate = async (...of) => {
    const known = await fate(...of);
    if (known === null || known.orderId !== id) return known;
    const code = "CT_ERR_ORDER_TOO_LARGE";
    return { ...known, state: "dead-letter", deadLetter: "dl-1", code, reason: `${code}: 1000` };
  };
}

test("an action that its order could not take is not told as done", async () => {
  fullOrder("SO-1");
  expect(await act("hold", { code: "HOLD_FRAUD" })).toMatchObject({
    status: 422,
    body: { code: "CT_ERR_ORDER_TOO_LARGE", retryable: false },
  });
  expect(audited()).toEqual(["order.hold SO-1", "order.hold-failed SO-1"]);
});

test("of many, those whose order could not take it are told apart", async () => {
  fullOrder("SO-2");
  const { body } = await post(MANY, { ids: ["SO-1", "SO-2"], text: "x" });
  expect(body.items).toMatchObject([
    { id: "SO-1", status: 200 },
    { id: "SO-2", status: 422, problem: { code: "CT_ERR_ORDER_TOO_LARGE" } },
  ]);
  expect(audited().toSorted()).toEqual([
    "order.note SO-1",
    "order.note SO-2",
    "order.note-failed SO-2",
  ]);
});
