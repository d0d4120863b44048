/** The analytics in a real browser against a real tower: what was sent in stands on the screen, every number opens its orders, and what takes long can be stopped. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Analytics } from "../../domain/contract/analytics.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { turn, violations } from "../support/desk.ts";
import { redisMissing } from "../support/redis.ts";
import { startTower, type Tower } from "../support/tower.ts";

const HOUR = 3_600_000;
const ORDERS = 40;
/** every tenth left half an hour late */
const LATE = ["SO-0", "SO-10", "SO-20", "SO-30"];

const TOPICS = [
  ["otif", "Did we keep our promises?"],
  ["budgets", "What may still go wrong?"],
  ["delays", "Why were orders late, and what did it cost?"],
  ["cycle-times", "How long does an order take?"],
  ["throughput", "How much goes through, and when?"],
  ["backlog", "What stood in the house, and did it get on its trucks?"],
  ["carriers", "Which carrier keeps its word?"],
  ["quality", "How well was it done?"],
  ["packaging", "What do we send around the goods?"],
  ["alarms", "Did we warn rightly, and early enough?"],
] as const;

function eventsOf(n: number, now: number): object[] {
  const orderId = `SO-${n}`;
  const at = (before: number): string => new Date(now - before).toISOString();
  const event = (type: string, before: number, data: object = {}) => ({
    id: `${orderId}-${type}`,
    source: "wms/1",
    site: "BER1",
    type,
    orderId,
    occurredAt: at(before),
    data,
  });
  const parcel = { parcelId: `P-${n}`, carrier: n % 2 === 0 ? "A" : "B", weightG: 900 };
  const box = { lengthMm: 300, widthMm: 200, heightMm: 150, materialG: 160, fillerG: 20 };
  return [
    event("order.received", 6 * HOUR, {
      customerOrder: `C-${n}`,
      channel: "web",
      service: "standard",
      carrier: n % 2 === 0 ? "A" : "B",
      placedAt: at(6 * HOUR),
      shipBy: at(2 * HOUR),
      deliverBy: at(HOUR),
      shipTo: { city: "Berlin", country: "DE" },
      lines: [{ line: 1, sku: "SKU-1", quantity: 1 }],
    }),
    event("order.allocated", 5.5 * HOUR),
    event("pick.started", 5 * HOUR),
    event("pick.completed", 4 * HOUR),
    event("pack.completed", 3 * HOUR, {
      parcels: [{ ...parcel, box: { ...box, goodsVolumeMl: 4_000 } }],
    }),
    event("parcel.handed_over", LATE.includes(orderId) ? 1.5 * HOUR : 2.5 * HOUR),
    event("parcel.delivered", 1.2 * HOUR),
  ];
}

let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

async function openAt(path: string): Promise<Page> {
  const viewport = { width: 1920, height: 1080 };
  const context = await browser.newContext({
    viewport,
    colorScheme: "light",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${path}: ${error.message}`));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  const login = await page.request.post(`${tower.url}/api/v1/session`, {
    data: { name: "lead", password: "demo-lead-tower" },
    headers: { origin: tower.url },
  });
  if (!login.ok()) throw new Error(await login.text());
  await page.goto(tower.url + path);
  return page;
}

const isWiderThanItsWindow = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

async function saved(page: Page, press: () => Promise<void>): Promise<[string, Buffer]> {
  const waiting = page.waitForEvent("download");
  await press();
  const file: Download = await waiting;
  return [file.suggestedFilename(), readFileSync(await file.path())];
}

/** History follows the log by itself. */
async function untilCopied(): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const answer = await tower.request("/api/v1/analytics/otif?site=BER1&by=none");
    const { total } = (await answer.json()) as Analytics;
    if (total?.["onTimeDelivery"]?.of?.d === ORDERS) return;
    await sleep(100);
  }
  throw new Error("history did not follow within a minute");
}

const tile = (page: Page, key: string) => page.locator(`[data-metric="${key}"]`);

describe.skipIf(browserMissing || redisMissing)("the analytics", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1", CT_FORECAST: "0" } });
    const now = Date.now();
    const events = Array.from({ length: ORDERS }, (_, n) => eventsOf(n, now)).flat();
    const answer = await tower.post(events);
    if (!answer.ok) throw new Error(await answer.text());
    await untilCopied();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
    if (complaints.length > 0) throw new Error(`pages complained: ${complaints.join("\n")}`);
  });

  test("say what was sent in, tell what it means, and open the orders behind it", async () => {
    const page = await openAt("/board?site=BER1");
    await page.getByRole("link", { name: "Analytics" }).click();
    const onTime = tile(page, "onTimeShip");
    await onTime.getByText("36 of 40").waitFor();
    await expect.poll(() => onTime.locator("dd").first().innerText()).toContain("90 %");
    await expect.poll(() => onTime.innerText()).toContain("target 99 %, missed");
    // its name tells what it means, to the keyboard as to the mouse
    await onTime.getByRole("button", { name: "On-time ship" }).focus();
    await page.getByRole("tooltip").getByText("orders that left by their ship-by").waitFor();
    await page.keyboard.press("Escape");

    await onTime.getByRole("link", { name: "4 failed" }).press("Enter");
    await page.getByText("4 orders in all").waitFor();
    expect((await page.locator("tbody th").allInnerTexts()).toSorted()).toEqual(LATE);
    const behind = page.url();
    await page.getByRole("link", { name: "SO-20" }).click();
    await page.getByRole("heading", { name: "SO-20" }).waitFor();
    await page.goBack();
    await page.getByText("4 orders in all").waitFor();
    expect(page.url()).toBe(behind);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByText("40 orders in all").waitFor();
  });

  test("a view is an address: whoever opens it sees the same, table for chart", async () => {
    const page = await openAt("/analytics/otif?site=BER1");
    await tile(page, "onTimeShip").getByText("36 of 40").waitFor();
    await page.getByLabel("Split by").selectOption("carrier");
    await page.getByRole("heading", { name: "On-time ship by carrier" }).waitFor();
    await page.getByRole("main").press("t");
    await page.getByRole("button", { name: "Charts" }).waitFor();
    const other = await openAt(new URL(page.url()).pathname + new URL(page.url()).search);
    const rows = other.locator('[data-panel="split"] tbody tr');
    await rows.first().waitFor();
    // the late ones all went with A
    expect((await rows.allInnerTexts()).map((row) => row.split("\t").slice(0, 2))).toEqual([
      ["A", "16 of 20"],
      ["B", "20 of 20"],
    ]);
    await expect.poll(() => other.locator("canvas").count()).toBe(0);
    await rows.first().getByRole("link", { name: "A", exact: true }).click();
    await other.getByRole("button", { name: "Only carrier A: show all" }).waitFor();
    expect(new URL(other.url()).searchParams.get("carrier")).toBe("A");
  });

  test("lost minutes add up to the lateness, and stages to the way", async () => {
    const page = await openAt("/analytics/delays?site=BER1");
    // four orders, half an hour each, out and at the door
    await tile(page, "lostMs")
      .getByRole("link", { name: /^120 min/ })
      .waitFor();
    await page.goto(`${tower.url}/analytics/cycle-times?site=BER1&show=tables`);
    const picked = page.locator('[data-panel="stages"] tbody tr', { hasText: /^Picked/ });
    await picked.first().waitFor();
    await expect.poll(() => picked.first().innerText()).toContain("40");
    await page.goto(`${tower.url}/analytics/packaging?site=BER1`);
    await tile(page, "packagingPerOrder").getByText("180 g").waitFor();
  });

  test("tables and charts can be taken along", async () => {
    const page = await openAt("/analytics/otif?site=BER1");
    await page.locator('[data-panel="split"] canvas').waitFor();
    const [name, csv] = await saved(page, () =>
      page.getByRole("button", { name: /^CSV of On-time ship/ }).click(),
    );
    expect(name).toMatch(/^otif-BER1-\d{4}-\d{2}-\d{2}-\d{4}-\d{2}-\d{2}-split\.csv$/);
    const rows = csv.toString().trim().split("\r\n").slice(1);
    const shares = rows.map((row) => row.split(",")).filter(([, value]) => value !== "");
    const due = shares.map(([, , of = ""]) => Number(of.split(" of ")[1]));
    expect(due.reduce((sum, one) => sum + one, 0)).toBe(ORDERS);
    const [, png] = await saved(page, () =>
      page.getByRole("button", { name: /^PNG of On-time ship/ }).click(),
    );
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.length).toBeGreaterThan(5_000);
  });

  test("a click on a chart opens the orders of that place", async () => {
    const page = await openAt("/analytics/otif?site=BER1&by=carrier");
    const chart = page.locator('[data-panel="split"] [role="img"]');
    await chart.waitFor();
    await page.locator('[data-panel="split"] canvas').waitFor();
    const box = await chart.boundingBox();
    if (box === null) throw new Error("the chart has no place");
    // the upper of two bars, in its middle
    await page.mouse.click(box.x + box.width / 2, box.y + 24);
    await page.getByText("20 orders in all").waitFor();
    expect(new URL(page.url()).searchParams.get("carrier")).toBe("A");
  });

  test("a question that takes long says so, and ends when it is cancelled", async () => {
    const page = await openAt("/board?site=BER1");
    let hung = 0;
    await page.route("**/api/v1/analytics/delays*", () => {
      hung += 1;
    });
    const ended: string[] = [];
    page.on("requestfailed", (request) => {
      // the page before ends questions of its own
      if (request.url().includes("/analytics/delays"))
        ended.push(request.failure()?.errorText ?? "");
    });
    await page.goto(`${tower.url}/analytics/delays?site=BER1`);
    await page.getByText("0 of 4 answers").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).press("Enter");
    await page.getByText("You stopped the question").waitFor();
    expect(hung).toBe(4);
    // the browser tells of an ended question some time after the page has said so
    await expect.poll(() => ended).toEqual(Array.from({ length: 4 }, () => "net::ERR_ABORTED"));
    await page.unroute("**/api/v1/analytics/delays*");
    await page.getByRole("button", { name: "Ask again" }).click();
    await tile(page, "lostMs")
      .getByRole("link", { name: /^120 min/ })
      .waitFor();
    // what stands there while it is asked again is as easy to read as before
    await page.route("**/api/v1/analytics/delays*", () => {});
    await page.getByRole("button", { name: "28 days" }).click();
    await page.locator("[aria-busy=true]").getByText("Lost").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("an empty window and a refused question are said in words", async () => {
    const page = await openAt("/analytics/otif?site=BER1&from=2020-01-01&to=2020-01-02");
    await page.getByText("Nothing in this window.").first().waitFor();
    await page.goto(
      `${tower.url}/analytics/throughput?site=BER1&by=hour&from=2020-01-01&to=2026-01-02`,
    );
    await page.getByText("By hour at most 93 days at once.").first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  const LOOKS = [
    ["light", 1920, 1080],
    ["dark", 1024, 768],
    // a tablet at 200 %
    ["light", 512, 384],
  ] as const;

  /** What is wrong with the open page in each look. */
  async function wrongWith(page: Page, name: string): Promise<unknown[]> {
    const wrong: unknown[] = [];
    for (const [look, width, height] of LOOKS) {
      await page.setViewportSize({ width, height });
      await turn(page, look);
      const found = await violations(page);
      const isWider = await isWiderThanItsWindow(page);
      if (found.length > 0 || isWider) wrong.push([name, look, width, isWider, ...found]);
    }
    return wrong;
  }

  test("axe finds nothing on any question, large and light, small and dark, and on a tablet at 200 %", async () => {
    const page = await openAt("/board?site=BER1");
    for (const [topic, title] of TOPICS) {
      await page.goto(`${tower.url}/analytics/${topic}?site=BER1`);
      await page.getByRole("heading", { name: title }).waitFor();
      await page.locator("[data-panel]").first().waitFor();
      expect(await wrongWith(page, topic)).toEqual([]);
    }
    await page.goto(`${tower.url}/analytics/otif/orders?site=BER1&metric=onTimeShip`);
    await page.getByText("40 orders in all").waitFor();
    expect(await wrongWith(page, "orders")).toEqual([]);
  });
});
