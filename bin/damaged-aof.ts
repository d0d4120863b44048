/** What to do when Redis cannot read its own file: after a loss of power a disk may have left bytes behind the end that nobody wrote. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RedisBinary } from "./redis-binary.ts";

const DAMAGED = /Bad file format reading the append only file/;

/** For a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The tool that came with the server; by its name alone where it does not lie beside it. */
function toolOf(path: string): string {
  const beside = path.replace(/-server$/, "-check-aof");
  return existsSync(beside) ? quoted(beside) : "redis-check-aof";
}

/** The line to type. */
function repair(dataDir: string, { path, libraryPath, majorVersion }: RedisBinary): string {
  const library = libraryPath === null ? "" : `LD_LIBRARY_PATH=${quoted(libraryPath)} `;
  const kept = majorVersion >= 7 ? "appendonlydir/appendonly.aof.manifest" : "appendonly.aof";
  return `${library}${toolOf(path)} --fix ${quoted(join(dataDir, kept))}`;
}

/** In words, by what Redis said last; null when it tells of something else. */
export function damageWords(said: string, dataDir: string, binary: RedisBinary): string | null {
  if (!DAMAGED.test(said)) return null;
  return [
    `The file of what was accepted is damaged. Copy ${dataDir} elsewhere first. This cuts off what stands behind the damage, and says how much that is before it does:`,
    `  ${repair(dataDir, binary)}`,
    "Some bytes at the very end are what a loss of power leaves, and nothing that was acknowledged. If it is more, take the last backup: npm run ct -- restore <file>",
  ].join("\n");
}
