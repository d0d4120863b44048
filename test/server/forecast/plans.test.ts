import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlanView } from "../../../domain/contract/plans.ts";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { aRow } from "../../support/board-rows.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
let lead: string;
beforeAll(async () => {
  tower = await fakeTower();
  lead = await tower.login("lead", "demo-lead-tower");
});
afterAll(() => tower.app.close());

const WEEKDAYS = [1, 2, 3, 4, 5];
const packers = (heads: number) => ({
  process: "pack",
  days: WEEKDAYS,
  from: "06:00",
  to: "14:00",
  heads,
});

async function ask(method: "GET" | "PUT", body?: object, query = "", cookie = lead) {
  const answer = await tower.app.inject({
    method,
    url: `/api/v1/config/plans?site=BER1${query}`,
    headers: { cookie },
    ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json() as PlanView & { errors: unknown[] } };
}
const put = (heads: object[], more: object = {}, query = "") =>
  ask("PUT", { plan: { heads, breaks: [] }, ...more }, query);

test("a site without a plan says so, and for what people can be planned", async () => {
  const { status, body } = await ask("GET");
  expect([status, body]).toMatchObject([
    200,
    { site: "BER1", version: 0, plan: { heads: [] }, history: [], warnings: [] },
  ]);
  expect(body.processes).toContain("pack");
});

test("a dry run says what would change and keeps nothing", async () => {
  const { body } = await put([packers(4)], {}, "&dryRun=true");
  expect(body).toMatchObject({
    version: 0,
    changes: ["Added: 4 people for packing, Mon to Fri 06:00 to 14:00."],
  });
  expect(tower.audit.hashes.get(GLOBAL_KEYS.shiftPlans)?.get("BER1")).toBeUndefined();
  expect((await ask("GET")).body.version).toBe(0);
});

test("a change is kept with its author, its version and its audit entry", async () => {
  const first = await put([packers(4)], { ifVersion: 0 });
  expect(first.body).toMatchObject({ version: 1, history: [{ version: 1, by: "lead" }] });
  const second = await put([packers(5)], { ifVersion: 1 });
  expect(second.body.changes).toEqual([
    "Removed: 4 people for packing, Mon to Fri 06:00 to 14:00.",
    "Added: 5 people for packing, Mon to Fri 06:00 to 14:00.",
  ]);
  expect(second.body.history.map(({ version }) => version)).toEqual([2, 1]);
  expect(tower.audit.entries().at(-1)).toMatchObject({
    who: "lead",
    what: "plan.changed",
    site: "BER1",
    before: { heads: [{ heads: 4 }] },
    after: { heads: [{ heads: 5 }] },
  });
});

test("a plan that was read of one site is not written to another", async () => {
  const { status, body } = await put([packers(9)], { site: "NYC1" });
  expect([status, body.errors]).toMatchObject([422, [{ path: "/site" }]]);
  expect((await ask("GET")).body.version).toBe(2);
});

test("the same plan again is no change", async () => {
  const entries = tower.audit.entries().length;
  expect((await put([packers(5)])).body).toMatchObject({ version: 2, changes: [] });
  expect(tower.audit.entries()).toHaveLength(entries);
});

test("nobody writes over what somebody else changed meanwhile", async () => {
  const { status, body } = await put([packers(9)], { ifVersion: 1 });
  expect([status, body]).toMatchObject([409, { code: "CT_ERR_CONFLICT", version: 2 }]);
});

test("what was read is sent back as it is, and not over another's change", async () => {
  const { body: read } = await ask("GET");
  expect(await ask("PUT", read)).toMatchObject({ status: 200, body: { version: 2, changes: [] } });
  expect((await ask("PUT", { ...read, version: 1 })).status).toBe(409);
});

test("every mistake is named with its place", async () => {
  const bad = { ...packers(4), days: [0], from: "25:00" };
  const { status, body } = await put([bad, { ...packers(-1) }]);
  expect(status).toBe(422);
  expect(body.errors).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: "/plan/heads/0/days/0" }),
      expect.objectContaining({ path: "/plan/heads/0/from" }),
      expect.objectContaining({ path: "/plan/heads/1/heads" }),
    ]),
  );
  const odd = await put([{ ...packers(2), zone: "A" }]);
  expect(odd.body.errors).toMatchObject([{ path: "/plan/heads/0/zone" }]);
});

test("what a plan does not cover is said", async () => {
  tower.fill("BER1", [aRow({ id: "SO-1", zone: "A" }), aRow({ id: "SO-2", zone: "B" })]);
  const picker = { ...packers(3), process: "pick" };
  const whole = await put([picker], {}, "&dryRun=true");
  expect(whole.body.zones).toEqual(["A", "B"]);
  expect(whole.body.warnings[0]).toContain("do not count for them");
  const one = await put([{ ...picker, zone: "A" }], {}, "&dryRun=true");
  expect(one.body.warnings).toEqual(["Nobody is planned for zone B: its rate is learned instead."]);
});

test("a viewer reads the plan without names, and may not change it", async () => {
  const viewer = await tower.login("viewer", "demo-viewer-tower");
  const read = await ask("GET", undefined, "", viewer);
  expect(read.body.history[0]).toEqual({ version: 2, at: expect.any(String) });
  expect((await ask("PUT", { plan: { heads: [] } }, "", viewer)).status).toBe(403);
});
