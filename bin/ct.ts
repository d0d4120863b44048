/** Operator commands. Exit codes: 0 done, 1 failed, 2 the command was not understood. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  defineCommand,
  parseArgs,
  renderUsage,
  runCommand,
  type ArgsDef,
  type CommandDef,
} from "citty";
import { UsageError } from "./adapters/feed.ts";
import {
  displaysCommand,
  displaysList,
  displaysListArgs,
  displaysRevoke,
  displaysRevokeArgs,
} from "./commands/displays.ts";
import { backupCommand, placeArgs } from "./commands/backup.ts";
import { doctorArgs, doctorCommand } from "./commands/doctor.ts";
import { importArgs, importCommand } from "./commands/import.ts";
import {
  keysCommand,
  keysCreate,
  keysCreateArgs,
  keysList,
  keysListArgs,
  keysRevoke,
  keysRevokeArgs,
  keysRotate,
  keysRotateArgs,
} from "./commands/keys.ts";
import {
  eraseArgs,
  eraseCommand,
  exportPersonArgs,
  exportPersonCommand,
} from "./commands/personal.ts";
import { restoreArgs, restoreCommand } from "./commands/restore.ts";
import { incidentsCommand, incidentsList, incidentsListArgs } from "./commands/incidents.ts";
import { plainFor, watchOutput } from "./commands/output.ts";
import {
  policiesCheck,
  policiesCommand,
  policiesExport,
  policiesExportArgs,
  policiesFileArgs,
  policiesImport,
} from "./commands/policies.ts";
import { replayArgs, replayCommand } from "./commands/replay.ts";
import {
  usersAdd,
  usersAddArgs,
  usersCommand,
  usersDelete,
  usersDeleteArgs,
  usersDisable,
  usersEnable,
  usersList,
  usersListArgs,
  usersLogout,
  usersNameArgs,
  usersPassword,
  usersRole,
  usersRoleArgs,
} from "./commands/users.ts";
import { verifyAuditArgs, verifyAuditCommand } from "./commands/verify-audit.ts";
import {
  webhooksCommand,
  webhooksCreate,
  webhooksCreateArgs,
  webhooksDelete,
  webhooksDeleteArgs,
  webhooksList,
  webhooksListArgs,
} from "./commands/webhooks.ts";

type Entry = {
  args: ArgsDef;
  usage: () => Promise<string>;
  run: (rawArgs: string[]) => Promise<unknown>;
};
/** A command of several: `ct users add`. */
type Group = { usage: () => Promise<string>; entries: Map<string, Entry> };

/** What a command is typed after. */
const under = <T extends ArgsDef>(words: string): CommandDef<T> => ({ meta: { name: words } });

const entry = <T extends ArgsDef>(command: CommandDef<T>, args: T, group = ""): Entry => ({
  args,
  usage: () => renderUsage(command, under(`ct ${group}`.trim())),
  run: (rawArgs) => runCommand(command, { rawArgs }),
});

const COMMANDS = new Map<string, Entry | Group>([
  ["import", entry(importCommand, importArgs)],
  ["replay", entry(replayCommand, replayArgs)],
  ["verify-audit", entry(verifyAuditCommand, verifyAuditArgs)],
  ["doctor", entry(doctorCommand, doctorArgs)],
  ["backup", entry(backupCommand, placeArgs)],
  ["restore", entry(restoreCommand, restoreArgs)],
  ["erase", entry(eraseCommand, eraseArgs)],
  ["export-person", entry(exportPersonCommand, exportPersonArgs)],
  [
    "keys",
    {
      usage: () => renderUsage(keysCommand, under("ct")),
      entries: new Map([
        ["create", entry(keysCreate, keysCreateArgs, "keys")],
        ["list", entry(keysList, keysListArgs, "keys")],
        ["revoke", entry(keysRevoke, keysRevokeArgs, "keys")],
        ["rotate", entry(keysRotate, keysRotateArgs, "keys")],
      ]),
    },
  ],
  [
    "webhooks",
    {
      usage: () => renderUsage(webhooksCommand, under("ct")),
      entries: new Map([
        ["create", entry(webhooksCreate, webhooksCreateArgs, "webhooks")],
        ["list", entry(webhooksList, webhooksListArgs, "webhooks")],
        ["delete", entry(webhooksDelete, webhooksDeleteArgs, "webhooks")],
      ]),
    },
  ],
  [
    "displays",
    {
      usage: () => renderUsage(displaysCommand, under("ct")),
      entries: new Map([
        ["list", entry(displaysList, displaysListArgs, "displays")],
        ["revoke", entry(displaysRevoke, displaysRevokeArgs, "displays")],
      ]),
    },
  ],
  [
    "policies",
    {
      usage: () => renderUsage(policiesCommand, under("ct")),
      entries: new Map([
        ["export", entry(policiesExport, policiesExportArgs, "policies")],
        ["import", entry(policiesImport, policiesFileArgs, "policies")],
        ["check", entry(policiesCheck, policiesFileArgs, "policies")],
      ]),
    },
  ],
  [
    "incidents",
    {
      usage: () => renderUsage(incidentsCommand, under("ct")),
      entries: new Map([["list", entry(incidentsList, incidentsListArgs, "incidents")]]),
    },
  ],
  [
    "users",
    {
      usage: () => renderUsage(usersCommand, under("ct")),
      entries: new Map([
        ["add", entry(usersAdd, usersAddArgs, "users")],
        ["list", entry(usersList, usersListArgs, "users")],
        ["disable", entry(usersDisable, usersNameArgs, "users")],
        ["enable", entry(usersEnable, usersNameArgs, "users")],
        ["role", entry(usersRole, usersRoleArgs, "users")],
        ["password", entry(usersPassword, usersNameArgs, "users")],
        ["logout", entry(usersLogout, usersNameArgs, "users")],
        ["delete", entry(usersDelete, usersDeleteArgs, "users")],
      ]),
    },
  ],
]);

const main = defineCommand({
  meta: { name: "ct", description: "Control Tower: operator commands" },
  subCommands: {
    import: importCommand,
    replay: replayCommand,
    "verify-audit": verifyAuditCommand,
    doctor: doctorCommand,
    backup: backupCommand,
    restore: restoreCommand,
    erase: eraseCommand,
    "export-person": exportPersonCommand,
    users: usersCommand,
    keys: keysCommand,
    webhooks: webhooksCommand,
    policies: policiesCommand,
    incidents: incidentsCommand,
    displays: displaysCommand,
  },
});

/** Up to `--`, which ends them; `-` alone is a word: the terminal in place of a file. */
function optionsIn(rawArgs: readonly string[]): string[] {
  const end = rawArgs.indexOf("--");
  const before = end < 0 ? rawArgs : rawArgs.slice(0, end);
  return before.filter((arg) => arg.startsWith("-") && arg !== "-");
}

/** The parser lets unknown options pass; a mistyped `--sped` must not be ignored. */
function checkOptions(name: string, args: ArgsDef, rawArgs: readonly string[]): void {
  for (const raw of optionsIn(rawArgs)) {
    const option = raw.replace(/^-+(no-)?/, "").split("=")[0] ?? "";
    if (!Object.hasOwn(args, option))
      throw new UsageError(`unknown option ${raw}; ct ${name} --help lists them`);
  }
}

/** It takes an option without its value for an empty one, and a site that is none for the first there is. */
function checkValues(args: ArgsDef, rawArgs: string[]): void {
  const values: Readonly<Record<string, unknown>> = parseArgs(rawArgs, args);
  for (const [option, { type }] of Object.entries(args))
    if (type === "string" && values[option] === "")
      throw new UsageError(`--${option} needs a value`);
}

/** It lets surplus words pass, too: of a name without its quotation marks only the first would be taken. */
function checkWords(name: string, args: ArgsDef, rawArgs: string[]): void {
  const places = Object.values(args).filter(({ type }) => type === "positional").length;
  const surplus = parseArgs(rawArgs, args)._.slice(places);
  if (surplus.length > 0)
    throw new UsageError(`${surplus.join(" ")}: ct ${name} takes no more; quote what has spaces`);
}

const wantsHelp = (args: readonly string[]): boolean =>
  args.some((arg) => arg === "--help" || arg === "-h");

const printHelp = async (usage: Promise<string>): Promise<void> =>
  console.log(plainFor(process.stdout, await usage));

async function runEntry(name: string, command: Entry, rest: string[]): Promise<void> {
  if (wantsHelp(rest)) return printHelp(command.usage());
  checkOptions(name, command.args, rest);
  checkWords(name, command.args, rest);
  checkValues(command.args, rest);
  await command.run(rest);
}

/** Help is asked for of nothing in particular: not of a word that is no command. */
const wantsOverview = ([first = "", ...others]: readonly string[]): boolean =>
  (first === "" || first.startsWith("-")) && wantsHelp([first, ...others]);

async function refuse(usage: Promise<string>, asked: string, what: string): Promise<never> {
  console.error(plainFor(process.stderr, await usage));
  const isAsked = asked === "" || asked.startsWith("-");
  throw new UsageError(isAsked ? `which ${what}?` : `unknown ${what} ${asked}`);
}

async function run([name = "", ...rest]: string[]): Promise<void> {
  const command = COMMANDS.get(name);
  if (command === undefined) {
    if (wantsOverview([name, ...rest])) return printHelp(renderUsage(main));
    return refuse(renderUsage(main), name, "command");
  }
  if (!("entries" in command)) return runEntry(name, command, rest);
  const [action = "", ...args] = rest;
  const chosen = command.entries.get(action);
  if (chosen !== undefined) return runEntry(`${name} ${action}`, chosen, args);
  if (wantsOverview(rest)) return printHelp(command.usage());
  return refuse(command.usage(), action, `command of ${name}`);
}

const isUsage = (error: unknown): boolean =>
  error instanceof UsageError || (error instanceof Error && error.name === "CLIError");

watchOutput();
// the same file that the tower itself is started with; what the environment already has goes first
const dotEnv = join(import.meta.dirname, "../.env");
if (existsSync(dotEnv)) process.loadEnvFile(dotEnv);

// awaited: a command that waits for nothing any more ends with code 13, never as if it had succeeded
await run(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`ct: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = isUsage(error) ? 2 : 1;
});
