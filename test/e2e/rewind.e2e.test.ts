/** Rewind in a real browser: a moment of the past is shown exactly as the live board showed it then, never as if it were now, and it plays on. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { receivedEvent, scanEvent, violations } from "../support/desk.ts";
import { startTower, type Tower } from "../support/tower.ts";

const PICTURES = process.env["CT_PICTURES"] ?? "";

let tower: Tower;
let browser: Browser;

type Seen = { id: string; severity: string; stage: string; words: string };
/** What the rows say, but for what counts down. */
const rowsOn = (page: Page): Promise<Seen[]> =>
  page.locator("[role=row][data-id]").evaluateAll((rows) =>
    rows
      .map((row) => ({
        id: row.getAttribute("data-id") ?? "",
        severity: row.getAttribute("data-severity") ?? "",
        stage: row.getAttribute("data-stage") ?? "",
        words: row.querySelector("[role=gridcell]:last-child")?.textContent ?? "",
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  );

async function openAs(user: string, path: string, dark = false): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    colorScheme: dark ? "dark" : "light",
  });
  const page = await context.newPage();
  const login = await page.request.post(`${tower.url}/api/v1/session`, {
    data: { name: user, password: `demo-${user}-tower` },
    headers: { origin: tower.url },
  });
  if (!login.ok()) throw new Error(await login.text());
  await page.goto(tower.url + path);
  return page;
}

const pathOf = (at: number, rest = ""): string =>
  `/rewind?site=BER1&at=${new Date(at).toISOString()}${rest}`;

/** Until history has everything up to then. */
async function keptUntil(at: number): Promise<void> {
  const giveUpAt = Date.now() + 90_000;
  for (let to = 0; to <= at; await sleep(300)) {
    if (Date.now() > giveUpAt) throw new Error(`not kept: ${tower.workers[0]?.output()}`);
    const answer = await tower.request("/api/v1/rewind/range?site=BER1");
    if (answer.ok) to = Date.parse(((await answer.json()) as { to: string | null }).to ?? "") || 0;
  }
}

describe.skipIf(browserMissing)("rewind", () => {
  const moments: { at: number; rows: Seen[] }[] = [];

  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1", CT_FORECAST: "0" } });
    browser = await openBrowser();
    const live = await openAs("admin", "/board?site=BER1");
    const steps = [
      [...[1, 2, 3].map((n) => receivedEvent(`SO-${n}`, 600)), receivedEvent("SO-LATE", -30)],
      [
        scanEvent("SO-1", "order.allocated", 0),
        scanEvent("SO-2", "hold.placed", 0, { code: "HOLD_ADDRESS" }),
      ],
      [scanEvent("SO-LATE", "parcel.handed_over", 0), receivedEvent("SO-4", 500)],
      [
        scanEvent("SO-LATE", "parcel.delivered", 0),
        scanEvent("SO-3", "order.cancelled", 0, { by: "customer" }),
      ],
    ];
    const until = [
      '[data-id="SO-LATE"][data-severity=late]',
      '[data-id="SO-2"]:has-text("‖")',
      '[data-id="SO-LATE"][data-stage=handed_over]',
      "[role=grid]:not(:has([data-id=SO-LATE], [data-id=SO-3]))",
    ];
    for (const [place, events] of steps.entries()) {
      const response = await tower.post(events);
      if (response.status !== 202) throw new Error(await response.text());
      await live.locator(until[place] ?? "").waitFor({ timeout: 20_000 });
      if (place === 2) await live.locator('[data-id="SO-4"]').waitFor();
      // the order of a list that is settled
      await sleep(1_500);
      moments.push({ at: Date.now(), rows: await rowsOn(live) });
      await sleep(1_500);
    }
    await keptUntil(moments.at(-1)?.at ?? 0);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  test("shows exactly the rows and severities of the live board at that moment", async () => {
    const page = await openAs("admin", pathOf(moments[0]?.at ?? 0));
    for (const { at, rows } of moments) {
      await page.goto(tower.url + pathOf(at));
      await page.locator("[role=grid]").waitFor();
      await expect.poll(() => rowsOn(page)).toEqual(rows);
    }
    expect(new Set(moments.map(({ rows }) => JSON.stringify(rows))).size).toBe(moments.length);
  }, 60_000);

  test("never looks live: the pill, the bar and the title say that it is the past", async () => {
    const page = await openAs("admin", pathOf(moments[0]?.at ?? 0));
    await page.locator("[role=grid]").waitFor();
    const pill = page.getByTestId("freshness");
    await expect.poll(() => pill.getAttribute("data-freshness")).toBe("past");
    await expect.poll(() => pill.innerText()).toMatch(/PAST, not live/);
    await expect.poll(() => page.getByTestId("past").innerText()).toMatch(/PAST/);
    expect(await page.title()).toMatch(/^Past/);
    // a new event moves the live board and leaves the past alone
    const before = await rowsOn(page);
    await tower.post([scanEvent("SO-1", "pick.started", 0)]);
    await sleep(1_500);
    expect(await rowsOn(page)).toEqual(before);
    await page.getByRole("link", { name: "To the live board" }).click();
    await page.locator('[data-id="SO-1"][data-stage=picking]').waitFor();
    await expect
      .poll(() => page.getByTestId("freshness").getAttribute("data-freshness"))
      .not.toBe("past");
  }, 60_000);

  test("plays on from the moment, pauses, steps by keys, and keeps the moment in the address", async () => {
    const first = moments[0]?.at ?? 0;
    const page = await openAs("admin", pathOf(first));
    await page.locator('[data-id="SO-LATE"]').waitFor();
    await page.getByTestId("speed").selectOption("10");
    await page.locator("body").press("Space");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    // what was handed over and delivered goes by
    await page.locator('[data-id="SO-LATE"]').waitFor({ state: "detached", timeout: 20_000 });
    const playedTo = () => Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
    await expect.poll(playedTo).toBeGreaterThan(first);
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("button", { name: "Play" }).waitFor();
    const shown = () => page.getByTestId("past-moment").innerText();
    // a minute back is before the first board of this young tower, a minute on after the last
    await page.locator('[data-id="SO-LATE"], [data-testid=past]').first().waitFor();
    const earlier = await shown();
    await page.keyboard.press("ArrowRight");
    await expect.poll(shown).not.toBe(earlier);
  }, 60_000);

  test("opens what was believed of one order, which its own events lead to", async () => {
    const { at = 0 } = moments[1] ?? {};
    const page = await openAs("admin", pathOf(at, "&order=SO-LATE"));
    const then = page.getByTestId("past-order");
    await then.getByText("Severity").waitFor();
    await expect.poll(() => then.innerText()).toMatch(/late/);
    await page.goto(`${tower.url}/orders/SO-LATE?site=BER1`);
    const link = page.getByRole("link", { name: /the board then.*order\.received/ });
    await page.getByText("Events raw").click();
    await link.click();
    await page.waitForURL(/\/rewind\?.*order=SO-LATE/);
    await page.getByTestId("past-order").getByText("Severity").waitFor();
  }, 60_000);

  test.each([false, true])(
    "has nothing that axe complains about, dark %s",
    async (dark) => {
      const page = await openAs("admin", pathOf(moments[1]?.at ?? 0, "&order=SO-LATE"), dark);
      await page.getByTestId("past-order").getByText("Severity").waitFor();
      if (PICTURES !== "")
        await page.screenshot({ path: `${PICTURES}/rewind-${dark ? "dark" : "light"}.png` });
      expect(await violations(page)).toEqual([]);
    },
    60_000,
  );
});
