/**
 * How long history rests after a piece of work. It is copied from what is on disk already, so it can wait; applying and showing events cannot. It never stops: its share of the time gets smaller,
 * and no rest is longer than a few seconds, so that what it is behind by stays bounded and the log can be trimmed.
 */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { Send } from "../redis.ts";

/** Rests for each moment of work: a tenth of the time while events wait to be applied, a quarter while the machine is busy otherwise. */
const RESTS_BEHIND = 9;
const RESTS_BUSY = 3;
const LONGEST_REST_MS = 3_000;
/** A rest is looked at so often: it ends when what it was for is over. */
const LOOK_MS = 100;

export type Pressure = "none" | "busy" | "behind";

const RESTS: Readonly<Record<Pressure, number>> = {
  none: 0,
  busy: RESTS_BUSY,
  behind: RESTS_BEHIND,
};

/** ms of rest after so many ms of work. */
export const restAfter = (workedMs: number, pressure: Pressure): number =>
  Math.min(LONGEST_REST_MS, workedMs * RESTS[pressure]);

/** Whether more events wait at any of these sites than one ordinary turn takes. */
async function isAnyBehind(send: Send, sites: readonly string[]): Promise<boolean> {
  const waiting = await Promise.all(sites.map((id) => send<number>("XLEN", keysOf(id).inbox)));
  return waiting.some((count) => count > BATCH_SIZE);
}

type Deps = {
  send: Send;
  sites: () => Promise<readonly string[]>;
  isMachineBusy: () => boolean;
  pause: (ms: number) => Promise<void>;
  /** steady ms */
  now: () => number;
};

/** Rests after work that began at `begunAt`; at once over when nobody needs the time, or nothing can be asked. */
export function createPacing({ send, sites, isMachineBusy, pause, now }: Deps) {
  async function pressure(): Promise<Pressure> {
    const isBehind = await isAnyBehind(send, await sites()).catch(() => false);
    if (isBehind) return "behind";
    return isMachineBusy() ? "busy" : "none";
  }

  return async (begunAt: number): Promise<void> => {
    const endedAt = now();
    const worked = endedAt - begunAt;
    for (;;) {
      const left = endedAt + restAfter(worked, await pressure()) - now();
      if (left <= 0) return;
      await pause(Math.min(LOOK_MS, left));
    }
  };
}
