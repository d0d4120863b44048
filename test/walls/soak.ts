/** Two walls that hang while everything around them fails (promise P11): do they come back alone, does their memory grow, do they ever lie? */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { createRandom } from "../chaos/random.ts";
import { openBrowser } from "../support/browser.ts";
import { tempDir } from "../support/temp-dir.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { floorEvents, pairPage, postAll, wallSites } from "../support/wall-floor.ts";
import { strike, type Wall } from "./faults.ts";
import { isLie, isLive, lookAt, watchPulses, type Look } from "./watch.ts";

const BACK_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** the first minutes of a page are no measure of what it keeps */
const SETTLE_MS = 20_000;
const MB = 1024 * 1024;

export type SoakOptions = {
  minutes: number;
  faults: number;
  seed: number;
  log: (line: string) => void;
};
export type SoakResult = {
  looks: number;
  lies: Look[];
  faults: number;
  /** ms from the end of a cause until both walls were live again */
  backMs: number[];
  neverBack: string[];
  /** MB of heap after a collection: of the wall that was never restarted, at the beginning and at the end */
  heapMb: { first: number; last: number };
  errors: string[];
};

async function hang(tower: Tower, browser: Browser, name: string, errors: string[]): Promise<Wall> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const begin = async () => {
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(`${name}: ${error.message}`));
    return { page, cdp: await context.newCDPSession(page) };
  };
  const wall: Wall = {
    name,
    context,
    ...(await begin()),
    mayRestart: name === "first",
    isAway: false,
    restart: async () => {
      await wall.page.close();
      Object.assign(wall, await begin());
      watched.set(wall, watchPulses(wall.page));
      await wall.page.goto(`${tower.url}/wall`).catch(() => undefined);
    },
  };
  watched.set(wall, watchPulses(wall.page));
  await pairPage(tower, wall.page, { name });
  return wall;
}
const watched = new WeakMap<Wall, () => number | null>();

async function heapOf({ cdp }: Wall): Promise<number> {
  await cdp.send("HeapProfiler.enable");
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / MB;
}

const look = async (wall: Wall): Promise<Look | null> => {
  const ageOf = watched.get(wall);
  if (wall.isAway || ageOf === undefined) return null;
  // a page that is just being opened has nothing to be looked at
  return lookAt(wall.page, ageOf).catch(() => null);
};

/** How long until all are live again; null when not within the promise. */
async function backAfter(walls: readonly Wall[]): Promise<number | null> {
  const from = Date.now();
  while (Date.now() - from < BACK_WITHIN_MS) {
    const looks = await Promise.all(walls.map(look));
    if (looks.every((one) => one !== null && isLive(one))) return Date.now() - from;
    await sleep(200);
  }
  return null;
}

/** A tower that has something to say all the time. */
function keepBusy(tower: Tower): () => void {
  let number = 0;
  const timer = setInterval(() => {
    number += 1;
    const event = {
      id: `busy-${number}`,
      source: "wms/1",
      site: "BER1",
      orderId: `SO-${number % 96}`,
      type: "note.added",
      occurredAt: new Date().toISOString(),
      data: { text: `note ${number}` },
    };
    void tower.post([event]).catch(() => undefined);
  }, 500);
  return () => clearInterval(timer);
}

export async function soak({ minutes, faults, seed, log }: SoakOptions): Promise<SoakResult> {
  using folder = tempDir();
  const tower = await startTower({ env: { CT_SITES_FILE: wallSites(folder.path) } });
  const browser = await openBrowser(["--js-flags=--expose-gc"]);
  const result: SoakResult = {
    looks: 0,
    lies: [],
    faults: 0,
    backMs: [],
    neverBack: [],
    heapMb: { first: 0, last: 0 },
    errors: [],
  };
  let isOver = false;
  const random = createRandom(seed);
  try {
    await postAll(tower, floorEvents(96, Date.now()));
    const walls = await Promise.all(
      ["first", "second"].map((name) => hang(tower, browser, name, result.errors)),
    );
    const rest = keepBusy(tower);
    const watching = walls.map(async (wall) => {
      while (!isOver) {
        const seen = await look(wall);
        if (seen !== null) result.looks += 1;
        if (seen !== null && isLie(seen)) {
          result.lies.push(seen);
          log(`LIE on ${wall.name}: ${JSON.stringify(seen)}`);
        }
        await sleep(LOOK_EVERY_MS);
      }
    });
    await sleep(SETTLE_MS);
    result.heapMb.first = await heapOf(walls[1]!);
    const endAt = Date.now() + minutes * 60_000;
    for (let left = faults; left > 0; left -= 1) {
      const each = Math.max(0, (endAt - Date.now()) / left);
      const from = Date.now();
      const name = await strike(tower, walls, random);
      const back = await backAfter(walls);
      result.faults += 1;
      log(`${result.faults} ${name}: ${back === null ? "NOT BACK" : `back after ${back} ms`}`);
      if (back === null) result.neverBack.push(name);
      else result.backMs.push(back);
      await sleep(Math.max(0, each - (Date.now() - from)));
    }
    result.heapMb.last = await heapOf(walls[1]!);
    isOver = true;
    await Promise.all(watching);
    rest();
  } finally {
    isOver = true;
    await browser.close();
    await tower.stop();
  }
  return result;
}
