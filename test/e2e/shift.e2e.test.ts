/** A coordinator's and a lead's shift by keyboard alone, against real processes: from a new incident to a handover that both leads signed. No pointer is used anywhere. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { receivedEvent, scanEvent, violations } from "../support/desk.ts";
import { startTower, type Tower } from "../support/tower.ts";

/** something is at stake */
const WORTH = { lines: [{ line: 1, sku: "SKU-7", quantity: 2, unitPrice: 40 }] };

let tower: Tower;
let browser: Browser;

async function pageOf(user: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  await page.goto(`${tower.url}/login`);
  // the field that has the focus by itself
  await page.locator("input[name=name]:focus").waitFor();
  await page.keyboard.type(user);
  await page.keyboard.press("Tab");
  await page.keyboard.type(`demo-${user}-tower`);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Screens" }).waitFor({ timeout: 60_000 });
  return page;
}
const says = (page: Page, text: string | RegExp) =>
  page
    .getByRole("log", { name: "What just happened" })
    .getByText(text)
    .first()
    .waitFor({ timeout: 20_000 });
async function goTo(page: Page, key: string): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.press(key);
}
const lines = (page: Page) => page.getByRole("option");
const folder = (page: Page, digit: number) => page.keyboard.press(`Alt+Digit${digit}`);

describe.skipIf(browserMissing)("a shift by keyboard", () => {
  let coordinator: Page;

  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1" } });
    browser = await openBrowser();
    const answer = await tower.post([
      receivedEvent("SO-LATE-1", -30, WORTH),
      receivedEvent("SO-LATE-2", -45, WORTH),
      receivedEvent("SO-FINE", 2_000, WORTH),
    ]);
    if (answer.status !== 202) throw new Error(await answer.text());
    // a new hold has the causes looked at within seconds: by themselves they are once a minute
    const held = await tower.post([
      receivedEvent("SO-HELD", 2_000),
      scanEvent("SO-HELD", "hold.placed", 0, { code: "HOLD_ADDRESS" }),
    ]);
    if (held.status !== 202) throw new Error(await held.text());
    coordinator = await pageOf("coordinator");
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
  });

  test("a late order is in the inbox by itself, with what to do and why", async () => {
    await goTo(coordinator, "i");
    await coordinator
      .getByRole("listbox", { name: "Incidents, unowned" })
      .waitFor({ timeout: 120_000 });
    await coordinator.getByRole("option", { name: /SO-LATE-1/ }).waitFor({ timeout: 120_000 });
    await coordinator.getByRole("option", { name: /SO-LATE-2/ }).waitFor({ timeout: 120_000 });
    await expect.poll(() => coordinator.getByRole("option", { name: /SO-FINE/ }).count()).toBe(0);
    expect(await violations(coordinator)).toEqual([]);
  });

  test.each([
    ["a tablet", 1024, 768],
    ["a phone", 390, 844],
  ])("on %s the incidents have most of the page", async (_, width, height) => {
    const desk = coordinator.viewportSize() ?? { width: 1920, height: 1080 };
    await coordinator.setViewportSize({ width, height });
    const box = await coordinator.getByRole("region", { name: "Incidents" }).boundingBox();
    await coordinator.setViewportSize(desk);
    expect(box?.height).toBeGreaterThan(height / 2);
  });

  test("it is opened, claimed for a time, commented, given back and taken again, each with a key", async () => {
    await coordinator.keyboard.press("j");
    await coordinator.keyboard.press("Enter");
    await coordinator
      .getByRole("region", { name: "LADDER" })
      .or(coordinator.getByText(/^LADDER/))
      .first()
      .waitFor();
    expect(await violations(coordinator)).toEqual([]);
    await coordinator.keyboard.press("a");
    await coordinator.getByRole("form", { name: "Yours until when?" }).waitFor();
    await coordinator.keyboard.press("2");
    await says(coordinator, /is yours/);
    await coordinator.keyboard.press("n");
    await coordinator.keyboard.type("Carton L is on its way @lead");
    await coordinator.keyboard.press("Control+Enter");
    await says(coordinator, /commented/);
    await coordinator.getByText("Carton L is on its way @lead").first().waitFor();
    await coordinator.keyboard.press("Escape");
    await folder(coordinator, 2);
    await coordinator.getByRole("listbox", { name: "Incidents, mine" }).waitFor();
    await expect.poll(() => lines(coordinator).count()).toBe(1);
  });

  test("what was done is undone with one key", async () => {
    await coordinator.keyboard.press("j");
    await coordinator.keyboard.press("Enter");
    await coordinator.keyboard.press("d");
    await coordinator.getByRole("form", { name: /^Noise/ }).waitFor();
    await coordinator.keyboard.press("Enter");
    await says(coordinator, /marked as noise/);
    await coordinator.keyboard.press("Escape");
    await coordinator.keyboard.press("Escape");
    await coordinator.keyboard.press("u");
    await says(coordinator, "Taken back");
  });

  test("the other one is shelved with a reason, found on the shelf, and escalated", async () => {
    await folder(coordinator, 1);
    await coordinator.getByRole("listbox", { name: "Incidents, unowned" }).waitFor();
    await coordinator.keyboard.press("j");
    await coordinator.keyboard.press("Enter");
    await coordinator.keyboard.press("e");
    await coordinator.getByRole("form", { name: /^Why does the next step/ }).waitFor();
    await coordinator.keyboard.type("The truck leaves early");
    await coordinator.keyboard.press("Enter");
    await says(coordinator, /escalated/);
  });

  test("a lead shelves it past the promise, signs the handover, and the next lead takes over what is owned", async () => {
    const lead = await pageOf("lead");
    await goTo(lead, "i");
    await lead.getByRole("listbox", { name: "Incidents, unowned" }).waitFor();
    await lead.keyboard.press("j");
    await lead.keyboard.press("Enter");
    await lead.keyboard.press("s");
    await lead.getByRole("form", { name: /^Put away/ }).waitFor();
    await lead.keyboard.press("1");
    await lead.keyboard.type("Waits for the supplier");
    await lead.keyboard.press("Enter");
    await says(lead, /shelved/);
    await lead.keyboard.press("Escape");

    await goTo(lead, "h");
    await lead.getByRole("heading", { name: /^Handover of the/ }).waitFor();
    expect(await violations(lead)).toEqual([]);
    const sign = lead.getByRole("button", { name: "Sign as who leaves" });
    await sign.focus();
    await lead.keyboard.press("Enter");
    await says(lead, /^Signed/);

    const next = await pageOf("admin");
    await goTo(next, "h");
    await next.getByText("Signed by who leaves; it waits for who comes").waitFor();
    await next.getByRole("button", { name: "Sign as who comes" }).focus();
    await next.keyboard.press("Enter");
    await says(next, /1 incident is yours/);
    await next.getByText("Signed by both").waitFor();
  });
});
