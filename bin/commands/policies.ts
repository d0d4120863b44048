/** The policies on incidents of a site, for operators: out as one file, checked, and in again; over the running system's own interface, so that every change is in the audit. */
import { readFile, writeFile } from "node:fs/promises";
import { defineCommand } from "citty";
import type { PoliciesFile, PoliciesView } from "../../domain/contract/policies.ts";
import { UsageError } from "../adapters/feed.ts";
import { connectionArgs, connectionOf, getJson, sendJson, type Connection } from "./connection.ts";

const site = { type: "string", description: "when the key has several sites" } as const;
const file = { type: "positional", description: "the file", required: true } as const;

export const policiesExportArgs = {
  file: { ...file, description: "where to write it; - writes to the terminal", required: false },
  site,
  ...connectionArgs,
} as const;
export const policiesFileArgs = { file, site, ...connectionArgs } as const;

const pathOf = (asked: string | undefined, dryRun = false): string => {
  const query = new URLSearchParams({
    ...(asked !== undefined && { site: asked }),
    ...(dryRun && { dryRun: "true" }),
  });
  return `/api/v1/config/policies/file?${query}`;
};

async function readPolicies(path: string): Promise<PoliciesFile> {
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new UsageError(`${path} cannot be read: ${cause.message}`);
  });
  try {
    return JSON.parse(text) as PoliciesFile;
  } catch (cause) {
    throw new UsageError(`${path} is not JSON: ${String(cause)}`);
  }
}

async function put(
  connection: Connection,
  args: { file: string; site?: string | undefined },
  dryRun: boolean,
): Promise<PoliciesView> {
  const policies = await readPolicies(args.file);
  return sendJson<PoliciesView>(connection, "PUT", pathOf(args.site, dryRun), policies);
}

function say({ changes, warnings }: PoliciesView, nothing: string): void {
  console.log(changes.length === 0 ? nothing : changes.join("\n"));
  for (const warning of warnings) console.error(`note: ${warning}`);
}

export const policiesExport = defineCommand({
  meta: { name: "export", description: "Rules, ladders, duty and planned work as one file" },
  args: policiesExportArgs,
  run: async ({ args }) => {
    const found = await getJson<PoliciesFile>(await connectionOf(args), pathOf(args.site));
    const text = `${JSON.stringify(found, null, 2)}\n`;
    if (args.file === undefined || args.file === "-") return process.stdout.write(text);
    await writeFile(args.file, text);
    return console.error(
      `${args.file}: policies of ${found.site ?? "the site"}, version ${found.version ?? 0}`,
    );
  },
});

export const policiesCheck = defineCommand({
  meta: { name: "check", description: "What a file would change, with every mistake in it" },
  args: policiesFileArgs,
  run: async ({ args }) =>
    say(await put(await connectionOf(args), args, true), "nothing would change"),
});

export const policiesImport = defineCommand({
  meta: { name: "import", description: "Take the policies of a file" },
  args: policiesFileArgs,
  run: async ({ args }) => {
    const view = await put(await connectionOf(args), args, false);
    say(view, "nothing changed");
    console.error(`${view.site}: policies are version ${view.version}`);
  },
});

export const policiesCommand = defineCommand({
  meta: { name: "policies", description: "How incidents are found and escalated" },
  subCommands: { export: policiesExport, import: policiesImport, check: policiesCheck },
});
