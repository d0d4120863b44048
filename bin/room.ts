/** Whether a disk is full: what a program met there may not be in its log, which had no room either. */
import { type StatsFs, statfsSync } from "node:fs";

const LEAST_BYTES = 4 * 1024 ** 2;

/** A file system without blocks or files of its own (`/proc`, Btrfs counts no files) is not full of them. */
export const isFull = ({
  blocks,
  bavail,
  bsize,
  files,
  ffree,
}: Pick<StatsFs, "blocks" | "bavail" | "bsize" | "files" | "ffree">): boolean =>
  (blocks > 0 && bavail * bsize < LEAST_BYTES) || (files > 0 && ffree === 0);

/** In words, with the way out; null when there is room, or nothing can be said. */
export function roomTrouble(folder: string): string | null {
  try {
    return isFull(statfsSync(folder)) ? `the disk of ${folder} is full: make room` : null;
  } catch {
    return null;
  }
}
