/** Keeps the embedded Redis running: begun or adopted, and begun again on the same files when it ends by itself. */
import { setTimeout as sleep } from "node:timers/promises";
import { pauseBefore } from "./child.ts";
import { roomTrouble } from "./room.ts";
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

const SAID_AGAIN_MS = 60_000;

/** What does not change for hours is said once a minute: a terminal kept in a file would grow by it. */
export function seldom(say: (message: string) => void, now = Date.now): (message: string) => void {
  const saidAt = new Map<string, number>();
  return (message) => {
    const [at, last] = [now(), saidAt.get(message)];
    if (last !== undefined && at - last < SAID_AGAIN_MS) return;
    if (saidAt.size > 100) saidAt.clear();
    saidAt.set(message, at);
    say(message);
  };
}

/** The pause before a start that will most likely fail as the last one did: a second. */
const NO_ROOM_FAILURES = 3;

/** Tries until it runs again or nobody wants it any more. */
async function startAgain(
  settings: RedisSettings,
  say: Watch["say"],
  isWanted: () => boolean,
  failed: number,
): Promise<EmbeddedRedis | null> {
  for (let failures = failed; isWanted(); failures += 1) {
    await sleep(pauseBefore(failures));
    try {
      return await startEmbeddedRedis(settings);
    } catch (error) {
      if (isWanted()) say(`redis could not be started: ${(error as Error).message}`);
    }
  }
  return null;
}

const endedWords = (why: string | null): string =>
  `redis ended${why === null ? "" : ` (${why})`}; starting it again on the same files`;

export async function keepRedis(given: RedisSettings, watch: Watch): Promise<KeptRedis> {
  const saySeldom = seldom(watch.say);
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
      const why = roomTrouble(given.dataDir);
      (why === null ? watch.say : saySeldom)(endedWords(why));
      const failed = why === null ? 0 : NO_ROOM_FAILURES;
      current = await startAgain(settings, saySeldom, () => isWanted, failed);
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
