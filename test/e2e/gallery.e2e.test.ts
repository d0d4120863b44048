/**
 * The pictures of the documentation: what a reader sees is what the product shows today. Made at a command only:
 *
 * `CT_GALLERY=1 npx vitest run --config test/vitest.config.ts --project e2e test/e2e/gallery.e2e.test.ts`
 */
import { join } from "node:path";
import { statSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SlideKind, WallSlide } from "../../domain/walls/slides.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { openDesk } from "../support/desk.ts";
import { galleryEvents, galleryPlan, gallerySites } from "../support/gallery-floor.ts";
import { visit } from "../support/screen-list.ts";
import { savePicture } from "../support/screenshots.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { ask, pairPage, postAll } from "../support/wall-floor.ts";
import { PLACES } from "../../client/ui/places.ts";

const FOLDER = join(import.meta.dirname, "../../docs/gallery");
const ORDERS = 160;
const MOST_BYTES = 250_000;
/** desks at three quarters, walls at half or a quarter: readable, and small */
const DESK_SHARE = 0.75;
const isAsked = process.env["CT_GALLERY"] === "1";

const folder = tempDir();
let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

const DARK: BrowserContextOptions = { colorScheme: "dark" };
const TABLET: BrowserContextOptions = {
  viewport: { width: 1024, height: 768 },
  hasTouch: true,
  isMobile: true,
};
const BOARD = "/board?site=BER1";

type Shot = {
  name: string;
  path: string;
  options?: BrowserContextOptions;
  prepare?: (page: Page) => Promise<unknown>;
};

async function select(page: Page): Promise<void> {
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+J");
  await page.keyboard.press("Shift+J");
  await page.getByText("3 selected").waitFor();
}
async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByPlaceholder("Order, screen, view or action").fill("truck");
  await page.getByRole("option").first().waitFor();
}
async function openKeys(page: Page): Promise<void> {
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
}
async function openFirstIncident(page: Page): Promise<void> {
  await page.getByRole("option").first().click();
  await page.waitForURL(/incident=/);
}

const SHOTS: readonly Shot[] = [
  { name: "board-light", path: BOARD },
  { name: "board-dark", path: BOARD, options: DARK },
  { name: "board-by-truck", path: `${BOARD}&group=truck` },
  { name: "board-selection", path: BOARD, prepare: select },
  { name: "board-tablet", path: BOARD, options: TABLET },
  { name: "palette", path: BOARD, prepare: openPalette },
  { name: "keys-dark", path: BOARD, options: DARK, prepare: openKeys },
  { name: "order-light", path: `${BOARD}&order=SO-100014` },
  { name: "order-dark", path: `${BOARD}&order=SO-100024`, options: DARK },
  { name: "trucks-light", path: "/trucks?site=BER1" },
  { name: "inbox-light", path: "/inbox?site=BER1", prepare: openFirstIncident },
  { name: "inbox-dark", path: "/inbox?site=BER1", options: DARK, prepare: openFirstIncident },
  { name: "handover", path: "/handover?site=BER1" },
  { name: "trends", path: "/trends?site=BER1" },
  { name: "forecast", path: "/forecast?site=BER1" },
  { name: "plan", path: "/plan?site=BER1" },
  { name: "audit", path: "/audit?site=BER1" },
  { name: "walls-desk", path: "/walls?site=BER1" },
  // pages that are on the rail of this version
  ...PLACES.filter(({ to }) => to === "/analytics" || to === "/rewind").map(({ to }) => ({
    name: to.slice(1),
    path: `${to}?site=BER1`,
  })),
];

async function save(page: Page, name: string, share: number): Promise<void> {
  const size = await savePicture(page, join(FOLDER, `${name}.png`), share);
  expect([name, size < MOST_BYTES]).toEqual([name, true]);
}

/** A wall of a size, its slides one after the other. */
async function wallShots(
  size: { width: number; height: number },
  share: number,
  slides: readonly (readonly [SlideKind, string])[],
): Promise<void> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const { id } = await pairPage(tower, page, { name: `Hall A, ${size.width}` });
  for (const [kind, name] of slides) {
    const shown: WallSlide[] = [{ kind, seconds: 600 }];
    await ask(tower, "PATCH", `/displays/${id}`, { settings: { slides: shown } });
    await page.locator(`[data-slide=${kind}]`).waitFor();
    await page.waitForTimeout(1_500);
    await save(page, name, share);
  }
  await context.close();
}

describe.skipIf(browserMissing || !isAsked)("the gallery", () => {
  beforeAll(async () => {
    const env = { CT_DEMO: "1", CT_SITES_FILE: gallerySites(folder.path) };
    tower = await startTower({ env });
    await ask(tower, "PUT", "/config/plans?site=BER1", { plan: galleryPlan() });
    await postAll(tower, galleryEvents(ORDERS, Date.now()));
    browser = await openBrowser();
    // trends count by the minute
    await new Promise((resolve) => setTimeout(resolve, 90_000));
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
    folder[Symbol.dispose]();
    if (complaints.length > 0) throw new Error(`pages complained: ${complaints.join("\n")}`);
  });

  test("walls are pictured in two sizes and upright", async () => {
    const notice = { text: "Overtime until 21:00, thank you", until: null };
    await ask(tower, "PUT", "/displays/notice?site=BER1", notice);
    await wallShots({ width: 1920, height: 1080 }, 0.5, [
      ["urgent", "wall-urgent"],
      ["trucks", "wall-trucks"],
      ["stations", "wall-stations"],
      ["today", "wall-today"],
      ["quality", "wall-quality"],
      ["message", "wall-message"],
    ]);
    await wallShots({ width: 3840, height: 2160 }, 0.25, [["grid", "wall-grid-4k"]]);
    await wallShots({ width: 1080, height: 1920 }, 0.5, [["trucks", "wall-upright"]]);
  });

  test("the login page is pictured", async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${tower.url}/login`);
    await page.getByLabel("Name").waitFor();
    await page.waitForTimeout(300);
    await save(page, "login", 0.5);
    await context.close();
  });

  test.each(SHOTS)("$name is pictured", async ({ name, path, options, prepare }) => {
    const page = await openDesk({ browser, tower, complaints }, "admin", path, options);
    await visit(page, tower.url, path);
    await page.evaluate(() => document.fonts.ready);
    await prepare?.(page);
    await page.waitForTimeout(1_000);
    await save(page, name, options === TABLET ? 1 : DESK_SHARE);
    expect(statSync(join(FOLDER, `${name}.png`)).size).toBeGreaterThan(1_000);
    await page.context().close();
  });
});
