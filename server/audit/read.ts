/** Reads the chain: pages of what matches, the newest first; and all of it, the oldest first, in pieces that leave the event loop to others. */
import type { AuditEntry } from "../../domain/contract/audit.ts";
import { type AuditHead, type AuditLink, entryOf } from "./chain.ts";
import type { AuditStore } from "./store.ts";
import { createVerifier, type Verdict } from "./verify.ts";

const PIECE = 500;
/** A search that matches little gives back an early page with a cursor rather than to read on for long. */
const MOST_READ = 20_000;

export type AuditFilter = {
  who?: string;
  /** `order.hold`, or a noun for all of it: `order` */
  what?: string;
  site?: string;
  subject?: string;
  /** ms, both included */
  from?: number;
  to?: number;
};

const FIELDS = ["who", "site", "subject"] as const;

const matchesWhat = (what: string, asked: string | undefined): boolean =>
  asked === undefined || what === asked || what.startsWith(`${asked}.`);

export function matches(entry: AuditEntry, filter: AuditFilter): boolean {
  const { what, from = 0, to = Number.POSITIVE_INFINITY } = filter;
  const isWithin = entry.at >= from && entry.at <= to;
  if (!isWithin || !matchesWhat(entry.what, what)) return false;
  return FIELDS.every((field) => filter[field] === undefined || entry[field] === filter[field]);
}

/** An entry that cannot be read any more is left out here; checking the chain names it. */
function readable(link: AuditLink): AuditEntry | null {
  try {
    return entryOf(link);
  } catch {
    return null;
  }
}

/** The number of the last entry that is not newer than `to`: time rises along the chain, so halving finds it. */
async function lastUntil(store: AuditStore, head: AuditHead, to: number): Promise<number> {
  if (head.at <= to) return head.n;
  let low = 0;
  let high = head.n;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [link] = await store.read(middle, 1);
    const at = link === undefined ? undefined : readable(link)?.at;
    if (at !== undefined && at <= to) low = middle;
    else high = middle - 1;
  }
  return low;
}

export type AuditPage = { items: AuditEntry[]; next: string | null };
export type AuditSearch = {
  filter: AuditFilter;
  /** what the asker may see at all */
  maySee: (entry: AuditEntry) => boolean;
  limit: number;
  /** `next` of the page before */
  cursor?: string;
};

async function startOf(store: AuditStore, { filter, cursor }: AuditSearch): Promise<number> {
  if (cursor !== undefined) return /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0;
  const { head } = await store.state();
  if (head === null) return 0;
  return filter.to === undefined ? head.n : lastUntil(store, head, filter.to);
}

/** Down from `at`, in pieces; ends by itself after the most that one page reads. */
async function* downFrom(store: AuditStore, start: number): AsyncGenerator<AuditLink> {
  let at = start;
  for (let seen = 0; at > 0 && seen < MOST_READ; seen += PIECE) {
    const links = await store.read(at, PIECE, "down");
    yield* links;
    at = links.length < PIECE ? 0 : (links.at(-1)?.n ?? 1) - 1;
  }
}

const nextOf = (at: number): string | null => (at > 0 ? String(at) : null);

export async function readPage(store: AuditStore, search: AuditSearch): Promise<AuditPage> {
  const { filter, maySee, limit } = search;
  const { from = 0 } = filter;
  const items: AuditEntry[] = [];
  let at = await startOf(store, search);
  for await (const link of downFrom(store, at)) {
    const entry = readable(link);
    at = link.n - 1;
    if (entry === null) continue;
    if (entry.at < from) return { items, next: null };
    if (matches(entry, filter) && maySee(entry)) items.push(entry);
    if (items.length === limit) return { items, next: nextOf(at) };
  }
  return { items, next: nextOf(at) };
}

/** The whole chain up to its head of now, the oldest first. */
export async function* allLinks(store: AuditStore, until: number): AsyncGenerator<AuditLink[]> {
  for (let from = 1; from <= until;) {
    const links = await store.read(from, PIECE);
    const own = links.filter(({ n }) => n <= until);
    if (own.length > 0) yield own;
    const last = links.at(-1);
    if (last === undefined || links.length < PIECE) return;
    from = last.n + 1;
  }
}

/** Checks what the store holds, from the first entry to the head that stands when it begins. */
export async function verifyStore(store: AuditStore): Promise<Verdict> {
  const { head } = await store.state();
  const verifier = createVerifier();
  for await (const links of allLinks(store, head?.n ?? 0))
    for (const one of links) verifier.add(one);
  return verifier.end(head);
}
