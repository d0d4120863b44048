/** People from the first administrator to a disabled user: the command line, the pages in a real browser, and what ends when somebody is shut out. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { firstAdminLink } from "../../bin/first-admin.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { turn, violations } from "../support/desk.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { bare } from "../support/bare-env.ts";

const CT = join(import.meta.dirname, "../../bin/ct.ts");
const CHIEF = "a red lorry in the yard";

let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

/** `ct users ...` against the tower of this test. */
async function ct(...args: string[]): Promise<{ code: number; out: string }> {
  const env = { ...bare(), CT_URL: tower.url, CT_KEY: tower.key, NO_COLOR: "1" };
  const child = spawn(process.execPath, [CT, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => (out += String(chunk)));
  const [code] = (await once(child, "close")) as [number];
  return { code, out };
}

async function openPage(): Promise<Page> {
  const viewport = { width: 1920, height: 1080 };
  const page = await (await browser.newContext({ viewport, colorScheme: "light" })).newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load|WebSocket|ERR_/.test(message.text()))
      complaints.push(message.text());
  });
  return page;
}

const isWiderThanItsWindow = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

async function logIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto(`${tower.url}/login`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

async function asChief(path: string): Promise<Page> {
  const page = await openPage();
  const login = await page.request.post(`${tower.url}/api/v1/session`, {
    data: { name: "chief", password: CHIEF },
    headers: { origin: tower.url },
  });
  if (!login.ok()) throw new Error(await login.text());
  await page.goto(tower.url + path);
  return page;
}

describe.skipIf(browserMissing)("people", () => {
  beforeAll(async () => {
    tower = await startTower();
    browser = await openBrowser();
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

  test("the first administrator comes by the link of the console, which then is worth nothing", async () => {
    const link = await firstAdminLink(tower.url, tower.key);
    const page = await openPage();
    await page.goto(link ?? "");
    await page.getByLabel("Password").waitFor();
    expect(page.url()).toBe(`${tower.url}/setup`);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Name").fill("chief");
    await page.getByLabel("Password").fill("iloveyou");
    await page.getByRole("button", { name: "Become the administrator" }).click();
    await page.getByText("tried first").waitFor();
    await page.getByLabel("Password").fill(CHIEF);
    await page.getByRole("button", { name: "Become the administrator" }).click();
    await page.waitForURL(/\/board/);

    const late = await openPage();
    await late.goto(link ?? "");
    await late.getByLabel("Name").fill("second");
    await late.getByLabel("Password").fill(CHIEF);
    await late.getByRole("button", { name: "Become the administrator" }).click();
    await late.getByText("There is an administrator").waitFor();
    expect(await firstAdminLink(tower.url, tower.key)).toBeNull();
  });

  test("a person is added, chooses a password, and loses the open page when disabled", async () => {
    const chief = await asChief("/settings/users");
    await chief.getByRole("button", { name: "Add a person" }).click();
    await chief.getByLabel("Name to log in with").fill("petra");
    expect(await violations(chief)).toEqual([]);
    await chief.getByRole("button", { name: "Add", exact: true }).click();
    const once = (await chief.getByTestId("one-time-password").textContent()) ?? "";
    expect(await violations(chief)).toEqual([]);
    await chief.getByRole("button", { name: "I have it" }).click();

    const petra = await openPage();
    await logIn(petra, "petra", once);
    await petra.waitForURL(/\/account/);
    await petra.goto(`${tower.url}/board`);
    await petra.waitForURL(/\/account/);
    await petra.getByLabel("One-time password").fill(once);
    await petra.getByLabel("New password").fill("the blue door at night");
    await petra.getByRole("button", { name: "Change password" }).click();
    await petra.waitForURL(/\/board/);
    await petra.locator("[data-testid=freshness]").waitFor();
    // the socket of the session that the choice replaced must not end the page
    await petra.waitForTimeout(2_500);
    expect(petra.url()).toContain("/board");

    await chief.getByRole("button", { name: "What to do with petra" }).click();
    await chief.getByRole("menuitem", { name: "Disable" }).click();
    const startedAt = Date.now();
    await chief.getByRole("button", { name: "Disable", exact: true }).click();
    await petra.getByText("Session ended").waitFor({ timeout: 10_000 });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    await chief.getByText("disabled", { exact: true }).waitFor();
  });

  test("somebody whose role changes stays on the page, with what is true now", async () => {
    const added = await ct("users", "add", "mover", "--role", "lead", "--sites", "BER1");
    const once = /one-time password of mover: (\S+)/.exec(added.out)?.[1] ?? "";
    const mover = await openPage();
    await logIn(mover, "mover", once);
    await mover.getByLabel("One-time password").fill(once);
    await mover.getByLabel("New password").fill("the green door at night");
    await mover.getByRole("button", { name: "Change password" }).click();
    await mover.waitForURL(/\/board/);
    await mover.getByRole("link", { name: "Dead letters" }).waitFor();
    expect((await ct("users", "role", "mover", "viewer")).code).toBe(0);
    await mover.getByRole("link", { name: "Dead letters" }).waitFor({ state: "detached" });
    await mover.waitForTimeout(1_500);
    expect(await mover.getByText("Session ended").count()).toBe(0);
  });

  test.each([
    ["/settings/users", "may log in to this tower"],
    ["/account", "Where you are logged in"],
  ])("%s holds for everybody to see and use: light, dark, on a tablet", async (path, words) => {
    const page = await asChief(path);
    await page.getByText(words).waitFor();
    for (const [look, width, height] of [
      ["light", 1920, 1080],
      ["dark", 1920, 1080],
      ["light", 768, 1024],
    ] as const) {
      await turn(page, look);
      await page.setViewportSize({ width, height });
      expect([look, width, await violations(page)]).toEqual([look, width, []]);
      expect(await isWiderThanItsWindow(page)).toBe(false);
    }
  });

  test("logging out everywhere ends the other window, too", async () => {
    const [here, there] = [await asChief("/account"), await asChief("/board")];
    await there.locator("[data-testid=freshness]").waitFor();
    await here.getByRole("button", { name: "Log out everywhere" }).click();
    await here.getByRole("dialog").getByRole("button", { name: "Log out everywhere" }).click();
    await here.waitForURL(/\/login/);
    await there.getByText("Session ended").waitFor({ timeout: 10_000 });
  });

  test("the command line says what it did, what it could not do, and how it is used", async () => {
    expect(await ct("users", "add", "olga", "--role", "viewer", "--sites", "BER1")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/one-time password of olga: (\w{5}-){3}\w{5}/),
    });
    expect((await ct("users", "list")).out).toMatch(/olga\tviewer\tBER1\tenabled\tlocal/);
    const list = JSON.parse((await ct("users", "list", "--json")).out) as { name: string }[];
    expect(list.map(({ name }) => name)).toContain("olga");
    for (const words of [["disable"], ["enable"], ["role", "lead"], ["password"], ["logout"]]) {
      const [action = "", ...rest] = words;
      expect(await ct("users", action, "olga", ...rest)).toMatchObject({ code: 0 });
    }
    expect(await ct("users", "delete", "olga")).toMatchObject({ code: 2 });
    expect(await ct("users", "delete", "olga", "--yes")).toMatchObject({ code: 0 });
    expect(await ct("users", "disable", "olga")).toMatchObject({
      code: 1,
      out: expect.stringContaining("There is no such user"),
    });
    expect(await ct("users", "add", "x", "--role", "king")).toMatchObject({ code: 2 });
    expect(await ct("users", "--help")).toMatchObject({
      code: 0,
      out: expect.stringContaining("one-time password"),
    });
  });
});
