/** Makes a file that must be there whole or not at all: a full disk or a lost power supply would else leave an empty one, with which nothing could begin ever again. */
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";

const isThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";

/** Gives it its name, unless somebody else was faster: then theirs stays. Not every file system knows a second name for a file. */
function name(made: string, file: string): void {
  try {
    linkSync(made, file);
  } catch (error) {
    if (!isThere(error) && !existsSync(file)) renameSync(made, file);
  }
}

/** Unless it is there; for its owner alone. Throws with its name when it cannot be made. */
export function makeOnce(file: string, content: string | Buffer): void {
  if (existsSync(file)) return;
  const made = `${file}.${process.pid}.new`;
  try {
    writeFileSync(made, content, { mode: 0o600, flush: true });
    name(made, file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file} cannot be made: ${why}`, { cause });
  } finally {
    rmSync(made, { force: true });
  }
}
