/** What a live simulation remembers between two starts, in one small file: which run it is, and up to where it was told. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Orders that lived wholly between the two were never told. */
export type Gap = { from: number; to: number };
export type Memory = {
  preset: string;
  seed: number;
  /** sites in their order, with their zones: another set is another run */
  sites: string[];
  startsAt: number;
  /** everything reported up to then is on the tower's disk */
  toldUntil: number;
  /** the last event that was told */
  last?: { source: string; id: string };
  gaps: Gap[];
};

const isMemory = (value: unknown): value is Memory => {
  const { preset, seed, sites, startsAt, toldUntil, gaps } = (value ?? {}) as Record<
    string,
    unknown
  >;
  const numbers = [seed, startsAt, toldUntil].every((number) => typeof number === "number");
  return numbers && typeof preset === "string" && Array.isArray(sites) && Array.isArray(gaps);
};

/** Null when there is none, or none that can be read: then a new run begins. */
export function recall(file: string): Memory | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isMemory(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whole or not at all: a cut write leaves the old file. */
export function remember(file: string, memory: Memory): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(memory));
  renameSync(`${file}.new`, file);
}
