/** Drawer, dead letters and trends in a real browser, against a real server, workers and Redis, under the page's own content security policy. */
import type { Browser, ConsoleMessage, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../domain/contract/keys.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { turn, violations } from "../support/desk.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { startTower, type Tower } from "../support/tower.ts";

const MINUTE = 60_000;

let tower: Tower;
let browser: Browser;
/** what the page complained about; a content security violation is one */
const complaints: string[] = [];

const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();

const received = (orderId: string) => ({
  id: `${orderId}-1`,
  source: "shop/1",
  type: "order.received",
  site: "BER1",
  orderId,
  occurredAt: ago(50),
  data: {
    customerOrder: `C-${orderId}`,
    channel: "web",
    service: "express",
    placedAt: ago(55),
    shipTo: { name: "Ana Muster", city: "Hamburg", postalCode: "20095", country: "DE" },
    lines: [{ line: 1, sku: "SKU-7", quantity: 2, unitPrice: 12.5 }],
  },
});

const scan = (orderId: string, id: string, type: string, minutes: number, data: object = {}) => ({
  id: `${orderId}-${id}`,
  source: "wms/ber1",
  type,
  site: "BER1",
  orderId,
  occurredAt: ago(minutes),
  data,
});

async function post(events: object[]): Promise<void> {
  const response = await tower.post(events);
  expect({ status: response.status, said: await response.text() }).toMatchObject({ status: 202 });
}

async function openAs(user: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const login = await context.request.post(`${tower.url}/api/v1/session`, {
    data: { name: user, password: `demo-${user}-tower` },
    headers: { origin: tower.url },
  });
  expect(login.status()).toBe(200);
  const page = await context.newPage();
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(tower.url + path);
  return page;
}

describe.skipIf(browserMissing)("beside and around the board", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1" } });
    browser = await openBrowser();
    await post([
      received("SO-1"),
      scan("SO-1", "2", "order.allocated", 40),
      scan("SO-1", "3", "pick.started", 30),
      received("SO-2"),
      scan("SO-WAIT", "1", "pick.completed", 10),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
  });

  test("the drawer shows an order, follows it without a reload, and gives the focus back", async () => {
    const page = await openAs("coordinator", "/board?site=BER1");
    const row = page.locator("[role=row]", { hasText: "SO-1" }).first();
    await row.click();
    const drawer = page.locator("aside.drawer");
    await drawer.getByText("Picking, now").waitFor();
    await expect.poll(() => drawer.innerText()).toContain("Ana Muster");
    await post([scan("SO-1", "4", "pick.completed", 1)]);
    await drawer.getByText("Picked, now").waitFor({ timeout: 15_000 });
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await expect
      .poll(() => page.evaluate("document.activeElement.getAttribute('role')"))
      .toBe("row");
    await page.context().close();
  });

  test("an action goes by one key, shows at once, and is undone by another", async () => {
    const page = await openAs("coordinator", "/board?site=BER1&order=SO-1");
    const drawer = page.locator("aside.drawer");
    await drawer.getByText("Picked, now").waitFor();
    await page.keyboard.press("p");
    await page.getByText("SO-1 expedited").waitFor({ timeout: 15_000 });
    const flag = drawer.locator(".chip", { hasText: "Expedited" });
    await flag.waitFor({ timeout: 15_000 });
    await page.keyboard.press("u");
    await page.getByText("SO-1: undone").waitFor({ timeout: 15_000 });
    await flag.waitFor({ state: "detached", timeout: 15_000 });
    await page.keyboard.press("n");
    await page.keyboard.type("customer called");
    await page.keyboard.press("Control+Enter");
    await drawer.getByText("customer called").first().waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  test("a hold and a correction of it pass through the form", async () => {
    const page = await openAs("coordinator", "/orders/SO-2?site=BER1");
    await page.getByRole("button", { name: "Hold", exact: true }).click();
    await page.getByLabel("Reason").selectOption("HOLD_ADDRESS");
    await page.keyboard.press("Enter");
    await page.locator(".chip", { hasText: "Hold address" }).waitFor({ timeout: 15_000 });
    await page.getByText("Events raw").click();
    await page.getByRole("button", { name: /^Correct hold\.placed/ }).click();
    await page.getByRole("button", { name: "Correct", exact: true }).click();
    await page.getByText("× corrected").waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  test.each([
    ["an order whose events wait", "SO-WAIT", "Order SO-WAIT is not known at BER1 yet"],
    ["an order nobody knows", "SO-NO", "No order SO-NO at BER1"],
  ])("says so of %s", async (_, id, words) => {
    const page = await openAs("coordinator", `/orders/${id}?site=BER1`);
    await page.getByText(words).waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  test("a viewer sees no personal fields and no buttons", async () => {
    const page = await openAs("viewer", "/orders/SO-1?site=BER1");
    await page.getByText("hidden for your role").first().waitFor();
    const text = await page.locator("body").innerText();
    expect(text).toContain("Your role may look, not act.");
    expect(text).not.toContain("Ana Muster");
    await page.context().close();
  });

  test("trends draw under the page's own policy, and are a table too", async () => {
    const page = await openAs("coordinator", "/trends?site=BER1");
    await page.locator("canvas").first().waitFor({ timeout: 30_000 });
    await expect.poll(() => page.locator("canvas").count()).toBeGreaterThanOrEqual(3);
    await page.getByRole("button", { name: "Table" }).click();
    await page.getByRole("columnheader", { name: "Backlog" }).waitFor();
    await page.context().close();
  });

  test("dead letters are listed with their cause and sent again", async () => {
    const client = await connectTestClient(tower.redis.socketPath);
    const { orders } = keysOf("BER1");
    await client.hSet(orders, "SO-BROKEN", "no record");
    await post([received("SO-BROKEN")]);
    const page = await openAs("lead", "/dead-letters?site=BER1");
    await page.getByText("CT_ERR_RECORD_UNREADABLE").waitFor({ timeout: 20_000 });
    expect(await violations(page, "#content")).toEqual([]);
    await client.hDel(orders, "SO-BROKEN");
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByText("1 sent again").waitFor({ timeout: 15_000 });
    await page.getByText("No dead letters").waitFor({ timeout: 20_000 });
    client.destroy();
    await page.goto(`${tower.url}/orders/SO-BROKEN?site=BER1`);
    await page.getByText("Received, now").waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  test("axe finds nothing in drawer and trends, light and dark", async () => {
    const page = await openAs("coordinator", "/orders/SO-1?site=BER1");
    const inBoth = async (): Promise<string[]> => {
      const light = await violations(page, "#content");
      await turn(page, "dark");
      const dark = await violations(page, "#content");
      await turn(page, "light");
      return [...light, ...dark];
    };
    await page.getByText("Picked, now").waitFor();
    await page.getByText("Events raw").click();
    expect(await inBoth()).toEqual([]);
    await page.goto(`${tower.url}/trends?site=BER1`);
    await page.locator("canvas").first().waitFor({ timeout: 30_000 });
    expect(await inBoth()).toEqual([]);
    await page.context().close();
  });

  test("the page complained about nothing but the orders that are not there", () => {
    expect(complaints.filter((words) => !words.includes("404"))).toEqual([]);
  });
});
