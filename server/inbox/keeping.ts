/** Whether Redis keeps what it answers: a 202 of this server is only as good as that. The starter refuses such a Redis; who starts servers by themselves is told here. */
import type { RedisClient } from "../redis.ts";
import { fullness } from "./memory-watch.ts";
import { factIn } from "./redis-info.ts";

/** What of its `INFO` would lose events or take none, in words; what it does not say is not held against it. Null while it reads its file: until then it calls that file switched off. */
export function lossesOf(info: string): string[] | null {
  if (factIn(info, "loading") === "1") return null;
  const policy = factIn(info, "maxmemory_policy");
  const full = fullness(info);
  return [
    ...(factIn(info, "aof_enabled") === "0"
      ? ["appendonly is off, so a restart loses what was accepted"]
      : []),
    ...(policy !== undefined && policy !== "noeviction"
      ? [`maxmemory-policy is ${policy}, so it throws orders away when its memory is full`]
      : []),
    ...(factIn(info, "role") === "slave"
      ? ["it is a replica, so nothing is accepted: REDIS_URL must name its primary"]
      : []),
    ...(full === null ? [] : [full]),
  ];
}

const AGAIN_MS = 30_000;
const AFTER_READING_MS = 1_000;

/**
 * Asks at every connection and every half minute. `warn` gets each that was not there before. Events are taken all the same, since whoever runs that Redis may have other means to
 * keep them; `losses` is what `/readyz` says of it.
 */
export function createKeeping(client: RedisClient, warn: (loss: string) => void) {
  let losses: readonly string[] = [];

  async function look(): Promise<void> {
    if (!client.isReady) return;
    const sections = ["persistence", "memory", "replication"].map((section) =>
      client.info(section),
    );
    const info = await Promise.all(sections).catch(() => null);
    if (info === null) return;
    const found = lossesOf(info.join("\n"));
    if (found === null) return void setTimeout(() => void look(), AFTER_READING_MS).unref();
    for (const loss of found) if (!losses.includes(loss)) warn(loss);
    losses = found;
  }

  const timer = setInterval(() => void look(), AGAIN_MS);
  timer.unref();
  client.on("ready", () => void look());
  return { look, losses: () => losses, stop: (): void => clearInterval(timer) };
}
