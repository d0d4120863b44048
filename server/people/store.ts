/** People in Redis: their accounts (written by the audit alone), sessions, wrong passwords, and what may be used once. A store that does not answer is a 503. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";

export type Guesses = {
  /** those within the window, this one included */
  count: number;
  /** ms of the oldest of them */
  oldestAt: number;
};

export type PeopleStore = {
  /** rises with every change of users and keys */
  version(): Promise<string>;
  users(): Promise<Record<string, string>>;
  user(name: string): Promise<string | null>;
  /** name -> ms of the last login, as text */
  lastLogins(): Promise<Record<string, string>>;
  getSession(key: string): Promise<string | null>;
  /** notes the login too */
  addSession(of: SessionOf, value: string, ttlMs: number, now: number): Promise<void>;
  /** false when it is not there any more: an ended session never comes back */
  renewSession(key: string, value: string, ttlMs: number): Promise<boolean>;
  dropSessions(name: string, keys: readonly string[]): Promise<void>;
  sessionKeys(name: string): Promise<string[]>;
  /** counts a try; `id` takes it back */
  addGuess(of: string, id: string, now: number, withinMs: number): Promise<Guesses>;
  dropGuess(of: string, id: string): Promise<void>;
  addTicket(id: string, value: string, ttlMs: number): Promise<void>;
  /** the value, for the first one who asks; null for everybody else */
  takeTicket(id: string): Promise<string | null>;
};

export type SessionOf = { name: string; key: string; indexTtlMs: number };

async function orRefuse<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "Users and sessions cannot be read now. Try again.", {
      cause,
    });
  });
}

type Accounts = Pick<PeopleStore, "version" | "users" | "user" | "lastLogins">;
const accountsIn = (client: RedisClient): Accounts => ({
  version: async () => (await orRefuse(client.get(GLOBAL_KEYS.accessVersion))) ?? "",
  users: () => orRefuse(client.hGetAll(GLOBAL_KEYS.users)),
  user: (name) => orRefuse(client.hGet(GLOBAL_KEYS.users, name)),
  lastLogins: () => orRefuse(client.hGetAll(GLOBAL_KEYS.usersSeen)),
});

type Sessions = Pick<
  PeopleStore,
  "getSession" | "addSession" | "renewSession" | "dropSessions" | "sessionKeys"
>;
const sessionsIn = (client: RedisClient): Sessions => ({
  getSession: (key) => orRefuse(client.get(key)),
  async addSession({ name, key, indexTtlMs }, value, ttlMs, now) {
    const index = GLOBAL_KEYS.sessionsOf(name);
    await orRefuse(
      client
        .multi()
        .set(key, value, { expiration: { type: "PX", value: ttlMs } })
        .sAdd(index, key)
        .pExpire(index, indexTtlMs)
        .hSet(GLOBAL_KEYS.usersSeen, name, String(now))
        .exec(),
    );
  },
  async renewSession(key, value, ttlMs) {
    const options = { condition: "XX", expiration: { type: "PX", value: ttlMs } } as const;
    return (await orRefuse(client.set(key, value, options))) !== null;
  },
  async dropSessions(name, keys) {
    if (keys.length === 0) return;
    const all = [...keys];
    await orRefuse(client.multi().del(all).sRem(GLOBAL_KEYS.sessionsOf(name), all).exec());
  },
  sessionKeys: (name) => orRefuse(client.sMembers(GLOBAL_KEYS.sessionsOf(name))),
});

type Once = Pick<PeopleStore, "addGuess" | "dropGuess" | "addTicket" | "takeTicket">;
const onceIn = (client: RedisClient): Once => ({
  async addGuess(of, id, now, withinMs) {
    const key = GLOBAL_KEYS.guesses(of);
    const [, , count, oldest] = await orRefuse(
      client
        .multi()
        .zRemRangeByScore(key, "-inf", now - withinMs)
        .zAdd(key, { score: now, value: id })
        .zCard(key)
        .zRangeWithScores(key, 0, 0)
        .pExpire(key, withinMs)
        .exec<"typed">(),
    );
    return { count, oldestAt: oldest[0]?.score ?? now };
  },
  async dropGuess(of, id) {
    await orRefuse(client.zRem(GLOBAL_KEYS.guesses(of), id));
  },
  async addTicket(id, value, ttlMs) {
    const expiration = { type: "PX", value: ttlMs } as const;
    await orRefuse(client.set(GLOBAL_KEYS.ticket(id), value, { expiration }));
  },
  takeTicket: (id) => orRefuse(client.getDel(GLOBAL_KEYS.ticket(id))),
});

export const createPeopleStore = (client: RedisClient): PeopleStore => ({
  ...accountsIn(client),
  ...sessionsIn(client),
  ...onceIn(client),
});
