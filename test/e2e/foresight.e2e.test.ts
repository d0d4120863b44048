/** Trucks with what-if, the shift plan and the quality of forecasts, in a real browser against a real tower: every day has trucks, so that it is the same on Sundays. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SitesFile } from "../../domain/contract/sites.ts";
import { emptyQuality, noteEnd, noteShown } from "../../domain/forecast/quality.ts";
import { qualityOf } from "../../server/forecast/quality.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { turn, violations } from "../support/desk.ts";
import { redisMissing } from "../support/redis.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const HOUR = 3_600_000;
const ORDERS = 40;

/** The example's first site, open day and night, with a truck every two hours. */
function sitesFile(folder: string): string {
  const text = readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8");
  const [site] = (JSON.parse(text) as SitesFile).sites;
  if (site === undefined) throw new Error("the example has sites");
  const pickups = Array.from({ length: 12 }, (_, n) => ({
    days: EVERY_DAY,
    at: `${String(n * 2).padStart(2, "0")}:00`,
  }));
  const { holidays: _holidays, closures: _closures, cutOff: _cutOff, ...rest } = site;
  const always = {
    ...rest,
    shifts: [{ days: EVERY_DAY, from: "00:00", to: "00:00" }],
    carriers: site.carriers.map(({ id }) => ({ id, pickups })),
  };
  const file = join(folder, "sites.json");
  writeFileSync(file, JSON.stringify({ sites: [always] }));
  return file;
}

function eventsOf(n: number, now: number): object[] {
  const orderId = `SO-${n}`;
  const at = (ms: number): string => new Date(now - ms).toISOString();
  const common = { source: "wms/1", site: "BER1", orderId };
  return [
    {
      ...common,
      id: `${orderId}-1`,
      type: "order.received",
      occurredAt: at(HOUR),
      data: {
        customerOrder: `C-${n}`,
        channel: "web",
        service: "standard",
        placedAt: at(HOUR),
        shipTo: { city: "Berlin", country: "DE" },
        lines: [{ line: 1, sku: "SKU-1", quantity: 1, zone: n % 2 === 0 ? "A" : "B" }],
      },
    },
    { ...common, id: `${orderId}-2`, type: "pick.completed", occurredAt: at(HOUR / 2), data: {} },
    ...(n === 0
      ? [
          {
            ...common,
            id: `${orderId}-3`,
            type: "hold.placed",
            occurredAt: at(HOUR / 4),
            data: { code: "HOLD_PAYMENT" },
          },
        ]
      : []),
  ];
}

/** Some days of made-up looks, half of them right. */
function someQuality(now: number): object {
  const state = emptyQuality();
  for (let n = 0; n < 400; n += 1) {
    const p = ((n * 7) % 20) / 20 + 0.02;
    const deadline = now + 2 * HOUR;
    for (let look = 0; look < 3; look += 1)
      noteShown(
        state,
        { id: `Q-${n}`, p, eta: now + HOUR, deadline, isRaised: p > 0.6 },
        now + look,
      );
    const missed = (n * 13) % 20 < p * 20;
    noteEnd(state, `Q-${n}`, missed ? null : now + HOUR, `2026-02-${10 + (n % 4)}`);
  }
  const status = { at: now, basis: "learned", since: now, settled: 4_210, orders: 40, paces: {} };
  return qualityOf({ id: "BER1" }, status as never, state.days, {});
}

const folder = tempDir();
let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

const DESK = { width: 1920, height: 1080 };
const TABLET = { width: 1024, height: 768 };

async function openAt(path: string, viewport = DESK): Promise<Page> {
  const context = await browser.newContext({ viewport, colorScheme: "light" });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  const login = await page.request.post(`${tower.url}/api/v1/session`, {
    data: { name: "lead", password: "demo-lead-tower" },
    headers: { origin: tower.url },
  });
  if (!login.ok()) throw new Error(await login.text());
  await page.route("**/api/v1/analytics/forecast-quality*", (route) =>
    route.fulfill({ json: someQuality(Date.UTC(2026, 1, 11, 9)) }),
  );
  await page.goto(tower.url + path);
  return page;
}

const isWiderThanItsWindow = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

async function untilApplied(): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    const answer = await tower.request("/api/v1/orders?site=BER1&stage=picked&limit=200");
    const { items } = (await answer.json()) as { items: unknown[] };
    if (items.length === ORDERS) return;
    await sleep(50);
  }
  throw new Error("the orders did not come within 15 s");
}

describe.skipIf(browserMissing || redisMissing)("the hours ahead", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1", CT_SITES_FILE: sitesFile(folder.path) } });
    const now = Date.now();
    const events = Array.from({ length: ORDERS }, (_, n) => eventsOf(n, now)).flat();
    const answer = await tower.post(events);
    if (!answer.ok) throw new Error(await answer.text());
    await untilApplied();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
    folder[Symbol.dispose]();
    if (complaints.length > 0) throw new Error(`pages complained: ${complaints.join("\n")}`);
  });

  test("a lead plans people with the keyboard, sees what it changes, and saves it", async () => {
    const page = await openAt("/plan");
    await page.getByText("Nobody is planned", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Add people" }).press("Enter");
    await page.getByLabel("Work").selectOption("pack");
    const people = page.getByRole("textbox", { name: "People" });
    await people.fill("many");
    await page.getByRole("button", { name: "Save the plan" }).press("Enter");
    await page.getByText("Give how many people").waitFor();
    expect(await violations(page)).toEqual([]);
    await people.fill("4");
    await page.getByRole("button", { name: "What would change?" }).press("Enter");
    await page.getByText("Added: 4 people for packing, Mon to Fri 06:00 to 14:00.").waitFor();
    await page.getByRole("button", { name: "Save the plan" }).press("Enter");
    await page.getByText("Version 1").waitFor();
    const kept = await tower.request("/api/v1/config/plans?site=BER1");
    expect(await kept.json()).toMatchObject({
      version: 1,
      history: [{ by: "lead" }],
      zones: ["A", "B"],
    });
  });

  test("a move is tried for a truck, answered at once, and remembered when it is done", async () => {
    const page = await openAt("/trucks", TABLET);
    const panel = page.getByTestId("what-if");
    await panel.getByText("What if?").click();
    await panel.getByRole("button", { name: "Try holding it" }).click();
    await panel.getByTestId("answer").waitFor();
    await panel.getByRole("button", { name: "Try the move" }).click();
    await panel.getByText(/40 orders in \d+ ms/).waitFor();
    await panel.getByRole("button", { name: "We do this: remember it" }).click();
    await panel.getByText("✓ Kept.").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await isWiderThanItsWindow(page)).toBe(false);

    const quality = await openAt("/forecast");
    await quality.getByText("What-ifs that were done").waitFor();
  });

  test("axe finds nothing, on a desk and dark on a tablet", async () => {
    for (const [path, mark] of [
      ["/trucks", "What if?"],
      ["/plan", "Last changes"],
      ["/forecast", "What we said, and what came"],
    ] as const) {
      const page = await openAt(path);
      await page.getByText(mark, { exact: true }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await isWiderThanItsWindow(page)).toBe(false);
      await page.setViewportSize(TABLET);
      await turn(page, "dark");
      expect(await violations(page)).toEqual([]);
      expect(await isWiderThanItsWindow(page)).toBe(false);
      await page.context().close();
    }
  });

  test("the drawer says that our clock is paused, and how each deadline came about", async () => {
    const page = await openAt("/orders/SO-0");
    await page.getByText("ship by, our clock").waitFor();
    await page.getByText("‖ paused while on hold").waitFor();
  });
});
