/** Keeps the embedded Redis running: begun or adopted, and begun again on the same files when it ends by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import { pauseBefore } from "./child.ts";
import { type EmbeddedRedis, type RedisSettings, startEmbeddedRedis } from "./embedded-redis.ts";

export interface KeptRedis {
  url: string;
  isAdopted: boolean;
  /** Ends it for good. */
  stop: (graceMs: number) => Promise<void>;
  /** SIGTERM without waiting: everything answered is on disk already. */
  abandon: () => void;
}

type Watch = { say: (message: string) => void; onPid: (pid: number | null) => void };

/** Tries until it runs again or nobody wants it any more. */
async function startAgain(
  settings: RedisSettings,
  watch: Watch,
  isWanted: () => boolean,
): Promise<EmbeddedRedis | null> {
  for (let failures = 0; isWanted(); failures += 1) {
    await sleep(pauseBefore(failures));
    try {
      return await startEmbeddedRedis(settings);
    } catch (error) {
      if (isWanted()) watch.say(`redis could not be started: ${(error as Error).message}`);
    }
  }
  return null;
}

export async function keepRedis(given: RedisSettings, watch: Watch): Promise<KeptRedis> {
  const settings = { ...given, onPid: watch.onPid };
  let isWanted = true;
  let current: EmbeddedRedis | null = await startEmbeddedRedis(settings);
  const { url, isAdopted } = current;
  watch.onPid(current.pid);

  const run = async () => {
    while (current !== null) {
      await current.ended;
      watch.onPid(null);
      if (!isWanted) return;
      watch.say("redis ended; starting it again on the same files");
      current = await startAgain(settings, watch, () => isWanted);
      if (current !== null) watch.onPid(current.pid);
      if (!isWanted) await current?.stop();
    }
  };
  const done = run();

  return {
    url,
    isAdopted,
    abandon: () => {
      isWanted = false;
      void current?.stop();
    },
    stop: async (graceMs) => {
      isWanted = false;
      await current?.stop(graceMs);
      await done;
    },
  };
}
