import { afterAll, beforeAll, expect, test } from "vitest";
import { BEARER } from "../fake-app.ts";
import { createWorld, type World } from "../matrix/world.ts";

let world: World;
let headers: Record<string, string>;
beforeAll(async () => {
  world = await createWorld();
  const made = await world.app.inject({
    method: "POST",
    url: "/api/v1/keys",
    headers: BEARER,
    payload: {
      name: "WMS",
      scopes: ["events:write", "events:read"],
      sites: ["BER1"],
      sources: ["wms/", "carrier/dhl"],
    },
  });
  headers = { authorization: `Bearer ${made.json().secret}` };
});
afterAll(() => world.app.close());

const event = (source: string, id = source) => ({
  id,
  source,
  type: "note.added",
  orderId: "SO-TWIN",
  occurredAt: "2026-02-11T09:14:03+01:00",
  data: { text: "x" },
});

const post = (payload: object, query = "", more: Record<string, string> = {}) =>
  world.app.inject({
    method: "POST",
    url: `/api/v1/events${query}`,
    headers: { ...headers, ...more },
    payload,
  });

test("an event whose source is outside the key's is named with its source, and nothing is taken", async () => {
  const before = world.tower.taken.length;
  const answer = await post([event("wms/ber1"), event("shop/1"), event("carrier/dhl-2")]);
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({
    code: "CT_ERR_UNKNOWN_SOURCE",
    errors: [{ index: 1, path: "/source", code: "CT_ERR_UNKNOWN_SOURCE", id: "shop/1" }],
  });
  expect(world.tower.taken).toHaveLength(before);
});

test("with partial=true the others are taken", async () => {
  const answer = await post([event("wms/ber1", "p-1"), event("shop/1", "p-2")], "?partial=true");
  expect(answer.statusCode).toBe(207);
  expect(answer.json()).toMatchObject({ accepted: 1, errors: [{ index: 1, path: "/source" }] });
});

test.each(["wms", "Wms/ber1", " wms/ber1", "carrier/dh", "xwms/ber1", "ui/wms/"])(
  "%j is outside",
  async (source) => {
    expect((await post([event(source)])).statusCode).toBe(422);
  },
);

test("CloudEvents are held to it too", async () => {
  const type = { "content-type": "application/cloudevents+json" };
  const { orderId: subject, occurredAt: time, ...rest } = event("shop/1", "ce-1");
  const cloud = { specversion: "1.0", ...rest, subject, time };
  const answer = await post(cloud, "", type);
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors[0]).toMatchObject({ path: "/source" });
  expect((await post({ ...cloud, source: "wms/1" }, "", type)).statusCode).toBe(202);
});

test("what a key may not send for it may not ask about", async () => {
  const ask = (key: Record<string, string>) =>
    world.app.inject({ url: "/api/v1/events/shop%2F9/e-9", headers: key });
  await world.app.inject({
    method: "POST",
    url: "/api/v1/events",
    headers: BEARER,
    payload: { ...event("shop/9", "e-9"), site: "BER1" },
  });
  expect((await ask(BEARER)).statusCode).toBe(200);
  expect((await ask(headers)).statusCode).toBe(404);
});
