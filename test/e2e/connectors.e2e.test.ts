/** Signed webhooks on a whole tower: a shop's order and its parcel, told by shop and carrier, up to the board; and the page where they are set up. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  ConnectorKind,
  ConnectorsView,
  HookAnswer,
} from "../../domain/contract/connectors.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { violations } from "../support/desk.ts";
import { signed } from "../support/signed.ts";
import { startTower, type Tower } from "../support/tower.ts";

const SECRETS: Partial<Record<ConnectorKind, string>> = {
  shopify: "a-shop-of-the-test",
  easypost: "a-carrier-of-the-test",
};
let tower: Tower;
beforeAll(async () => {
  tower = await startTower({ env: { CT_FORECAST: "0", CT_DEMO: "1" } });
  await tower.ready();
  const connectors = Object.entries(SECRETS).map(([kind, secret]) => ({ id: kind, kind, secret }));
  const answer = await tower.request("/api/v1/config/connectors?site=BER1", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ connectors }),
  });
  if (!answer.ok) throw new Error(await answer.text());
});
afterAll(() => tower.stop());

type Sent = { status: number; body: HookAnswer & { code?: string }; ms: number };

async function send(kind: ConnectorKind, content: object, more: Record<string, string> = {}) {
  const { headers, body } = signed(kind, SECRETS[kind] ?? "", content, Date.now());
  const from = performance.now();
  const answer = await fetch(`${tower.url}/hooks/${kind}`, {
    method: "POST",
    headers: { ...headers, ...more },
    body: new Uint8Array(body),
  });
  const ms = performance.now() - from;
  return { status: answer.status, body: (await answer.json()) as Sent["body"], ms };
}
const shopify = (topic: string, content: object, more = {}): Promise<Sent> =>
  send("shopify", content, { "x-shopify-topic": topic, ...more });

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const ORDER = {
  id: 5_001,
  name: "#5001",
  created_at: ago(60),
  updated_at: ago(60),
  currency: "EUR",
  shipping_address: {
    name: "Ada Lovelace",
    address1: "Ritterstr. 12",
    city: "Berlin",
    zip: "10969",
    country_code: "DE",
  },
  line_items: [{ id: 1, sku: "MUG-1", quantity: 2, price: "12.50", requires_shipping: true }],
};
const FULFILLMENT = {
  id: 901,
  order_id: ORDER.id,
  status: "success",
  created_at: ago(40),
  updated_at: ago(40),
  tracking_company: "DHL",
  tracking_number: "JJD-5001",
  line_items: [{ id: 1, quantity: 2 }],
};

type Seen = { stage?: string; customerOrder?: string; parcels?: { trackingCode?: string }[] };

async function seen(id: string, isSo: (order: Seen) => boolean): Promise<Seen> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const answer = await tower.request(`/api/v1/orders/${id}?site=BER1`);
    const order = (await answer.json()) as Seen;
    if (isSo(order)) return order;
    if (Date.now() > giveUpAt) throw new Error(`not so after 10 s: ${JSON.stringify(order)}`);
    await sleep(100);
  }
}

test("a shop's order comes to the board, is packed, and goes on when the carrier speaks of its parcel", async () => {
  const first = await shopify("orders/create", ORDER);
  expect(first).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0 } });
  expect(await seen("5001", ({ stage }) => stage === "received")).toMatchObject({
    customerOrder: "#5001",
  });

  // it is retried, and told of again with nothing new
  expect((await shopify("orders/create", ORDER)).body).toMatchObject({ accepted: 0 });
  expect((await shopify("orders/updated", { ...ORDER, updated_at: ago(50) })).body).toMatchObject({
    accepted: 0,
  });

  expect((await shopify("fulfillments/create", FULFILLMENT)).body).toMatchObject({ accepted: 1 });
  const packed = await seen("5001", ({ stage }) => stage === "packed");
  expect(packed.parcels?.map(({ trackingCode }) => trackingCode)).toEqual(["JJD-5001"]);

  const tracker = {
    description: "tracker.updated",
    result: {
      tracking_code: "JJD-5001",
      carrier: "DHL",
      status: "in_transit",
      created_at: ago(40),
      tracking_details: [{ status: "in_transit", datetime: ago(20) }],
    },
  };
  expect((await send("easypost", tracker)).body).toMatchObject({ accepted: 2 });
  await seen("5001", ({ stage }) => stage === "in_transit");
  const delivered = {
    id: 1,
    fulfillment_id: 901,
    order_id: ORDER.id,
    status: "delivered",
    happened_at: ago(5),
  };
  await shopify("fulfillment_events/create", delivered);
  await seen("5001", ({ stage }) => stage === "delivered");
});

test("carrier news of a parcel that nobody knows yet is taken when its order is told", async () => {
  const tracker = {
    description: "tracker.updated",
    result: {
      tracking_code: "JJD-5002",
      carrier: "DHL",
      status: "out_for_delivery",
      created_at: ago(9),
      updated_at: ago(5),
    },
  };
  expect((await send("easypost", tracker)).body.waiting).toMatch("JJD-5002");
  const order = { ...ORDER, id: 5_002, name: "#5002" };
  const fulfillment = { ...FULFILLMENT, id: 902, order_id: 5_002, tracking_number: "JJD-5002" };
  await shopify("orders/create", { ...order, fulfillments: [fulfillment] });
  await seen("5002", ({ stage }) => stage === "packed");
  // looked for every five seconds
  const giveUpAt = Date.now() + 15_000;
  while ((await seen("5002", () => true)).stage !== "out_for_delivery") {
    expect(Date.now()).toBeLessThan(giveUpAt);
    await sleep(250);
  }
});

test("what is not signed right is refused and leaves nothing behind", async () => {
  const { headers, body } = signed(
    "shopify",
    "another secret",
    { ...ORDER, id: 6_666 },
    Date.now(),
  );
  const tries = [
    headers,
    { "content-type": "application/json" },
    { ...headers, authorization: `Bearer ${tower.key}` },
  ];
  for (const one of tries) {
    const answer = await fetch(`${tower.url}/hooks/shopify`, {
      method: "POST",
      headers: { ...(one as Record<string, string>), "x-shopify-topic": "orders/create" },
      body: new Uint8Array(body),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      401,
      "application/problem+json",
    ]);
  }
  expect((await tower.request("/api/v1/orders/6666?site=BER1")).status).toBe(404);
});

test("it is answered within 200 ms, also twenty at a time", async () => {
  const burst = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      shopify("orders/create", { ...ORDER, id: 7_000 + at, name: `#${7_000 + at}` }),
    ),
  );
  expect(burst.map(({ status }) => status)).toEqual(burst.map(() => 200));
  const alone = await shopify("orders/create", { ...ORDER, id: 7_100, name: "#7100" });
  expect(alone.ms).toBeLessThan(200);
  const { connectors } = (await (
    await tower.request("/api/v1/config/connectors?site=BER1")
  ).json()) as ConnectorsView;
  expect(connectors[0]?.activity).toMatchObject({ outcome: "accepted", topic: "orders/create" });
  expect(connectors[0]?.activity?.counts["unsigned"]).toBe(3);
});

describe.skipIf(browserMissing)("the page of connectors", () => {
  async function look(
    person: string,
    browser: Browser,
    colorScheme: "light" | "dark",
  ): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
    const login = { name: person, password: `demo-${person}-tower` };
    await page.request.post(`${tower.url}/api/v1/session`, { data: login });
    await page.goto(`${tower.url}/settings/connectors`);
    return page;
  }

  test("one is made, gets a second secret, is switched off and deleted; axe finds nothing in either theme", async () => {
    await using browser = await openBrowser();
    const page = await look("admin", browser, "light");
    await page.getByRole("heading", { name: "Connectors of BER1" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "not signed right" }).first().waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "Make a connector" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Who delivers").selectOption("woocommerce");
    await dialog.getByLabel("Id, as its events name it").fill("second-shop");
    await dialog.getByLabel("Secret").fill("a secret of the page");
    await dialog.getByLabel("Shipping method = service level").fill("Express = never");
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Make the connector" }).click();
    await dialog.getByText("must be a service level of this site, not never").waitFor();
    await dialog.getByLabel("Shipping method = service level").fill("");
    await dialog.getByRole("button", { name: "Make the connector" }).click();

    const row = page.getByRole("listitem").filter({ hasText: "second-shop" });
    await row.getByText(`${tower.url}/hooks/woocommerce?site=BER1&id=second-shop`).waitFor();
    await row.getByText("Nothing came yet").waitFor();
    const choose = async (what: string): Promise<void> => {
      await row.getByRole("button", { name: "What to do with second-shop" }).click();
      await page.getByRole("menuitem", { name: what }).click();
    };
    await choose("New secret");
    await dialog.getByLabel("New secret").fill("another secret of the page");
    await dialog.getByRole("button", { name: "Save" }).click();
    await row.getByText("2 secrets").waitFor();
    await choose("End the old secrets now");
    await row.getByText("2 secrets").waitFor({ state: "detached" });
    await choose("Switch off");
    await row.getByText("switched off").waitFor();
    expect(await page.content()).not.toContain("secret of the page");

    const dark = await look("admin", browser, "dark");
    await dark.getByText("second-shop").first().waitFor();
    expect(await violations(dark)).toEqual([]);
    await dark.close();

    await choose("Delete");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await row.waitFor({ state: "detached" });
    await page.close();

    const lead = await look("lead", browser, "light");
    await lead.getByText("Your role does not manage connectors").waitFor();
    expect(await violations(lead)).toEqual([]);
  }, 60_000);
});
