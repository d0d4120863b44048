/**
 * Which processes belong to a data directory, written down at every change: so that the next start can end what a
 * killed supervisor left, and so that a person can find them. Nothing is ever signalled by name.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isRunning, type ProcessIdentity } from "./process-identity.ts";

export interface ProcessList {
  /** Notes a process under a name, or with null that it ended. */
  set: (name: string, pid: number | null) => void;
}

type Listed = Record<string, ProcessIdentity>;

function fileIn(dataDir: string): string {
  return join(dataDir, "processes.json");
}

/** The processes last written down, running or not, by name: `redis`, `server`, `workers`, `simulator`. */
export function readProcesses(dataDir: string): Listed {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), "utf8")) as Listed;
  } catch {
    return {};
  }
}

/** A full disk must not end the supervisor: what cannot be noted now is noted at the next change. */
function write(file: string, listed: Listed): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(listed));
    renameSync(`${file}.new`, file);
  } catch {
    // the note before it stands: the identities in it tell who is still running
  }
}

export function createProcessList(dataDir: string): ProcessList {
  const listed: Listed = {};
  return {
    set: (name, pid) => {
      const found = pid === null ? null : identify(pid);
      if (found === null) delete listed[name];
      else listed[name] = found;
      write(fileIn(dataDir), listed);
    },
  };
}

function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isRunning(target)) process.kill(target.pid, signal);
  } catch {
    // It ended by itself in between.
  }
}

/** Ends these processes: asks first, and kills what is still there after the time given. */
export async function endProcesses(targets: ProcessIdentity[], graceMs: number): Promise<void> {
  for (const target of targets) send(target, "SIGTERM");
  const until = Date.now() + graceMs;
  while (targets.some(isRunning)) {
    if (Date.now() > until) for (const target of targets) send(target, "SIGKILL");
    await sleep(50);
  }
}

/** What an earlier supervisor left running, but for its Redis, which is adopted. By name. */
export function leftovers(dataDir: string): Listed {
  const { redis: _adopted, ...others } = runningStill(dataDir);
  return others;
}

/** The same with its Redis: for whoever is about to change the files under all of them. */
export function runningStill(dataDir: string): Listed {
  const listed = Object.entries(readProcesses(dataDir));
  return Object.fromEntries(listed.filter(([, found]) => isRunning(found)));
}

/** Ends what an earlier supervisor left, and says so. Only the holder of the lock may. */
export async function endLeftovers(found: Listed, say: (message: string) => void): Promise<void> {
  const names = Object.keys(found);
  if (names.length === 0) return;
  say(`An earlier run left ${names.join(", ")} running; ending that first`);
  await endProcesses(Object.values(found), 5000);
}
