/** Waiting until history has what was applied, by what stands in the store itself. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Tower } from "../../support/tower.ts";
import { checkpointIn, numberOf } from "./compare.ts";

const CATCH_UP_MS = 180_000;

/** History has everything that was applied until now; ms that it took. */
export async function caughtUp(tower: Tower, file: string): Promise<number> {
  const begun = Date.now();
  const number = await numberOf(tower);
  for (let last = ""; ; await sleep(200)) {
    const stands = await checkpointIn(file).catch((error: unknown) => {
      last = String(error);
      return null;
    });
    if (stands !== null && stands.backfill === null && stands.seq >= number)
      return Date.now() - begun;
    if (Date.now() - begun > CATCH_UP_MS)
      throw new Error(
        `history does not catch up: ${stands?.seq} of ${number} ${last}\n${tower.workers[0]?.output()}`,
      );
  }
}
