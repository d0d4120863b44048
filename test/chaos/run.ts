/** One run: a tower of its own, load, kills, boards; then the verdict. A run with too few acknowledgements is a failed run, not a clean one. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import { connectTestClient, type TestClient } from "../support/redis-client.ts";
import { startTower, type Tower } from "../support/tower.ts";
import { type BoardClient, differences, openBoard } from "./board-client.ts";
import { createBusyness } from "./busyness.ts";
import { type Kill, type Victim, killOne } from "./faults.ts";
import { openLedger } from "./ledger.ts";
import { type Counts, type Load, SITE, SOURCE, startLoad } from "./load.ts";
import { createOrders } from "./orders.ts";
import { type Random, createRandom } from "./random.ts";
import { inboxLength, readStore } from "./store-reader.ts";
import { type Verdict, brokenIn, judge } from "./verdict.ts";

export type RunOptions = {
  seconds: number;
  /** goes on beyond its time until so many events were acknowledged: a slow machine must not make the run too short to say anything */
  least?: number;
  seed: number;
  perSecond?: number;
  /** ends after so many kills, when the time is not over before */
  kills?: number;
  victims?: readonly Victim[];
  workers?: number;
  /** points at which boards are compared, spread over the run */
  convergencePoints?: number;
  /** name of what is broken on purpose (`break.ts`), or `blind board` */
  control?: string;
  log?: (text: string) => void;
};

export type RunResult = {
  verdict: Verdict;
  kills: Kill[];
  load: Counts;
  /** asked over HTTP: acknowledged events that the API does not call applied, waiting or a dead letter */
  fateMismatches: number;
  convergence: { points: number; failed: number; slowestMs: number; gapsSeen: number };
  /** what the run found to be broken, by name */
  broken: string[];
};

const BLIND = "blind board";
/**
 * P9 promises 3 s, counted from when the victim is back and the inbox is empty; every figure is reported. A run fails beyond this: with all parts and the
 * load on two cores a sleeping reconnect can miss the 3 s without a fault of ours. As much longer as the machine is busy meanwhile (`busyness.ts`).
 */
const CONVERGE_WITHIN_MS = 10_000;
const FATES_ASKED = 200;

/** A client of its own for each look: Redis may have been killed since the last. */
async function look<T>(tower: Tower, read: (client: TestClient) => Promise<T>): Promise<T> {
  const client = await connectTestClient(tower.redis.socketPath);
  try {
    return await read(client);
  } finally {
    client.destroy();
  }
}

const behind = (tower: Tower): Promise<number> =>
  look(tower, (client) => inboxLength(client, SITE));

export async function drained(tower: Tower, withinMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + withinMs;
  while ((await behind(tower).catch(() => 1)) > 0) {
    if (Date.now() > giveUpAt) return false;
    await sleep(50);
  }
  return true;
}

/** The board as the server itself has it, over HTTP. */
async function servedVersions(tower: Tower): Promise<Map<string, number>> {
  const response = await tower.request(`/api/v1/board?site=${SITE}`);
  const { rows = [] } = (await response.json()) as { rows?: { id: string; v: number }[] };
  return new Map(rows.map(({ id, v }) => [id, v]));
}

/** Waits until every board shows what stands in Redis; ms that it took, null when one does not. */
export async function converge(
  tower: Tower,
  boards: readonly BoardClient[],
  busyness: () => number,
  log: (text: string) => void,
): Promise<number | null> {
  await drained(tower, 20_000);
  const from = Date.now();
  const seen: number[] = [];
  for (;;) {
    seen.push(busyness());
    const busy = seen.reduce((sum, one) => sum + one, 0) / seen.length;
    const truth = await look(tower, (client) => client.hGetAll(`ct:{${SITE}}:rows`));
    const versions = new Map(
      Object.entries(truth).map(([id, text]) => [id, (JSON.parse(text) as { v: number }).v]),
    );
    if (boards.every((board) => differences(board.versions(), versions) === 0))
      return Date.now() - from;
    if (Date.now() - from > CONVERGE_WITHIN_MS * busy) {
      const off = boards.map((board) => differences(board.versions(), versions));
      const served = await servedVersions(tower);
      const own = differences(served, versions);
      log(
        `not converged: ${off.join(" and ")} of ${versions.size} orders differ; in the server's own board ${own}; the machine was ${busy.toFixed(1)} times as slow`,
      );
      return null;
    }
    await sleep(100);
  }
}

type Disturbed = { kills: Kill[]; points: number; failed: number; slowestMs: number };

/** When enough was done, and how much of it is done. */
function createEnd(
  { seconds, kills: most = Number.POSITIVE_INFINITY, least = 0 }: RunOptions,
  load: Load,
  { kills }: Disturbed,
) {
  const from = Date.now();
  const share = (): number =>
    Math.max((Date.now() - from) / (seconds * 1_000), kills.length / most);
  return { share, isOver: (): boolean => share() >= 1 && load.counts().acked >= least };
}

async function disturb(
  tower: Tower,
  load: Load,
  boards: readonly BoardClient[],
  random: Random,
  options: RunOptions,
): Promise<Disturbed> {
  const { victims = ["server", "workers", "redis"] } = options;
  const { convergencePoints = 4, log = () => {} } = options;
  const done: Disturbed = { kills: [], points: 0, failed: 0, slowestMs: 0 };
  const busyness = createBusyness();
  const { isOver, share } = createEnd(options, load, done);
  while (!isOver() || done.points < convergencePoints) {
    if (!isOver() && victims.length > 0) {
      const kill = await killOne(tower, random, victims);
      done.kills.push(kill);
      log(`kill ${done.kills.length}: ${kill.victim}, back after ${kill.backMs} ms`);
    } else await sleep(isOver() ? 100 : 500);
    if (done.points >= Math.ceil(share() * convergencePoints) && !isOver()) continue;
    if (done.points >= convergencePoints) continue;
    await load.rest();
    done.points++;
    const ms = await converge(tower, boards, busyness, log);
    if (ms === null) done.failed++;
    else done.slowestMs = Math.max(done.slowestMs, ms);
    load.go();
    if (isOver()) await sleep(500);
  }
  return done;
}

const FINAL: ReadonlySet<string> = new Set(["applied", "waiting", "dead-letter"]);

/** Asks the API what became of a sample of the acknowledged events. */
async function askFates(tower: Tower, ids: readonly string[], random: Random): Promise<number> {
  let mismatches = 0;
  for (let asked = 0; asked < Math.min(FATES_ASKED, ids.length); asked++) {
    const id = ids[Math.floor(random() * ids.length)]!;
    const path = `/api/v1/events/${encodeURIComponent(SOURCE)}/${encodeURIComponent(id)}`;
    const response = await tower.request(path);
    const fate = (await response.json()) as { state?: string; seq?: number };
    if (!FINAL.has(fate.state ?? "") || fate.seq === undefined) mismatches++;
  }
  return mismatches;
}

const environmentOf = ({ control }: RunOptions): NodeJS.ProcessEnv =>
  control === undefined || control === BLIND
    ? {}
    : { CT_BREAK: control, NODE_OPTIONS: `--import=${join(import.meta.dirname, "break.ts")}` };

export async function readVerdict(
  tower: Tower,
  lines: Parameters<typeof judge>[0],
): Promise<Verdict> {
  return look(tower, async (client) => {
    const config = JSON.parse(
      (await client.hGet("ct:{tower}:sites", "current")) ?? "{}",
    ) as SitesConfig;
    const site = config.sites.find(({ id }) => id === SITE)!;
    return judge(lines, await readStore(client, SITE), { version: config.version, site });
  });
}

export async function runChaos(options: RunOptions): Promise<RunResult> {
  const { seed, perSecond = 200, workers = 1, control, log } = options;
  const random = createRandom(seed);
  const tower = await startTower({ workers, env: environmentOf(options) });
  const ledger = openLedger(join(tower.dataDir, "ledger.ndjson"));
  const boards = [0, 0.1].map((dropShare) =>
    openBoard(tower, SITE, {
      random: createRandom(seed + 1),
      dropShare: control === BLIND ? 0.1 : dropShare,
      isBlind: control === BLIND,
    }),
  );
  try {
    const next = createOrders(random, `R${seed}`, Date.now);
    await using load = startLoad({
      tower,
      ledger,
      next,
      random: createRandom(seed + 2),
      perSecond,
    });
    const { kills, ...points } = await disturb(tower, load, boards, random, options);
    await load.end();
    const isDrained = await drained(tower, 30_000);
    const lines = [...ledger.lines().values()];
    const acked = lines.filter(({ state }) => state === "acked").map(({ id }) => id);
    const fateMismatches = await askFates(tower, acked, random);
    const verdict = await readVerdict(tower, lines);
    const counts = load.counts();
    const broken: string[] = brokenIn(verdict);
    if (!isDrained) broken.push("deaf");
    if (counts.undetected > 0) broken.push("undetected duplicates");
    if (points.failed > 0) broken.push("not converged");
    if (fateMismatches > 0) broken.push("fates");
    if (acked.length < counts.sent * 0.8) broken.push("too few acknowledgements");
    log?.(verdict.examples.join("\n"));
    const gapsSeen = boards.reduce((sum, board) => sum + board.gaps(), 0);
    const convergence = { ...points, gapsSeen };
    return { verdict, kills, load: counts, fateMismatches, convergence, broken };
  } finally {
    for (const board of boards) board.close();
    ledger.close();
    await tower.stop();
  }
}
