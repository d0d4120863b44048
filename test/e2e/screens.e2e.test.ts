/** Every screen, for everybody: axe in both themes, 200 % zoom, right to left, reduced motion; walls in four languages. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LANGUAGES, SLIDE_KINDS } from "../../domain/walls/slides.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { openDesk, turn, violations } from "../support/desk.ts";
import { galleryEvents, gallerySites } from "../support/gallery-floor.ts";
import { go, SCREENS, visit } from "../support/screen-list.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { ask, pairPage, postAll, slideStands } from "../support/wall-floor.ts";

const ORDERS = 120;
/** a walk through some thirty screens on a machine that does other things too */
const WALK_MS = 600_000;
const folder = tempDir();
let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

const open = (options = {}, path = "/board?site=BER1"): Promise<Page> =>
  openDesk({ browser, tower, complaints }, "admin", path, options);

const LANES = 3;
type Judge = (page: Page) => Promise<string[]>;

type Arrive = (page: Page, path: string) => Promise<void>;
const load: Arrive = (page, path) => visit(page, tower.url, path);

/** Goes through all screens, some at a time (most of it is waiting), and tells by name what was found wrong. `arrive`: by loading each page, or within the page. */
async function walk(
  options: object,
  arrive: Arrive,
  judge: Judge,
  begin?: (page: Page) => Promise<unknown>,
) {
  const found: Record<string, string[]> = {};
  const left = [...SCREENS];
  const lane = async (): Promise<void> => {
    const page = await open(options);
    await begin?.(page);
    for (let screen = left.shift(); screen !== undefined; screen = left.shift()) {
      await arrive(page, screen.path);
      const wrong = await judge(page);
      if (wrong.length > 0) found[screen.name] = wrong;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return found;
}

/** What is wider than its place, and so makes somebody scroll sideways; lists that scroll by choice say so. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const roots = [document.documentElement, document.body, document.querySelector("main")];
    return roots.flatMap((element) =>
      element !== null && element.scrollWidth > element.clientWidth + 1
        ? [`${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`]
        : [],
    );
  });

const mirror = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => (document.documentElement.dir = "rtl"));
  });

/** What still moves. */
const running = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().activeDuration ?? 0) > 1)
      .map((one) => `${one.id || one.constructor.name} runs`),
  );

/** 1280 px at 200 % */
const ZOOMED = { width: 640, height: 400 };
const PHONE = { width: 390, height: 844 };
const TABLET = { viewport: { width: 1024, height: 768 }, hasTouch: true, isMobile: true };
const LEAST_TARGET = 44;

/** What a finger would miss; links within text are not meant (WCAG 2.5.8). */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate((least) => {
    const targets = document.querySelectorAll<HTMLElement>(
      "button, select, summary, nav a, [role=menuitem], [role=option], [role=tab]",
    );
    return [...targets].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const isShown = element.checkVisibility() && width > 1 && height > 1;
      const isSmall = isShown && (width < least || height < least);
      return isSmall ? [`${element.outerHTML.slice(0, 160)} ${width}x${height}`] : [];
    });
  }, LEAST_TARGET - 0.5);

/** Runs in the page before anything else of it: how far what is shown was moved by what came later. */
const watchJumps = (): void => {
  Object.assign(window, { jumped: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      };
      if (!hadRecentInput) Object.assign(window, { jumped: jumpedOf(window) + value });
    }
  }).observe({ type: "layout-shift", buffered: true });
  function jumpedOf(page: object): number {
    return (page as { jumped: number }).jumped;
  }
};
const jumpedBy = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { jumped: number }).jumped);
/** browsers call a tenth good */
const MOST_JUMPED = 0.1;

describe.skipIf(browserMissing)("every screen", { timeout: WALK_MS }, () => {
  beforeAll(async () => {
    const env = { CT_DEMO: "1", CT_SITES_FILE: gallerySites(folder.path) };
    tower = await startTower({ env });
    await postAll(tower, galleryEvents(ORDERS, Date.now()));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
    folder[Symbol.dispose]();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const said = complaints.splice(0);
    if (said.length > 0) throw new Error(`a page complained: ${said.join("\n")}`);
  });

  test("has nothing for axe to find in light and dark, stands still while it loads, and is as wide where people read from right to left", async () => {
    const judge = async (page: Page): Promise<string[]> => {
      const jumped = await jumpedBy(page);
      const moved = jumped > MOST_JUMPED ? [`moved by ${jumped.toFixed(3)} while it loaded`] : [];
      const light = await violations(page);
      await turn(page, "dark");
      const dark = (await violations(page)).map((one) => `dark: ${one}`);
      await page.evaluate(() => (document.documentElement.dir = "rtl"));
      const wide = await tooWide(page);
      await turn(page, "light");
      return [...moved, ...light, ...dark, ...wide];
    };
    const found = await walk({}, load, judge, (page) => page.addInitScript(watchJumps));
    expect(found).toEqual({});
  });

  test("comes over the wire compressed, and what is named by its content once only", async () => {
    const page = await (await fetch(`${tower.url}/`)).text();
    const [script] = /\/assets\/index-[\w-]+\.js/.exec(page) ?? [];
    const asked = (encoding: string) =>
      fetch(`${tower.url}${script}`, { headers: { "accept-encoding": encoding } });
    const [brotli, gzip, plain] = await Promise.all([asked("br, gzip"), asked("gzip"), asked("")]);
    const encodings = [brotli, gzip, plain].map(({ headers }) => headers.get("content-encoding"));
    expect(encodings).toEqual(["br", "gzip", null]);
    expect(brotli.headers.get("cache-control")).toMatch(/max-age=31536000, immutable/);
    expect(brotli.headers.get("content-type")).toMatch(/javascript/);
    const text = await plain.text();
    expect([await brotli.text(), await gzip.text()]).toEqual([text, text]);
  });

  test("is read without scrolling sideways at 200 % of 1280 px, and when it is turned to a phone's width", async () => {
    const judge = async (page: Page): Promise<string[]> => {
      await page.setViewportSize(PHONE);
      const onPhone = await tooWide(page);
      await page.setViewportSize(ZOOMED);
      return [...onPhone.map((wide) => `phone: ${wide}`), ...(await tooWide(page))];
    };
    expect(await walk({ viewport: ZOOMED }, go, judge)).toEqual({});
  });

  test("answers to a finger (buttons, choices and screens are 44 px or more in both directions), and stands still for those who asked for less motion", async () => {
    const judge = async (page: Page) => [...(await tooSmall(page)), ...(await running(page))];
    expect(await walk({ ...TABLET, reducedMotion: "reduce" }, go, judge)).toEqual({});
  });

  test("at 200 % the board loses nothing: every order, filter and number is still reached", async () => {
    const page = await open({ viewport: { width: 640, height: 400 } });
    await page.locator("[role=row][data-id]").first().waitFor();
    await page.getByTestId("strip-late").waitFor();
    for (const name of [/^Stage:/, /^Severity:/, /^Carrier:/, /Columns/, /Saved views/])
      await page.getByRole("button", { name }).first().scrollIntoViewIfNeeded();
    await page.locator("[role=row][data-id]").first().click();
    await page.getByRole("complementary").or(page.locator("aside")).first().waitFor();
    await page.getByRole("button", { name: "Close" }).first().click();
    await expect.poll(() => page.locator("[role=row][data-id]").count()).toBeGreaterThan(0);
  });

  test("is mirrored where people read from right to left, numbers and all", async () => {
    const page = await open();
    await mirror(page);
    await visit(page, tower.url, "/board?site=BER1&order=SO-100014&sort=due");
    const middle = 960;
    const rail = await page.getByRole("navigation", { name: "Screens" }).boundingBox();
    const drawer = await page.locator("aside[aria-labelledby=order-drawer-title]").boundingBox();
    expect(rail?.x ?? 0).toBeGreaterThan(middle);
    expect((drawer?.x ?? 0) + (drawer?.width ?? 0)).toBeLessThan(middle);
    const late = page.locator("[role=row][data-id] .at-left").first();
    const [minus, unit] = await late.evaluate((cell) => {
      const text = cell.firstChild;
      if (text === null) throw new Error("an empty cell");
      return [0, (text.textContent ?? "").length - 1].map((at) => {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().x;
      });
    });
    await expect.poll(() => late.innerText()).toMatch(/^−/);
    expect(minus ?? Number.NaN).toBeLessThan(unit ?? Number.NaN);
    expect(await tooWide(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });

  test("walls have nothing for axe to find in any of their languages", async () => {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    const page = await context.newPage();
    const { id } = await pairPage(tower, page);
    const notice = { text: "Overtime today", until: null };
    await ask(tower, "PUT", "/displays/notice?site=BER1", notice);
    const found: Record<string, string[]> = {};
    for (const language of LANGUAGES) {
      for (const kind of SLIDE_KINDS) {
        const slides = [{ kind, seconds: 600 }];
        await ask(tower, "PATCH", `/displays/${id}`, { settings: { slides, language } });
        await slideStands(page, kind);
        const wrong = await violations(page);
        if (wrong.length > 0) found[`${kind} (${language})`] = wrong;
      }
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    }
    expect(found).toEqual({});
  });
});
