/** Every screen of the desk, as its tests visit them. A place that is new in the rail or in the menus is visited without being named here. */
import type { Page, Request } from "playwright-core";
import { PLACES } from "../../client/ui/places.ts";

export type Screen = { name: string; path: string };

const NAMED: readonly Screen[] = [
  { name: "board", path: "/board?site=BER1" },
  { name: "board by truck", path: "/board?site=BER1&group=truck" },
  { name: "board with an order", path: "/board?site=BER1&order=SO-100014" },
  { name: "order", path: "/orders/SO-100014?site=BER1" },
  { name: "beside", path: "/beside?site=BER1&with=x&order=SO-100014" },
  { name: "on the floor", path: "/floor?site=BER1" },
  { name: "pairing", path: "/link" },
  { name: "no such page", path: "/nowhere" },
];

export const SCREENS: readonly Screen[] = [
  ...NAMED,
  ...PLACES.filter(({ to }) => to !== "/board").map(({ to, label }) => ({
    name: label.toLowerCase(),
    path: `${to}?site=BER1`,
  })),
];

const QUIET_MS = 400;

async function settled(page: Page): Promise<void> {
  await page.locator("main h1, main h2").first().waitFor({ state: "attached", timeout: 20_000 });
  await nothingAsked(page);
  await page
    .locator("[aria-busy=true]")
    .first()
    .waitFor({ state: "detached", timeout: 5_000 })
    .catch(() => undefined);
  await page.waitForTimeout(QUIET_MS);
}

/** Loads the page of that address and waits until what it asked for has come. */
export async function visit(page: Page, url: string, path: string): Promise<void> {
  countRequests(page);
  await page.goto(url + path);
  await settled(page);
}

/** Until the router has brought the page that was asked for, and named it: before, it hears of no other address. */
export const isNamed = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.title.includes(" · "));

/** To another screen of the page that is open, as a link would, and waits as `visit` does: what is loaded stays loaded. */
export async function go(page: Page, path: string): Promise<void> {
  countRequests(page);
  await isNamed(page);
  await page.evaluate((to) => {
    document.title = "";
    history.pushState({}, "", to);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }, path);
  await isNamed(page);
  await settled(page);
}

const underWay = new WeakMap<Page, Set<Request>>();

function countRequests(page: Page): void {
  if (underWay.has(page)) return;
  const open = new Set<Request>();
  underWay.set(page, open);
  page.on("request", (request) => open.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => open.delete(request));
}

/** How often in a row nothing may be under way, with the page itself idle in between, until all that one thing led to is over. */
const CALM_LOOKS = 4;

async function nothingAsked(page: Page): Promise<void> {
  const open = underWay.get(page) ?? new Set();
  const giveUpAt = Date.now() + 30_000;
  for (let calm = 0; calm < CALM_LOOKS; calm = open.size === 0 ? calm + 1 : 0) {
    if (Date.now() > giveUpAt)
      throw new Error(`still asks for ${[...open].map((request) => request.url()).join(", ")}`);
    await page.waitForTimeout(25);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => requestIdleCallback(() => resolve(), { timeout: 1_000 })),
    );
  }
}
