/** The children's log files, kept from growing for ever: one file and one older one each. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";

const largestBytes = 50 * 1024 * 1024;

export interface LogFiles {
  /** The file of one child. */
  of: (name: string) => string;
  /** The end of it, for a message. */
  tail: (name: string, lines: number) => string;
  /** Stops looking at sizes. */
  close: () => void;
}

/**
 * A child appends to its open file, so the file is copied and emptied under it rather than renamed. Where there is no room for the copy, the file is emptied all the
 * same: it is what fills the disk.
 */
export function shorten(file: string, limitBytes: number): boolean {
  if (statSync(file).size <= limitBytes) return false;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    rmSync(`${file}.1`, { force: true, recursive: true });
  }
  truncateSync(file);
  return true;
}

/** Somebody may have taken a file away since it was listed. */
function tryToShorten(file: string): void {
  try {
    shorten(file, largestBytes);
  } catch {
    // looked at again in a minute
  }
}

function endOf(file: string, lines: number): string {
  if (!existsSync(file)) return "it wrote no log";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}

export function createLogFiles(dataDir: string): LogFiles {
  const folder = join(dataDir, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const shortenAll = () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".log"));
    for (const name of files) tryToShorten(join(folder, name));
  };
  shortenAll();
  const timer = setInterval(shortenAll, 60_000);
  timer.unref();
  const of = (name: string) => join(folder, `${name}.log`);
  return {
    of,
    tail: (name, lines) => endOf(of(name), lines),
    close: () => clearInterval(timer),
  };
}
