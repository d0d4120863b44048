/**
 * B11: what Lighthouse says of the desk's screens, on a real server with a floor in the middle of its shift, as somebody who is logged in. Desktop preset (the desk's machine,
 * 10 Mbit/s and 40 ms away); the median of three looks, for each alone swings by some points. Lighthouse is fetched for the run and is no part of the project.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { browserFlags, browserMissing, browserPath } from "../support/browser.ts";
import { galleryEvents, galleryPlan, gallerySites } from "../support/gallery-floor.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { ask, postAll } from "../support/wall-floor.ts";
import type { Figure } from "./tables.ts";

const LIGHTHOUSE = "lighthouse@12.8.2";
const ORDERS = 160;
const LOOKS = 3;
const LOOK_LIMIT_MS = 180_000;
const SETTLE_MS = 10_000;
const GOAL = 95;
const SCREENS = ["board", "inbox", "trucks", "analytics", "trends", "rewind"];
const PARTS = ["performance", "accessibility"] as const;

type Scores = Record<(typeof PARTS)[number], number>;
type Report = { categories: Record<string, { score: number | null }> };

const run = promisify(execFile);

async function cookieOf(tower: Tower): Promise<string> {
  const login = await fetch(`${tower.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: tower.url },
    body: JSON.stringify({ name: "coordinator", password: "demo-coordinator-tower" }),
  });
  if (!login.ok) throw new Error(await login.text());
  return login.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function look(url: string, cookie: string, folder: string): Promise<Scores> {
  const file = join(folder, "report.json");
  await run(
    "npm",
    [
      "exec",
      "--yes",
      `--package=${LIGHTHOUSE}`,
      "--",
      "lighthouse",
      url,
      "--preset=desktop",
      `--only-categories=${PARTS.join(",")}`,
      `--extra-headers=${JSON.stringify({ cookie })}`,
      `--chrome-flags=--headless ${browserFlags.join(" ")}`,
      "--output=json",
      `--output-path=${file}`,
      "--quiet",
    ],
    { env: { ...process.env, CHROME_PATH: browserPath() }, timeout: LOOK_LIMIT_MS },
  );
  const { categories } = JSON.parse(readFileSync(file, "utf8")) as Report;
  const score = (part: string) => Math.round((categories[part]?.score ?? 0) * 100);
  return { performance: score("performance"), accessibility: score("accessibility") };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function judge(
  tower: Tower,
  cookie: string,
  screen: string,
  folder: string,
): Promise<Figure[]> {
  const looks: Scores[] = [];
  for (let nth = 0; nth < LOOKS; nth += 1)
    looks.push(await look(`${tower.url}/${screen}?site=BER1`, cookie, folder));
  return PARTS.map((part) => {
    const score = median(looks.map((one) => one[part]));
    return {
      id: "B11",
      what: `Lighthouse ${part}, ${screen}, median of ${LOOKS}`,
      value: String(score),
      goal: `>= ${GOAL}`,
      isMet: score >= GOAL,
    };
  });
}

export async function benchLighthouse(): Promise<Figure[]> {
  if (browserMissing !== false)
    return [{ id: "B11", what: "Lighthouse", value: `skipped: ${browserMissing}` }];
  using folder = tempDir();
  const env = { CT_DEMO: "1", CT_SITES_FILE: gallerySites(folder.path) };
  const tower = await startTower({ env });
  try {
    await ask(tower, "PUT", "/config/plans?site=BER1", { plan: galleryPlan() });
    await postAll(tower, galleryEvents(ORDERS, Date.now()));
    await sleep(SETTLE_MS);
    const cookie = await cookieOf(tower);
    const figures: Figure[] = [];
    for (const screen of SCREENS)
      figures.push(...(await judge(tower, cookie, screen, folder.path)));
    return figures;
  } finally {
    await tower.stop();
  }
}
