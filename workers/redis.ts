/** The workers' clients of Redis: they wait for ever, since a worker has nothing better to do than to go on when Redis is back. */
import { createClient } from "@redis/client";
import { redisAddress } from "../domain/contract/redis-address.ts";

type Options = NonNullable<Parameters<typeof createClient>[0]>;

const reconnectDelayMs = (retries: number): number =>
  Math.min(50 * 2 ** Math.min(retries, 4), 400) + Math.floor(Math.random() * 100);

/** Commands wait while Redis is away; those that were on the way when it went are rejected. */
export function createPatientClient(url: string, onError: (error: Error) => void) {
  const from = redisAddress(url);
  const client = createClient({
    ...from,
    // Without a limit: the library makes an abort signal and a timer for each command that has one.
    commandOptions: { timeout: 0 },
    socket: { ...from.socket, reconnectStrategy: reconnectDelayMs } as Options["socket"] & object,
  });
  client.on("error", onError);
  return client;
}
export type RedisClient = ReturnType<typeof createPatientClient>;

/** Sends one command as Redis spells it and trusts `T` to be what it answers. */
export type Send = <T>(...args: string[]) => Promise<T>;
export const senderOf =
  (client: RedisClient): Send =>
  <T>(...args: string[]) =>
    client.sendCommand<T>(args);

/** Runs a script by its fingerprint; sends it whole when Redis does not know it (after each restart it does not). */
export function createScript(send: Send, lua: string) {
  let sha: string | undefined;
  return async (keys: string[], args: string[]): Promise<unknown> => {
    sha ??= await send<string>("SCRIPT", "LOAD", lua);
    try {
      return await send("EVALSHA", sha, String(keys.length), ...keys, ...args);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("NOSCRIPT"))
        return send("EVAL", lua, String(keys.length), ...keys, ...args);
      throw error;
    }
  };
}
