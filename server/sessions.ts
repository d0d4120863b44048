/**
 * Sessions of people. The cookie holds a random 256-bit token; the store knows its SHA-256 only, so nothing that leaks from Redis opens a session.
 * Idle 12 hours, 7 days at most. An answer is remembered for 2 s, which bounds both the load and how long an ended session lives on another server.
 */
import { createHash, randomBytes } from "node:crypto";
import { GLOBAL_KEYS } from "../domain/contract/keys.ts";
import type { PeopleStore } from "./people/store.ts";

export const IDLE_MS = 12 * 3_600_000;
export const ABSOLUTE_MS = 7 * 86_400_000;
const REMEMBER_MS = 2_000;
const REMEMBER_AT_MOST = 10_000;
/** Being there is written down at most this often. */
const SEEN_EVERY_MS = 60_000;

/** What is kept of a session. */
export type Session = {
  name: string;
  /** that of the account when it began: another one now, and it is over */
  generation: number;
  startedAt: number;
  seenAt: number;
  address: string;
  device: string;
};
export type NewSession = Omit<Session, "startedAt" | "seenAt">;

export type Sessions = {
  /** the token for the cookie; it is never seen again */
  start(session: NewSession): Promise<string>;
  read(key: string): Promise<Session | null>;
  end(name: string, keys: readonly string[]): Promise<void>;
  /** the living ones of a person, the last used first */
  list(name: string): Promise<(Session & { key: string })[]>;
};

export const sessionKeyOf = (token: string): string =>
  GLOBAL_KEYS.session(createHash("sha256").update(token).digest("hex"));

const ID_LENGTH = 16;
/** A short name of a session for lists: of its key, so nothing is opened with it. */
export const sessionIdOf = (key: string): string =>
  key.slice(key.lastIndexOf(":") + 1).slice(0, ID_LENGTH);

const remaining = (session: Session, now: number): number =>
  Math.min(IDLE_MS, session.startedAt + ABSOLUTE_MS - now);

type Store = Pick<
  PeopleStore,
  "getSession" | "addSession" | "renewSession" | "dropSessions" | "sessionKeys"
>;

/** Reads a session, and writes down that it is used. */
async function load(store: Store, key: string, now: number): Promise<Session | null> {
  const text = await store.getSession(key);
  if (text === null) return null;
  const session = JSON.parse(text) as Session;
  const left = remaining(session, now);
  if (left <= 0) return null;
  if (now - session.seenAt < SEEN_EVERY_MS) return session;
  const seen = { ...session, seenAt: now };
  return (await store.renewSession(key, JSON.stringify(seen), left)) ? seen : null;
}

/** Those of the index that are still there; the others are taken out of it. */
async function listAll(store: Store, name: string, now: number) {
  const keys = await store.sessionKeys(name);
  const texts = await Promise.all(keys.map((key) => store.getSession(key)));
  const found = keys.flatMap((key, at) => {
    const session = texts[at] ? (JSON.parse(texts[at]) as Session) : null;
    return session !== null && remaining(session, now) > 0 ? [{ ...session, key }] : [];
  });
  const living = new Set(found.map(({ key }) => key));
  await store.dropSessions(
    name,
    keys.filter((key) => !living.has(key)),
  );
  return found.toSorted((a, b) => b.seenAt - a.seenAt);
}

export function createSessions(store: Store, now: () => number): Sessions {
  const remembered = new Map<string, { session: Session | null; until: number }>();

  const remember = (key: string, session: Session | null): Session | null => {
    if (remembered.size >= REMEMBER_AT_MOST) remembered.clear();
    remembered.set(key, { session, until: now() + REMEMBER_MS });
    return session;
  };

  return {
    async start(begun) {
      const token = randomBytes(32).toString("base64url");
      const at = now();
      const text = JSON.stringify({ ...begun, startedAt: at, seenAt: at } satisfies Session);
      const of = { name: begun.name, key: sessionKeyOf(token), indexTtlMs: ABSOLUTE_MS };
      await store.addSession(of, text, IDLE_MS, at);
      return token;
    },
    async read(key) {
      const known = remembered.get(key);
      if (known !== undefined && known.until > now()) return known.session;
      return remember(key, await load(store, key, now()));
    },
    async end(name, keys) {
      await store.dropSessions(name, keys);
      for (const key of keys) remember(key, null);
    },
    list: (name) => listAll(store, name, now()),
  };
}
