/** Walls in a real browser against a real tower: pairing, slides that can be read from afar, honesty, and an end within seconds. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DisplayView } from "../../domain/contract/displays.ts";
import { CAP_HEIGHT, readableCapMm } from "../../domain/walls/letters.ts";
import { pl } from "../../client/words/pl.ts";
import { SLIDE_KINDS, WALL_THEMES, type SlideKind } from "../../domain/walls/slides.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { violations } from "../support/desk.ts";
import { aPng } from "../support/pictures.ts";
import { redisMissing } from "../support/redis.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { ask, floorEvents, postAll, slideStands, wallSites } from "../support/wall-floor.ts";

const INCHES = 55;
const METRES = 10;
const PERSONAL = /Xqz/;

/** The height of capitals, in mm on that screen, of what is marked as important: rank -> mm. */
const capHeights = (page: Page, inches: number): Promise<[number, number][]> =>
  page.evaluate(
    ([diagonal, cap]) => {
      const mmPerPx = (diagonal! * 25.4) / Math.hypot(innerWidth, innerHeight);
      return [...document.querySelectorAll<HTMLElement>("[data-rank]")].map((element) => [
        Number(element.dataset["rank"]),
        Number.parseFloat(getComputedStyle(element).fontSize) * cap! * mmPerPx,
      ]);
    },
    [inches, CAP_HEIGHT] as const,
  );

/** Texts that are cut off, by their own box or by what holds them, at any side, or that reach into the next cell. */
function cutTexts(): (string | null)[] {
  const texts = [...document.querySelectorAll<HTMLElement>("[data-frame=text], .header, .tile")];
  const isOut = (one: HTMLElement): boolean => {
    if (one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).display !== "inline")
      return true;
    if (getComputedStyle(one).webkitLineClamp !== "none" && one.scrollHeight > one.clientHeight + 4)
      return true;
    const { left, right, bottom } = one.getBoundingClientRect();
    const next = one.getAttribute("role") === "cell" ? one.nextElementSibling : null;
    const beside = next?.getBoundingClientRect();
    // not the one that begins the second line of a row
    const isBeside = beside !== undefined && beside.left > left && beside.top < bottom;
    if (isBeside && right > beside.left + 2) return true;
    const holders = ["main", ".body", ".tile", ".row"].flatMap((which) => one.closest(which) ?? []);
    return holders.some((holder) => {
      const room = holder.getBoundingClientRect();
      return left < room.left - 2 || right > room.right + 2 || bottom > room.bottom + 8;
    });
  };
  return texts.filter(isOut).map(({ textContent }) => textContent);
}

describe.skipIf(redisMissing || browserMissing)("walls", () => {
  let tower: Tower;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let display: DisplayView;
  const folder = tempDir();
  const errors: string[] = [];
  const frames: string[] = [];

  beforeAll(async () => {
    const env = { CT_DEMO: "1", CT_SITES_FILE: wallSites(folder.path, "3pl/north") };
    tower = await startTower({ env });
    await postAll(tower, floorEvents(96, Date.now()));
    browser = await openBrowser();
    context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    page = await context.newPage();
    // a screen that waits is answered 400 (RFC 8628), which the browser writes down by itself
    page.on("console", (line) => {
      if (line.type() === "error" && !line.text().includes("400")) errors.push(line.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => frames.push(String(payload))),
    );
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
    folder[Symbol.dispose]();
  });

  const patch = (settings: object) => ask(tower, "PATCH", `/displays/${display.id}`, { settings });
  const show = async (kind: SlideKind): Promise<void> => {
    await patch({ slides: [{ kind, seconds: 600 }] });
    await slideStands(page, kind);
  };

  const logIn = async (name: string, next: string, viewport = { width: 1440, height: 900 }) => {
    const desk = await browser.newPage({ viewport });
    await desk.goto(`${tower.url}/login?next=${encodeURIComponent(next)}`);
    await desk.getByLabel("Name", { exact: true }).fill(name);
    await desk.locator("input[type=password]").fill(`demo-${name}-tower`);
    await desk.getByRole("button", { name: "Log in", exact: true }).click();
    return desk;
  };

  test("a screen shows a code and no login, and is a wall when a person on a phone claimed it", async () => {
    await page.goto(`${tower.url}/wall`);
    const code = await page.locator("[data-code]").textContent();
    const qr = await page.locator("svg[data-text]").getAttribute("data-text");
    expect(qr).toBe(`${tower.url}/link?code=${code}`);
    const phone = await logIn("coordinator", `/link?code=${code}`, { width: 390, height: 844 });
    const asks = phone.getByRole("region", { name: "Who asks" });
    await asks.waitFor();
    await expect.poll(() => asks.textContent()).toMatch(/1920 × 1080.*127\.0\.0\.1/s);
    await phone.getByLabel("It is to show the site").selectOption("BER1");
    await phone.locator("input[name=name]").fill("Hall A east");
    await phone.locator("input[name=inches]").fill(String(INCHES));
    await phone.locator("input[name=metres]").fill(String(METRES));
    await phone.getByRole("button", { name: "Make it a wall" }).click();
    await phone.getByText("Hall A east is a wall now").waitFor();
    await phone.close();
    const { items } = await ask<{ items: DisplayView[] }>(tower, "GET", "/displays");
    display = items[0] as DisplayView;
    expect(display).toMatchObject({ name: "Hall A east", claimedBy: "coordinator" });
    await expect.poll(() => page.locator("input, form, a, button").count()).toBe(0);
    await page.locator("[data-slide=urgent]").waitFor();
    await expect.poll(() => page.locator("body").textContent()).toContain("Hall A east");
  });

  test("a restart goes straight to the board", async () => {
    await page.close();
    page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => frames.push(String(payload))),
    );
    await page.goto(`${tower.url}/wall`);
    await page.locator("[data-slide]").waitFor();
    expect(await page.locator("[data-code]").count()).toBe(0);
  });

  test("each slide can be read from ten metres, has at most seven numbers, and no name of anybody", async () => {
    await ask(tower, "PUT", "/displays/notice?site=BER1", { text: "Overtime today", until: null });
    for (const kind of SLIDE_KINDS) {
      await show(kind);
      const heights = await capHeights(page, INCHES);
      const ranks = new Set(heights.map(([rank]) => rank));
      // of tasks only those of a truck have a line of the smallest letters under them, and at some minutes of an hour none is of a truck
      const least = kind === "message" ? 1 : kind === "urgent" ? 2 : 3;
      expect([kind, ranks.size >= least, ranks.size]).toEqual([kind, true, ranks.size]);
      for (const [rank, mm] of heights)
        expect([kind, rank, mm >= readableCapMm(METRES) - 0.1, mm]).toEqual([kind, rank, true, mm]);
      expect(await page.locator(".number:not(.clock)").count()).toBeLessThanOrEqual(7);
      expect(await page.locator("body").textContent()).not.toMatch(PERSONAL);
    }
    expect(frames.join("\n")).not.toMatch(PERSONAL);
    expect(frames.join("\n")).not.toMatch(/"(owner|shipTo|customerOrder|why|find)":/);
  }, 60_000);

  test("fits upright, in 4K and from near and far: nothing is cut off", async () => {
    const notice =
      "Overtime until 21:00, thank you. The new cartons for packing 3 stand at gate 4.";
    await ask(tower, "PUT", "/displays/notice?site=BER1", { text: notice, until: null });
    const found: unknown[] = [];
    for (const [width, height, diagonalInch, distanceM, language] of [
      [1080, 1920, 55, 10, "pl"],
      [3840, 2160, 55, 10, "de"],
      [1920, 1080, 43, 15, "en"],
      [1080, 1920, 43, 10, "es"],
      [1080, 1920, 43, 15, "de"],
      [1920, 1080, 55, 10, "es"],
    ] as const) {
      await page.setViewportSize({ width, height });
      await patch({ diagonalInch, distanceM, language });
      for (const kind of SLIDE_KINDS) {
        await show(kind);
        const cut = await page.evaluate(cutTexts);
        if (cut.length > 0) found.push([kind, width, distanceM, ...cut]);
      }
    }
    await patch({ diagonalInch: INCHES, distanceM: METRES, language: "en" });
    await page.setViewportSize({ width: 1920, height: 1080 });
    expect(found).toEqual([]);
  }, 90_000);

  test("the message of the lead is told whole, page after page where it is long", async () => {
    const notice = `${"Please take the small cartons first ".repeat(4)}END`;
    await ask(tower, "PUT", "/displays/notice?site=BER1", { text: notice, until: null });
    for (const kind of ["message", "grid"] as const) {
      await show(kind);
      const told = () => page.locator("[data-frame=text]").allTextContents();
      await expect.poll(async () => (await told()).join(" "), { timeout: 40_000 }).toContain("END");
    }
  }, 90_000);

  test("what rests on a silent source is hatched and says so; what does not is not", async () => {
    await show("trucks");
    await expect
      .poll(() => page.locator("[data-blind]").textContent())
      .toContain("nothing from 3PL North yet");
    await expect.poll(() => page.locator(".row.blind").count()).toBeGreaterThan(0);
    await expect.poll(() => page.locator(".header").textContent()).toMatch(/\? partly blind$/);
    await show("stations");
    await expect.poll(() => page.locator("[data-blind]").count()).toBe(0);
    await expect.poll(() => page.locator("[data-canary]").textContent()).toMatch(/checked \d/);
  });

  test("speaks the language of its display", async () => {
    await patch({ language: "pl" });
    await expect.poll(() => page.locator("h1").textContent()).toContain("Stanowiska");
    await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("pl");
    await patch({ language: "en" });
  });

  test("is steered from elsewhere: blank, message, next slide", async () => {
    await patch({
      slides: [
        { kind: "trucks", seconds: 600 },
        { kind: "grid", seconds: 600 },
      ],
    });
    await page.locator("[data-slide=trucks]").waitFor();
    const order = (body: object) => ask(tower, "POST", `/displays/${display.id}/commands`, body);
    await order({ command: "next" });
    await page.locator("[data-slide=grid]").waitFor();
    await order({ command: "message", text: "Fire drill at 15:00" });
    await expect.poll(() => page.locator("[data-message]").textContent()).toContain("Fire drill");
    await order({ command: "blank", blank: true });
    await page.locator("[data-state=blank]").waitFor();
    await order({ command: "blank", blank: false });
    await page.locator("[data-slide]").waitFor();
  });

  test("administrators see each wall, and steer it from a laptop", async () => {
    const desk = await logIn("admin", "/walls");
    const card = desk.locator("[data-wall='Hall A east']");
    await card.getByText(/Grid · data/).waitFor({ timeout: 20_000 });
    await card.locator("svg text").nth(3).waitFor({ timeout: 20_000 });
    await card.getByRole("button", { name: "Change" }).click();
    await desk.getByLabel("Layout").selectOption("dock");
    await expect.poll(() => desk.getByLabel("Theme").inputValue()).toBe("dark");
    await desk.getByLabel("Theme").selectOption("light");
    await desk.getByRole("button", { name: "Save" }).click();
    // an alarm may have brought the other slide of this layout forward
    await page.locator("[data-slide=trucks], [data-slide=urgent]").waitFor();
    await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("light");
    await desk.locator("input[name=notice]").fill("Team talk at 14:00");
    await desk.getByRole("button", { name: "Tell them" }).click();
    await desk.getByText("Shown now").waitFor();
    expect(await violations(desk)).toEqual([]);
    await card.getByRole("button", { name: "Message" }).click();
    await desk.locator("input[name=message]").fill("Fire drill");
    await desk.getByRole("button", { name: "Show it" }).click();
    await page.locator("[data-message]").waitFor();
    await desk.close();
    await patch({ layout: "grid", theme: "dark" });
    await page.locator("[data-slide=grid]").waitFor();
    await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe("dark");
  }, 60_000);

  test("who scans a task takes it on the phone, adds a photo, and says that it is done", async () => {
    await show("urgent");
    // read at one moment, and by its name from then on: another may come to stand before it
    const [name, address] = await page
      .locator("[data-task]")
      .first()
      .evaluate((one) => [
        one.getAttribute("data-task"),
        one.querySelector("svg[data-text]")?.getAttribute("data-text"),
      ]);
    const path = String(address).slice(tower.url.length);
    expect(path).toMatch(/^\/floor\?site=BER1&(task|incident)=/);
    const phone = await logIn("associate", path, { width: 390, height: 844 });
    const task = page.locator(`[data-task="${name}"]`);
    const said = async () => ((await task.count()) === 0 ? "gone" : task.first().textContent());
    const before = await said();
    await phone.getByRole("button", { name: "Take it" }).click();
    await phone.getByText("You have it.").waitFor();
    await expect.poll(said).toContain("taken");
    expect(await page.locator("body").textContent()).not.toContain("associate");
    const photo = { name: "x.png", mimeType: "image/png", buffer: aPng(64, 48) };
    await phone.locator("input[type=file]").setInputFiles(photo);
    await phone.getByText(/The photo is with SO-\d+, which is marked as damaged/).waitFor();
    const picture = phone.locator("img").first();
    await expect
      .poll(() => picture.evaluate((one) => (one as HTMLImageElement).naturalWidth))
      .toBe(64);
    expect(await violations(phone)).toEqual([]);
    // the photo moved its order to those that are damaged: the task may be another one by now
    await phone.goto(`${tower.url}${path}`);
    await phone.getByRole("button", { name: "It is done" }).click();
    await phone.getByText("Said to be done by associate").waitFor();
    await expect.poll(said).not.toBe(before);
    await phone.close();
  }, 90_000);

  test("the desk is told what it shows, with a picture", async () => {
    type Frame = { frame: { boxes: { text?: string; fill?: string }[] } | null };
    await patch({ theme: "light" });
    await show("grid");
    const seen = async () => {
      const view = await ask<DisplayView>(tower, "GET", `/displays/${display.id}`);
      const { frame } = await ask<Frame>(tower, "GET", `/displays/${display.id}/frame`);
      const texts = (frame?.boxes ?? []).map(({ text = "" }) => text).join(" ");
      const ground = frame?.boxes[0]?.fill;
      return `${view.state} ${view.report?.slide} ${view.report?.state} ${ground} ${texts}`;
    };
    await expect.poll(seen, { timeout: 40_000 }).toMatch(/live grid blind #e6e7e9 .*Overview/);
    await patch({ theme: "dark" });
  }, 60_000);

  test("a server that stands still is seen within seven seconds, and its return within two", async () => {
    const stale = page.locator("[data-stale]");
    await tower.server.kill("SIGSTOP");
    const stoppedAt = Date.now();
    await stale.waitFor({ timeout: 7_000 });
    expect(Date.now() - stoppedAt).toBeLessThan(7_000);
    await expect.poll(() => stale.textContent()).toContain("NOT LIVE since");
    await sleep(1_000);
    await tower.server.kill("SIGCONT");
    const backAt = Date.now();
    await stale.waitFor({ state: "detached", timeout: 10_000 });
    // the socket itself may have been given up meanwhile: then it is connected anew
    expect(Date.now() - backAt).toBeLessThan(8_000);
  }, 40_000);

  test("axe finds nothing on a slide in both themes, nor on the page of the code", async () => {
    for (const kind of SLIDE_KINDS) {
      await show(kind);
      for (const theme of WALL_THEMES) {
        await patch({ theme });
        await page.locator(`html[data-theme=${theme}]`).waitFor({ state: "attached" });
        expect([kind, theme, await violations(page)]).toEqual([kind, theme, []]);
      }
    }
    const other = await browser.newPage({ locale: "pl-PL" });
    await other.goto(`${tower.url}/wall`);
    await other.locator("[data-code]").waitFor();
    await expect.poll(() => other.locator("h1").textContent()).toBe(pl.pair.connect);
    await expect.poll(() => other.locator("html").getAttribute("lang")).toBe("pl");
    expect(await violations(other)).toEqual([]);
    await other.close();
  }, 60_000);

  test("a disconnected wall is blank within five seconds and asks for a code", async () => {
    await ask(tower, "DELETE", `/displays/${display.id}`);
    const endedAt = Date.now();
    await page.locator("[data-state=pairing]").waitFor({ timeout: 5_000 });
    expect(Date.now() - endedAt).toBeLessThan(5_000);
    await page.locator("[data-code]").waitFor();
    await expect.poll(() => page.locator("body").textContent()).toMatch(/Disconnected at/);
    expect(await page.evaluate(() => localStorage.getItem("ct-wall"))).toBeNull();
    expect(errors).toEqual([]);
  }, 20_000);
});
