/**
 * The pictures of the documentation: what a reader sees is what the product shows today. Made at a command only:
 *
 * `CT_GALLERY=1 npx vitest run --config test/vitest.config.ts --project e2e test/e2e/gallery.e2e.test.ts`
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { galleryEvents, galleryPlan, gallerySites } from "../support/gallery-floor.ts";
import { DESK_SHOTS, takeDesk, takeLogin, takeWall, WALL_SHOTS } from "../support/gallery-shots.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { ask, postAll } from "../support/wall-floor.ts";

const ORDERS = 160;
/** trends count by the minute */
const TRENDS_MS = 90_000;
const MOST_BYTES = 250_000;
const isAsked = process.env["CT_GALLERY"] === "1";

const folder = tempDir();
let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

describe.skipIf(browserMissing || !isAsked)("the gallery", () => {
  beforeAll(async () => {
    const env = { CT_DEMO: "1", CT_SITES_FILE: gallerySites(folder.path) };
    tower = await startTower({ env });
    await ask(tower, "PUT", "/config/plans?site=BER1", { plan: galleryPlan() });
    await postAll(tower, galleryEvents(ORDERS, Date.now()));
    browser = await openBrowser();
    await sleep(TRENDS_MS);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
    folder[Symbol.dispose]();
    if (complaints.length > 0) throw new Error(`pages complained: ${complaints.join("\n")}`);
  });

  test.each(WALL_SHOTS)("a wall of $width x $height is pictured", async (shots) => {
    const saved = await takeWall(browser, tower, shots);
    expect(saved.filter(({ bytes }) => bytes > MOST_BYTES)).toEqual([]);
  });

  test("the login page is pictured", async () => {
    expect((await takeLogin(browser, tower)).bytes).toBeLessThan(MOST_BYTES);
  });

  test.each(DESK_SHOTS)("$name is pictured", async (shot) => {
    const { bytes } = await takeDesk({ browser, tower, complaints }, shot);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
