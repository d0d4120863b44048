/**
 * How often one may ask (promise S11): a machine key, a person, an address without a good credential, and the reads of a site. Counted by this process, in
 * memory: a limit that asks Redis for each request would cost more than it saves, and n servers allow n times as much at most.
 */
import { isIPv6 } from "node:net";
import type { Principal } from "../domain/permissions.ts";
import type { RateSettings } from "./config.ts";
import { problem, type ProblemError } from "./problem.ts";
import { createTokenBuckets, type Rate, type TokenBuckets } from "./token-buckets.ts";

/** Each takes one request; the refusal when that is one too many (CT_ERR_TOO_MANY_REQUESTS, with when to come again). */
export type Rates = {
  takeFor(principal: Principal): ProblemError | null;
  takeAddress(address: string): ProblemError | null;
  takeSite(site: string): ProblemError | null;
};

/** One line of IPv6 is a whole network of one customer: its /64 counts as one address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const plain = address.split("%")[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => "0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

const none: TokenBuckets = { take: () => 0, size: () => 0 };
const bucketsOf = (rate: Rate | null): TokenBuckets =>
  rate === null ? none : createTokenBuckets(rate);

function refusal(what: string, seconds: number): ProblemError | null {
  if (seconds === 0) return null;
  return problem("CT_ERR_TOO_MANY_REQUESTS", `Too many requests ${what}. Come again later.`, {
    retryAfterSeconds: Math.ceil(seconds),
  });
}

export function createRates(settings: RateSettings, now: () => number): Rates {
  const keys = bucketsOf(settings.keys);
  const people = bucketsOf(settings.people);
  const addresses = bucketsOf(settings.addresses);
  const sites = bucketsOf(settings.sites);
  return {
    takeFor: ({ kind, name }) =>
      kind === "machine"
        ? refusal("with this key", keys.take(name, now()))
        : refusal("by you", people.take(name, now())),
    takeAddress: (address) =>
      refusal("from this address", addresses.take(networkOf(address), now())),
    takeSite: (site) => refusal("about this site", sites.take(site, now())),
  };
}
