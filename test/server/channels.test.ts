import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { fakeTower, KEY, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
const bearer = { authorization: `Bearer ${KEY}` };
const post = (url: string, payload: object) =>
  tower.app.inject({ method: "POST", url: `/api/v1${url}`, headers: bearer, payload });
const room = {
  id: "dock",
  name: "Dock",
  site: "BER1",
  kind: "slack",
  to: "https://hooks.example.com/services/T0/B0/secret-part",
};

beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

describe("channels", () => {
  test("are made with an address that nobody is shown again, not even in the audit", async () => {
    const made = await post("/channels", room);
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({ id: "dock", kind: "slack", where: "hooks.example.com" });
    const listed = await tower.app.inject({ url: "/api/v1/channels?site=BER1", headers: bearer });
    expect(listed.json<{ items: object[] }>().items).toHaveLength(1);
    for (const text of [made.body, listed.body, JSON.stringify(tower.audit.entries())])
      expect(text).not.toContain("secret-part");
    expect(tower.audit.hashes.get(GLOBAL_KEYS.channels)?.get("dock")).toContain("sealed");
  });

  test("of an id that is there are refused", async () => {
    expect((await post("/channels", room)).json()).toMatchObject({ code: "CT_ERR_EXISTS" });
  });

  test.each([
    [{ ...room, id: "a", to: "http://127.0.0.1/x" }, "CT_ERR_WEBHOOK_ADDRESS"],
    [{ ...room, id: "b", to: "https://169.254.169.254/latest" }, "CT_ERR_WEBHOOK_ADDRESS"],
    [{ ...room, id: "c", kind: "email" }, "CT_ERR_INVALID"],
    [{ ...room, id: "d", kind: "teams", to: "dock@example.org" }, "CT_ERR_INVALID"],
    [{ ...room, id: "e", site: "XXX" }, "CT_ERR_INVALID"],
    [{ ...room, id: "f", kind: "pigeon" }, "CT_ERR_INVALID"],
  ])("that lead nowhere good are refused with the field: %o", async (wish, code) => {
    const answer = await post("/channels", wish);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code });
  });

  test("are tried with a notice that reaches them alone", async () => {
    const tried = await post("/channels/dock/test", {});
    expect(tried.statusCode).toBe(202);
    expect(tower.channels.told).toHaveLength(1);
    expect(tower.channels.told[0]).toMatchObject({
      site: "BER1",
      entry: { notice: { targets: [{ to: "channel", channel: "dock" }], people: [] } },
    });
  });

  test("end", async () => {
    const gone = await tower.app.inject({
      method: "DELETE",
      url: "/api/v1/channels/dock",
      headers: bearer,
    });
    expect(gone.statusCode).toBe(204);
    expect((await post("/channels/dock/test", {})).statusCode).toBe(404);
  });
});

describe("push", () => {
  const endpoint = "https://push.example.com/send/abc";
  const keys = { p256dh: "B".repeat(87), auth: "a".repeat(22) };
  const ask = async (method: "GET" | "PUT" | "DELETE", payload?: object) =>
    tower.app.inject({
      method,
      url: "/api/v1/account/push",
      headers: { cookie: await tower.login("coordinator", "demo-coordinator-tower") },
      ...(payload !== undefined && { payload }),
    });

  test("gives every browser the same key to subscribe with", async () => {
    const first = (await ask("GET")).json<{ publicKey: string; browsers: number }>();
    expect(first.publicKey).toMatch(/^[A-Za-z0-9_-]{80,}$/);
    expect((await ask("GET")).json()).toEqual(first);
  });

  test("counts a browser once, however often it subscribes, and forgets all of them", async () => {
    expect((await ask("PUT", { endpoint, keys })).json()).toMatchObject({ browsers: 1 });
    expect((await ask("PUT", { endpoint, keys })).json()).toMatchObject({ browsers: 1 });
    expect((await ask("PUT", { endpoint: `${endpoint}d`, keys })).json()).toMatchObject({
      browsers: 2,
    });
    expect((await ask("DELETE")).statusCode).toBe(204);
    expect((await ask("GET")).json()).toMatchObject({ browsers: 0 });
  });

  test("goes to no address inside", async () => {
    const refused = await ask("PUT", { endpoint: "https://10.0.0.5/push", keys });
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toMatchObject({ errors: [{ path: "/endpoint" }] });
  });
});
