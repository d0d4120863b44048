/** Which pictures the documentation has, and how each is taken. */
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { SlideKind, WallSlide } from "../../domain/walls/slides.ts";
import { openDesk, type Desk } from "./desk.ts";
import { visit } from "./screen-list.ts";
import { savePicture } from "./screenshots.ts";
import type { Tower } from "./tower.ts";
import { ask, pairPage } from "./wall-floor.ts";

const FOLDER = join(import.meta.dirname, "../../docs/gallery");
/** desks at three quarters, walls at half or a quarter: readable, and small */
const DESK_SHARE = 0.75;
const SETTLED_MS = 1_000;

const DARK: BrowserContextOptions = { colorScheme: "dark" };
const TABLET: BrowserContextOptions = {
  viewport: { width: 1024, height: 768 },
  hasTouch: true,
  isMobile: true,
};
const BOARD = "/board?site=BER1";

export type Shot = {
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
/** What just happened: a tower of minutes has kept nothing older. */
async function goToTheEnd(page: Page): Promise<void> {
  await page.getByTestId("slider").press("End");
  await page.locator("[role=row][data-id]").first().waitFor();
}
async function waitForFigures(page: Page): Promise<void> {
  await page.locator("[data-metric]").first().waitFor();
}
async function openFirstIncident(page: Page): Promise<void> {
  await page.getByRole("option").first().click();
  await page.waitForURL(/incident=/);
}

export const DESK_SHOTS: readonly Shot[] = [
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
  { name: "rewind", path: "/rewind?site=BER1", prepare: goToTheEnd },
  { name: "analytics", path: "/analytics/throughput?site=BER1", prepare: waitForFigures },
];

export type Saved = { name: string; bytes: number };

async function save(page: Page, name: string, share: number): Promise<Saved> {
  return { name, bytes: await savePicture(page, join(FOLDER, `${name}.png`), share) };
}

export async function takeDesk(desk: Desk, { name, path, options, prepare }: Shot): Promise<Saved> {
  const page = await openDesk(desk, "admin", path, options);
  await visit(page, desk.tower.url, path);
  await page.evaluate(() => document.fonts.ready);
  await prepare?.(page);
  await page.waitForTimeout(SETTLED_MS);
  const saved = await save(page, name, options === TABLET ? 1 : DESK_SHARE);
  await page.context().close();
  return saved;
}

export async function takeLogin(browser: Browser, tower: Tower): Promise<Saved> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${tower.url}/login`);
  await page.getByLabel("Name").waitFor();
  await page.waitForTimeout(SETTLED_MS);
  const saved = await save(page, "login", DESK_SHARE);
  await context.close();
  return saved;
}

export type WallShots = {
  width: number;
  height: number;
  share: number;
  slides: readonly (readonly [kind: SlideKind, name: string])[];
};
export const WALL_SHOTS: readonly WallShots[] = [
  {
    width: 1920,
    height: 1080,
    share: 0.5,
    slides: [
      ["urgent", "wall-urgent"],
      ["trucks", "wall-trucks"],
      ["stations", "wall-stations"],
      ["today", "wall-today"],
      ["quality", "wall-quality"],
      ["message", "wall-message"],
    ],
  },
  { width: 3840, height: 2160, share: 0.25, slides: [["grid", "wall-grid-4k"]] },
  { width: 1080, height: 1920, share: 0.5, slides: [["trucks", "wall-upright"]] },
];

/** A wall of a size, its slides one after the other. */
export async function takeWall(
  browser: Browser,
  tower: Tower,
  { width, height, share, slides }: WallShots,
): Promise<Saved[]> {
  const notice = { text: "Overtime until 21:00, thank you", until: null };
  await ask(tower, "PUT", "/displays/notice?site=BER1", notice);
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const { id } = await pairPage(tower, page, { name: `Hall A, ${width}` });
  const saved: Saved[] = [];
  for (const [kind, name] of slides) {
    const shown: WallSlide[] = [{ kind, seconds: 600 }];
    await ask(tower, "PATCH", `/displays/${id}`, { settings: { slides: shown } });
    await page.locator(`[data-slide=${kind}]`).waitFor();
    await page.waitForTimeout(SETTLED_MS);
    saved.push(await save(page, name, share));
  }
  await context.close();
  return saved;
}
