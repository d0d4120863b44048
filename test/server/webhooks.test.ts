import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type {
  StoredDelivery,
  WebhookView,
  WebhookWithSecret,
} from "../../domain/contract/webhooks.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower({ CT_WEBHOOK_ALLOW: "http://10.0.0.5:9000" });
});
afterAll(() => tower.app.close());

const ask = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object) =>
  tower.app.inject({
    method,
    url: `/api/v1/webhooks${url}`,
    headers: BEARER,
    ...(payload !== undefined && { payload }),
  });
const WISH = {
  name: "ERP",
  site: "BER1",
  url: "https://receiver.example.com/in?token=s3cret",
  types: ["order.shipped", "order.late"],
};
const make = async (more = {}): Promise<WebhookWithSecret> =>
  (await ask("POST", "", { ...WISH, ...more })).json<WebhookWithSecret>();

describe("webhooks over HTTP", () => {
  test("one is made with a secret that is seen once, kept sealed, and audited without it", async () => {
    const answer = await ask("POST", "", WISH);
    expect(answer.statusCode).toBe(201);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const made = answer.json<WebhookWithSecret>();
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made).toMatchObject({ site: "BER1", state: "active", types: WISH.types });
    const { body } = await ask("GET", `/${made.id}`);
    expect(body).not.toContain(made.secret);
    expect(tower.audit.hashes.get(GLOBAL_KEYS.webhooks)?.get(made.id)).not.toContain(made.secret);
    const entry = tower.audit.entries().at(-1);
    expect(entry).toMatchObject({ what: "webhook.created", site: "BER1", subject: made.id });
    expect(JSON.stringify(entry)).not.toMatch(/whsec_|s3cret|sealed/);
  });

  test("an address inside is refused with its reason, one that is allowed by name is not", async () => {
    for (const url of [
      "https://127.0.0.1/x",
      "http://receiver.example.com/",
      "https://10.0.0.5:9000/",
    ]) {
      const answer = await ask("POST", "", { ...WISH, url });
      expect(answer.statusCode).toBe(422);
      expect(answer.json()).toMatchObject({ code: "CT_ERR_WEBHOOK_ADDRESS" });
    }
    expect((await ask("POST", "", { ...WISH, url: "http://10.0.0.5:9000/in" })).statusCode).toBe(
      201,
    );
    const made = await make();
    const moved = await ask("PATCH", `/${made.id}`, { url: "https://[::1]/" });
    expect(moved.statusCode).toBe(422);
  });

  test("it is renamed, switched off and on, and deleted; each is in the audit", async () => {
    const { id } = await make();
    const off = await ask("PATCH", `/${id}`, { enabled: false, name: "ERP 2" });
    expect(off.json()).toMatchObject({ name: "ERP 2", state: "disabled" });
    expect((await ask("PATCH", `/${id}`, { enabled: true })).json()).toMatchObject({
      state: "active",
    });
    expect((await ask("DELETE", `/${id}`)).statusCode).toBe(204);
    expect((await ask("GET", `/${id}`)).statusCode).toBe(404);
    const told = tower.audit.entries().filter(({ subject }) => subject === id);
    expect(told.map(({ what }) => what)).toEqual([
      "webhook.created",
      "webhook.changed",
      "webhook.changed",
      "webhook.deleted",
    ]);
  });

  test("a receiver that answered 410 is shown as gone until it is switched on again", async () => {
    const { id } = await make();
    tower.webhooks.goneIds[id] = "1";
    expect((await ask("GET", `/${id}`)).json()).toMatchObject({ state: "gone" });
    expect((await ask("PATCH", `/${id}`, { enabled: true })).json()).toMatchObject({
      state: "active",
    });
  });

  test("two secrets sign while a rotation lasts, and never three", async () => {
    const made = await make();
    const renewed = (
      await ask("POST", `/${made.id}/rotate`, { oldForMs: 60_000 })
    ).json<WebhookWithSecret>();
    expect(renewed.secret).not.toBe(made.secret);
    expect(renewed.secrets).toHaveLength(2);
    expect((await ask("POST", `/${made.id}/rotate`)).statusCode).toBe(409);
    const alone = (
      await ask("POST", `/${made.id}/rotate`, { oldForMs: 0 })
    ).json<WebhookWithSecret>();
    expect(alone.secrets).toHaveLength(1);
  });

  test("a trial and a replay go to the outbox, to this one alone", async () => {
    const { id } = await make();
    tower.webhooks.sent.length = 0;
    const tried = await ask("POST", `/${id}/test`);
    expect(tried.statusCode).toBe(202);
    const effect = { id: "e1", type: "order.late", at: 1, orderId: "SO-1", data: { site: "BER1" } };
    const delivery: StoredDelivery = {
      id: "e1",
      effect,
      state: "dead",
      attempts: 10,
      lastAt: 2,
      nextAt: null,
      status: 500,
      durationMs: 3,
    };
    tower.webhooks.kept.set(id, [delivery]);
    const replayed = await ask("POST", `/${id}/deliveries/e1/replay`);
    expect(replayed.json()).toEqual({ effect: "e1" });
    expect(tower.webhooks.sent).toMatchObject([
      { site: "BER1", entry: { only: id, effect: { type: "webhook.test" } } },
      { site: "BER1", entry: { only: id, effect, copy: expect.stringMatching(/^r[0-9a-f]{8}$/) } },
    ]);
    expect((await ask("POST", `/${id}/deliveries/none/replay`)).statusCode).toBe(404);
  });

  test("deliveries are paged, the newest first", async () => {
    const { id } = await make();
    const effect = { id: "e", type: "order.late", at: 1, orderId: "SO-1", data: {} };
    const rest = { state: "delivered", attempts: 1, lastAt: 2, nextAt: null, status: 200 } as const;
    const all = [1, 2, 3].map((n) => ({ id: `d${n}`, effect, ...rest, durationMs: 1 }));
    tower.webhooks.kept.set(id, all);
    const first = (await ask("GET", `/${id}/deliveries?limit=2`)).json<{
      items: { id: string }[];
      next: string;
    }>();
    expect(first.items.map((one) => one.id)).toEqual(["d1", "d2"]);
    const second = (await ask("GET", `/${id}/deliveries?limit=2&cursor=${first.next}`)).json();
    expect(second).toMatchObject({ items: [{ id: "d3" }], next: null });
  });

  test("the list names a site's own, and a foreign site does not exist", async () => {
    await make({ site: "NYC1" });
    const { items } = (await ask("GET", "?site=NYC1")).json<{ items: WebhookView[] }>();
    expect(items.map(({ site }) => site)).toEqual(["NYC1"]);
    expect((await ask("GET", "?site=NOPE")).statusCode).toBe(404);
    expect((await ask("POST", "", { ...WISH, site: "NOPE" })).statusCode).toBe(422);
  });
});
