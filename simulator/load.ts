/** As fast as possible, with original times, into a running tower: for load tests. Ends when the days are told. */
import { setTimeout as sleep } from "node:timers/promises";
import { BATCH, type Posted, type Tower } from "./client.ts";
import { createFeed } from "./feed.ts";
import { DAY, HOUR } from "./local-time.ts";
import type { Preset } from "./presets.ts";

export type LoadInput = {
  tower: Tower;
  preset: Preset;
  seed: number;
  days: number;
  /** events a second; Infinity = as fast as they are taken */
  rate: number;
  signal: AbortSignal;
  now: () => number;
  say: (words: string) => void;
};

/** Tells the last `days` days up to now; gives what the tower counted. */
export async function runLoad(input: LoadInput): Promise<Posted & { seconds: number }> {
  const { tower, now, rate, signal } = input;
  const begunAt = now();
  const startsAt = Math.floor((begunAt - input.days * DAY) / HOUR) * HOUR;
  const feed = createFeed({ ...input, sites: await tower.sites(), startsAt });
  const sum = { accepted: 0, duplicates: 0, refused: 0 };
  let told = 0;
  for (let until = startsAt + HOUR; until <= begunAt && !signal.aborted; until += HOUR) {
    const reports = feed.until(until);
    for (let from = 0; from < reports.length; from += BATCH) {
      const batch = reports.slice(from, from + BATCH);
      const posted = await tower.post(batch.map(({ event }) => event));
      sum.accepted += posted.accepted;
      sum.duplicates += posted.duplicates;
      sum.refused += posted.refused;
      told += batch.length;
      const aheadMs = (told / rate) * 1_000 - (now() - begunAt);
      if (aheadMs > 0) await sleep(aheadMs, undefined, { signal });
    }
    input.say(`${told} events told up to ${new Date(until).toISOString().slice(0, 16)}`);
  }
  return { ...sum, seconds: (now() - begunAt) / 1_000 };
}
