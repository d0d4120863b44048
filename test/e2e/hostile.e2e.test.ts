/**
 * Promise S18: every field of an order, an event and a dead letter is filled with texts that try to become markup, script or another writing direction, and
 * every page that shows them is opened in a real browser. None becomes more than text: 0 dialogs, 0 reports of the policy, 0 elements that nobody wrote.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keysOf } from "../../domain/contract/keys.ts";
import { browserMissing, openBrowser } from "../support/browser.ts";
import { connectTestClient } from "../support/redis-client.ts";
import { isNamed } from "../support/screen-list.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { hostileTexts } from "./hostile-texts.ts";

const MARK = "data-hostile";
const TURNED = "abc\u202edcba\u2066";
const PAYLOADS = [
  `<img ${MARK} src=x onerror=alert(1)>`,
  `"><script ${MARK}>alert(1)</script>`,
  `'><svg ${MARK} onload=alert(1)>`,
  `<iframe ${MARK} srcdoc="<script>alert(1)</script>"></iframe>`,
  `{{constructor.constructor('alert(1)')()}}`,
  `javascript:alert(1)//`,
  `<style ${MARK}>*{display:none}</style>`,
  `</title><b ${MARK}>`,
  `<a ${MARK} href="javascript:alert(1)">x</a>`,
  `\`\${alert(1)}\``,
  `&lt;img src=x&gt;&#x3c;b ${MARK}&#x3e;`,
  TURNED,
  `<math ${MARK}><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
  `%3Cimg ${MARK} src=x%3E`,
  `__proto__`,
];

let tower: Tower;
let browser: Browser;
const complaints: string[] = [];

const now = () => new Date().toISOString();
/** the payload as an id: ids take no control characters, and hostile they stay */
const idOf = (index: number) => `${PAYLOADS[index] ?? ""}#${index}`;

function eventsOf(text: string, index: number): object[] {
  const orderId = idOf(index);
  const common = {
    site: "BER1",
    orderId,
    occurredAt: now(),
    actor: text,
    station: text.slice(0, 64),
  };
  const event = (id: string, type: string, data: object) => ({
    ...common,
    id: `${text}-${id}-${index}`.slice(0, 128),
    source: `${text.slice(0, 100)}/${index}`,
    type,
    data,
  });
  const line = { line: 1, sku: text, name: text, quantity: 2, zone: text.slice(0, 64) };
  const parcel = { parcelId: text.slice(0, 64), carrier: text.slice(0, 64), trackingCode: text };
  return [
    event("1", "order.received", {
      customerOrder: text,
      channel: text.slice(0, 64),
      service: text.slice(0, 64),
      carrier: text.slice(0, 64),
      client: text.slice(0, 64),
      tier: text.slice(0, 32),
      placedAt: now(),
      shipTo: {
        name: text,
        city: text,
        region: text,
        postalCode: text.slice(0, 64),
        country: text.slice(0, 64),
      },
      lines: [line],
      [`x-${text.slice(0, 60)}`]: text,
    }),
    event("2", "hold.placed", { code: "HOLD_OTHER", reason: text, owner: text.slice(0, 64) }),
    event("3", "exception.raised", { code: "OTHER", note: text }),
    event("4", "note.added", { text }),
    event("5", "order.assigned", { assignee: text.slice(0, 64) }),
    event("6", "pack.completed", { parcels: [parcel] }),
  ];
}

/** Two texts a line: its SKU and its name. */
const orderOfTexts = (orderId: string, texts: readonly string[]): object => ({
  id: orderId,
  source: "shop",
  type: "order.received",
  site: "BER1",
  orderId,
  occurredAt: now(),
  data: {
    customerOrder: orderId,
    channel: "web",
    service: "standard",
    placedAt: now(),
    shipTo: { country: "DE" },
    lines: Array.from({ length: texts.length / 2 }, (_, at) => ({
      line: at + 1,
      sku: texts[2 * at],
      name: texts[2 * at + 1],
      quantity: 1,
    })),
  },
});

async function openAs(user: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const login = await context.request.post(`${tower.url}/api/v1/session`, {
    data: { name: user, password: `demo-${user}-tower` },
    headers: { origin: tower.url },
  });
  expect(login.status()).toBe(200);
  return watch(await context.newPage(), path);
}

/** A page whose every dialog, policy report and request to elsewhere is written down. */
async function watch(page: Page, path: string): Promise<Page> {
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/policy|trusted/i.test(message.text())) complaints.push(message.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (url.includes("csp-reports")) complaints.push("a report of the policy");
    if (!url.startsWith(tower.url) && !url.startsWith("data:")) complaints.push(`asks ${url}`);
  });
  await page.goto(tower.url + path);
  await isNamed(page);
  return page;
}

/** To another address of the same page, as a link would: loading it anew each time takes a second. */
async function go(page: Page, address: string): Promise<void> {
  const to = JSON.stringify(address);
  await page.evaluate(
    `history.pushState({}, "", ${to}); dispatchEvent(new PopStateEvent("popstate", { state: {} }))`,
  );
  await page.waitForTimeout(100);
}

/** Elements that carry the payloads' mark, or that no template of ours writes. */
const strangers = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll("[${MARK}], iframe, object, embed, base, math, mglyph, body script, body style, a[href^='javascript']")].map((one) => one.outerHTML)`,
  );

async function isClean(page: Page): Promise<void> {
  expect(await strangers(page)).toEqual([]);
  expect(complaints).toEqual([]);
}

async function allApplied(count: number): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const answer = await tower.request("/api/v1/orders?site=BER1&limit=200");
    const { items } = (await answer.json()) as { items: unknown[] };
    if (items.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the hostile orders are not on the board");
}

describe.skipIf(browserMissing)("hostile texts", () => {
  beforeAll(async () => {
    tower = await startTower({ env: { CT_DEMO: "1" }, appendfsync: "no" });
    browser = await openBrowser();
    const answer = await tower.post(PAYLOADS.flatMap(eventsOf));
    if (answer.status !== 202) throw new Error(await answer.text());
    await allApplied(PAYLOADS.length);
    await addDeadLetters();
  });
  afterAll(async () => {
    await browser?.close();
    await tower?.stop();
  });

  async function addDeadLetters(): Promise<void> {
    const redis = await connectTestClient(tower.redis.socketPath);
    for (const [index, text] of PAYLOADS.entries()) {
      const event = { ...eventsOf(text, index)[3], occurredAt: Date.now(), recordedAt: Date.now() };
      const id = `dead-${index}`;
      const cause = { code: "CT_ERR_RULES_THREW", message: text };
      const orderId = idOf(index);
      const letter = {
        id,
        site: "BER1",
        at: Date.now(),
        cause,
        tries: 1,
        event,
        hash: "x",
        orderId,
      };
      await redis.hSet(keysOf("BER1").dead, id, JSON.stringify(letter));
    }
    redis.destroy();
  }

  test("are text on the board", async () => {
    const page = await openAs("lead", "/board?site=BER1");
    await page.locator("[role=row][data-id]").first().waitFor();
    for (const row of await page.locator("[role=row][data-id]").all()) await row.hover();
    await isClean(page);
    // what turns the writing around is written out, and turns nothing
    const shown = await page.locator("[role=grid], main").first().innerText();
    expect(shown).toContain("abc\\u202edcba\\u2066");
    expect(shown).not.toContain("\u202e");
    await page.context().close();
  });

  test("are text in the drawer of each order", async () => {
    const page = await openAs("lead", "/board?site=BER1");
    await page.locator("[role=row][data-id]").first().waitFor();
    for (let index = 0; index < PAYLOADS.length; index += 1) {
      const id = idOf(index);
      await go(page, `/board?site=BER1&order=${encodeURIComponent(id)}`);
      const drawer = page.locator(`aside:has-text("#${index}")`);
      await drawer.getByText("Events raw").click();
      await isClean(page);
    }
    await page.context().close();
  });

  test("of 2,000 kinds are text in the lines of an order", async () => {
    const texts = hostileTexts(MARK);
    expect(new Set(texts).size).toBe(2_000);
    const page = await openAs("lead", "/board?site=BER1");
    for (let from = 0; from < texts.length; from += 500) {
      const id = `many-${from}`;
      const answer = await tower.post([orderOfTexts(id, texts.slice(from, from + 500))]);
      expect(answer.status).toBe(202);
      await go(page, `/board?site=BER1&order=${id}`);
      const cells = page.locator(`aside:has-text("${id}") table td`);
      await expect.poll(() => cells.count(), { timeout: 30_000 }).toBeGreaterThanOrEqual(500);
      await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => (one.open = true))",
      );
      const shown = (await cells.allInnerTexts()).join("\n");
      expect(shown).toContain(texts[from]);
      await isClean(page);
    }
    await page.context().close();
  }, 120_000);

  test("are text among the dead letters", async () => {
    const page = await openAs("lead", "/dead-letters?site=BER1");
    await page.getByText("onerror=alert").first().waitFor();
    await isClean(page);
    await page.context().close();
  });

  test("are text in the trucks, and in addresses that nobody made", async () => {
    const page = await openAs("lead", "/trucks?site=BER1");
    for (const path of ["/trucks?site=BER1", "/orders/", "/board?site=", "/login?next=", "/"]) {
      for (const text of PAYLOADS.slice(0, 6)) {
        await go(page, `${path}${encodeURIComponent(text)}`);
        await isClean(page);
      }
    }
    await page.context().close();
  });

  test("a policy that is broken on purpose is seen, so that none seen means none", async () => {
    const page = await openAs("lead", "/board?site=BER1");
    const report = page.waitForEvent("console", (message) => /policy/i.test(message.text()));
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement("img"), { src: "https://elsewhere.example/x.png" }))`,
    );
    await report;
    expect(complaints.splice(0)).not.toEqual([]);
    await page.context().close();
  });
});
