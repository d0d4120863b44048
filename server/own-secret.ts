/** Where the secret of this installation comes from when its file is missing: none is made beside what another one has sealed. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SIGN_OF_SEALED, lostSecret } from "../domain/contract/lost-secret.ts";
import { shownRedisUrl } from "../domain/contract/redis-address.ts";
import { readSecret } from "./personal.ts";
import { createFastClient } from "./redis.ts";

type Log = { warn: (context: object, sentence: string) => void };

const AGAIN_MS = 250;
const PATIENCE_MS = 3_000;
const WAITING = "waiting for Redis: there is no secret yet, and it tells whether one may be made";

/** Whether a tower has sealed something in that Redis. Waits for it: nothing can be kept before it is there anyway. */
async function holdsSealed(redisUrl: string, log: Log): Promise<boolean> {
  const client = createFastClient(redisUrl, () => undefined);
  const patience = setTimeout(() => log.warn({}, WAITING), PATIENCE_MS);
  void client.connect().catch(() => undefined);
  try {
    for (;;) {
      const found = await client.exists(SIGN_OF_SEALED).catch(() => null);
      if (found !== null) return found === 1;
      await sleep(AGAIN_MS);
    }
  } finally {
    clearTimeout(patience);
    client.destroy();
  }
}

/** @throws when the file is missing and Redis holds what was sealed with it */
export async function ownSecret(file: string, redisUrl: string, log: Log): Promise<Buffer> {
  if (!existsSync(file) && (await holdsSealed(redisUrl, log)))
    throw new Error(lostSecret(file, `the Redis at ${shownRedisUrl(redisUrl)}`));
  return readSecret(file);
}
