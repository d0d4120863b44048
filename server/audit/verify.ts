/**
 * Checks an audit chain entry by entry and says where it was touched. It needs the entries and nothing else, so an export can be checked far from the tower. What a
 * chain alone cannot show is that its end is missing: for that there is the head, and the anchors in the log.
 */
import { AUDIT_ORIGIN } from "../../domain/contract/audit.ts";
import { type AuditHead, type AuditLink, hashOf } from "./chain.ts";

export type Finding = {
  /** number of the entry, or of the first one that is missing */
  n: number;
  is: "edited" | "missing" | "moved" | "replaced" | "back-dated" | "unreadable" | "cut off";
  words: string;
};

export type Verdict = {
  entries: number;
  head: AuditHead | null;
  findings: Finding[];
  /** findings beyond the first thousand are counted only */
  found: number;
};

const MOST_FINDINGS = 1_000;
const HEX = /^[0-9a-f]{64}$/;

type Read = { n: number; at: number; previous: string };

function read(text: string): Read | null {
  try {
    const { n, at, previous } = JSON.parse(text) as Partial<Read>;
    const isWhole = Number.isSafeInteger(n) && Number.isSafeInteger(at) && HEX.test(previous ?? "");
    return isWhole ? ({ n, at, previous } as Read) : null;
  } catch {
    return null;
  }
}

const span = (from: number, to: number): string =>
  from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;

function createNotes() {
  const notes = { findings: [] as Finding[], found: 0 };
  function tell(n: number, is: Finding["is"], words: string): void {
    notes.found += 1;
    if (notes.findings.length < MOST_FINDINGS) notes.findings.push({ n, is, words });
  }
  return { notes, tell };
}

/** Takes the links in the order in which they are kept. */
export function createVerifier() {
  let entries = 0;
  let last: AuditHead = { n: 0, at: 0, hash: AUDIT_ORIGIN };
  /** whether the last entry's own content and hash agree */
  let isLastWhole = true;
  const { notes, tell } = createNotes();

  /** Number and place; true when the entry stands right behind the last one. */
  function checkPlace(link: AuditLink, n: number): boolean {
    const expected = last.n + 1;
    if (n !== link.n)
      tell(link.n, "moved", `in the place of entry ${link.n} stands one that says it is ${n}`);
    if (link.n === expected) return n === link.n;
    if (link.n > expected)
      tell(expected, "missing", `${span(expected, link.n - 1)} missing before entry ${link.n}`);
    else tell(link.n, "moved", `entry ${link.n} stands behind entry ${last.n}`);
    return false;
  }

  function checkLink(n: number, previous: string, isWhole: boolean): void {
    if (previous === last.hash) return;
    if (!isWhole || !isLastWhole) return;
    tell(
      last.n === 0 ? n : last.n,
      "replaced",
      last.n === 0
        ? `entry ${n} does not begin the chain: something stood before it`
        : `entry ${n} was chained to another entry than the ${last.n} that stands here`,
    );
  }

  function checkOwn(link: AuditLink, { n, at, previous }: Read): void {
    const isWhole = hashOf(previous, link.text) === link.hash;
    if (!isWhole) tell(link.n, "edited", `what entry ${link.n} says is not what its hash is of`);
    if (checkPlace(link, n)) checkLink(n, previous, isWhole);
    if (at < last.at)
      tell(link.n, "back-dated", `entry ${link.n} is dated before the one in front of it`);
    last = { n: link.n, at, hash: link.hash };
    isLastWhole = isWhole;
  }

  return {
    add(link: AuditLink): void {
      entries += 1;
      const fields = HEX.test(link.hash) ? read(link.text) : null;
      if (fields !== null) return checkOwn(link, fields);
      tell(link.n, "unreadable", `entry ${link.n} is no audit entry`);
      last = { ...last, n: link.n, hash: link.hash };
      isLastWhole = false;
    },
    /** `head`: where the chain says it ends; null when that is not known. */
    end(head: AuditHead | null): Verdict {
      if (head !== null && head.n > last.n)
        tell(
          last.n + 1,
          "cut off",
          `the chain goes to ${head.n}; ${span(last.n + 1, head.n)} missing`,
        );
      else if (head !== null && head.n === last.n && head.hash !== last.hash)
        tell(last.n, "replaced", `entry ${last.n} is not the one that the chain's head is of`);
      return { entries, head: entries === 0 ? null : { ...last }, ...notes };
    },
  };
}
