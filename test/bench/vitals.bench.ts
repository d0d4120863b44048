/**
 * B11 and what people feel of a page: how soon the board stands (LCP), whether it jumps (CLS), how long it cannot answer while it loads (TBT), how long keys and clicks
 * take until the next picture (INP), and how much is loaded for it. By the browser's own observers, in the thresholds that browsers call good.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { startBoardStand } from "../support/board-stand.ts";
import { type Figure, round } from "./tables.ts";

const ROWS = 1_000;
const LOADS = 5;
const SETTLED_MS = 3_000;
const GOOD = { lcpMs: 2_500, cls: 0.1, tbtMs: 200, inpMs: 200, firstLoadKb: 250 };
const DIST = join(import.meta.dirname, "../../dist/client");

type Vitals = { lcpMs: number; cls: number; tbtMs: number; inpMs: number };

/** Runs in the page before anything else of it. */
const observe = (): void => {
  const seen = { lcpMs: 0, cls: 0, tbtMs: 0, inpMs: 0 };
  Object.assign(window, { vitals: seen });
  const watch = (type: string, take: (entry: PerformanceEntry) => void, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
      ...more,
    });
  watch("largest-contentful-paint", ({ startTime }) => (seen.lcpMs = startTime));
  watch("longtask", ({ duration }) => (seen.tbtMs += Math.max(0, duration - 50)));
  watch("layout-shift", (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    };
    if (!hadRecentInput) seen.cls += value;
  });
  watch("event", ({ duration }) => (seen.inpMs = Math.max(seen.inpMs, duration)), {
    durationThreshold: 16,
  });
};

const read = (page: Page): Promise<Vitals> =>
  page.evaluate(() => (window as unknown as { vitals: Vitals }).vitals);

/** What somebody does with the board in its first minute. */
async function use(page: Page): Promise<void> {
  for (const key of ["j", "j", "x", "Shift+J", "Escape", "/"]) {
    await page.keyboard.press(key);
    await sleep(100);
  }
  await page.keyboard.type("so-1000");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Severity:/ }).click();
  await page.getByRole("checkbox", { name: /Late/ }).click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("truck");
  await page.keyboard.press("Escape");
  await sleep(500);
}

/** Gzip of every script and style that the first load asked for. */
async function firstLoadKb(page: Page): Promise<number> {
  const names = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => /\.(js|css)$/.test(path)),
  );
  const bytes = [...new Set(names)].map((path) => gzipSync(readFileSync(join(DIST, path))).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(): Promise<Vitals & { firstLoadKb: number }> {
  const stand = await startBoardStand(ROWS);
  await using browser = await openBrowser();
  const loads: Vitals[] = [];
  let sizeKb = 0;
  for (let load = 0; load < LOADS; load += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(observe);
    await page.goto(`${stand.url}/board?site=BER1`);
    await page.waitForSelector("[data-id]");
    await sleep(SETTLED_MS);
    const loaded = { ...(await read(page)) };
    sizeKb = await firstLoadKb(page);
    await use(page);
    loads.push({ ...loaded, inpMs: (await read(page)).inpMs });
    await context.close();
  }
  await stand.stop();
  const middle = (of: keyof Vitals) => median(loads.map((load) => load[of]));
  return {
    lcpMs: middle("lcpMs"),
    cls: middle("cls"),
    tbtMs: middle("tbtMs"),
    inpMs: middle("inpMs"),
    firstLoadKb: sizeKb,
  };
}

export async function benchVitals(): Promise<Figure[]> {
  if (browserMissing !== false)
    return [
      { id: "B11", what: "the first load of the board", value: `skipped: ${browserMissing}` },
    ];
  const vitals = await measure();
  // times depend on the machine: told with what browsers call good, not judged
  const figure = (what: string, of: keyof typeof GOOD, unit: string, digits = 0): Figure => ({
    id: "B11",
    what,
    value: `${round(vitals[of], digits)}${unit}`,
    goal: `<= ${GOOD[of]}${unit}`,
    ...(unit === " ms" ? {} : { isMet: vitals[of] <= GOOD[of] }),
  });
  return [
    figure("scripts and styles of the first load, gzip", "firstLoadKb", " kB"),
    figure("largest contentful paint, 1,000 rows, median of 5", "lcpMs", " ms"),
    figure("layout shift of the first load", "cls", "", 3),
    figure("total blocking time of the first load", "tbtMs", " ms"),
    figure("slowest answer to a key or a click", "inpMs", " ms"),
  ];
}
