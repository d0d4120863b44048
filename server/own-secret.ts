/** Where the secret of this installation comes from when its file is missing: none is made beside what another one has sealed. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  SECRET_BYTES,
  SIGN_OF_SEALED,
  lostSecret,
  tornSecret,
} from "../domain/contract/lost-secret.ts";
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

/**
 * The secret in this file; made unless something is sealed already, which `holder` tells in words when it is asked.
 * @throws when there is such a holder and no secret, and when the file is too short to be one
 */
export async function ensureSecret(
  file: string,
  holder: () => string | null | Promise<string | null>,
): Promise<Buffer> {
  const bytes = existsSync(file) ? readFileSync(file).length : null;
  const held = bytes !== null && bytes >= SECRET_BYTES ? null : await holder();
  if (held === null) return readSecret(file);
  throw new Error(bytes === null ? lostSecret(file, held) : tornSecret(file, bytes, held));
}

/** The same of the server, which asks its Redis. */
export function ownSecret(file: string, redisUrl: string, log: Log): Promise<Buffer> {
  return ensureSecret(file, async () =>
    (await holdsSealed(redisUrl, log)) ? `the Redis at ${shownRedisUrl(redisUrl)}` : null,
  );
}
