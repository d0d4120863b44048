/**
 * The key screens look as they did: each is compared with a picture that was kept, by lightness at a quarter of its size, over fixed rows at a fixed time.
 *
 * `CT_BASELINE=1` keeps new pictures (test/e2e/baseline) instead of comparing. Where a screen differs, a picture of the difference is written and named.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SourceState } from "../../domain/board.ts";
import type { SlideKind } from "../../domain/walls/slides.ts";
import { DEFAULT_SETTINGS } from "../../server/displays/views.ts";
import { startBoardStand, type BoardStand } from "../support/board-stand.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { WALL_TOKEN, type WallLook } from "../support/wall-sample.ts";
import { BASELINE_SHARE, differenceFrom, savePicture } from "../support/screenshots.ts";

const STARTS_AT = Date.parse("2026-11-23T13:06:30Z");
const BASELINE = join(import.meta.dirname, "baseline");
const DIFFERENCES = join(import.meta.dirname, "../../.cache/pictures");
const isKeeping = process.env["CT_BASELINE"] === "1";
/** other fonts for symbols, another browser, seconds that count: well below; a column that moved: well above */
const TOLERATED = 0.01;

let stand: BoardStand;
let browser: Browser;

type WallScreen = {
  name: string;
  size: readonly [width: number, height: number];
  slide: SlideKind;
  settings?: Partial<WallLook>;
  sources?: SourceState[];
};
const SILENT: SourceState[] = [
  { source: "3pl/north", name: "3PL North", ageMs: 600_000, state: "silent", lastAt: STARTS_AT },
];
/** Each slide once, and what is else of a wall: upright, from far away, in other languages, blind. */
const WALLS: readonly WallScreen[] = [
  { name: "wall-urgent", size: [1920, 1080], slide: "urgent" },
  { name: "wall-trucks-blind", size: [1920, 1080], slide: "trucks", sources: SILENT },
  { name: "wall-stations-bars", size: [1920, 1080], slide: "stations", settings: { distanceM: 8 } },
  { name: "wall-today-far", size: [1920, 1080], slide: "today", settings: { distanceM: 18 } },
  {
    name: "wall-quality-upright",
    size: [1080, 1920],
    slide: "quality",
    settings: { language: "pl" },
  },
  { name: "wall-message", size: [1920, 1080], slide: "message" },
  {
    name: "wall-trucks-light",
    size: [1920, 1080],
    slide: "trucks",
    settings: { theme: "light", distanceM: 8 },
    sources: SILENT,
  },
  { name: "wall-grid-4k", size: [3840, 2160], slide: "grid", settings: { language: "de" } },
];

async function openWall({ size, slide, settings, sources = [] }: WallScreen): Promise<Page> {
  const slides = [{ kind: slide, seconds: 600 }];
  stand.set({ sources, wall: { ...DEFAULT_SETTINGS, slides, ...settings } });
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] } });
  const page = await context.newPage();
  const display = { id: "0123456789ab", name: "Hall A east", site: "BER1" };
  const kept = { token: WALL_TOKEN, refreshToken: "x", display, endsAt: STARTS_AT + 86_400_000 };
  await page.addInitScript((text) => localStorage.setItem("ct-wall", text), JSON.stringify(kept));
  await page.clock.install({ time: STARTS_AT });
  await page.goto(`${stand.url}/wall`);
  await page.locator(`[data-slide=${slide}]`).waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}

type Screen = {
  name: string;
  path: string;
  options?: BrowserContextOptions;
  prepare?: (page: Page) => Promise<unknown>;
};
const DARK: BrowserContextOptions = { colorScheme: "dark" };
const sized = (width: number, height: number): BrowserContextOptions => ({
  viewport: { width, height },
});
const BOARD = "/board?site=BER1";
const SCREENS: readonly Screen[] = [
  { name: "board-light", path: BOARD },
  { name: "board-dark", path: `${BOARD}&group=truck`, options: DARK },
  {
    name: "board-tablet",
    path: BOARD,
    options: { ...sized(1024, 768), hasTouch: true, isMobile: true },
  },
  { name: "board-cards", path: BOARD, options: sized(640, 800) },
  {
    name: "selection",
    path: `${BOARD}&sev=late&cols=left,truck,owner,stage`,
    async prepare(page) {
      await page.keyboard.press("j");
      await page.keyboard.press("Shift+J");
      await page.getByText("2 selected").waitFor();
      await page.keyboard.press("h");
      await page.getByRole("form", { name: "Hold" }).waitFor();
    },
  },
  {
    name: "not-live-dark",
    path: BOARD,
    options: DARK,
    async prepare(page) {
      stand.mute(true);
      await page.getByTestId("not-live").waitFor({ timeout: 20_000 });
    },
  },
];

async function open({ path, options, prepare }: Screen): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    colorScheme: "light",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  await page.clock.install({ time: STARTS_AT });
  await page.goto(stand.url + path);
  await page.locator("[role=row][data-id]").first().waitFor();
  await page.locator("[data-testid=freshness][data-freshness=live]").waitFor({ state: "attached" });
  await page.evaluate(() => document.fonts.ready);
  await prepare?.(page);
  return page;
}

async function looksAsItDid(page: Page, name: string): Promise<void> {
  const file = join(BASELINE, `${name}.png`);
  if (isKeeping) await savePicture(page, file, BASELINE_SHARE);
  const { share, picture } = await differenceFrom(page, file);
  const where = join(DIFFERENCES, `${name}.png`);
  if (share > TOLERATED) {
    mkdirSync(DIFFERENCES, { recursive: true });
    writeFileSync(where, picture());
  }
  await page.context().close();
  expect(share, `${name} looks different: see ${where}`).toBeLessThan(TOLERATED);
}

describe.skipIf(browserMissing)("the key screens", () => {
  beforeAll(async () => {
    const begun = performance.now();
    stand = await startBoardStand(200, () => STARTS_AT + performance.now() - begun);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stand?.stop();
  });

  test.each(SCREENS)("$name looks as it did", async (screen) => {
    const page = await open(screen);
    await looksAsItDid(page, screen.name);
    stand.mute(false);
  });

  test.each(WALLS)("$name looks as it did", async (wall) => {
    const page = await openWall(wall);
    await page.getByText(/1[0-9]:\d\d [●?] /).waitFor();
    // the code of a task holds the stand's port, which is another one each time
    await page.locator(".qr path").evaluateAll((codes) => codes.forEach((code) => code.remove()));
    await looksAsItDid(page, wall.name);
    stand.set({ sources: [] });
  });

  test.skipIf(isKeeping)("a row that is half a row lower is seen", async () => {
    const [first] = SCREENS;
    const page = await open(first as Screen);
    await page.addStyleTag({ content: "[role=grid] { margin-block-start: 16px }" }).catch(() =>
      // the content security policy allows no styles of others: moved by hand instead
      page.locator("[role=grid]").evaluate((grid) => (grid.style.marginBlockStart = "16px")),
    );
    const { share } = await differenceFrom(page, join(BASELINE, "board-light.png"));
    expect(share).toBeGreaterThan(TOLERATED * 2);
  });
});
