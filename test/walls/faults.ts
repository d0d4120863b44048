/** What happens to a wall in the years it hangs: its network, its browser, the server, the workers and Redis fail, alone and at random. Each fault ends by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { below, oneOf, type Random } from "../chaos/random.ts";
import type { Tower } from "../support/tower.ts";

export type Wall = {
  name: string;
  context: BrowserContext;
  page: Page;
  cdp: CDPSession;
  /** opens it again as after a power cut: the same profile, a new page */
  restart: () => Promise<void>;
  mayRestart: boolean;
  /** it is not looked at while it cannot be */
  isAway: boolean;
};

type Fault = (tower: Tower, wall: Wall, random: Random) => Promise<void>;

const LONG_MS = 12_000;
const span = (random: Random): number => 2_000 + below(random, LONG_MS - 2_000);

async function slow({ cdp }: Wall, bytesPerSecond: number): Promise<void> {
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: bytesPerSecond < 0 ? 0 : 400,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  "server killed": async (tower, _wall, random) => {
    await tower.server.kill("SIGKILL");
    await sleep(below(random, 4_000));
    tower.server.start();
    await untilReady(tower);
  },
  "server stands still": async (tower, _wall, random) => {
    await tower.server.kill("SIGSTOP");
    await sleep(span(random));
    await tower.server.kill("SIGCONT");
    await untilReady(tower);
  },
  "workers killed": async (tower, _wall, random) => {
    await tower.workers[0]!.kill("SIGKILL");
    await sleep(span(random));
    tower.workers[0]!.start();
    await untilReady(tower);
  },
  "Redis stands still": async (tower, _wall, random) => {
    await tower.redis.kill("SIGSTOP");
    await sleep(span(random));
    await tower.redis.kill("SIGCONT");
    await untilReady(tower);
  },
  "Redis killed": async (tower) => {
    await tower.redis.kill("SIGKILL");
    await tower.redis.restart();
    await untilReady(tower);
  },
  "network away": async (_tower, { context }, random) => {
    await context.setOffline(true);
    await sleep(span(random));
    await context.setOffline(false);
  },
  "network at 1 kB/s": async (_tower, wall, random) => {
    await slow(wall, 1_000);
    await sleep(span(random));
    await slow(wall, -1);
  },
  "page frozen": async (_tower, wall, random) => {
    wall.isAway = true;
    await wall.cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    await sleep(span(random));
    await wall.cdp.send("Page.setWebLifecycleState", { state: "active" });
    wall.isAway = false;
  },
  "power cut": async (_tower, wall) => {
    if (!wall.mayRestart) return;
    wall.isAway = true;
    await wall.restart();
    wall.isAway = false;
  },
};

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** A process that ended itself is started again, as the supervisor does. */
function revive({ server, workers }: Tower): void {
  for (const part of [server, ...workers]) if (isGone(part.pid)) part.start();
}

/** Ready again, whatever it takes. */
async function untilReady(tower: Tower): Promise<void> {
  const timer = setInterval(() => revive(tower), 1_000);
  await tower.ready(180_000).finally(() => clearInterval(timer));
}

/** One fault from its beginning to the end of its cause. @returns its name */
export async function strike(
  tower: Tower,
  walls: readonly Wall[],
  random: Random,
): Promise<string> {
  const name = oneOf(random, Object.keys(FAULTS));
  const wall = oneOf(random, walls);
  await FAULTS[name]!(tower, wall, random);
  return `${name} (${wall.name})`;
}
