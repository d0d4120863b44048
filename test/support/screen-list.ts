/** Every screen of the desk, as its tests visit them. A place that is new in the rail or in the menus is visited without being named here. */
import type { Page } from "playwright-core";
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

/** Goes there and waits until what it asked for has come. */
export async function visit(page: Page, url: string, path: string): Promise<void> {
  await page.goto(url + path);
  await page.locator("main h1, main h2").first().waitFor({ state: "attached", timeout: 20_000 });
  await page.waitForLoadState("networkidle");
  await page
    .locator("[aria-busy=true]")
    .first()
    .waitFor({ state: "detached", timeout: 5_000 })
    .catch(() => undefined);
  await page.waitForTimeout(QUIET_MS);
}
