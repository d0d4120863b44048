/** The log in pieces, and boards at some of its numbers: what rewind plays. Pieces grow while they are young, so that a trickle does not become a row a second. */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Tables } from "./schema.ts";

const LARGEST_CHARS = 256_000;
const LONGEST_MS = 300_000;

type Entry = { seq: number; at: number; text: string };
export type Segment = Tables["segments"];

/** One line an entry: `<seq> <change as JSON>`. */
const lineOf = ({ seq, text }: Entry): string => `${seq} ${text}\n`;

export function entriesIn(segment: Pick<Segment, "entries">): { seq: number; text: string }[] {
  return zstdDecompressSync(segment.entries)
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const cut = line.indexOf(" ");
      return cut < 0 ? [] : [{ seq: Number(line.slice(0, cut)), text: line.slice(cut + 1) }];
    });
}

type Young = {
  epoch: string;
  first: number;
  last: number;
  from: number;
  to: number;
  lines: string;
};

/** Collects what is copied into segments; `add` gives the row to be written with it, again and again the same key while it grows. */
export function createSegments(site: string) {
  let young: Young | null = null;

  const begins = (epoch: string, { seq, at }: Entry): boolean =>
    young === null ||
    young.epoch !== epoch ||
    young.last + 1 !== seq ||
    young.lines.length >= LARGEST_CHARS ||
    at - young.from >= LONGEST_MS;

  return {
    add(epoch: string, entries: readonly Entry[]): Segment | undefined {
      const [first] = entries;
      const last = entries.at(-1);
      if (first === undefined || last === undefined) return undefined;
      const known = begins(epoch, first) ? null : young;
      const lines = (known?.lines ?? "") + entries.map(lineOf).join("");
      young = {
        epoch,
        first: known?.first ?? first.seq,
        last: last.seq,
        from: known?.from ?? first.at,
        to: last.at,
        lines,
      };
      return {
        site,
        epoch,
        first_seq: young.first,
        last_seq: young.last,
        from_at: young.from,
        to_at: young.to,
        bytes: lines.length,
        entries: zstdCompressSync(lines),
      };
    },
    /** After a batch that was not written: what it added is added again, to a new one. */
    forget: (): void => {
      young = null;
    },
  };
}
export type Segments = ReturnType<typeof createSegments>;
