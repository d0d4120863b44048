/** Operator commands. Exit codes: 0 done, 1 failed, 2 the command was not understood. */
import { defineCommand, renderUsage, runCommand, type ArgsDef, type CommandDef } from "citty";
import { UsageError } from "./adapters/feed.ts";
import { feedArgs } from "./commands/feed-command.ts";
import { importCommand } from "./commands/import.ts";
import { replayArgs, replayCommand } from "./commands/replay.ts";

type Entry = {
  options: string[];
  usage: () => Promise<string>;
  run: (rawArgs: string[]) => Promise<unknown>;
};

const entry = <T extends ArgsDef>(command: CommandDef<T>, args: T): Entry => ({
  options: Object.keys(args),
  usage: () => renderUsage(command),
  run: (rawArgs) => runCommand(command, { rawArgs }),
});

const COMMANDS = new Map<string, Entry>([
  ["import", entry(importCommand, feedArgs)],
  ["replay", entry(replayCommand, replayArgs)],
]);

const main = defineCommand({
  meta: { name: "ct", description: "Control Tower: operator commands" },
  subCommands: { import: importCommand, replay: replayCommand },
});

/** The parser lets unknown options pass; a mistyped `--sped` must not be ignored. */
function checkOptions(name: string, options: readonly string[], rawArgs: readonly string[]): void {
  for (const raw of rawArgs.filter((arg) => arg.startsWith("-"))) {
    const option = raw.replace(/^-+(no-)?/, "").split("=")[0] ?? "";
    if (!options.includes(option))
      throw new UsageError(`unknown option ${raw}; ct ${name} --help lists them`);
  }
}

async function run([name = "", ...rest]: string[]): Promise<void> {
  const command = COMMANDS.get(name);
  const wantsHelp = [name, ...rest].some((arg) => arg === "--help" || arg === "-h");
  if (wantsHelp) return console.log(await (command ? command.usage() : renderUsage(main)));
  if (!command) {
    console.error(await renderUsage(main));
    throw new UsageError(name === "" ? "which command?" : `unknown command ${name}`);
  }
  checkOptions(name, command.options, rest);
  await command.run(rest);
}

const isUsage = (error: unknown): boolean =>
  error instanceof UsageError || (error instanceof Error && error.name === "CLIError");

run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`ct: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = isUsage(error) ? 2 : 1;
});
