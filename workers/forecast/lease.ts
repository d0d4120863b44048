/** Who forecasts a site: one worker process at a time, by a key that lapses with its holder. Two at once for a moment hurt nothing: what they say is compared. */
import { randomUUID } from "node:crypto";
import type { Send } from "../redis.ts";

const LASTS_MS = 15_000;

export type Lease = {
  /** true while this process is the one; asks again, and takes over what lapsed */
  hold: () => Promise<boolean>;
  giveUp: () => Promise<void>;
};

/** `lastsMs`: how long a site may be without anybody when the holder dies. */
export function createLease(send: Send, key: string, lastsMs = LASTS_MS): Lease {
  const own = randomUUID();
  let heldUntil = -Infinity;
  async function renew(): Promise<boolean> {
    const taken = await send<string | null>("SET", key, own, "NX", "PX", String(lastsMs));
    if (taken !== null) return true;
    if ((await send<string | null>("GET", key)) !== own) return false;
    return (await send<number>("PEXPIRE", key, String(lastsMs))) === 1;
  }
  return {
    hold: async () => {
      // a clock that nobody sets: a step back must not make a lapsed lease look held
      const now = performance.now();
      // asked for again well before it lapses
      if (now < heldUntil - lastsMs / 2) return true;
      const isOurs = await renew();
      heldUntil = isOurs ? now + lastsMs : -Infinity;
      return isOurs;
    },
    giveUp: async () => {
      heldUntil = -Infinity;
      if ((await send<string | null>("GET", key)) === own) await send("DEL", key);
    },
  };
}
