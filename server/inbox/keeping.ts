/** Whether Redis keeps what it answers: said at every connection, since a 202 of this server is only as good as that. The starter refuses such a Redis; who starts servers by themselves is told here. */
import type { RedisClient } from "../redis.ts";
import { factIn } from "./redis-info.ts";

/** What of its `INFO` would lose events, in words; what it does not say is not held against it. */
export function lossesOf(info: string): string[] {
  const policy = factIn(info, "maxmemory_policy");
  return [
    ...(factIn(info, "aof_enabled") === "0"
      ? ["appendonly is off, so a restart loses what was accepted"]
      : []),
    ...(policy !== undefined && policy !== "noeviction"
      ? [`maxmemory-policy is ${policy}, so it throws orders away when its memory is full`]
      : []),
  ];
}

/** Asks once; `warn` gets what was found. */
export async function warnOfLosses(
  client: RedisClient,
  warn: (loss: string) => void,
): Promise<void> {
  const sections = ["persistence", "memory"].map((section) => client.info(section));
  const info = await Promise.all(sections).catch(() => []);
  for (const loss of lossesOf(info.join("\n"))) warn(loss);
}
