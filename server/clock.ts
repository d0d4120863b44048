/**
 * The tower's time: that of Redis, which record times and due moments are told in. The clock of this machine may be wrong or be set while it runs; between two looks
 * at Redis the time goes on by the machine's steady clock, which nobody sets. Before the first answer it is the machine's own time.
 */
import type { RedisClient } from "./redis.ts";

const LOOK_MS = 5_000;

export type Clock = {
  /** epoch ms */
  now: () => number;
  start: () => void;
  stop: () => void;
};

type Deps = {
  /** Redis TIME in epoch ms */
  read: () => Promise<number>;
  /** ms of a clock that only goes on */
  steady?: () => number;
  wall?: () => number;
};

export function createClock({
  read,
  steady = () => performance.now(),
  wall = () => Date.now(),
}: Deps): Clock {
  let ahead: number | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const before = steady();
    const at = await read().catch(() => null);
    const after = steady();
    // an answer that came slowly says little; the next one is soon
    if (at !== null && (ahead === null || after - before < LOOK_MS))
      ahead = at - (before + after) / 2;
  }

  return {
    now: () => (ahead === null ? wall() : Math.round(ahead + steady())),
    start() {
      void look();
      timer = setInterval(() => void look(), LOOK_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

/** Redis TIME in epoch ms. */
export async function readRedisTime(client: RedisClient): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
