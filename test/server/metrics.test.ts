import { afterAll, beforeAll, expect, test } from "vitest";
import { aRow } from "../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

test("what is open is a metric by severity and by stage, of each site", async () => {
  tower.fill("BER1", [
    aRow({ id: "a", sev: "late", stage: "packed" }),
    aRow({ id: "b", sev: "late", stage: "picking" }),
    aRow({ id: "c", sev: "on_time", stage: "packed" }),
  ]);
  tower.fill("NYC1", []);
  const { body } = await tower.app.inject({ url: "/metrics", headers: BEARER });
  for (const line of [
    'ct_orders{site="BER1",severity="late"} 2',
    'ct_orders{site="BER1",severity="on_time"} 1',
    'ct_orders{site="NYC1",severity="late"} 0',
    'ct_stage_orders{site="BER1",stage="packed"} 2',
    'ct_stage_orders{site="BER1",stage="picking"} 1',
    'ct_promises{site="BER1",outcome="shippedLate"} 0',
    'ct_incidents{site="BER1",severity="S1"} 0',
  ])
    expect(body).toContain(line);
});

test("who has one site is told nothing of another, not even that it is there", async () => {
  tower.fill("BER1", [aRow({ id: "a" })]);
  tower.fill("NYC1", [aRow({ id: "b" })]);
  const made = await tower.app.inject({
    method: "POST",
    url: "/api/v1/keys",
    headers: BEARER,
    payload: { name: "monitor of Berlin", scopes: ["metrics:read"], sites: ["BER1"] },
  });
  const { secret } = made.json() as { secret: string };
  const headers = { authorization: `Bearer ${secret}` };
  const { body } = await tower.app.inject({ url: "/metrics", headers });
  expect(body).toContain('ct_open_orders{site="BER1"} 1');
  expect(body).toContain('ct_orders{site="BER1",severity="late"}');
  expect(body).toContain("ct_queue_jobs");
  expect(body).not.toContain("NYC1");
  expect(body.trimEnd().endsWith("# EOF")).toBe(true);
});
