/** How one audit entry follows from the one before it. Whoever writes and whoever checks use this one rule. */
import { hash } from "node:crypto";
import { AUDIT_ORIGIN, type AuditEntry, type AuditInput } from "../../domain/contract/audit.ts";
import { canonical } from "../connectors/canonical.ts";

/** Where a chain stands: number, ms and hash of its newest entry. */
export type AuditHead = { n: number; at: number; hash: string };
/** An entry as it is stored: the canonical JSON without its hash, and the hash. */
export type AuditLink = { n: number; text: string; hash: string };

export const NO_HEAD: AuditHead = { n: 0, at: 0, hash: AUDIT_ORIGIN };

export const encodeHead = ({ n, at, hash: digest }: AuditHead): string => `${n}|${at}|${digest}`;

/** Null for what no head looks like. */
export function decodeHead(text: string): AuditHead | null {
  const [, n, at, digest] = /^(\d{1,15})\|(\d{1,15})\|([0-9a-f]{64})$/.exec(text) ?? [];
  return digest === undefined ? null : { n: Number(n), at: Number(at), hash: digest };
}

export const hashOf = (previous: string, text: string): string =>
  hash("sha256", `${previous}\n${text}`, "hex");

/** The longest JSON of `before` or `after`; what is longer is kept as its fingerprint. */
const MAX_STATE = 16_384;
const MAX_TEXT = 512;

function smallState(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined || text.length <= MAX_STATE) return value;
  return { tooLong: text.length, sha256: hash("sha256", text, "hex") };
}

const short = (text: string): string =>
  text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;

/** The input as it is kept: only what it may hold, none of it endless. */
function trimmed(input: AuditInput): AuditInput {
  const { who, what, where, site, subject, why, before, after } = input;
  return {
    who: short(who),
    what: short(what),
    ...(where !== undefined && { where: short(where) }),
    ...(site !== undefined && { site: short(site) }),
    ...(subject !== undefined && { subject: short(subject) }),
    ...(why !== undefined && { why: short(why) }),
    ...(before !== undefined && { before: smallState(before) }),
    ...(after !== undefined && { after: smallState(after) }),
  };
}

/** The next link after `head`. Time never goes back, also when the clock does. */
export function linkAfter(head: AuditHead, input: AuditInput, now: number): AuditLink {
  const n = head.n + 1;
  const at = Math.max(now, head.at);
  // through JSON once, so that what is hashed is what a reader of the JSON gets
  const plain: unknown = JSON.parse(JSON.stringify(trimmed(input)));
  const text = canonical({ ...(plain as object), n, at, previous: head.hash });
  return { n, text, hash: hashOf(head.hash, text) };
}

export const headOf = (link: AuditLink): AuditHead => ({
  n: link.n,
  at: (JSON.parse(link.text) as { at: number }).at,
  hash: link.hash,
});

/** Throws for what no entry looks like; says nothing about its place in the chain. */
export const entryOf = ({ text, hash: digest }: AuditLink): AuditEntry => ({
  ...(JSON.parse(text) as Omit<AuditEntry, "hash">),
  hash: digest,
});
