/**
 * The server's clients of Redis: they fail fast, so that a request is refused rather than kept waiting (promise P14).
 * A command that was refused after it was written may have happened all the same; whoever sends events may send them again.
 */
import {
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  createClient,
  DisconnectsClientError,
  ReconnectStrategyError,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
} from "@redis/client";
import { redisAddress } from "../domain/contract/redis-address.ts";
import { watchForHanging } from "./watch-for-hanging.ts";

type Options = NonNullable<Parameters<typeof createClient>[0]>;

/** Between 50 and 500 ms with jitter, so that not everybody knocks at the same moment when Redis is back. */
const reconnectDelayMs = (retries: number): number =>
  Math.min(50 * 2 ** Math.min(retries, 4), 400) + Math.floor(Math.random() * 100);

/** The library's own limit makes an abort signal for each command, and an exception when that fires later for nothing; the socket's timeout does the same. */
const NO_LIMIT = { timeout: 0 };

const AWAY = [
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  ReconnectStrategyError,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
];
/** Whether something failed because Redis is not there, rather than because of what was asked of it. */
export const isRedisAway = (error: unknown): boolean => AWAY.some((kind) => error instanceof kind);

const merged = (url: string, own: Options, socket: Record<string, unknown>): Options => {
  const from = redisAddress(url);
  return { ...own, ...from, socket: { ...from.socket, ...socket } as Options["socket"] & object };
};

const PING_MS = 500;

/** For commands: nothing is queued while Redis is away, and a hung Redis is given up after 2 s. */
export function createFastClient(url: string, onError: (error: Error) => void) {
  const client = createClient(
    merged(
      url,
      // A socket timeout also strikes an idle socket; the ping keeps it from being idle.
      {
        disableOfflineQueue: true,
        commandsQueueMaxLength: 2_000,
        pingInterval: PING_MS,
        commandOptions: NO_LIMIT,
      },
      { connectTimeout: 2_000, socketTimeout: 2_000, reconnectStrategy: reconnectDelayMs },
    ),
  );
  client.on("error", onError);
  watchForHanging(client, PING_MS);
  return client;
}

/** For blocking reads: no socket timeout, a long wait is normal there. Give each reader its own. */
export function createBlockingClient(url: string, onError: (error: Error) => void) {
  const client = createClient(
    merged(
      url,
      { disableOfflineQueue: true, commandOptions: NO_LIMIT },
      { connectTimeout: 2_000, reconnectStrategy: reconnectDelayMs },
    ),
  );
  client.on("error", onError);
  return client;
}

export type RedisClient = ReturnType<typeof createFastClient>;

export type Script = { run: (keys: string[], args: string[]) => Promise<unknown> };

/** A script by its fingerprint; sent whole when Redis does not know it (after each restart it does not). */
export function createScript(client: RedisClient, lua: string): Script {
  let sha: string | undefined;
  const evaluate = (keys: string[], args: string[]) =>
    client.sendCommand(["EVAL", lua, String(keys.length), ...keys, ...args]);
  return {
    run: async (keys, args) => {
      if (sha === undefined) sha = await client.sendCommand<string>(["SCRIPT", "LOAD", lua]);
      try {
        return await client.sendCommand(["EVALSHA", sha, String(keys.length), ...keys, ...args]);
      } catch (error) {
        if (error instanceof Error && error.message.startsWith("NOSCRIPT"))
          return evaluate(keys, args);
        throw error;
      }
    },
  };
}
