/** Keys of machines, for operators: over the running system's own interface, so that every change is in the audit. A secret is printed once. */
import { defineCommand } from "citty";
import type { KeyView, KeyWithSecret } from "../../domain/contract/machine-keys.ts";
import { MACHINE_SCOPES } from "../../domain/permissions.ts";
import { UsageError } from "../adapters/feed.ts";
import { connectionArgs, connectionOf, getEveryItem, sendJson } from "./connection.ts";

const id = {
  type: "positional",
  description: "id of the key: ct keys list",
  required: true,
} as const;
const json = { type: "boolean", description: "as JSON, for programs" } as const;

export const keysCreateArgs = {
  name: { type: "positional", description: "what it is for", required: true },
  scopes: {
    type: "string",
    description: `what it may do: ${MACHINE_SCOPES.join(", ")}`,
    required: true,
    valueHint: "events:write",
  },
  sites: {
    type: "string",
    description: "the sites it is for, or all",
    required: true,
    valueHint: "BER1,NYC1",
  },
  sources: {
    type: "string",
    description: "prefixes of the event sources it may send for; default any",
    valueHint: "wms/,shop/",
  },
  expires: {
    type: "string",
    description: "the day or instant it ends; default never",
    valueHint: "2027-06-30",
  },
  note: { type: "string", description: "a remark for whoever looks after it" },
  json,
  ...connectionArgs,
} as const;
export const keysListArgs = { json, ...connectionArgs } as const;
export const keysRevokeArgs = { id, ...connectionArgs } as const;
export const keysRotateArgs = {
  id,
  hours: {
    type: "string",
    description: "how long the secret before goes on working; 0 ends it at once",
    valueHint: "24",
  },
  json,
  ...connectionArgs,
} as const;

const parts = (text: string): string[] => text.split(",").flatMap((one) => one.trim() || []);

function scopesOf(text: string): string[] {
  const scopes = parts(text);
  const strange = scopes.filter((scope) => !MACHINE_SCOPES.some((known) => known === scope));
  if (scopes.length > 0 && strange.length === 0) return scopes;
  throw new UsageError(`--scopes ${strange.join(", ")}: scopes are ${MACHINE_SCOPES.join(", ")}`);
}

/** A day means its end, in UTC. */
function instantOf(text: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw new UsageError(`--expires ${text}: a day like 2027-06-30 or an instant is needed`);
}

function hoursOf(text: string): number {
  const hours = Number(text);
  if (text.trim() !== "" && hours >= 0) return Math.round(hours * 3_600_000);
  throw new UsageError(`--hours ${text}: a number of hours is needed`);
}

const pathOf = (key: string): string => `/api/v1/keys/${encodeURIComponent(key)}`;

/** The secret alone on stdout, so that it can be piped to where it belongs; what to know about it on stderr. */
function saySecret(key: KeyWithSecret, asJson: boolean | undefined): void {
  if (asJson) return console.log(JSON.stringify(key, null, 2));
  console.log(key.secret);
  const old = key.secrets[1]?.endsAt;
  const until = old ? `; the secret before works until ${old}` : "";
  console.error(`key ${key.id} (${key.name}): this secret is shown this once${until}`);
}

export const keysCreate = defineCommand({
  meta: { name: "create", description: "Make a key and print its secret" },
  args: keysCreateArgs,
  run: async ({ args }) => {
    const { name, note, sources, expires } = args;
    const wish = {
      name,
      scopes: scopesOf(args.scopes),
      sites: args.sites === "all" ? "all" : parts(args.sites),
      ...(note !== undefined && { note }),
      ...(sources !== undefined && { sources: parts(sources) }),
      ...(expires !== undefined && { expiresAt: instantOf(expires) }),
    };
    const connection = await connectionOf(args);
    saySecret(await sendJson<KeyWithSecret>(connection, "POST", "/api/v1/keys", wish), args.json);
  },
});

const lineOf = (key: KeyView): string =>
  [
    key.id,
    key.name,
    key.state,
    key.sites === "all" ? "all sites" : key.sites.join(","),
    key.scopes.join(","),
    key.lastUsedAt === null ? "never used" : `used ${key.lastUsedAt}`,
    key.expiresAt === null ? "never expires" : `expires ${key.expiresAt}`,
  ].join("\t");

export const keysList = defineCommand({
  meta: { name: "list", description: "All keys, the newest first" },
  args: keysListArgs,
  run: async ({ args }) => {
    const keys = await getEveryItem<KeyView>(await connectionOf(args), "/api/v1/keys");
    if (args.json) return console.log(JSON.stringify(keys, null, 2));
    console.log(keys.length === 0 ? "there are no keys yet" : keys.map(lineOf).join("\n"));
  },
});

export const keysRevoke = defineCommand({
  meta: { name: "revoke", description: "End a key: within 5 s it opens nothing anywhere" },
  args: keysRevokeArgs,
  run: async ({ args }) => {
    await sendJson(await connectionOf(args), "DELETE", pathOf(args.id));
    console.log(`${args.id} is revoked`);
  },
});

export const keysRotate = defineCommand({
  meta: { name: "rotate", description: "Print a new secret; the one before goes on for 24 hours" },
  args: keysRotateArgs,
  run: async ({ args }) => {
    const wish = args.hours === undefined ? {} : { oldForMs: hoursOf(args.hours) };
    const path = `${pathOf(args.id)}/rotate`;
    const connection = await connectionOf(args);
    saySecret(await sendJson<KeyWithSecret>(connection, "POST", path, wish), args.json);
  },
});

export const keysCommand = defineCommand({
  meta: { name: "keys", description: "Keys of machines" },
  subCommands: { create: keysCreate, list: keysList, revoke: keysRevoke, rotate: keysRotate },
});
