import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAudit } from "../../../server/audit.ts";
import { orderAction } from "../../../server/audit/order-actions.ts";
import { aRow } from "../../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [aRow({ id: "SO-1", owner: "ben", holds: [{ code: "FRAUD" }] })]);
});
afterAll(() => tower.app.close());

const asked = { principal: { name: "ann" }, ip: "10.0.0.7" } as never;
const of = (name: Parameters<typeof orderAction>[2]["name"], body: object) =>
  orderAction(tower.app, asked, {
    site: "BER1",
    orderId: "SO-1",
    name,
    body: body as never,
    event: "act-1",
  });

describe("what an action leaves in the audit log", () => {
  test("names who, what, where, site, order, and the fields before and after", () => {
    expect(of("assign", { assignee: "ann" })).toEqual({
      who: "ann",
      what: "order.assign",
      where: "10.0.0.7",
      site: "BER1",
      subject: "SO-1",
      before: { owner: "ben" },
      after: { owner: "ann", event: "act-1" },
    });
    expect(of("hold", { code: "ADDRESS" })).toMatchObject({
      why: "ADDRESS",
      before: { holds: ["FRAUD"] },
      after: { holds: ["FRAUD", "ADDRESS"] },
    });
    expect(of("release", { code: "FRAUD" })).toMatchObject({ after: { holds: [] } });
    expect(of("cancel", {}).after).toMatchObject({ stage: "cancelled" });
  });

  test("holds no free text, which may name a customer", () => {
    const secret = "Erika Mustermann rang";
    const all = [
      of("note", { text: secret }),
      of("hold", { code: "X", reason: secret }),
      of("release", { code: "X", reason: secret }),
      of("cancel", { reason: secret }),
      of("expedite", { reason: secret }),
    ];
    expect(JSON.stringify(all)).not.toContain("Mustermann");
    expect(all[0]?.after).toEqual({ characters: secret.length, event: "act-1" });
  });
});

test("a dead letter's replay is written down for each letter", async () => {
  const headers = BEARER;
  const url = "/api/v1/dead-letters/replay?site=BER1";
  await tower.app.inject({ method: "POST", url, headers, payload: { ids: ["a", "b"] } });
  const entries = tower.audit.entries().filter(({ what }) => what === "dead-letter.replayed");
  expect(entries.map(({ subject, site }) => [subject, site])).toEqual([
    ["a", "BER1"],
    ["b", "BER1"],
  ]);
});

test("nothing is replayed when the audit log cannot be written", async () => {
  const own = await fakeTower();
  const broken = createAudit({
    ...own.audit.store,
    append: () => Promise.reject(new Error("away")),
  });
  Object.assign(own.app.audit, broken);
  let calls = 0;
  own.app.inbox.replay = async () => {
    calls += 1;
    return { replayed: [], missing: [] };
  };
  const url = "/api/v1/dead-letters/replay?site=BER1";
  const answer = await own.app.inject({
    method: "POST",
    url,
    headers: BEARER,
    payload: { ids: ["a"] },
  });
  expect([answer.statusCode, calls]).toEqual([503, 0]);
  await own.app.close();
});
