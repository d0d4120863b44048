/** Connectors as they are set up: versions, mistakes, trials, authors, and secrets that nobody reads again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import type { ConnectorsView } from "../../../domain/contract/connectors.ts";
import { NOW, SECRET, shopStand, STANDARD_SECRET, type ShopStand } from "./shop-stand.ts";

let stand: ShopStand;
beforeAll(async () => {
  stand = await shopStand([]);
});
afterAll(() => stand.tower.app.close());
beforeEach(async () => {
  await stand.put({ connectors: [] });
  await stand.put({ connectors: [SHOP] });
});

const SHOP = { id: "berlin", kind: "shopify", name: "Our shop", secret: SECRET };
const read = (): Promise<ConnectorsView> => stand.read();
const placesOf = (answer: { json: () => { errors: { path: string }[] } }): string[] =>
  answer.json().errors.map(({ path }) => path);
const cancel = { id: 1 };

describe("set up", () => {
  test("a connector says where its sender delivers to, and nothing of its secret", async () => {
    const { connectors, site } = await read();
    expect(site).toBe("BER1");
    expect(connectors).toEqual([
      {
        id: "berlin",
        kind: "shopify",
        name: "Our shop",
        enabled: true,
        source: "shopify/berlin",
        path: "/hooks/shopify?site=BER1&id=berlin",
        options: {},
        secrets: [{ id: expect.any(String), createdAt: new Date(NOW).toISOString(), endsAt: null }],
        activity: null,
      },
    ]);
    const everything = [
      JSON.stringify(await read()),
      stand.tower.audit.hashes.get(GLOBAL_KEYS.connectors)?.get("BER1") ?? "",
      JSON.stringify(stand.tower.audit.entries()),
    ];
    for (const text of everything) expect(text).not.toContain(SECRET);
  });

  test("what GET answers may be sent back, and changes nothing", async () => {
    const before = await read();
    const { version } = (await stand.put(before)).json<ConnectorsView>();
    expect(version).toBe(before.version);
    expect(await read()).toEqual(before);
  });

  test("a change is a version with its author, and audited in words", async () => {
    const before = await read();
    const wish = { id: "berlin", kind: "shopify", options: { channel: "web" } };
    const after = (
      await stand.put({ version: before.version, connectors: [wish] })
    ).json<ConnectorsView>();
    expect(after.version).toBe(before.version + 1);
    expect(after.changes).toEqual([
      "another name for berlin (shopify)",
      "other options for berlin (shopify)",
    ]);
    expect(after.history[0]).toMatchObject({
      version: after.version,
      by: "bootstrap",
      words: after.changes,
    });
    expect(stand.tower.audit.entries().at(-1)).toMatchObject({
      what: "connectors.changed",
      site: "BER1",
      before: { version: before.version },
      after: { version: after.version, changes: after.changes },
    });
    const late = await stand.put({ ifVersion: before.version, connectors: [] });
    expect([late.statusCode, late.json().code, late.json().version]).toEqual([
      409,
      "CT_ERR_CONFLICT",
      after.version,
    ]);
  });

  test("a trial tells what would change and writes nothing", async () => {
    const before = await read();
    const answer = await stand.put({ connectors: [] }, "site=BER1&dryRun=true");
    expect(answer.json()).toMatchObject({
      dryRun: true,
      version: before.version,
      connectors: [],
      changes: ["removed berlin (shopify)"],
    });
    expect(await read()).toEqual(before);
  });

  test("every mistake is named with its place", async () => {
    const answer = await stand.put({
      site: "NYC1",
      connectors: [
        { id: "a", kind: "shopify" },
        { id: "a", kind: "easypost", secret: SECRET, options: { shop: "x", carrier: "nobody" } },
        { id: "b", kind: "standard", secret: "whsec_no" },
        {
          id: "c",
          kind: "woocommerce",
          secret: SECRET,
          source: "ui/me",
          options: { services: { "x/y": "never" } },
        },
        { id: "berlin", kind: "shopify", secrets: [{ id: "none" }] },
      ],
    });
    expect(answer.statusCode).toBe(422);
    expect(placesOf(answer).toSorted()).toEqual([
      "/connectors/0/secret",
      "/connectors/1/id",
      "/connectors/1/options/carrier",
      "/connectors/1/options/shop",
      "/connectors/2/secret",
      "/connectors/3/options/services/x~1y",
      "/connectors/3/source",
      "/connectors/4/secrets/0/id",
      "/site",
    ]);
    const shape = await stand.put({ connectors: [{ id: "a b", kind: "magento", secret: "x" }] });
    expect([shape.statusCode, placesOf(shape).includes("/connectors/0/kind")]).toEqual([422, true]);
  });

  test("the body may name the site instead of the address", async () => {
    const { version } = await read();
    const named = await stand.put({ site: "BER1", connectors: [SHOP] }, "");
    expect([named.statusCode, named.json<ConnectorsView>().version]).toEqual([200, version]);
    expect((await stand.put({ connectors: [SHOP] }, "")).json()).toMatchObject({
      code: "CT_ERR_SITE_REQUIRED",
    });
  });

  test("another site has its own", async () => {
    expect((await stand.put({ connectors: [SHOP] }, "site=NYC1")).statusCode).toBe(200);
    expect((await read()).connectors).toHaveLength(1);
    await stand.put({ connectors: [] }, "site=NYC1");
    expect((await stand.put({ connectors: [] }, "site=NOWHERE")).statusCode).toBe(404);
  });
});

describe("secrets", () => {
  const deliver = async (secret: string): Promise<number> => {
    const { signed } = await import("../../support/signed.ts");
    const { headers, body } = signed("shopify", secret, cancel, NOW);
    return (await stand.post("/hooks/shopify", headers, body)).status;
  };
  const wish = (more: object) =>
    stand.put({ connectors: [{ id: "berlin", kind: "shopify", ...more }] });

  test("a new one counts at once and the one before for a day more", async () => {
    await wish({ secret: "the-new-secret" });
    expect([await deliver(SECRET), await deliver("the-new-secret")]).toEqual([200, 200]);
    const { secrets } = (await read()).connectors[0]!;
    expect(secrets.map(({ endsAt }) => endsAt)).toEqual([null, "2026-02-12T09:00:00.000Z"]);
    const now = stand.tower.app.now;
    stand.tower.app.now = () => NOW + 86_400_001;
    expect([await deliver(SECRET), await deliver("the-new-secret")]).toEqual([401, 200]);
    stand.tower.app.now = now;
  });

  test("without one it keeps what it has; the same again is no rotation", async () => {
    await wish({ enabled: true });
    const { version } = await read();
    expect((await wish({ secret: SECRET })).json<ConnectorsView>().version).toBe(version);
    expect(await deliver(SECRET)).toBe(200);
  });

  test("those that are not named any more end at once", async () => {
    await wish({ secret: "the-new-secret" });
    const [fresh] = (await read()).connectors[0]!.secrets;
    await wish({ secrets: [fresh] });
    expect([await deliver(SECRET), await deliver("the-new-secret")]).toEqual([401, 200]);
    await wish({ secrets: ["one-of-two-secrets", "two-of-two-secrets"] });
    expect([await deliver("one-of-two-secrets"), await deliver("two-of-two-secrets")]).toEqual([
      200, 200,
    ]);
  });

  test("of another kind it is another connector", async () => {
    const answer = await stand.put({ connectors: [{ id: "berlin", kind: "woocommerce" }] });
    expect(placesOf(answer)).toEqual(["/connectors/0/secret"]);
  });
});

describe("the door", () => {
  test("nothing is taken without a signature, whoever asks, and nothing of the body is read", async () => {
    const { BEARER } = await import("../fake-app.ts");
    const body = Buffer.from("{ this is no JSON");
    for (const headers of [{}, BEARER, { "x-shopify-hmac-sha256": "AAAA" }]) {
      const sent = await stand.post(
        "/hooks/shopify",
        { "content-type": "application/json", ...headers },
        body,
      );
      expect([sent.status, sent.body.code]).toEqual([401, "CT_ERR_UNAUTHENTICATED"]);
      expect(sent.headers["content-type"]).toBe("application/problem+json");
    }
    expect((await read()).connectors[0]?.activity).toMatchObject({ outcome: "unsigned" });
  });

  test("where nobody listens it is nowhere: another kind, another site, one that is off", async () => {
    const ask = async (url: string): Promise<number> => {
      const { signed } = await import("../../support/signed.ts");
      const { headers, body } = signed("shopify", SECRET, cancel, NOW);
      return (await stand.post(url, headers, body)).status;
    };
    for (const url of [
      "/hooks/magento",
      "/hooks/aftership",
      "/hooks/shopify?site=NYC1",
      "/hooks/shopify?id=other",
    ])
      expect([url, await ask(url)]).toEqual([url, 404]);
    expect(await ask("/hooks/shopify?site=BER1&id=berlin")).toBe(200);
    await stand.put({ connectors: [{ ...SHOP, enabled: false }] });
    expect(await ask("/hooks/shopify")).toBe(404);
  });

  test("of two with one secret the shop, the site or the id tells which; else it is refused", async () => {
    const { signed } = await import("../../support/signed.ts");
    const two = (first: object, second: object) =>
      stand.put({
        connectors: [
          { ...SHOP, id: "one", ...first },
          { ...SHOP, id: "two", ...second },
        ],
      });
    const { headers, body } = signed("shopify", SECRET, cancel, NOW);
    const to = async (url: string, more: Record<string, string> = {}) =>
      (await stand.post(url, { ...headers, ...more }, body)).status;
    await two({}, {});
    expect([await to("/hooks/shopify"), await to("/hooks/shopify?id=two")]).toEqual([422, 200]);
    await two(
      { options: { shop: "one.myshopify.com" } },
      { options: { shop: "two.myshopify.com" } },
    );
    expect(await to("/hooks/shopify", { "x-shopify-shop-domain": "two.myshopify.com" })).toBe(200);
    expect(stand.tower.hooks.notes.at(-1)).toMatchObject({ connector: "two" });
    expect(await to("/hooks/shopify", { "x-shopify-shop-domain": "three.myshopify.com" })).toBe(
      401,
    );
  });

  test("a body that is too large is refused, and a store that is away says when to come again", async () => {
    const large = await stand.send("shopify", { text: "x".repeat(6 * 1024 * 1024) });
    expect(large.status).toBe(413);
    const { all } = stand.tower.hooks;
    const { problem } = await import("../../../server/problem.ts");
    stand.tower.hooks.all = () => Promise.reject(problem("CT_ERR_UNAVAILABLE", "away"));
    const away = await stand.send("shopify", cancel);
    stand.tower.hooks.all = all;
    expect([away.status, away.headers["retry-after"]]).toEqual([503, expect.any(String)]);
  });
});

describe("Standard Webhooks", () => {
  const event = (more = {}) => ({
    type: "pick.started",
    orderId: "SO-1",
    occurredAt: "2026-02-11T08:00:00Z",
    ...more,
  });
  beforeEach(() =>
    stand.put({ connectors: [{ id: "wms", kind: "standard", secret: STANDARD_SECRET }] }),
  );

  test("the body is our own events; id and source are the delivery's where they are left out", async () => {
    stand.taken();
    expect((await stand.send("standard", event())).body).toMatchObject({ accepted: 1 });
    const list = [event({ id: "a", source: "wms/hall-2" }), event({ type: "pick.completed" })];
    expect((await stand.send("standard", list)).body).toMatchObject({ accepted: 2 });
    expect(stand.taken().map(({ id, source }) => [id, source])).toEqual([
      ["msg_1", "standard/wms"],
      ["a", "wms/hall-2"],
      ["msg_1/1", "standard/wms"],
    ]);
    expect((await stand.send("standard", list)).body).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  test("what is wrong is named as at the other door, and the site is the connector's", async () => {
    const wrong = await stand.send("standard", event({ type: "pick.begun", site: "NYC1" }));
    expect([wrong.status, wrong.body.code]).toEqual([422, "CT_ERR_UNKNOWN_TYPE"]);
    const foreign = await stand.send("standard", event({ id: "b", site: "NYC1" }));
    expect([foreign.status, foreign.body.code]).toEqual([422, "CT_ERR_UNKNOWN_SITE"]);
  });

  test("it speaks for those sources that it was given", async () => {
    const options = { sources: ["wms/"] };
    await stand.put({ connectors: [{ id: "wms", kind: "standard", options }] });
    expect((await stand.send("standard", event({ id: "c", source: "wms/1" }))).status).toBe(200);
    expect((await stand.send("standard", event({ id: "d" }))).status).toBe(200);
    const foreign = await stand.send("standard", event({ id: "e", source: "carrier/x" }));
    expect([foreign.status, foreign.body.code]).toEqual([422, "CT_ERR_UNKNOWN_SOURCE"]);
  });
});
