/**
 * Sessions of people. The cookie holds a random 256-bit token; the store knows its SHA-256 only, so nothing that leaks from Redis opens a session.
 * Idle 12 hours, 7 days at most. An answer is remembered for 5 s, which bounds both the load and how long an ended session lives on another server.
 */
import { createHash, randomBytes } from "node:crypto";
import { GLOBAL_KEYS } from "../domain/contract/keys.ts";

export const IDLE_MS = 12 * 3_600_000;
export const ABSOLUTE_MS = 7 * 86_400_000;
const REMEMBER_MS = 5_000;
const REMEMBER_AT_MOST = 10_000;

/** What is kept of a session. */
export type Session = { name: string; startedAt: number };

/** The four commands this needs; `main.ts` hands in those of Redis, a test a Map. All reject when the store is away. */
export type SessionStore = {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  extend(key: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
};

export type Sessions = {
  /** the token for the cookie; it is never seen again */
  start(name: string): Promise<string>;
  read(key: string): Promise<Session | null>;
  end(key: string): Promise<void>;
};

export const sessionKeyOf = (token: string): string =>
  GLOBAL_KEYS.session(createHash("sha256").update(token).digest("hex"));

const remaining = (session: Session, now: number): number =>
  Math.min(IDLE_MS, session.startedAt + ABSOLUTE_MS - now);

export function createSessions(store: SessionStore, now: () => number): Sessions {
  const remembered = new Map<string, { session: Session | null; until: number }>();

  const remember = (key: string, session: Session | null): Session | null => {
    if (remembered.size >= REMEMBER_AT_MOST) remembered.clear();
    remembered.set(key, { session, until: now() + REMEMBER_MS });
    return session;
  };

  async function load(key: string): Promise<Session | null> {
    const text = await store.get(key);
    if (text === null) return null;
    const session = JSON.parse(text) as Session;
    const left = remaining(session, now());
    if (left <= 0) return null;
    await store.extend(key, left);
    return session;
  }

  return {
    async start(name) {
      const token = randomBytes(32).toString("base64url");
      const session = { name, startedAt: now() };
      await store.set(sessionKeyOf(token), JSON.stringify(session), IDLE_MS);
      return token;
    },
    async read(key) {
      const known = remembered.get(key);
      if (known !== undefined && known.until > now()) return known.session;
      return remember(key, await load(key));
    },
    async end(key) {
      remember(key, null);
      await store.delete(key);
    },
  };
}
