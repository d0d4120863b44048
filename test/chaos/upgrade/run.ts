/**
 * P17: two versions on the same data. Under load one part after the other is rolled from the version before to this one and back, so that most of the time both are at
 * work beside one another; in the end nothing may be lost, doubled or made up, boards and history included.
 */
import { join } from "node:path";
import { startTower, type Part, type Tower } from "../../support/tower.ts";
import { openBoard } from "../board-client.ts";
import { createBusyness } from "../busyness.ts";
import { compare, type Compared } from "../history/compare.ts";
import { caughtUp } from "../history/catch-up.ts";
import { openLedger } from "../ledger.ts";
import { SITE, startLoad } from "../load.ts";
import { createOrders } from "../orders.ts";
import { createRandom } from "../random.ts";
import { converge, drained, readVerdict } from "../run.ts";
import { brokenIn, type Verdict } from "../verdict.ts";
import { checkOut } from "./checkout.ts";

export type UpgradeRun = {
  /** the version before, as git names it */
  from: string;
  rolls: number;
  seed: number;
  perSecond: number;
  log?: (text: string) => void;
};
export type UpgradeResult = {
  commit: string;
  verdict: Verdict;
  compared: Compared;
  sent: number;
  broken: string[];
};

/** Ends it as an upgrade does, and starts it from there. */
async function roll(tower: Tower, part: Part, root: string | undefined): Promise<void> {
  await part.kill("SIGTERM");
  part.start(root);
  await tower.ready();
}

export async function runUpgrade(options: UpgradeRun): Promise<UpgradeResult> {
  const { from, rolls, seed, perSecond, log = () => {} } = options;
  const before = checkOut(from);
  const tower = await startTower({ workers: 2, env: { CT_FORECAST: "0" } });
  const ledger = openLedger(join(tower.dataDir, "ledger.ndjson"));
  const random = createRandom(seed + 1);
  const board = openBoard(tower, SITE, { random, dropShare: 0, isBlind: false });
  const parts = [tower.server, ...tower.workers];
  try {
    for (const part of parts) await roll(tower, part, before.root);
    const next = createOrders(createRandom(seed), `R${seed}`, Date.now);
    await using load = startLoad({
      tower,
      ledger,
      next,
      random: createRandom(seed + 2),
      perSecond,
    });
    for (let turn = 1; turn <= rolls; turn += 1) {
      for (const part of parts) await roll(tower, part, undefined);
      if (turn < rolls) for (const part of parts) await roll(tower, part, before.root);
      log(`rolled on ${turn} of ${rolls} times`);
    }
    await load.end();
    const broken: string[] = (await drained(tower, 60_000)) ? [] : ["deaf"];
    if ((await converge(tower, [board], createBusyness(), log)) === null)
      broken.push("not converged");
    const file = join(tower.dataDir, "history", "history.db");
    await caughtUp(tower, file);
    const compared = await compare(tower, file, ledger.lines());
    const verdict = await readVerdict(tower, [...ledger.lines().values()]);
    broken.push(...brokenIn(verdict));
    const { lost, doubled, madeUp, different } = compared;
    if (lost + doubled + madeUp + different > 0) broken.push("history");
    return { commit: before.commit, verdict, compared, sent: load.counts().sent, broken };
  } finally {
    board.close();
    ledger.close();
    await tower.stop();
    before.end();
  }
}
