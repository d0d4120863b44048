/**
 * P15: history is stopped, slowed, full and corrupted for some time each while events come in; the board must not notice, and in the end history must say what the load's
 * own book and Redis say. Then the whole store is deleted, and what is built again must be the same.
 */
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTower, type Tower } from "../../support/tower.ts";
import { openBoard } from "../board-client.ts";
import { openLedger } from "../ledger.ts";
import { SITE, startLoad } from "../load.ts";
import { createOrders } from "../orders.ts";
import { createRandom } from "../random.ts";
import { caughtUp } from "./catch-up.ts";
import { compare, contentIn, waitingInInbox, type Compared } from "./compare.ts";
import { begin, FAULTS, fullMissing, type Fault } from "./faults.ts";
import { measureBoard, type Latency } from "./probes.ts";

export type HistoryRun = {
  seconds: number;
  seed: number;
  perSecond: number;
  faults?: readonly Fault[];
  log?: (text: string) => void;
};
export type HistoryResult = {
  calm: Latency;
  faults: Record<string, Latency & { caughtUpMs: number }>;
  compared: Compared;
  /** the same content before the store was deleted and after it was built again */
  isSame: boolean;
  broken: string[];
};

const SETTLE_MS = 2_000;

/** Nothing waits in the inbox any more. */
async function applied(tower: Tower): Promise<void> {
  while ((await waitingInInbox(tower)) > 0) await sleep(100);
}

async function rebuilt(tower: Tower, file: string): Promise<boolean> {
  await Promise.all(tower.workers.map((part) => part.kill("SIGTERM")));
  const before = await contentIn(file);
  rmSync(dirname(file), { recursive: true });
  for (const part of tower.workers) part.start();
  await caughtUp(tower, file);
  const after = await contentIn(file);
  return before.hash === after.hash && before.orders > 0;
}

function brokenIn({ compared, isSame }: Pick<HistoryResult, "compared" | "isSame">): string[] {
  const { lost, doubled, madeUp, different, gaps } = compared;
  const counts = { lost, doubled, madeUp, different, gaps };
  const broken = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [name] : []));
  return isSame ? broken : [...broken, "another content when built again"];
}

export async function runHistoryChaos(options: HistoryRun): Promise<HistoryResult> {
  const { seconds, seed, perSecond, log = () => {} } = options;
  const wanted = (options.faults ?? FAULTS).filter(
    (fault) => fault !== "full" || fullMissing() === false,
  );
  const tower = await startTower({ env: { CT_FORECAST: "0" } });
  const file = join(tower.dataDir, "history", "history.db");
  const ledger = openLedger(join(tower.dataDir, "ledger.ndjson"));
  const random = createRandom(seed + 1);
  const board = openBoard(tower, SITE, { random, dropShare: 0, isBlind: false });
  try {
    const next = createOrders(createRandom(seed), `R${seed}`, Date.now);
    await using load = startLoad({
      tower,
      ledger,
      next,
      random: createRandom(seed + 2),
      perSecond,
    });
    // compilers and caches warm up before anything is compared
    await measureBoard(tower, board, "warm", (seconds * 1_000) / 2);
    const calm = await measureBoard(tower, board, "calm", seconds * 1_000);
    log(`calm: p50 ${calm.p50}, p99 ${calm.p99} ms of ${calm.probes}`);
    const faults: HistoryResult["faults"] = {};
    for (const fault of wanted) {
      const end = await begin(fault, { tower, file });
      // to spoil the file its writers are ended: that boards stand still then is another matter
      await tower.ready();
      await measureBoard(tower, board, `${fault}-begins`, SETTLE_MS);
      const latency = await measureBoard(tower, board, fault, seconds * 1_000);
      await end();
      await load.rest();
      const caughtUpMs = await caughtUp(tower, file);
      load.go();
      faults[fault] = { ...latency, caughtUpMs };
      log(
        `${fault}: p50 ${latency.p50}, p99 ${latency.p99} ms, caught up ${caughtUpMs} ms after it`,
      );
    }
    await load.end();
    await applied(tower);
    await caughtUp(tower, file);
    const isNoticed = readdirSync(dirname(file)).some((name) => name.includes(".damaged-"));
    const compared = await compare(tower, file, ledger.lines());
    const isSame = await rebuilt(tower, file);
    const result = { calm, faults, compared, isSame };
    const broken = brokenIn(result);
    if (wanted.includes("corrupted") && !isNoticed) broken.push("damage that nobody noticed");
    return { ...result, broken };
  } finally {
    board.close();
    ledger.close();
    await tower.stop();
  }
}
