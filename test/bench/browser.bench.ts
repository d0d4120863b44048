/** B10: the board in a real browser with many rows and 200 changes a second, beside the same page with 1,000. Thread time, so that neighbors count less. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";
import type { Row } from "../../domain/board.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { startBoardStand, type BoardStand } from "../support/board-stand.ts";
import { type Figure, round } from "./tables.ts";

const FEW = 1_000;
const MANY = 50_000;
const FRAME_ROWS = 50;
const FRAME_MS = 250;
const WHEEL_STEPS = 40;
const MINUTE = 60_000;

type Run = {
  firstRowMs: number;
  busyMsPerS: number;
  scrollMsPerStep: number;
  longTasks: number;
  heapMb: number;
};

async function readings(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Four frames a second of changed rows that also move in the order. */
function startFeed(stand: BoardStand): () => void {
  const ids = [...stand.rows.keys()];
  let next = 0;
  const timer = setInterval(() => {
    const rows: Row[] = [];
    for (let count = 0; count < FRAME_ROWS; count += 1) {
      next += 37;
      const row = stand.rows.get(ids[next % ids.length] ?? "");
      const shift = ((next % 7) - 3) * MINUTE;
      if (row !== undefined)
        rows.push({ ...row, actBy: (row.actBy ?? 0) + shift, stageSince: Date.now() });
    }
    stand.change(rows);
  }, FRAME_MS);
  return () => clearInterval(timer);
}

const watchLongTasks = () => {
  const page = window as unknown as { longTasks: number };
  page.longTasks = 0;
  new PerformanceObserver((list) => (page.longTasks += list.getEntries().length)).observe({
    type: "longtask",
  });
};

async function openBoard(page: Page, stand: BoardStand, count: number): Promise<number> {
  const startedAt = performance.now();
  await page.goto(`${stand.url}/board`);
  await page.waitForSelector("[data-id]");
  const firstRowMs = performance.now() - startedAt;
  await page.waitForFunction(
    (rows) => Number(document.querySelector("[role=grid]")?.getAttribute("aria-rowcount")) > rows,
    count,
    { timeout: 60_000 },
  );
  return firstRowMs;
}

async function scroll(page: Page, session: CDPSession): Promise<number> {
  await page.mouse.move(700, 500);
  const before = await readings(session);
  for (let step = 0; step < WHEEL_STEPS; step += 1) {
    await page.mouse.wheel(0, 600);
    await sleep(50);
  }
  const after = await readings(session);
  return (((after["TaskDuration"] ?? 0) - (before["TaskDuration"] ?? 0)) * 1000) / WHEEL_STEPS;
}

async function measure(count: number, seconds: number): Promise<Run> {
  const stand = await startBoardStand(count);
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(watchLongTasks);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const firstRowMs = await openBoard(page, stand, count);
  const stopFeed = startFeed(stand);
  await sleep(2_000);
  const before = await readings(session);
  await sleep(seconds * 1000);
  const after = await readings(session);
  await page.evaluate("window.longTasks = 0");
  const scrollMsPerStep = await scroll(page, session);
  const longTasks = await page.evaluate<number>("window.longTasks");
  stopFeed();
  await stand.stop();
  const busy = ((after["TaskDuration"] ?? 0) - (before["TaskDuration"] ?? 0)) * 1000;
  const heapMb = (after["JSHeapUsedSize"] ?? 0) / 1e6;
  return { firstRowMs, busyMsPerS: busy / seconds, scrollMsPerStep, longTasks, heapMb };
}

export async function benchBrowser(scale: number): Promise<Figure[]> {
  if (browserMissing !== false)
    return [{ id: "B10", what: "the board in a browser", value: `skipped: ${browserMissing}` }];
  const seconds = Math.max(3, 6 * scale);
  const few = await measure(FEW, seconds);
  const many = await measure(MANY, seconds);
  const ratio = many.busyMsPerS / few.busyMsPerS;
  return [
    {
      id: "B10",
      what: "main thread, 50,000 rows, 200 changes/s",
      value: `${round(many.busyMsPerS)} ms/s`,
      against: `${round(few.busyMsPerS)} ms/s with 1,000 rows`,
      ratio,
      goal: "<= 1.3",
      isMet: ratio <= 1.3,
      raw: { ...many },
    },
    {
      id: "B10",
      what: "one scroll step of 19 rows, 50,000 rows",
      value: `${round(many.scrollMsPerStep, 1)} ms, ${many.longTasks} tasks > 50 ms`,
      against: `${round(few.scrollMsPerStep, 1)} ms with 1,000 rows`,
      ratio: many.scrollMsPerStep / few.scrollMsPerStep,
      goal: "no task > 50 ms",
      isMet: many.longTasks === 0,
      raw: { ...few },
    },
    {
      id: "B10",
      what: "heap and first row, 50,000 rows",
      value: `${round(many.heapMb)} MB, ${round(many.firstRowMs)} ms`,
      against: `${round(few.heapMb)} MB, ${round(few.firstRowMs)} ms with 1,000 rows`,
    },
  ];
}
