import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { WhatIfDone, WhatIfView } from "../../../domain/contract/what-if.ts";
import { anEvent, anOrderReceived } from "../../support/builders.ts";
import { aRow } from "../../support/board-rows.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

/** Wednesday 2026-02-11, 13:00 in Berlin. */
const NOW = Date.UTC(2026, 1, 11, 12);
const HOUR = 3_600_000;
const TRUCK = { id: "A-20260211-1600", at: Date.UTC(2026, 1, 11, 15) };
let tower: FakeTower;
let lead: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  tower = await fakeTower();
  lead = await tower.login("lead", "demo-lead-tower");
});
afterEach(async () => {
  vi.useRealTimers();
  await tower.app.close();
});

const rows = (count: number, held = 0) =>
  Array.from({ length: count }, (_, n) =>
    aRow({
      id: `SO-${n}`,
      stage: "picked",
      stageSince: NOW - HOUR,
      placedAt: NOW - 2 * HOUR + n * 1_000,
      pickup: TRUCK,
      due: TRUCK.at,
      carrier: "A",
      sev: n % 2 === 0 ? "at_risk" : "on_time",
      holds: n < held ? [{ code: "HOLD_FRAUD" }] : [],
    }),
  );

async function ask(changes: object[], cookie = lead) {
  const answer = await tower.app.inject({
    method: "POST",
    url: "/api/v1/what-if?site=BER1",
    headers: { cookie },
    payload: { changes },
  });
  return { status: answer.statusCode, body: answer.json() as WhatIfView & { errors: unknown[] } };
}
const mark = async (id: string, cookie = lead) => {
  const answer = await tower.app.inject({
    method: "POST",
    url: `/api/v1/what-if/${id}/applied?site=BER1`,
    headers: { cookie },
  });
  return { status: answer.statusCode, body: answer.json() as WhatIfDone };
};
const list = async (cookie = lead) => {
  const answer = await tower.app.inject({
    url: "/api/v1/what-if?site=BER1",
    headers: { cookie },
  });
  return answer.json().items as WhatIfDone[];
};

test("a change about orders of which none is here is refused; one that left in between is not", async () => {
  tower.fill("BER1", rows(10, 2));
  const refused = await ask([{ kind: "release", orders: ["nobody"] }]);
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "/changes/0/orders" }] } });
  const { status } = await ask([{ kind: "release", orders: ["SO-0", "nobody"] }]);
  expect(status).toBe(200);
});

test("more people at packing save orders of the truck, at once and without changing anything", async () => {
  tower.fill("BER1", rows(800));
  const { status, body } = await ask([{ kind: "add", process: "pack", people: 10 }]);
  expect([status, body.basis, body.orders]).toEqual([200, "budgets", 800]);
  expect(body.savedCount).toBeGreaterThan(20);
  expect(body.lostCount).toBe(0);
  expect(body.after.expectedMisses).toBeLessThan(body.before.expectedMisses - 20);
  expect(body.before.safe + body.before.savable + body.before.lost).toBe(800);
  expect(body.before.pickups).toMatchObject([{ pickup: TRUCK.id, orders: 800 }]);
  expect(body.words).toMatch(/^Saves \d+ orders: \d+ instead of \d+ misses are expected\.$/);
  expect(body.notes).toEqual(["Not enough history: the rates that the site file states are used."]);
  expect(tower.taken).toEqual([]);
});

test("orders behind a silent source are said to be taken as last seen", async () => {
  const [first, second, ...others] = rows(10).map((row) => aRow(row));
  if (first === undefined || second === undefined) throw new Error("rows");
  const all = [
    { ...first, sev: "unknown" as const },
    { ...second, sev: "unknown" as const },
  ];
  tower.fill("BER1", [...all, ...others]);
  const { body } = await ask([{ kind: "add", process: "pack", people: 1 }]);
  expect(body.notes).toContain(
    "2 orders are blind: taken as last seen, before the source fell silent.",
  );
});

test("a truck that waits, and holds that end, are simulated too", async () => {
  tower.fill("BER1", rows(800, 60));
  const waits = await ask([{ kind: "delayPickup", pickup: TRUCK.id, byMs: 2 * HOUR }]);
  expect(waits.body.savedCount).toBeGreaterThan(10);
  const filter = { pickup: TRUCK.id };
  const freed = await ask([{ kind: "release", filter }]);
  // who is released joins the line: some of the others come too late then
  expect(freed.body.after.expectedMisses).not.toBe(freed.body.before.expectedMisses);
});

test("an upgrade aims at the last truck of the other service that keeps the delivery", async () => {
  const early = TRUCK.at - 3.5 * HOUR;
  const record = { v: 1, policy: 1, sent: [], events: [anOrderReceived(NOW - HOUR)] };
  tower.orders.set("BER1/SO-0", { record, waiting: false, sealed: null, policy: null });
  tower.fill("BER1", [aRow({ ...rows(1)[0], stage: "received", due: early })]);
  const { serviceLevels } = tower.app.sites.get("BER1")?.site ?? { serviceLevels: [] };
  const service = serviceLevels[0]?.id ?? "";
  const { status, body } = await ask([{ kind: "upgrade", orders: ["SO-0"], service }]);
  expect([status, body.saved]).toEqual([200, ["SO-0"]]);
  expect((await ask([{ kind: "upgrade", orders: ["SO-0"], service: "none" }])).body.errors).toEqual(
    [{ index: 0, path: "/changes/0/service", message: "this site has no such service level" }],
  );
});

test("what does not fit is refused with its place", async () => {
  tower.fill("BER1", rows(2));
  expect((await ask([])).status).toBe(422);
  expect((await ask([{ kind: "move", from: "pick", to: "pack", people: 0 }])).status).toBe(422);
  const gone = await ask([{ kind: "delayPickup", pickup: "Z-1", byMs: 900_000 }]);
  expect([gone.status, gone.body.errors]).toMatchObject([422, [{ path: "/changes/0" }]]);
});

test("a viewer may not try, and sees what was done without names", async () => {
  tower.fill("BER1", rows(800));
  const { body } = await ask([{ kind: "add", process: "pack", people: 5 }]);
  expect((await mark(body.id)).body).toMatchObject({ by: "lead", words: body.words });
  const viewer = await tower.login("viewer", "demo-viewer-tower");
  expect((await ask([{ kind: "add", process: "pack", people: 5 }], viewer)).status).toBe(403);
  expect((await mark(body.id, viewer)).status).toBe(403);
  const [seen] = await list(viewer);
  expect(seen).toMatchObject({ id: body.id, changes: ["5 people more for packing"] });
  expect(seen).not.toHaveProperty("by");
});

test("what was done is compared with what came once the last deadline has passed", async () => {
  tower.fill("BER1", rows(800));
  const { body } = await ask([{ kind: "add", process: "pack", people: 5 }]);
  expect(await mark("00000000-0000-4000-8000-000000000000")).toMatchObject({ status: 404 });
  expect((await mark(body.id)).status).toBe(200);
  expect((await mark(body.id)).status).toBe(200);
  const kept = tower.audit.entries().filter(({ what }) => what === "what-if.done");
  expect(kept).toMatchObject([{ who: "lead", site: "BER1", subject: body.id }]);
  const pickups = [{ pickup: TRUCK.id, orders: 800, missed: null, known: null }];
  expect(await list()).toMatchObject([{ pickups }]);
  // of those whose verdict it was to turn, one will make it and one will not
  const [made, missed] = body.saved as [string, string];
  const orders = body.savedCount as number;
  expect(orders).toBeGreaterThan(1);
  const [waiting] = await list();
  expect(waiting).toMatchObject({ saved: { orders, missed: null, known: null } });

  // one stood on the dock in time, one too late, one was cancelled; the others are gone
  const received = anOrderReceived(NOW - HOUR);
  const end = (type: "parcel.staged" | "order.cancelled", at: number) => ({
    record: { v: 2, policy: 1, sent: [], events: [received, anEvent(type, at)] },
    waiting: false,
    sealed: null,
    policy: null,
  });
  tower.orders.set("BER1/SO-1", end("parcel.staged", TRUCK.at - HOUR));
  tower.orders.set("BER1/SO-2", end("parcel.staged", TRUCK.at));
  tower.orders.set("BER1/SO-3", end("order.cancelled", NOW));
  tower.orders.set(`BER1/${made}`, end("parcel.staged", TRUCK.at - HOUR));
  tower.orders.set(`BER1/${missed}`, end("parcel.staged", TRUCK.at));
  vi.setSystemTime(TRUCK.at + HOUR);
  lead = await tower.login("lead", "demo-lead-tower");
  const [came] = await list();
  expect(came?.pickups).toMatchObject([{ missed: 2, known: 4 }]);
  expect(came).toMatchObject({
    saved: { orders, missed: 1, known: 2 },
    lost: { orders: 0, missed: 0, known: 0 },
  });
  // what was counted once stands
  tower.orders.clear();
  expect((await list())[0]).toEqual(came);
});

test("one that was kept before single orders were looked at is read all the same", async () => {
  tower.fill("BER1", rows(800));
  const { body } = await ask([{ kind: "add", process: "pack", people: 5 }]);
  await mark(body.id);
  const kept = tower.audit.hashes.get(GLOBAL_KEYS.whatIfs("BER1"));
  const {
    saved: _saved,
    lost: _lost,
    ...old
  } = JSON.parse(kept?.get(body.id) ?? "{}") as object & {
    saved: unknown;
    lost: unknown;
  };
  kept?.set(body.id, JSON.stringify(old));
  expect((await list())[0]).toMatchObject({ saved: { orders: 0 }, lost: { orders: 0 } });
});

test("only the last twenty that were done are kept", async () => {
  tower.fill("BER1", rows(50));
  for (let n = 0; n < 22; n += 1) {
    vi.setSystemTime(NOW + n * 1_000);
    await mark((await ask([{ kind: "add", process: "pack", people: 1 + n }])).body.id);
  }
  expect(tower.audit.hashes.get(GLOBAL_KEYS.whatIfs("BER1"))?.size).toBe(20);
  expect((await list())[0]?.changes).toEqual(["22 people more for packing"]);
});
