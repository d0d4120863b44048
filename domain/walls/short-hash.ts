/** A short name for a long text, the same in server and browser: of a build by its files, of a task by what it is about. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a, 32 bits, in hex: it only has to differ, nobody gains by making two alike. */
export function shortHash(text: string): string {
  let hash = OFFSET;
  for (const letter of text) {
    hash ^= letter.codePointAt(0) ?? 0;
    hash = Math.imul(hash, PRIME) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

/** The name of a build of a page, from the addresses of its files, which are named by their content. */
export const buildIdOf = (files: readonly string[]): string =>
  shortHash([...new Set(files)].toSorted().join("\n"));
