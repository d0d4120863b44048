/** All orders of an incident at once: decided on the incident as it was read. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { aRow } from "../../support/board-rows.ts";
import { anIncident } from "../../support/incidents.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
let cookie: string;
beforeEach(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [aRow({ id: "SO-1" })], 7, [
    anIncident({ id: "INC-1", v: 7, orders: ["SO-1"] }),
  ]);
  cookie = await tower.login("coordinator", "demo-coordinator-tower");
});
afterEach(() => tower.app.close());

async function hold(body: object, headers: Record<string, string> = {}) {
  const answer = await tower.app.inject({
    method: "POST",
    url: "/api/v1/incidents/INC-1/orders/hold?site=BER1",
    payload: { code: "HOLD_FRAUD", ...body },
    headers: { cookie, ...headers },
  });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}

test("who decided on a version that is no more is told, and nothing is done", async () => {
  expect(await hold({ ifVersion: 6 })).toMatchObject({
    status: 409,
    body: { code: "CT_ERR_CONFLICT", version: 7 },
  });
  expect(tower.taken).toEqual([]);
  expect(tower.audit.entries().filter(({ what }) => what.startsWith("incident."))).toEqual([]);
});

test("on the version that is, it is done; the same once more is not refused for what it did itself", async () => {
  const key = { "idempotency-key": "once" };
  expect(await hold({ ifVersion: 7 }, key)).toMatchObject({ status: 200, body: { orders: 1 } });
  tower.fill("BER1", [aRow({ id: "SO-1" })], 9, [
    anIncident({ id: "INC-1", v: 9, orders: ["SO-1"] }),
  ]);
  expect(await hold({ ifVersion: 7 }, key)).toMatchObject({ status: 200 });
});

test("each is taken only with the record of all of them, which says the version it was decided on and stands before them", async () => {
  await hold({ ifVersion: 7 });
  const [record, ...events] = tower.taken;
  expect(record?.event).toMatchObject({ type: "incident.played", data: { ifVersion: 7 } });
  expect(events).toMatchObject([
    {
      event: { type: "hold.placed", orderId: "SO-1" },
      onlyWith: { incident: "INC-1", event: record?.event.id },
    },
  ]);
});

test("who was too late when it was applied is told, and has nothing to take back", async () => {
  tower.applies.soon = true;
  const { fate } = tower.app.inbox;
  tower.app.inbox.fate = async (site, source, id) => {
    const known = await fate(site, source, id);
    return known && { ...known, state: "refused", code: "CT_ERR_CONFLICT", reason: "too late" };
  };
  const key = { "idempotency-key": "late" };
  expect(await hold({ ifVersion: 7 }, key)).toMatchObject({
    status: 409,
    body: { code: "CT_ERR_CONFLICT", version: 7, detail: "too late" },
  });
  const { length } = tower.taken;
  const url = `/api/v1/actions/${tower.taken[0]?.event.id}/undo?site=BER1`;
  const undo = await tower.app.inject({ method: "POST", url, headers: { cookie } });
  expect([undo.statusCode, tower.taken.length]).toEqual([404, length]);
});
