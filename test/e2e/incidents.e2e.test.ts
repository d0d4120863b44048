/** Incidents as people meet them over the interface of a real tower: opened, claimed by two at once, given away, shelved, resolved, taken back; on sockets for each audience. */
import { io, type Socket } from "socket.io-client";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IncidentDetail } from "../../domain/contract/incidents.ts";
import type { IncidentChanged } from "../../domain/contract/realtime.ts";
import { DEMO_USERS } from "../../domain/permissions.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const run = promisify(execFile);
const SITE = "BER1";
const HOUR = 3_600_000;
let tower: Tower;
const cookies = new Map<string, string>();

type Answer = { status: number; body: Record<string, unknown> & Partial<IncidentDetail> };

async function as(who: string, method: string, path: string, body?: object, headers = {}) {
  const response = await fetch(`${tower.url}/api/v1${path}`, {
    method,
    headers: {
      cookie: cookies.get(who) ?? "",
      origin: tower.url,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) } as Answer;
}
const on = (id: string, name: string) => `/incidents/${id}/${name}?site=${SITE}`;

async function login({ name, password }: { name: string; password: string }): Promise<void> {
  const response = await fetch(`${tower.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: tower.url },
    body: JSON.stringify({ name, password }),
  });
  cookies.set(name, String(response.headers.get("set-cookie")).split(";")[0] ?? "");
}

const received = (id: string) => ({
  id: `rec-${id}`,
  source: "shop/test",
  type: "order.received",
  site: SITE,
  orderId: id,
  occurredAt: new Date(Date.now() - HOUR).toISOString(),
  data: {
    customerOrder: id,
    channel: "shop",
    service: "standard",
    placedAt: new Date(Date.now() - HOUR).toISOString(),
    shipTo: { country: "DE" },
    lines: [{ line: 1, sku: "SKU-1", quantity: 1 }],
  },
});

async function until(isSo: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`it did not come true: ${String(isSo)}`);
    await sleep(50);
  }
}

function watch(who: string, view: string) {
  const seen: IncidentChanged[] = [];
  const presence: { incidentId?: string; who: string[] }[] = [];
  const socket: Socket = io(tower.url, {
    transports: ["websocket"],
    extraHeaders: { cookie: cookies.get(who) ?? "", origin: tower.url },
    forceNew: true,
  });
  socket.on("incident:changed", (change: IncidentChanged) => seen.push(change));
  socket.on("presence:changed", (change) => presence.push(change));
  const opened = socket.timeout(20_000).emitWithAck("board:open", { site: SITE, view });
  return { socket, seen, presence, opened };
}

async function open(title: string, orders: string[], who = "coordinator"): Promise<string> {
  const { status, body } = await as(who, "POST", `/incidents?site=${SITE}`, { title, orders });
  expect(status).toBe(200);
  return String(body.id);
}

describe.skipIf(redisMissing)("incidents on a real tower", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1", CT_FORECAST: "0" }, appendfsync: "no" });
    for (const user of DEMO_USERS) await login(user);
    await tower.post(["SO-1", "SO-2", "SO-3"].map(received));
    await until(async () => {
      const { body } = await as("viewer", "GET", `/orders?site=${SITE}`);
      return (body as unknown as { items: unknown[] }).items.length === 3;
    });
  });
  afterAll(() => tower.stop());

  test("one that a person opened is there at once, on every screen, for each as they may", async () => {
    const full = watch("associate", "board");
    const reduced = watch("viewer", "wall");
    await Promise.all([full.opened, reduced.opened]);
    const id = await open("Smoke at packing 3, says Ana", ["SO-1", "SO-2"]);
    await until(() => full.seen.length > 0 && reduced.seen.length > 0);
    expect(full.seen[0]?.incident).toMatchObject({
      id,
      title: "Smoke at packing 3, says Ana",
      openedBy: "coordinator",
    });
    expect(reduced.seen[0]?.incident).toMatchObject({ id, title: "Opened by a person" });
    expect(JSON.stringify(reduced.seen)).not.toMatch(/coordinator|Ana/);
    // who looks at it is told to those who work with it
    full.socket.emit("presence:look", { incidentId: id });
    await until(() => full.presence.some((one) => one.incidentId === id));
    expect(full.presence.at(-1)).toMatchObject({ incidentId: id, who: ["associate"] });
    expect(reduced.presence).toEqual([]);
    full.socket.disconnect();
    reduced.socket.disconnect();
    const { body } = await as("coordinator", "GET", `/incidents/${id}?site=${SITE}`);
    expect(body.members?.map((member) => member.id).toSorted()).toEqual(["SO-1", "SO-2"]);
    expect(body.timeline?.[0]).toMatchObject({ what: "opened", by: "coordinator" });
  });

  test("of ten who claim at the same moment one owns it, and nine are told who and until when", async () => {
    const id = await open("Belt 2 stands", ["SO-1"]);
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, at) => {
        const who = at % 2 === 0 ? "coordinator" : "lead";
        return as(who, "POST", on(id, "acknowledge"), { comment: `claim ${at}` });
      }),
    );
    const { body } = await as("lead", "GET", `/incidents/${id}?site=${SITE}`);
    const owner = body.owner;
    expect(body.state).toBe("acknowledged");
    // who owns it may say so again; the other is refused each time
    const refused = claims.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(5);
    for (const { body: problem } of refused)
      expect(problem).toMatchObject({
        code: "CT_ERR_CONFLICT",
        owner,
        // who owns it says so again with each of their claims, each a little later
        ackUntil: expect.stringContaining(String(body.ackUntil).slice(0, 16)) as string,
      });
    const other = owner === "lead" ? "coordinator" : "lead";
    const taken = await as(other, "POST", on(id, "acknowledge"), { force: true });
    expect([taken.status, taken.body.owner]).toEqual([200, other]);
    expect(taken.body.timeline?.at(-1)?.words).toContain(`taken from ${String(owner)}`);
  });

  test("an action that decided on an old version is refused with who has it now", async () => {
    const id = await open("Label printer 4", ["SO-2"]);
    const before = (await as("lead", "GET", `/incidents/${id}?site=${SITE}`)).body;
    await as("lead", "POST", on(id, "acknowledge"));
    const late = await as("coordinator", "POST", on(id, "resolve"), {
      code: "printer",
      ifVersion: before.v,
    });
    expect([late.status, late.body["code"], late.body.owner]).toEqual([
      409,
      "CT_ERR_CONFLICT",
      "lead",
    ]);
    expect(late.body["version"]).toBeGreaterThan(Number(before.v));
  });

  test("the same Idempotency-Key does it once, another body under it is refused", async () => {
    const id = await open("Scanner 7", ["SO-2"]);
    const key = { "idempotency-key": "once" };
    const say = (text: string) => as("associate", "POST", on(id, "comment"), { text }, key);
    const [first, again, other] = [await say("hello"), await say("hello"), await say("bye")];
    expect([first.status, again.status, other.status]).toEqual([200, 200, 422]);
    const { body } = await as("lead", "GET", `/incidents/${id}?site=${SITE}`);
    expect(body.timeline?.filter(({ what }) => what === "comment")).toHaveLength(1);
  });

  test("an associate comments and records, and owns nothing", async () => {
    const id = await open("Wet floor", []);
    expect((await as("associate", "POST", on(id, "play"), { step: "call" })).status).toBe(200);
    expect((await as("associate", "POST", on(id, "acknowledge"))).status).toBe(403);
    expect((await as("viewer", "POST", on(id, "comment"), { text: "x" })).status).toBe(403);
  });

  test("a coordinator's shelf ends with the next shift; the refusal names the field or the reason", async () => {
    const id = await open("Supplier answers tomorrow", []);
    const shelve = (who: string, until: number) =>
      as(who, "POST", on(id, "shelve"), {
        reason: "supplier answers",
        until: new Date(until).toISOString(),
      });
    const past = await shelve("lead", Date.now() - HOUR);
    expect([past.status, past.body["code"]]).toEqual([422, "CT_ERR_INVALID"]);
    expect(past.body["errors"]).toMatchObject([{ path: "/until" }]);
    const far = await shelve("coordinator", Date.now() + 20 * 24 * HOUR);
    expect([far.status, far.body["code"]]).toEqual([403, "CT_ERR_FORBIDDEN"]);
    const done = await shelve("lead", Date.now() + 20 * 24 * HOUR);
    expect([done.status, done.body.state]).toEqual([200, "shelved"]);
    expect((await as("lead", "POST", on(id, "unshelve"))).body.state).toBe("open");
  });

  test("what was done can be taken back for a minute, by who did it", async () => {
    const id = await open("Mis-sort", ["SO-3"]);
    const done = await as("coordinator", "POST", on(id, "resolve"), { code: "other" });
    expect(done.body.state).toBe("resolved");
    const path = `/actions/${String(done.body["event"])}/undo?site=${SITE}`;
    expect((await as("lead", "POST", path)).status).toBe(404);
    const undone = await as("coordinator", "POST", path);
    expect([undone.status, undone.body.state]).toEqual([200, "open"]);
  });

  test("all orders of an incident are held with one call and let go with one undo", async () => {
    const id = await open("Hold these", ["SO-1", "SO-2", "SO-GONE"]);
    const held = await as("coordinator", "POST", on(id, "orders/hold"), { code: "HOLD_OPERATOR" });
    expect(held).toMatchObject({
      status: 200,
      body: { orders: 2, refused: [{ id: "SO-GONE" }], isApplied: true },
    });
    const holds = async (order: string) =>
      ((await as("lead", "GET", `/orders/${order}?site=${SITE}`)).body["holds"] as object[]).length;
    expect([await holds("SO-1"), await holds("SO-2"), await holds("SO-3")]).toEqual([1, 1, 0]);
    const { body } = await as("lead", "GET", `/incidents/${id}?site=${SITE}`);
    expect(body.played).toMatchObject([{ id: "orders/hold", result: "held 2 orders" }]);
    const path = `/actions/${String(held.body["event"])}/undo?site=${SITE}`;
    expect(await as("coordinator", "POST", path)).toMatchObject({
      status: 200,
      body: { orders: 2, isApplied: true },
    });
    await until(async () => (await holds("SO-1")) + (await holds("SO-2")) === 0);
    const after = await as("lead", "GET", `/incidents/${id}?site=${SITE}`);
    expect(after.body.played).toEqual([]);
  });

  test("many at once are answered one by one", async () => {
    const ids = [await open("One", []), await open("Two", [])];
    await as("lead", "POST", on(ids[1] ?? "", "acknowledge"));
    const { status, body } = await as(
      "coordinator",
      "POST",
      `/incidents/actions/acknowledge?site=${SITE}`,
      { ids: [...ids, "INC-999"], comment: "mine" },
    );
    expect(status).toBe(207);
    const { items } = body as unknown as { items: { id: string; status: number }[] };
    expect(items.map((item) => item.status)).toEqual([200, 409, 404]);
  });

  test("what was resolved is found in the past, and counted when its cause comes again", async () => {
    const id = await open("Over soon", []);
    await as("lead", "POST", on(id, "resolve"), { code: "belt" });
    const { body } = await as("lead", "GET", `/incidents?site=${SITE}&state=resolved`);
    const { items } = body as unknown as { items: { id: string }[] };
    expect(items[0]?.id).toBe(id);
    const again = await as("lead", "POST", on(id, "acknowledge"));
    expect([again.status, again.body["code"]]).toEqual([409, "CT_ERR_INCIDENT_OVER"]);
  });

  test("at the end of a shift ownership moves with the second signature", async () => {
    const [own, stays] = [await open("Mine", []), await open("Stays", [])];
    for (const id of [own, stays]) await as("lead", "POST", on(id, "acknowledge"));
    const report = (await as("lead", "GET", `/handover?site=${SITE}`)).body as { id?: string };
    const path = `/handover/${encodeURIComponent(String(report.id))}`;
    await as("lead", "PUT", `${path}?site=${SITE}`, { stays: [stays], notes: "all calm" });
    const left = await as("lead", "POST", `${path}/sign?site=${SITE}`, { as: "leaving" });
    expect(left.status).toBe(200);
    const came = await as("admin", "POST", `${path}/sign?site=${SITE}`, { as: "coming" });
    expect([came.status, came.body["moved"]]).toEqual([200, expect.arrayContaining([own])]);
    const owner = async (id: string) =>
      (await as("lead", "GET", `/incidents/${id}?site=${SITE}`)).body.owner;
    await until(async () => (await owner(own)) === "admin");
    expect(await owner(stays)).toBe("lead");
  });

  test("an order says what explains it, and why nobody was called", async () => {
    const { body } = await as("viewer", "GET", `/orders/SO-3/escalation?site=${SITE}`);
    expect(body).toMatchObject({ order: "SO-3", site: SITE });
    expect(String(body["words"])).not.toBe("");
    expect(JSON.stringify(body)).not.toMatch(/coordinator|lead/);
  });

  test("the auditor finds nothing missed and nothing doubled", async () => {
    const { body } = await as("lead", "GET", `/escalation-audit?site=${SITE}`);
    expect(body).toMatchObject({ missed: [], doubled: [] });
    const load = (await as("lead", "GET", `/alarm-load?site=${SITE}`)).body as {
      people?: { person: string }[];
    };
    expect(load.people?.map(({ person }) => person).toSorted()).toEqual([
      "admin",
      "coordinator",
      "lead",
    ]);
  });

  test("ct lists incidents, and carries policies out, checks them and takes them in", async () => {
    const ct = async (...args: string[]) => {
      const env = { ...process.env, CT_URL: tower.url, CT_KEY: tower.key };
      const done = run(process.execPath, ["bin/ct.ts", ...args], { env });
      return done.then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
    };
    expect((await ct("incidents", "list", "--site", SITE)).stdout).toMatch(/^INC-\d+ +S\d {2}/);
    const file = join(tower.dataDir, "policies.json");
    expect((await ct("policies", "export", file, "--site", SITE)).code).toBe(0);
    const policies = JSON.parse(readFileSync(file, "utf8"));
    policies.policies.rules = [{ kind: "damage", enabled: false }];
    writeFileSync(file, JSON.stringify(policies));
    const checked = await ct("policies", "check", file, "--site", SITE);
    expect(checked.stdout).toBe("damage is not raised any more\n");
    const taken = await ct("policies", "import", file, "--site", SITE);
    expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining("version 1")]);
    policies.policies.ladders[0].steps[0].targets = [{ to: "duty", schedule: "nobody" }];
    writeFileSync(file, JSON.stringify(policies));
    const wrong = await ct("policies", "import", file, "--site", SITE);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("no duty schedule")]);
  });

  test("everything that was done is in the audit, without what was typed", async () => {
    const { body } = await as("auditor", "GET", `/audit?site=${SITE}&limit=200`);
    const { items } = body as unknown as { items: { what: string; who: string }[] };
    const what = new Set(items.map((item) => item.what));
    for (const one of [
      "incident.open",
      "incident.acknowledge",
      "incident.resolve",
      "incident.comment",
      "incident.shelve",
      "incident.undo",
      "incident.orders-hold",
    ])
      expect(what).toContain(one);
    expect(JSON.stringify(items)).not.toMatch(/supplier answers|Smoke/);
  });
});
