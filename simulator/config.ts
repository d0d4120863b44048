/** What a run is told to do: command line and environment, checked once, every mistake named. */
import { parseArgs } from "node:util";
import { PRESETS, type Preset, presetNamed } from "./presets.ts";

export type Settings =
  | { mode: "help" }
  | {
      mode: "live";
      preset: Preset;
      seed: number;
      days: number;
      url: string;
      key: string;
      file: string;
    }
  | {
      mode: "load";
      preset: Preset;
      seed: number;
      url: string;
      key: string;
      days: number;
      rate: number;
    }
  | {
      mode: "generate";
      preset: Preset;
      seed: number;
      days: number;
      startsAt: number;
      out: string;
      truth: string | undefined;
      sitesFile: string | undefined;
      sitesOut: string | undefined;
    };

export const HELP = `A warehouse, its shop and its carriers, told to a control tower as events.

  node simulator/main.ts [--preset demo]                  tell the last hours, then go on in real time
  node simulator/main.ts --rate max --preset r1 --days 2  tell the last days as fast as they are taken, then end
  node simulator/main.ts --generate --out events.ndjson   write a file instead; the same seed, the same bytes

  --preset <name>     ${PRESETS.map(({ name }) => name).join(", ")} (default demo)
  --seed <n>          another world of the same kind (default: the preset's)
  --days <n>          how many days (default: the preset's)
  --rate <n|max>      events a second for a load test
  --generate          no tower: a file of events in the order in which they are told
  --out <file>        where to (default events.ndjson)
  --truth <dir>       what truly happened: orders.jsonl, incidents.jsonl, scans.jsonl, reports.jsonl
  --start <date>      first day of the file (default 2026-01-05, a Monday)
  --sites <file>      a sites file to work on instead of the preset's own sites
  --sites-out <file>  writes the sites file that fits the events

Presets:
${PRESETS.map(({ name, words }) => `  ${name.padEnd(11)} ${words}`).join("\n")}

Environment: CT_URL (the tower, default http://127.0.0.1:3000), CT_KEY (a machine key with events:write),
CT_DATA_DIR (where simulator.json remembers the run, default ./data).
`;

/** A mistake of whoever started it: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  preset: { type: "string" },
  seed: { type: "string" },
  days: { type: "string" },
  rate: { type: "string" },
  generate: { type: "boolean" },
  out: { type: "string" },
  truth: { type: "string" },
  start: { type: "string" },
  sites: { type: "string" },
  "sites-out": { type: "string" },
} as const;

type Values = ReturnType<typeof valuesOf>;

function valuesOf(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(
  name: string,
  text: string | undefined,
  otherwise: number,
  mistakes: string[],
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  const isFine = Number.isFinite(value) && value >= 0 && (name !== "--days" || value > 0);
  if (!isFine)
    mistakes.push(`${name} must be a number${name === "--days" ? " above 0" : ""}, not "${text}".`);
  return value;
}

function presetOf(name: string, mistakes: string[]): Preset {
  const preset = presetNamed(name);
  if (preset === undefined)
    mistakes.push(`There is no preset "${name}": use ${PRESETS.map((p) => p.name).join(", ")}.`);
  return preset ?? (PRESETS[0] as Preset);
}

function targetOf(env: NodeJS.ProcessEnv, mistakes: string[]): { url: string; key: string } {
  const url = env["CT_URL"] || "http://127.0.0.1:3000";
  const key = env["CT_KEY"] ?? "";
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    mistakes.push(`CT_URL must be an http or https address, not "${url}".`);
  if (key === "")
    mistakes.push("CT_KEY is not set: the tower takes no events without a machine key.");
  return { url, key };
}

const DEFAULT_START = "2026-01-05";

function generateSettings(values: Values, mistakes: string[]) {
  const start = values.start ?? DEFAULT_START;
  const startsAt = Date.parse(`${start}T00:00:00Z`);
  // the 30th of February is read as a day of March
  if (Number.isNaN(startsAt) || !new Date(startsAt).toISOString().startsWith(start))
    mistakes.push(`--start must be a date like ${DEFAULT_START}, not "${start}".`);
  return {
    mode: "generate" as const,
    startsAt,
    out: values.out ?? "events.ndjson",
    truth: values.truth,
    sitesFile: values.sites,
    sitesOut: values["sites-out"],
  };
}

function liveOrLoad(values: Values, env: NodeJS.ProcessEnv, mistakes: string[]) {
  const target = targetOf(env, mistakes);
  const file = `${env["CT_DATA_DIR"] || "./data"}/simulator.json`;
  if (values.rate === undefined) return { mode: "live" as const, ...target, file };
  const rate = values.rate === "max" ? Infinity : numberOf("--rate", values.rate, 0, mistakes);
  if (rate <= 0) mistakes.push("--rate must be above 0.");
  return { mode: "load" as const, ...target, rate };
}

/** Throws a UsageError that names every mistake. */
export function readSettings(args: string[], env: NodeJS.ProcessEnv): Settings {
  const values = valuesOf(args);
  if (values.help === true) return { mode: "help" };
  const mistakes: string[] = [];
  const preset = presetOf(values.preset ?? "demo", mistakes);
  const seed = numberOf("--seed", values.seed, preset.seed, mistakes);
  const days = numberOf("--days", values.days, preset.days, mistakes);
  const rest =
    values.generate === true
      ? generateSettings(values, mistakes)
      : liveOrLoad(values, env, mistakes);
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return { preset, seed, days, ...rest };
}

export const readEnvironment = (): NodeJS.ProcessEnv => process.env;
