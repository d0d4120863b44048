/**
 * How often a password may be guessed: 10 wrong tries in any 15 minutes for a name, 100 in an hour for an address, counted in Redis for all servers together.
 * Somebody with a living session of that name has a count of their own, so that others cannot lock them out. A store that is away refuses (503).
 */
import { createHash, randomBytes } from "node:crypto";
import type { PeopleStore } from "./people/store.ts";
import { networkOf } from "./rates.ts";

type Rule = { most: number; withinMs: number };

const BY_NAME: Rule = { most: 10, withinMs: 15 * 60_000 };
const BY_ADDRESS: Rule = { most: 100, withinMs: 3_600_000 };

export type Verdict = {
  /** seconds until another try counts; null when this one does */
  waitSeconds: number | null;
  /** the address is over its limit: not even the cost of a try is owed */
  isAddress: boolean;
  /** the password was right: its try does not count */
  forgive(): Promise<void>;
};

export type LoginLimit = {
  /** Counts this try as wrong until it is forgiven; one over a limit is not counted. */
  take(name: string, address: string, knownSession: string | undefined): Promise<Verdict>;
};

/** Names are given by anybody: none of theirs becomes part of a key. */
const digest = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 22);

type Count = { of: string; rule: Rule };

export function createLoginLimit(
  store: Pick<PeopleStore, "addGuess" | "dropGuess">,
  now: () => number,
): LoginLimit {
  /** Seconds to wait, or null when the try is within the rule. */
  async function count({ of, rule }: Count, id: string): Promise<number | null> {
    const { count: tries, oldestAt } = await store.addGuess(of, id, now(), rule.withinMs);
    if (tries <= rule.most) return null;
    await store.dropGuess(of, id);
    return Math.max(1, Math.ceil((oldestAt + rule.withinMs - now()) / 1000));
  }

  return {
    async take(name, address, knownSession) {
      const byName: Count = {
        of: knownSession === undefined ? `name:${digest(name)}` : `session:${digest(knownSession)}`,
        rule: BY_NAME,
      };
      const byAddress: Count = { of: `address:${networkOf(address)}`, rule: BY_ADDRESS };
      const id = randomBytes(6).toString("base64url");
      const forgive = async (): Promise<void> => {
        await Promise.all([store.dropGuess(byName.of, id), store.dropGuess(byAddress.of, id)]);
      };
      const addressWait = await count(byAddress, id);
      if (addressWait !== null) return { waitSeconds: addressWait, isAddress: true, forgive };
      return { waitSeconds: await count(byName, id), isAddress: false, forgive };
    },
  };
}
