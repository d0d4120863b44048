/** A folder for what is in the making: gone with the work, also when a signal ends it. */
import { mkdtempSync, rmSync } from "node:fs";
import { constants } from "node:os";

/** Kept until the work is over: what else must go when it is broken off. */
export type OnBreak = (undo: () => void) => void;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Does the work in a new folder beside `prefix`. Broken off by a signal, nothing of it stays, and the process ends as that signal would have ended it. */
export async function inWorkDir<T>(
  prefix: string,
  work: (dir: string, onBreak: OnBreak) => Promise<T>,
): Promise<T> {
  const undoing: (() => void)[] = [];
  const dir = mkdtempSync(prefix);
  const clear = (): void => rmSync(dir, { recursive: true, force: true });
  const leave = (signal: NodeJS.Signals): void => {
    for (const undo of undoing) undo();
    clear();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, leave);
  try {
    return await work(dir, (undo) => undoing.push(undo));
  } finally {
    for (const signal of SIGNALS) process.off(signal, leave);
    clear();
  }
}
