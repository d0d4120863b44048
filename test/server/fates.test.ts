import { afterEach, beforeEach, expect, test } from "vitest";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
beforeEach(async () => {
  tower = await fakeTower();
  const event = (site: string) => ({
    id: "7",
    source: "wms/one",
    type: "note.added" as const,
    site,
    orderId: "SO-1",
    occurredAt: 1,
    data: { text: site },
  });
  await tower.app.inbox.append("BER1", [{ event: event("BER1"), hash: "b" }]);
  await tower.app.inbox.append("NYC1", [{ event: event("NYC1"), hash: "n" }]);
  await tower.app.inbox.append("NYC1", [{ event: { ...event("NYC1"), id: "8" }, hash: "n" }]);
});
afterEach(() => tower.app.close());

const fate = async (id: string, query = "") => {
  const url = `/api/v1/events/wms%2Fone/${id}${query}`;
  const answer = await tower.app.inject({ method: "GET", url, headers: BEARER });
  return { status: answer.statusCode, body: answer.json() };
};

test("an event that two sites have is that of the site named; without a name the question is open", async () => {
  expect(await fate("7", "?site=BER1")).toMatchObject({ status: 200, body: { site: "BER1" } });
  expect(await fate("7", "?site=NYC1")).toMatchObject({ status: 200, body: { site: "NYC1" } });
  expect(await fate("7")).toMatchObject({
    status: 422,
    body: { code: "CT_ERR_SITE_REQUIRED", errors: [{ path: "/site" }] },
  });
});

test("an event of one site is found without its name, and not at another site", async () => {
  expect(await fate("8")).toMatchObject({ status: 200, body: { site: "NYC1" } });
  expect((await fate("8", "?site=BER1")).status).toBe(404);
  expect((await fate("8", "?site=nowhere")).status).toBe(404);
});
