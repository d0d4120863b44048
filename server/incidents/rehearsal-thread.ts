/** A thread that plays a log again under two sets of rules, so that boards go on as they are meanwhile. It stands behind everything else where threads have a priority of their own. */
import { constants, getPriority, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import {
  createRehearsal,
  type Rehearsing,
  type RehearsalResult,
  type Told,
} from "../../domain/incidents/rehearsal.ts";
import { decodeLogEntry } from "../live/site-store.ts";

export type LogPage = [id: string, fields: string[]][];
/** a page of the log, what history tells of the time before it, or the end */
export type ToThread = LogPage | { past: Told } | "end";
export type FromThread = "next" | RehearsalResult;

const LOWER_BY = 3;
if (process.platform === "linux")
  setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + LOWER_BY));

const begun = workerData as Rehearsing;
const rehearsal = createRehearsal(begun);

function take(page: LogPage): void {
  for (const [id, fields] of page) {
    const change = decodeLogEntry(id, fields);
    if (change.at >= begun.from) rehearsal.take(change);
  }
}

parentPort?.on("message", (message: ToThread) => {
  if (message === "end") return parentPort?.postMessage(rehearsal.result() satisfies FromThread);
  if ("past" in message) rehearsal.take(message.past);
  else take(message);
  return parentPort?.postMessage("next" satisfies FromThread);
});
