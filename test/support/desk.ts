/** What tests of the pages share: logging in, events of an order, and what axe finds. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, ConsoleMessage, Page } from "playwright-core";
import type { Tower } from "./tower.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MINUTE = 60_000;

export const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * MINUTE).toISOString();

export const receivedEvent = (orderId: string, dueInMinutes: number, data: object = {}) => ({
  id: `${orderId}-received`,
  source: "shop/1",
  type: "order.received",
  site: "BER1",
  orderId,
  occurredAt: minutesAgo(180),
  data: {
    channel: "web",
    customerOrder: `C-${orderId}`,
    service: "express",
    placedAt: minutesAgo(181),
    shipBy: minutesAgo(-dueInMinutes),
    // trucks of several days keep it: what is late is no lost cause, whatever time it is
    deliverBy: minutesAgo(-dueInMinutes - 14_400),
    shipTo: { name: "A. Person", city: "Hamburg", postalCode: "20095", country: "DE" },
    lines: [{ line: 1, sku: "SKU-7", quantity: 2 }],
    ...data,
  },
});

export const scanEvent = (orderId: string, type: string, minutes: number, data: object = {}) => ({
  id: `${orderId}-${type}`,
  source: "wms/ber1",
  type,
  site: "BER1",
  orderId,
  occurredAt: minutesAgo(minutes),
  data,
});

export async function postAll(tower: Tower, events: object[]): Promise<void> {
  const response = await tower.post(events);
  if (response.status !== 202) throw new Error(await response.text());
}

/** Errors of the network are the test's own doing; everything else a page complains of is kept in `complaints`. */
export function listenTo(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message: ConsoleMessage) => {
    if (message.type() === "error" && !/Failed to load|WebSocket|ERR_/.test(message.text()))
      complaints.push(message.text());
  });
}

export type Desk = { browser: Browser; tower: Tower; complaints: string[] };

/** A page of its own context, logged in as one of the demo's users. */
export async function openDesk(
  { browser, tower, complaints }: Desk,
  user: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    colorScheme: "light",
    ...options,
  });
  const page = await context.newPage();
  listenTo(page, complaints);
  const login = await page.request.post(`${tower.url}/api/v1/session`, {
    data: { name: user, password: `demo-${user}-tower` },
    headers: { origin: tower.url },
  });
  if (!login.ok()) throw new Error(await login.text());
  await page.goto(tower.url + path);
  return page;
}

export const rowOf = (page: Page, id: string) => page.locator(`[role=row][data-id="${id}"]`);

type Violation = { id: string; nodes: { html: string }[] };
/** What fades in is read when it is there: half of the way its contrast is nobody's. What pulses for a while, as a new incident does for a minute, is at rest at once. */
const settle = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const timesOf = (one: Animation): number => one.effect?.getComputedTiming().iterations ?? 1;
    const ending = document.getAnimations().filter((one) => timesOf(one) !== Infinity);
    for (const one of ending) if (timesOf(one) > 1) one.finish();
    return Promise.allSettled(ending.map(({ finished }) => finished));
  });

/** Makes the open page light or dark, as a system that changes at dusk does. */
export async function turn(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: "attached" });
}

/** What axe finds on the page or in one part of it, one line a rule; nothing is switched off. The script is put in through the debugger, which the page's policy does not bind. */
export async function violations(page: Page, part?: string): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(AXE);
  await settle(page);
  const found = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(${part === undefined ? "document" : JSON.stringify(part)})`,
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`,
  );
}
