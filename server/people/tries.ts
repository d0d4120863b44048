/**
 * Trying a password. A name that does not exist, a disabled user, a wrong password and a locked-out try cost the same: one derived key each, and get the same
 * answer but for the lock, which is told for every name alike.
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { Audit } from "../audit.ts";
import type { LoginLimit, Verdict } from "../login-limit.ts";
import { impossibleHash, verifyPassword } from "../passwords.ts";
import { isProblem, problem } from "../problem.ts";
import type { Users } from "../users.ts";
import type { Account } from "./account.ts";

export type Try = {
  /** as it is kept; `typed` is what the person wrote */
  name: string;
  typed: string;
  password: string;
  address: string;
  /** of a living session of that very person: counted apart */
  knownSession: string | undefined;
};

export type TriesDeps = {
  users: Users;
  limit: LoginLimit;
  audit: () => Audit;
  now: () => number;
};
export type Tries = ReturnType<typeof createTries>;

const REFUSAL_NOTED_EVERY_MS = 60_000;
const REMEMBER_AT_MOST = 10_000;

const digest = (text: string): Buffer => hash("sha256", text.normalize("NFKC"), "buffer");
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const tooMany = (seconds: number) =>
  problem("CT_ERR_TOO_MANY_REQUESTS", "Too many wrong passwords. Try again later.", {
    retryAfterSeconds: seconds,
  });

/** A flood of locked-out tries is one line a minute in the audit. */
function createSeldom(now: () => number): (key: string) => boolean {
  const notedAt = new Map<string, number>();
  return (key) => {
    const at = now();
    if (at - (notedAt.get(key) ?? -Infinity) < REFUSAL_NOTED_EVERY_MS) return false;
    if (notedAt.size >= REMEMBER_AT_MOST) notedAt.clear();
    notedAt.set(key, at);
    return true;
  };
}

export function createTries({ users, limit, audit, now }: TriesDeps) {
  const nobody = impossibleHash();
  const isTimeToNote = createSeldom(now);

  /** One derived key, whoever is asked for. */
  async function matches(account: Account | undefined, password: string): Promise<boolean> {
    const fixed = account === undefined ? undefined : users.fixed(account.name);
    const isRight = await verifyPassword(password, account?.password ?? nobody);
    return fixed === undefined ? isRight : isSame(password, fixed.password);
  }

  const mayEnter = ({ disabled, oneTimeUntil }: Account): boolean =>
    !disabled && (oneTimeUntil === undefined || oneTimeUntil > now());

  async function refuse({ typed, address }: Try, what: string, why: string): Promise<void> {
    await audit().record({ who: "anonymous", what, where: address, subject: typed, why });
  }

  async function requireAddress(one: Try, { waitSeconds, isAddress }: Verdict, what: string) {
    if (!isAddress || waitSeconds === null) return;
    const why = "too many from this address";
    if (isTimeToNote(`address ${one.address}`)) await refuse(one, what, why);
    throw tooMany(waitSeconds);
  }

  /** The try was counted before it is made, so that many at once are not more than one after the other; one that waited in vain was none. */
  async function attempt({ name, password }: Try, verdict: Verdict): Promise<boolean> {
    try {
      return await matches(users.get(name), password);
    } catch (error) {
      if (isProblem(error)) await verdict.forgive();
      throw error;
    }
  }

  /** The account when the password is right and it may be used; null when anything is wrong. @throws problem when there were too many tries */
  async function tried(one: Try, what: string): Promise<Account | null> {
    const verdict = await limit.take(one.name, one.address, one.knownSession);
    await requireAddress(one, verdict, what);
    const isRight = await attempt(one, verdict);
    if (verdict.waitSeconds !== null) {
      if (isTimeToNote(`name ${one.name}`)) await refuse(one, what, "locked out");
      throw tooMany(verdict.waitSeconds);
    }
    const account = users.get(one.name);
    if (!isRight || account === undefined || !mayEnter(account)) {
      await refuse(one, what, "wrong");
      return null;
    }
    await verdict.forgive();
    return account;
  }
  return tried;
}
