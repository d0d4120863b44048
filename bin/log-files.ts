/** The children's log files, kept from growing for ever: one file and one older one each. */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
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

/** A child appends to its open file, so the file is copied and emptied under it rather than renamed. */
export function shorten(file: string, limitBytes: number): boolean {
  if (statSync(file).size <= limitBytes) return false;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
  return true;
}

export function createLogFiles(dataDir: string): LogFiles {
  const folder = join(dataDir, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const shortenAll = () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".log"));
    for (const name of files) shorten(join(folder, name), largestBytes);
  };
  shortenAll();
  const timer = setInterval(shortenAll, 60_000);
  timer.unref();
  const of = (name: string) => join(folder, `${name}.log`);
  return {
    of,
    tail: (name, lines) =>
      readFileSync(of(name), "utf8").trimEnd().split("\n").slice(-lines).join("\n"),
    close: () => clearInterval(timer),
  };
}
