/** Refuses events before Redis is full: at 80 % of `maxmemory` (architecture, rule 5). Looked at beside the requests, so that it costs none of them. */
import type { RedisClient } from "../redis.ts";
import { factIn } from "./redis-info.ts";

const INTERVAL_MS = 1_000;
const LIMIT = 0.8;

const numberIn = (text: string, name: string): number => Number(factIn(text, name) ?? 0);

/** Used over allowed memory in an `INFO memory`; 0 without a limit. */
export function usedShare(text: string): number {
  const most = numberIn(text, "maxmemory");
  return most === 0 ? 0 : numberIn(text, "used_memory") / most;
}

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
  return { isFull: (): boolean => isFull, stop: (): void => clearInterval(timer) };
}
