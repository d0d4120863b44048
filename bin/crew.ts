/** The programs of a tower, kept running until they are ended in order: first what makes work, then who does it. */
import { join } from "node:path";
import { type Child, keepRunning } from "./child.ts";
import type { LogFiles } from "./log-files.ts";
import type { ProcessList } from "./process-list.ts";

export interface CrewSettings {
  root: string;
  logs: LogFiles;
  list: ProcessList;
  isVerbose: boolean;
  say: (message: string) => void;
  /** Called when a program does not even start, before the crew was settled. */
  giveUp: (why: string) => void;
}

export type ProgramName = "simulator" | "server" | "workers";

export interface Crew {
  /** Starts `<name>/main.ts`. */
  begin: (name: ProgramName, env: NodeJS.ProcessEnv) => void;
  /** From now on a program that does not stay up is no reason to give up everything. */
  settle: () => void;
  /** Ends all in order. */
  end: () => Promise<void>;
  /** Kills all. */
  kill: () => void;
}

/** The order of leaving, and how long each may take. */
const leaving: [ProgramName, number][] = [
  ["simulator", 2000],
  ["server", 5000],
  ["workers", 5000],
];

export function createCrew({ root, logs, list, isVerbose, say, giveUp }: CrewSettings): Crew {
  const children = new Map<ProgramName, Child>();
  let isSettled = false;

  const despair = (name: ProgramName) => {
    const words = isVerbose ? "" : `; its last words:\n${logs.tail(name, 12)}`;
    if (isSettled) say(`${name} does not stay up${words}`);
    else giveUp(`${name} does not start${words}`);
  };

  return {
    begin: (name, env) => {
      const child = keepRunning({
        name,
        file: join(root, name, "main.ts"),
        env,
        logFile: isVerbose ? null : logs.of(name),
        say,
        onPid: (pid) => list.set(name, pid),
        onHopeless: () => despair(name),
        hasBeenUp: () => isSettled,
        // Only the demo comes to an end by itself.
        mayFinish: name === "simulator",
      });
      children.set(name, child);
    },
    settle: () => {
      isSettled = true;
    },
    end: async () => {
      for (const [name, graceMs] of leaving) await children.get(name)?.stop(graceMs);
    },
    kill: () => {
      for (const child of children.values()) child.kill();
    },
  };
}
