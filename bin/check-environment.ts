/**
 * Looks at the environment as every part of the tower will, and at the sites file, before anything is begun. A part that only finds its own mistakes when it starts is started again
 * and again and names them one at a time.
 */
import { readConfig as readServerConfig } from "../server/config.ts";
import { objectionTo } from "../server/people/password-rules.ts";
import { readSites } from "../server/sites/file.ts";
import { readConfig as readWorkersConfig } from "../workers/config.ts";
import {
  ConfigError,
  type Environment,
  readSupervisorConfig,
  type SupervisorConfig,
} from "./config.ts";

/** The heading under which server and workers list theirs. */
const HEADING = /^The environment has \d+ mistakes?:$/;
const variableOf = (mistake: string): string => /^[A-Z][A-Z0-9_]+/.exec(mistake)?.[0] ?? mistake;

function linesOf(error: unknown): string[] {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return message.split("\n").filter((line) => !HEADING.test(line));
}

function mistakesIn(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return linesOf(error);
  }
}

/** Several parts read the same variable: who is asked first has the word. */
function once(mistakes: readonly string[]): string[] {
  const told = new Map<string, string>();
  for (const mistake of mistakes)
    if (!told.has(variableOf(mistake))) told.set(variableOf(mistake), mistake);
  return [...told.values()];
}

/** The list of passwords that are tried first is read only where one is given. */
async function passwordMistakes({ CT_ADMIN_PASSWORD: password }: Environment): Promise<string[]> {
  const objection = password ? await objectionTo(password, "admin") : null;
  return objection === null ? [] : [`CT_ADMIN_PASSWORD is refused. ${objection}`];
}

/** As the supervisor's own check, of everything. Throws a `ConfigError` with one line a mistake; those of the sites file stay together. */
export async function readEnvironment(
  env: Environment,
  isDemo: boolean,
): Promise<SupervisorConfig> {
  const parts = [
    () => readSupervisorConfig(env, isDemo),
    () => readServerConfig(isDemo ? { ...env, CT_DEMO: "1" } : env),
    () => readWorkersConfig(env),
  ];
  const mistakes = once([...parts.flatMap(mistakesIn), ...(await passwordMistakes(env))]);
  const sites = await readSites(env["CT_SITES_FILE"] || undefined, new Date().getFullYear()).then(
    () => [],
    linesOf,
  );
  if (mistakes.length + sites.length > 0) throw new ConfigError([...mistakes, ...sites].join("\n"));
  return readSupervisorConfig(env, isDemo);
}
