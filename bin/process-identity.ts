/**
 * Tells a process from a later one that was given the same number. A pid alone is never enough to signal something
 * that an earlier run wrote down: the number may belong to a stranger by now.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process as written down for a later run: its number, and when it began on which boot of the machine. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque; equal for the same process only. */
  startedAt: string;
}

function linuxStart(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold spaces; what follows the last ")" is: state, parent, ..., start time (20th).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot}:${fields[19]}`;
}

function otherStart(pid: number): string | null {
  const asked = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return asked.stdout?.trim() || null;
}

/** When a process began, or null when none of that number runs (a zombie does not run). */
export function startOf(pid: number): string | null {
  try {
    return process.platform === "linux" ? linuxStart(pid) : otherStart(pid);
  } catch {
    return null;
  }
}

/** The identity of a running process, or null when none of that number runs. */
export function identify(pid: number): ProcessIdentity | null {
  const startedAt = startOf(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether this very process still runs, not merely one of its number. */
export function isRunning(process: ProcessIdentity): boolean {
  return startOf(process.pid) === process.startedAt;
}
