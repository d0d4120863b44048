/** Working on the live board: views under a name, columns, the palette, many orders at once, who else is there, paper, a second window, a finger. */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { openDesk, postAll, receivedEvent, rowOf, scanEvent, violations } from "../support/desk.ts";
import { startTower, type Tower } from "../support/tower.ts";

let tower: Tower;
let browser: Browser;
const complaints: string[] = [];
const ORDERS = Array.from({ length: 30 }, (_, at) => `SO-${2_000 + at}`);
const SPLIT = "SO-1999";
/** A whole working day lies before it whenever the test runs: in the evening nothing is ready within ten hours. */
const IN_FOUR_DAYS = 5_760;
const LEAST_TARGET = 44;

async function open(user: string, path = "/board?site=BER1", options = {}): Promise<Page> {
  const page = await openDesk({ browser, tower, complaints }, user, path, options);
  await rowOf(page, "SO-2000").waitFor({ timeout: 20_000 });
  return page;
}

describe.skipIf(browserMissing)("working on the board", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1" } });
    browser = await openBrowser();
    await postAll(tower, [
      ...ORDERS.map((id, at) => receivedEvent(id, at < 3 ? -30 + at : IN_FOUR_DAYS + at)),
      scanEvent("SO-2000", "order.allocated", 60),
      scanEvent("SO-2001", "order.allocated", 60),
      receivedEvent(SPLIT, -25),
      scanEvent(SPLIT, "pack.completed", 20, {
        parcels: [{ parcelId: "P-1" }, { parcelId: "P-2" }],
      }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    const said = complaints.splice(0);
    if (said.length > 0) throw new Error(`the page complained: ${said.join("\n")}`);
  });

  test.each([1280, 1440])(
    "the strip cuts neither a long wait nor its note at %i px",
    async (width) => {
      const page = await open("coordinator", "/board?site=BER1", {
        viewport: { width, height: 900 },
      });
      const cut = await page.getByTestId("strip-truck").evaluate((cell) => {
        const [value, note] = cell.querySelectorAll("span:last-child > span");
        if (value === undefined || note === undefined) return "there is no note";
        value.textContent = "23 h 59";
        note.textContent = "193 not packed";
        return note.scrollWidth > note.clientWidth ? note.textContent : null;
      });
      expect(cut).toBeNull();
    },
  );

  test("a view is saved under a name, is an address, says when it differs, and is shared by a lead", async () => {
    const page = await open("lead", "/board?site=BER1&sev=late&group=stage");
    await page.keyboard.press("Shift+V");
    await page.getByLabel("Name").fill("Late by stage");
    await page.getByRole("checkbox", { name: /For everybody/ }).check();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/view=late-by-stage/);
    const menu = page.getByRole("button", { name: /^Saved views/ });
    await expect.poll(() => menu.innerText()).toContain("Late by stage");
    await page.goto(`${tower.url}/board?site=BER1`);
    const other = await open("coordinator", "/board?site=BER1&view=late-by-stage");
    await other.waitForURL(/sev=late/);
    await expect.poll(() => other.locator("[data-severity=on_time]").count()).toBe(0);
    await other.getByRole("button", { name: "Group the board" }).click();
    await other.getByRole("menuitem", { name: "none" }).click();
    await other.getByText("changed since it was saved").waitFor({ state: "attached" });
    await other.getByRole("button", { name: /^Saved views/ }).click();
    await other.getByRole("menuitem", { name: "Late by stage · shared" }).click();
    await other.waitForURL(/group=stage/);
    await expect.poll(() => other.getByRole("menuitem", { name: /^Delete/ }).count()).toBe(0);
  });

  test("a lead chooses the view with which the board of the site opens, and who wants all orders gets them", async () => {
    const page = await open("lead", "/board?site=BER1&view=late-by-stage");
    await page.waitForURL(/sev=late/);
    await page.getByRole("button", { name: /^Saved views/ }).click();
    await page.getByRole("menuitem", { name: "The board of BER1 opens with this" }).click();
    await page.getByText("The board of BER1 opens with Late by stage").waitFor();
    try {
      const other = await open("coordinator");
      await other.waitForURL(/view=late-by-stage&sev=late&group=stage/);
      await other.getByRole("button", { name: /^Saved views/ }).click();
      await other.getByRole("menuitem", { name: "All orders" }).click();
      await other.waitForURL(/view=_all/);
      await other.reload();
      await other.locator("[data-severity=on_time]").first().waitFor();
    } finally {
      // the other tests open the board with all orders
      await page.getByRole("button", { name: /^Saved views/ }).click();
      await page.getByRole("menuitem", { name: "The board of BER1 opens with this" }).click();
      await page.getByText("The board of BER1 opens with all orders").waitFor();
    }
  });

  test("columns are chosen and put in order, and the address says so", async () => {
    const page = await open("admin");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Due" }).uncheck();
    await page.getByRole("button", { name: "Owner earlier" }).click();
    expect(await violations(page)).toEqual([]);
    await page.waitForURL(/cols=act(,|%2C)left(,|%2C)stage/);
    await expect.poll(() => page.getByRole("columnheader", { name: "Due" }).count()).toBe(0);
    const left = async (name: string) =>
      (await page.getByRole("columnheader", { name }).boundingBox())?.x ?? Number.NaN;
    expect(await left("Owner")).toBeLessThan(await left("To"));
    const head = await left("Owner");
    const cell = await rowOf(page, "SO-2000").locator(".at-owner").boundingBox();
    expect(Math.abs((cell?.x ?? 0) - head)).toBeLessThan(1);
    await page.reload();
    await rowOf(page, "SO-2000").waitFor();
    await expect.poll(() => page.getByRole("columnheader", { name: "Due" }).count()).toBe(0);
  });

  test("an order of two parcels says so, and nothing of it is cut off", async () => {
    const page = await open("admin");
    const lines = rowOf(page, SPLIT).locator(".at-lines");
    await expect.poll(() => lines.textContent()).toMatch(/\d of 2 parcels/);
    const [text, room] = await lines.evaluate((cell) => [cell.scrollWidth, cell.clientWidth]);
    expect(text).toBeLessThanOrEqual(room ?? 0);
  });

  test("the palette goes to an order by its number, to a screen, and to a view", async () => {
    const page = await open("admin");
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByPlaceholder("Order, screen, view or action").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type("so-2007");
    await page.getByRole("option", { name: /SO-2007/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/order=SO-2007/);
    await page.getByRole("heading", { name: "SO-2007" }).first().waitFor();
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("truc");
    await page.getByRole("option", { name: /Trucks/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/trucks/);
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("dark th");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.evaluate(() => document.documentElement.dataset["theme"]))
      .toBe("dark");
    await page.evaluate(() => localStorage.removeItem("ct-theme"));
  });

  test("the palette goes to somebody's orders, from any screen", async () => {
    const page = await open("coordinator");
    const assigned = await page.request.post(
      `${tower.url}/api/v1/orders/SO-2004/actions/assign?site=BER1`,
      {
        data: { assignee: "lead" },
        headers: { origin: tower.url },
      },
    );
    expect(assigned.status()).toBeLessThan(300);
    await rowOf(page, "SO-2004").getByText("lead").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL(/\/trucks/);
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByPlaceholder("Order, screen, view or action").waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    await page.keyboard.type("lead");
    const option = page.getByRole("option", { name: /Orders of lead/ });
    await expect.poll(() => option.getAttribute("data-highlighted")).not.toBeNull();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/board\?.*owner=lead/);
    await page.getByRole("button", { name: /Owner lead/ }).waitFor();
    await rowOf(page, "SO-2004").waitFor();
    await expect.poll(() => page.locator("[role=row][data-id]").count()).toBe(1);
  });

  test("one thing is done to many orders, told once, and taken back as one", async () => {
    const page = await open("coordinator");
    await page.keyboard.press("j");
    await page.keyboard.press("Shift+J");
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("h");
    await page.getByRole("form", { name: "Hold" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("form", { name: "Hold" }).getByRole("button", { name: "Hold" }).click();
    await page.getByText("2 orders held: Operator").waitFor();
    await page.getByText("‖ Operator").nth(1).waitFor();
    await page.keyboard.press("u");
    await page.getByText("Taken back").waitFor();
    await page.getByText("‖ Operator").first().waitFor({ state: "detached" });
  });

  test("the row under the keyboard is acted on without opening or selecting it, and the sheet says so", async () => {
    const page = await open("coordinator", "/board?site=BER1&sort=-id");
    await page.keyboard.press("j");
    const isOnRow = () => document.activeElement?.matches("[data-id=SO-2029]");
    await page.waitForFunction(isOnRow);
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "The row under the keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForFunction(isOnRow);
    await page.keyboard.press("c");
    const form = page.getByRole("form", { name: "Assign" });
    await form.waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("SO-2029 assigned to coordinator").waitFor();
    await rowOf(page, "SO-2029").getByText("coordinator").waitFor();
    await page.waitForFunction(isOnRow);
    await page.keyboard.press("u");
    await page.getByText("SO-2029: undone").waitFor();
    expect(page.url()).not.toContain("order=");
  });

  test("who reads an order is seen on the board and by who else reads it", async () => {
    const first = await open("lead", "/board?site=BER1&order=SO-2001");
    await first.getByRole("heading", { name: "SO-2001" }).first().waitFor();
    const second = await open("coordinator");
    await rowOf(second, "SO-2001").getByText("lead").waitFor();
    await expect
      .poll(() => rowOf(second, "SO-2001").getAttribute("aria-label"))
      .toContain("lead looks at it");
    await rowOf(second, "SO-2001").click();
    await second.getByText("lead looks at this too").waitFor();
    await first.getByText("coordinator looks at this too").waitFor();
    await first.keyboard.press("Escape");
    await second.getByText("lead looks at this too").waitFor({ state: "detached" });
  });

  test("a second window follows the board, and the drawer stays away while it is there", async () => {
    const page = await open("admin");
    await page.getByRole("button", { name: "More of this view" }).click();
    const opening = page.waitForEvent("popup");
    await page.getByRole("menuitem", { name: /Second window/ }).click();
    const beside = await opening;
    await beside.getByRole("heading", { name: "No order yet" }).waitFor();
    await expect.poll(() => beside.getByRole("navigation").count()).toBe(0);
    await page.bringToFront();
    await page.keyboard.press("j");
    const order = await page.evaluate(() => document.activeElement?.getAttribute("data-id") ?? "");
    await beside.getByRole("heading", { name: order }).waitFor();
    expect(await violations(beside)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.keyboard.press("j");
    await beside.getByRole("heading", { name: order }).waitFor({ state: "detached" });
    await expect
      .poll(() => page.locator("aside[aria-labelledby=order-drawer-title]").count())
      .toBe(0);
    await beside.close();
    await expect
      .poll(async () => {
        await page.keyboard.press("Enter");
        return page.locator("aside[aria-labelledby=order-drawer-title]").count();
      })
      .toBe(1);
  });

  test("the view goes out as CSV and on paper, with all its rows", async () => {
    const page = await open("admin", "/board?site=BER1&sort=id&q=SO-20");
    await page.getByRole("button", { name: "More of this view" }).click();
    const downloading = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "CSV of this view" }).click();
    const lines = readFileSync(await (await downloading).path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(ORDERS.length + 1);
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(ORDERS);
    await page.emulateMedia({ media: "print" });
    const table = page.locator(".print-table table");
    await table.waitFor();
    const linesOf = (cell: Element): number => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return new Set([...range.getClientRects()].map(({ top }) => top)).size;
    };
    const cells = await table.locator("tbody tr:first-child td.whole").all();
    for (const cell of cells) expect(await cell.evaluate(linesOf)).toBeLessThanOrEqual(1);
    await expect.poll(() => table.locator("tbody tr").count()).toBe(ORDERS.length);
    await expect.poll(() => page.getByRole("navigation").count()).toBe(0);
    expect(await page.locator("[role=grid]").isVisible()).toBe(false);
    await page.emulateMedia({ media: "screen" });
    await table.waitFor({ state: "detached" });
  });

  test.each([
    ["the board", "/board?site=BER1"],
    ["an open order", "/board?site=BER1&order=SO-2001"],
  ])("on a tablet everything of %s that answers is 44 px or more", async (_, path) => {
    const page = await open("coordinator", path, {
      viewport: { width: 1024, height: 768 },
      hasTouch: true,
      isMobile: true,
    });
    await page.waitForTimeout(500);
    const small = await page.evaluate((least) => {
      const targets = document.querySelectorAll<HTMLElement>(
        "button, select, summary, nav a, input[type=search], [role=menuitem], [role=row][data-id]",
      );
      return [...targets].flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        const isShown = element.checkVisibility() && width > 1 && height > 1;
        const isSmall = isShown && (width < least || height < least);
        return isSmall ? [`${element.outerHTML.slice(0, 120)} ${width}x${height}`] : [];
      });
    }, LEAST_TARGET - 0.5);
    expect(small).toEqual([]);
    const cut = await page
      .locator("[data-stage] > span.truncate, .at-id bdi")
      .evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
      );
    expect(cut).toEqual([]);
  });
});
