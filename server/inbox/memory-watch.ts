/** Refuses events before Redis is full: at 80 % of `maxmemory` (architecture, rule 5). Looked at beside the requests, so that it costs none of them. */
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";
import { factIn } from "./redis-info.ts";

const INTERVAL_MS = 1_000;
const LIMIT = 0.8;
const RETRY_AFTER_S = 30;

const numberIn = (text: string, name: string): number => Number(factIn(text, name) ?? 0);

/** Used over allowed memory in an `INFO memory`; 0 without a limit. */
export function usedShare(text: string): number {
  const most = numberIn(text, "maxmemory");
  return most === 0 ? 0 : numberIn(text, "used_memory") / most;
}

/** What is said of a Redis that is nearly full, in words; null when there is room. Of an `INFO memory`. */
export function fullness(text: string): string | null {
  const share = usedShare(text);
  if (share < LIMIT) return null;
  const most = Math.round(numberIn(text, "maxmemory") / 1e6);
  return `its memory is nearly full (${Math.round(share * 100)} % of ${most} MB), so no event is accepted: raise maxmemory, or look why so much is kept (npm run ct -- doctor)`;
}

const nearlyFull = () =>
  problem(
    "CT_ERR_OVERLOADED",
    "The memory of the store is nearly full, so nothing more is taken. Whoever runs this tower has to give Redis more (maxmemory); /readyz says how full it is. What was taken is kept and applied. Send again later.",
    { retryAfterSeconds: RETRY_AFTER_S },
  );

export function createMemoryWatch(client: RedisClient) {
  let isFull = false;
  const look = async (): Promise<void> => {
    if (!client.isReady) return;
    try {
      isFull = usedShare(await client.info("memory")) >= LIMIT;
    } catch {
      // Redis is away; the appends say so themselves.
    }
  };
  const timer = setInterval(() => void look(), INTERVAL_MS);
  timer.unref();
  const refuseWhenFull = (): void => {
    if (isFull) throw nearlyFull();
  };
  return { refuseWhenFull, stop: (): void => clearInterval(timer) };
}
