/** The live board in a real browser against a real server, worker and Redis: what a scan does to it, and what it says when nothing can be believed. */
import type { Browser, ConsoleMessage, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { receivedEvent, scanEvent, turn, violations } from "../support/desk.ts";
import { startTower, type Tower } from "../support/tower.ts";

let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

async function post(events: object[]): Promise<void> {
  const response = await tower.post(events);
  if (response.status !== 202) throw new Error(await response.text());
}

async function openPage(): Promise<Page> {
  const viewport = { width: 1920, height: 1080 };
  const context = await browser.newContext({ viewport, colorScheme: "light" });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message: ConsoleMessage) => {
    // a refused login and a server that was killed are errors of the network, not of the page
    if (message.type() === "error" && !/Failed to load|WebSocket|ERR_/.test(message.text()))
      complaints.push(message.text());
  });
  return page;
}

async function openAs(user: string, path = "/board?site=BER1"): Promise<Page> {
  const page = await openPage();
  const login = await page.request.post(`${tower.url}/api/v1/session`, {
    data: { name: user, password: `demo-${user}-tower` },
    headers: { origin: tower.url },
  });
  if (!login.ok()) throw new Error(await login.text());
  await page.goto(tower.url + path);
  return page;
}

const rowOf = (page: Page, id: string) => page.locator(`[role=row][data-id="${id}"]`);
/** The picture is believed: live, or live but for sources that this test does not play. */
const believed = (page: Page) =>
  page
    .locator("[data-testid=freshness]:is([data-freshness=live], [data-freshness=blind])")
    .waitFor({ timeout: 20_000 });

describe.skipIf(browserMissing)("the live board", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1" } });
    browser = await openBrowser();
    const orders = Array.from({ length: 40 }, (_, index) =>
      receivedEvent(`SO-${1_000 + index}`, 600 + index, {
        lines: [{ line: 1, sku: index === 3 ? "SKU-RARE" : "SKU-7", quantity: 2 }],
      }),
    );
    await post([
      ...orders,
      receivedEvent("SO-LATE", -30),
      scanEvent("SO-1000", "order.allocated", 60),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const said = complaints.splice(0);
    if (said.length > 0) throw new Error(`the page complained: ${said.join("\n")}`);
  });

  test("an order opens while the server is away, also the first one", async () => {
    const page = await openAs("coordinator");
    await believed(page);
    const fetched = () =>
      page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    await expect
      .poll(fetched, { timeout: 20_000 })
      .toContainEqual(expect.stringContaining("OrderDrawer"));
    await page.context().setOffline(true);
    await rowOf(page, "SO-LATE").click();
    const drawer = page.locator("aside.drawer");
    await drawer.waitFor();
    await expect.poll(() => drawer.innerText()).toMatch(/LATE[\s\S]*ship by/);
  });

  test("asks who is there, offers the demo's users, and goes back to where one wanted to go", async () => {
    const page = await openPage();
    await page.goto(`${tower.url}/board?site=BER1&sev=late`);
    await page.waitForURL(/\/login\?next=/);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Name").fill("coordinator");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: "CT_ERR_UNAUTHENTICATED" }).waitFor();
    await page.getByRole("button", { name: "coordinator" }).click();
    await page.waitForURL(/\/board\?site=BER1&sev=late/);
    await rowOf(page, "SO-LATE").waitFor();
    await expect.poll(() => page.locator("[data-severity=on_time]").count()).toBe(0);
  });

  test("shows a posted scan in its row without a reload, and in the count of its stage", async () => {
    const page = await openAs("admin", "/board?site=BER1&q=SO-1000");
    await page.locator('[role=row][data-id="SO-1000"][data-stage="allocated"]').waitFor();
    await believed(page);
    await page.evaluate(() => ((window as { marked?: boolean }).marked = true));
    const sentAt = Date.now();
    await post([scanEvent("SO-1000", "pick.started", 1)]);
    await page.locator('[role=row][data-id="SO-1000"][data-stage="picking"]').waitFor();
    expect(Date.now() - sentAt).toBeLessThan(5_000);
    await page.locator('button[data-stage="picking"]', { hasText: /Picking\s*1/ }).waitFor();
    expect(await page.evaluate(() => (window as { marked?: boolean }).marked)).toBe(true);
  });

  test("puts what is late first and says so in words, shape and colour", async () => {
    const page = await openAs("admin");
    await rowOf(page, "SO-LATE").waitFor();
    const first = page.locator("[role=row][aria-rowindex='2']");
    await expect.poll(() => first.getAttribute("data-id")).toBe("SO-LATE");
    await expect
      .poll(() => first.getAttribute("aria-label"))
      .toMatch(/^SO-LATE, late, 30 minutes late/);
    await expect.poll(() => first.locator(".chip-late").innerText()).toContain("LATE");
  });

  test("filters, searches and groups by itself, and the address says it", async () => {
    const page = await openAs("admin");
    await rowOf(page, "SO-LATE").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("sku-rare");
    await page.waitForURL(/q=sku-rare/);
    await rowOf(page, "SO-LATE").waitFor({ state: "detached" });
    await expect
      .poll(() => page.locator("[role=row][data-id]").getAttribute("data-id"))
      .toBe("SO-1003");
    await page.getByRole("button", { name: "Clear filter" }).click();
    await page.getByTestId("strip-late").click();
    await page.waitForURL(/sev=late/);
    await expect.poll(() => page.locator("[role=row][data-id]").count()).toBe(1);
    await page.goto(`${tower.url}/board?site=BER1&q=nothing-like-it`);
    await page.getByText("No order matches").waitFor();
  });

  test("is driven by the keyboard alone, and the focus comes back to the row", async () => {
    const page = await openAs("admin");
    await rowOf(page, "SO-LATE").waitFor();
    await page.keyboard.press("j");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-id"));
    await expect.poll(focused).toBe("SO-LATE");
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+J");
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("2 selected").waitFor({ state: "detached" });
    await expect.poll(focused).not.toBe("SO-LATE");
    const second = (await focused()) ?? "";
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("order") === second);
    await page.getByRole("heading", { name: second }).first().waitFor();
    await page.keyboard.press("k");
    await page.waitForURL(/order=SO-LATE/);
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.search.includes("order="));
    await expect.poll(focused).toBe("SO-LATE");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys of this screen" }).waitFor();
  });

  test("keeps the focus on its order when it is scrolled away, and says the order of the rows", async () => {
    const page = await openAs("admin");
    await rowOf(page, "SO-LATE").waitFor();
    await page.keyboard.press("j");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-id"));
    await expect.poll(focused).toBe("SO-LATE");
    await page.locator("[role=grid]").evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
    await page.locator("[role=row][aria-rowindex='42']").waitFor();
    expect(await focused()).toBe("SO-LATE");
    const owned = await page.locator("[role=rowgroup]").evaluate((group) =>
      (group.getAttribute("aria-owns") ?? "").split(" ").map((id) => {
        const row = document.getElementById(id);
        const top = Math.round(row?.getBoundingClientRect().top ?? 0);
        return [Number(row?.getAttribute("aria-rowindex")), top] as const;
      }),
    );
    expect(owned).toHaveLength(await page.locator("[role=row][data-id]").count());
    expect(owned).toEqual(owned.toSorted(([a], [b]) => a - b));
    expect(owned).toEqual(owned.toSorted(([, a], [, b]) => a - b));
    await page.keyboard.press("j");
    await expect.poll(focused).not.toBe("SO-LATE");
    await page.locator("[role=row][aria-rowindex='3']:focus").waitFor();
  });

  test("holds still under the pointer, counts what waits, and takes it when asked", async () => {
    const page = await openAs("admin");
    await rowOf(page, "SO-LATE").hover();
    await post([receivedEvent("SO-LATER", -60)]);
    await page.getByText("1 change waiting").waitFor();
    expect(await rowOf(page, "SO-LATER").count()).toBe(0);
    await page.keyboard.press(".");
    await rowOf(page, "SO-LATER").waitFor();
  });

  test("is not pushed from under the hand by the pill that counts what waits", async () => {
    const page = await openAs("coordinator", "/board?site=BER1&sev=late,at_risk");
    await page.setViewportSize({ width: 1280, height: 800 });
    await believed(page);
    const row = rowOf(page, "SO-LATE");
    const top = async () => (await row.boundingBox())?.y;
    const before = await top();
    await page.keyboard.press(".");
    await page.getByTestId("waiting").waitFor();
    expect(await top()).toBe(before);
  });

  test("has its bars where a person's own colours take the place of ours", async () => {
    const page = await openAs("coordinator");
    await page.emulateMedia({ forcedColors: "active" });
    await believed(page);
    const shades = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((bar) => {
          const shade = (one: Element | null) => one && getComputedStyle(one).backgroundColor;
          return [shade(bar), shade(bar.firstElementChild), shade(document.body)];
        });
    await rowOf(page, "SO-LATE").waitFor();
    for (const bar of [".cells .bg-track", ".order-row .bar"])
      expect(new Set(await shades(bar))).toHaveProperty("size", 3);
  });

  test("has nothing for axe to find, light and dark", async () => {
    const page = await openAs("admin");
    await rowOf(page, "SO-LATE").waitFor();
    expect(await violations(page)).toEqual([]);
    await turn(page, "dark");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: /^Stage:/ }).click();
    await page.getByRole("checkbox", { name: /Picking/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await turn(page, "light");
    expect(await violations(page)).toEqual([]);
  });

  test("shows a viewer no place and no person", async () => {
    const page = await openAs("viewer");
    await rowOf(page, "SO-LATE").waitFor();
    await expect.poll(() => page.getByRole("columnheader", { name: "Owner" }).count()).toBe(0);
    expect(await page.content()).not.toContain("Hamburg");
  });

  test("says how to send the first event where nothing ever came in", async () => {
    const page = await openAs("admin", "/board?site=NYC1");
    await page.getByText("Nothing has come in at NYC1 yet").waitFor();
    await page.getByText("curl").first().waitFor();
  });

  test("is not live within five seconds of a frozen server, and live again after the thaw", async () => {
    const page = await openAs("admin");
    await believed(page);
    await tower.server.kill("SIGSTOP");
    const frozenAt = Date.now();
    await page.getByTestId("not-live").waitFor({ timeout: 15_000 });
    expect(Date.now() - frozenAt).toBeLessThan(7_000);
    await tower.server.kill("SIGCONT");
    await page.getByTestId("not-live").waitFor({ state: "detached", timeout: 20_000 });
    await rowOf(page, "SO-LATE").waitFor();
  });

  test("keeps its rows through a killed server and takes up where it stopped", async () => {
    const page = await openAs("admin", "/board?site=BER1&q=SO-1001");
    await believed(page);
    await rowOf(page, "SO-1001").waitFor();
    await page.evaluate(() => ((window as { marked?: boolean }).marked = true));
    await tower.server.kill("SIGKILL");
    const killedAt = Date.now();
    await page.getByTestId("not-live").waitFor({ timeout: 15_000 });
    expect(Date.now() - killedAt).toBeLessThan(7_000);
    expect(await rowOf(page, "SO-1001").count()).toBe(1);
    tower.server.start();
    await tower.ready();
    await post([scanEvent("SO-1001", "order.allocated", 5)]);
    await page
      .locator('[role=row][data-id="SO-1001"][data-stage="allocated"]')
      .waitFor({ timeout: 20_000 });
    await page.getByTestId("not-live").waitFor({ state: "detached", timeout: 20_000 });
    expect(await page.evaluate(() => (window as { marked?: boolean }).marked)).toBe(true);
  });
});
