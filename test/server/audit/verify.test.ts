import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AuditInput } from "../../../domain/contract/audit.ts";
import { anchorOf, createSigner, isSignedWith } from "../../../server/audit/anchor.ts";
import {
  type AuditHead,
  type AuditLink,
  NO_HEAD,
  entryOf,
  hashOf,
  headOf,
  linkAfter,
} from "../../../server/audit/chain.ts";
import { createVerifier, type Verdict } from "../../../server/audit/verify.ts";
import { canonical } from "../../../server/connectors/canonical.ts";

const LENGTH = 200;

function chainOf(length: number): AuditLink[] {
  const links: AuditLink[] = [];
  let head = NO_HEAD;
  for (let n = 1; n <= length; n += 1) {
    const input: AuditInput = { who: `user-${n % 7}`, what: "order.hold", subject: `SO-${n}` };
    const link = linkAfter(head, { ...input, before: { holds: [] } }, 1_000_000 + n * 1_000);
    links.push(link);
    head = headOf(link);
  }
  return links;
}

function verdictOf(links: readonly AuditLink[], head: AuditHead | null): Verdict {
  const verifier = createVerifier();
  for (const link of links) verifier.add(link);
  return verifier.end(head);
}

/** xorshift32: the same manipulations in every run */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const changed = (link: AuditLink, change: Record<string, unknown>): string =>
  canonical({ ...(JSON.parse(link.text) as object), ...change });
const rehashed = (link: AuditLink, text: string): AuditLink => {
  const { previous } = JSON.parse(text) as { previous: string };
  return { ...link, text, hash: hashOf(previous, text) };
};

type Touch = (links: AuditLink[], at: number, other: number) => number[];
/** Each touches a copy of the chain and says which entries it touched. `at` and `other` are places, other > at. */
const TOUCHES: Record<string, Touch> = {
  deleted: (links, at) => links.splice(at, 1).map(({ n }) => n),
  "deleted in a row": (links, at, other) => [links.splice(at, other - at)[0]?.n ?? 0],
  "cut off at the end": (links, at) => [links.splice(at)[0]?.n ?? 0],
  "swapped with their numbers": (links, at, other) => {
    [links[at], links[other]] = [links[other]!, links[at]!];
    return [at + 1];
  },
  "swapped under their places": (links, at, other) => {
    const [a, b] = [links[at]!, links[other]!];
    links[at] = { ...b, n: a.n };
    links[other] = { ...a, n: b.n };
    return [a.n, b.n];
  },
  edited: (links, at) => {
    links[at] = { ...links[at]!, text: changed(links[at]!, { who: "nobody" }) };
    return [at + 1];
  },
  "edited and hashed again": (links, at) => {
    links[at] = rehashed(links[at]!, changed(links[at]!, { who: "nobody" }));
    return [at + 1];
  },
  "edited, with every hash behind it but the head made anew": (links, at) => {
    links[at] = rehashed(links[at]!, changed(links[at]!, { who: "nobody" }));
    for (let next = at + 1; next < links.length; next += 1)
      links[next] = rehashed(
        links[next]!,
        changed(links[next]!, { previous: links[next - 1]!.hash }),
      );
    return [links.length];
  },
  "hash changed": (links, at) => {
    links[at] = { ...links[at]!, hash: "ab".repeat(32) };
    return [at + 1];
  },
  "back-dated": (links, at) => {
    links[at] = { ...links[at]!, text: changed(links[at]!, { at: 1_000_000 }) };
    return [at + 1];
  },
  "back-dated and hashed again": (links, at) => {
    links[at] = rehashed(links[at]!, changed(links[at]!, { at: 1_000_000 }));
    return [at + 1];
  },
  "written twice": (links, at, other) => {
    links.splice(other, 0, links[at]!);
    return [at + 1];
  },
  "made unreadable": (links, at) => {
    links[at] = { ...links[at]!, text: "{" };
    return [at + 1];
  },
};

describe("checking the audit chain", () => {
  const whole = chainOf(LENGTH);
  const head = headOf(whole.at(-1)!);

  test("a whole chain has no finding", () => {
    expect(verdictOf(whole, head)).toEqual({ entries: LENGTH, head, findings: [], found: 0 });
  });

  test("1,000 random manipulations are all found, each where it was done", () => {
    const roll = dice(20_261_123);
    const kinds = Object.entries(TOUCHES);
    for (let turn = 0; turn < 1_000; turn += 1) {
      const [kind, touch] = kinds[turn % kinds.length]!;
      const at = roll(LENGTH - 2);
      const other = at + 1 + roll(LENGTH - 1 - at);
      const links = [...whole];
      const touched = touch(links, at, other);
      const { findings } = verdictOf(links, head);
      const named = new Set(findings.map(({ n }) => n));
      for (const n of touched) expect(named, `${kind}: ${at}, ${other}`).toContain(n);
      expect(findings.length, `${kind}: ${at}, ${other}`).toBeLessThanOrEqual(6);
    }
  }, 30_000);

  test("a chain that was rewritten altogether, head too, is told by an anchor made before", () => {
    const signer = createSigner(randomBytes(32));
    const line = JSON.stringify({ level: 30, anchor: signer.anchor(headOf(whole[99]!)) });
    const anchor = anchorOf(line)!;
    const other = chainOf(LENGTH).map(entryOf);
    expect(other[99]?.hash).toBe(anchor.hash);
    const rewritten = [...whole];
    TOUCHES["edited, with every hash behind it but the head made anew"]?.(rewritten, 50, 51);
    expect(verdictOf(rewritten, headOf(rewritten.at(-1)!)).found).toBe(0);
    expect(rewritten[99]?.hash).not.toBe(anchor.hash);
    expect(isSignedWith(signer.key, anchor)).toBe(true);
    expect(isSignedWith(signer.key, { ...anchor, n: 98 })).toBe(false);
    expect(isSignedWith(createSigner(randomBytes(32)).key, anchor)).toBe(false);
  });

  test("the anchor's key follows from the secret alone", () => {
    const secret = randomBytes(32);
    expect(createSigner(secret).key).toBe(createSigner(secret).key);
  });
});
