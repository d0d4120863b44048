/** What a process has cost so far, from /proc: CPU microseconds and resident bytes. */
import { readFileSync } from "node:fs";

const TICK_US = 10_000;
const PAGE = 4096;

/** @returns CPU time of the process in microseconds (resolution 10 ms) */
export function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** @returns resident set size in bytes */
export const residentBytes = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * PAGE;
