/**
 * A floor that walls have something to say of, at any hour of any day: a site that is open day and night, a truck every twenty minutes, and orders at every station of
 * which some can still be saved, some are late, and some are damaged.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SitesFile } from "../../domain/contract/sites.ts";
import type { DisplayView, TokenGrant } from "../../domain/contract/displays.ts";
import type { SlideKind } from "../../domain/walls/slides.ts";
import type { Tower } from "./tower.ts";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const pad = (number: number): string => String(number).padStart(2, "0");

/** The example's first site with other hours and trucks; `silent` is a source that never says anything. @returns the path of the sites file */
export function wallSites(folder: string, silent?: string): string {
  const text = readFileSync(new URL("../../server/example-sites.json", import.meta.url), "utf8");
  const [site] = (JSON.parse(text) as SitesFile).sites;
  if (site === undefined) throw new Error("the example has sites");
  const { holidays: _holidays, closures: _closures, cutOff: _cutOff, ...rest } = site;
  const pickups = (offset: number) =>
    Array.from({ length: 24 }, (_, hour) => ({
      days: EVERY_DAY,
      at: `${pad(hour)}:${pad(offset)}`,
    }));
  const always = {
    ...rest,
    shifts: [{ name: "always", days: EVERY_DAY, from: "00:00", to: "00:00" }],
    carriers: site.carriers.map(({ id }, at) => ({ id, pickups: pickups((at * 20) % 60) })),
    sources: [
      { source: "wms/1", silentAfter: "PT2H" },
      ...(silent === undefined ? [] : [{ source: silent, silentAfter: "PT1M", name: "3PL North" }]),
    ],
  };
  const file = join(folder, "sites.json");
  writeFileSync(file, JSON.stringify({ sites: [always] }));
  return file;
}

type Step = [type: string, minutesAgo: number, data?: object];

function orderEvents(id: string, carrier: string, shipInMs: number, steps: Step[], now: number) {
  const at = (ms: number): string => new Date(ms).toISOString();
  const common = { source: "wms/1", site: "BER1", orderId: id };
  const received = {
    customerOrder: `C-${id}`,
    channel: "web",
    service: "standard",
    carrier,
    placedAt: at(now - 3 * HOUR),
    shipBy: at(now + shipInMs),
    shipTo: { name: "Xqz Person", city: "Xqzstadt", country: "DE" },
    lines: [{ line: 1, sku: "SKU-1", quantity: 1, zone: id.endsWith("1") ? "A" : "C" }],
  };
  return [
    {
      ...common,
      id: `${id}-0`,
      type: "order.received",
      occurredAt: at(now - 2 * HOUR),
      data: received,
    },
    ...steps.map(([type, minutesAgo, data = {}], index) => ({
      ...common,
      id: `${id}-${index + 1}`,
      type,
      occurredAt: at(now - minutesAgo * MINUTE),
      actor: "Xqz Picker",
      data,
    })),
  ];
}

/** One to three events an order; `count` orders. */
export function floorEvents(count: number, now: number, carriers = ["A", "B", "C"]): object[] {
  return Array.from({ length: count }, (_, number) => {
    const id = `SO-${number}`;
    const carrier = carriers[number % carriers.length] ?? "A";
    const picked: Step[] = [["pick.completed", 40]];
    const packed: Step[] = [
      ...picked,
      ["pack.completed", 20, { parcels: [{ parcelId: `P-${id}` }] }],
    ];
    const ways: [number, Step[]][] = [
      [50 * MINUTE, []],
      [70 * MINUTE, picked],
      [90 * MINUTE, packed],
      [8 * HOUR, []],
      [8 * HOUR, packed],
      [90 * MINUTE, [...picked, ["item.damaged", 10, { line: 1, code: "CRUSHED" }]]],
      [60 * MINUTE, [...packed, ["check.failed", 5, { defect: { code: "LABEL" } }]]],
      [-HOUR, [...packed, ["parcel.handed_over", 2, { parcelId: `P-${id}`, carrier }]]],
    ];
    const [shipInMs, steps] = ways[number % ways.length] ?? [HOUR, []];
    return orderEvents(id, carrier, shipInMs, steps, now);
  }).flat();
}

/** Posts events in requests of a few hundred. */
export async function postAll(tower: Tower, events: readonly object[]): Promise<void> {
  for (let from = 0; from < events.length; from += 400) {
    const answer = await tower.post(events.slice(from, from + 400));
    if (answer.status !== 202) throw new Error(await answer.text());
  }
}

const json = { "content-type": "application/json" };

export async function ask<T>(
  tower: Tower,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await tower.request(`/api/v1${path}`, {
    method,
    headers: { ...(body !== undefined && json), connection: "close" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Opens `/wall`, claims the code that it shows, and waits until it shows a slide. */
export async function pairPage(tower: Tower, page: Page, claim: object = {}): Promise<DisplayView> {
  await page.goto(`${tower.url}/wall`);
  const code = await page.locator("[data-code]").textContent();
  const display = await ask<DisplayView>(tower, "POST", "/displays/claim", {
    code,
    site: "BER1",
    ...claim,
  });
  await page.locator("[data-slide], .header").first().waitFor({ timeout: 30_000 });
  return display;
}

/** Until a slide is there and has found its size: nothing of it moves for some pictures in a row. */
export async function slideStands(page: Page, kind: SlideKind): Promise<void> {
  await page.locator(`[data-slide=${kind}]`).waitFor();
  await page.evaluate(async () => {
    const STEADY = 6;
    const places = (): string =>
      [...document.querySelectorAll("main, main *")]
        .map((one) => Object.values(one.getBoundingClientRect().toJSON()).join())
        .join();
    const giveUpAt = performance.now() + 1_000;
    let before = "";
    for (let steady = 0; steady < STEADY && performance.now() < giveUpAt;) {
      await new Promise(requestAnimationFrame);
      const now = places();
      steady = now === before ? steady + 1 : 0;
      before = now;
    }
  });
}

/** A wall without a browser: its first tokens. */
export async function pairQuietly(tower: Tower, claim: object = {}): Promise<TokenGrant> {
  type Grant = { deviceCode: string; userCode: string };
  const { deviceCode, userCode } = await ask<Grant>(tower, "POST", "/displays", {});
  await ask(tower, "POST", "/displays/claim", { code: userCode, site: "BER1", ...claim });
  return ask<TokenGrant>(tower, "POST", "/displays/token", { deviceCode });
}
