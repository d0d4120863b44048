/** People who may log in, for operators: over the running system's own interface, so that every change is in the audit. */
import { defineCommand } from "citty";
import type { UserView, UserWithPassword } from "../../domain/contract/people.ts";
import { PEOPLE_ROLES } from "../../domain/people.ts";
import { UsageError } from "../adapters/feed.ts";
import { connectionArgs, connectionOf, getEveryItem, sendJson } from "./connection.ts";

const name = {
  type: "positional",
  description: "name the person logs in with",
  required: true,
} as const;
const sites = {
  type: "string",
  description: "sites the person sees; default all",
  valueHint: "BER1,NYC1",
} as const;

export const usersNameArgs = { name, ...connectionArgs } as const;
export const usersAddArgs = {
  name,
  role: { type: "string", description: `one of ${PEOPLE_ROLES.join(", ")}`, required: true },
  sites,
  ...connectionArgs,
} as const;
export const usersRoleArgs = {
  name,
  role: { type: "positional", description: `one of ${PEOPLE_ROLES.join(", ")}`, required: true },
  sites: { ...sites, description: "sites the person sees from now on; default as before" },
  ...connectionArgs,
} as const;
export const usersListArgs = {
  json: { type: "boolean", description: "as JSON, for programs" },
  ...connectionArgs,
} as const;
export const usersDeleteArgs = {
  name,
  yes: { type: "boolean", description: "really; what the person did stays in the audit" },
  ...connectionArgs,
} as const;

const pathOf = (user: string): string => `/api/v1/users/${encodeURIComponent(user)}`;

function roleOf(text: string): string {
  if (PEOPLE_ROLES.some((role) => role === text)) return text;
  throw new UsageError(`${text} is no role; roles are ${PEOPLE_ROLES.join(", ")}`);
}

const sitesOf = (text: string): "all" | string[] =>
  text === "all" ? "all" : text.split(",").flatMap((site) => site.trim() || []);

const given = (text: string | undefined) => (text === undefined ? {} : { sites: sitesOf(text) });

function sayPassword({
  name: user,
  oneTimePassword,
  oneTimePasswordUntil,
}: UserWithPassword): void {
  console.log(`one-time password of ${user}: ${oneTimePassword}`);
  console.log(
    `It is shown this once, is good until ${oneTimePasswordUntil}, and an own one must be chosen with it.`,
  );
}

export const usersAdd = defineCommand({
  meta: { name: "add", description: "Add a person and print a one-time password" },
  args: usersAddArgs,
  run: async ({ args }) => {
    const user = { name: args.name, role: roleOf(args.role), ...given(args.sites) };
    const connection = await connectionOf(args);
    sayPassword(await sendJson<UserWithPassword>(connection, "POST", "/api/v1/users", user));
  },
});

const lineOf = (user: UserView): string =>
  [
    user.name,
    user.role,
    user.sites === "all" ? "all sites" : user.sites.join(","),
    user.disabled ? "disabled" : "enabled",
    user.origin,
    user.lastLoginAt === undefined ? "never logged in" : `last login ${user.lastLoginAt}`,
  ].join("\t");

export const usersList = defineCommand({
  meta: { name: "list", description: "Everybody who may log in" },
  args: usersListArgs,
  run: async ({ args }) => {
    const items = await getEveryItem<UserView>(await connectionOf(args), "/api/v1/users");
    if (args.json) return console.log(JSON.stringify(items, null, 2));
    console.log(items.length === 0 ? "there is nobody yet" : items.map(lineOf).join("\n"));
  },
});

const changing = (command: string, description: string, disabled: boolean) =>
  defineCommand({
    meta: { name: command, description },
    args: usersNameArgs,
    run: async ({ args }) => {
      await sendJson(await connectionOf(args), "PATCH", pathOf(args.name), { disabled });
      console.log(`${args.name} is ${disabled ? "disabled" : "enabled"}`);
    },
  });

export const usersDisable = changing(
  "disable",
  "Let a person in no more; sessions and sockets end within 5 s",
  true,
);
export const usersEnable = changing("enable", "Let a person in again", false);

export const usersRole = defineCommand({
  meta: { name: "role", description: "Give a person another role" },
  args: usersRoleArgs,
  run: async ({ args }) => {
    const change = { role: roleOf(args.role), ...given(args.sites) };
    await sendJson(await connectionOf(args), "PATCH", pathOf(args.name), change);
    console.log(`${args.name} is ${change.role}`);
  },
});

export const usersPassword = defineCommand({
  meta: { name: "password", description: "Print a new one-time password; every session ends" },
  args: usersNameArgs,
  run: async ({ args }) => {
    const connection = await connectionOf(args);
    const change = { resetPassword: true };
    sayPassword(await sendJson<UserWithPassword>(connection, "PATCH", pathOf(args.name), change));
  },
});

export const usersLogout = defineCommand({
  meta: { name: "logout", description: "End every session of a person" },
  args: usersNameArgs,
  run: async ({ args }) => {
    await sendJson(await connectionOf(args), "POST", `${pathOf(args.name)}/logout`);
    console.log(`every session of ${args.name} is over`);
  },
});

export const usersDelete = defineCommand({
  meta: { name: "delete", description: "Delete a person's account" },
  args: usersDeleteArgs,
  run: async ({ args }) => {
    if (!args.yes) throw new UsageError(`add --yes to delete ${args.name}`);
    await sendJson(await connectionOf(args), "DELETE", pathOf(args.name));
    console.log(`${args.name} is deleted`);
  },
});

export const usersCommand = defineCommand({
  meta: { name: "users", description: "People who may log in" },
  subCommands: {
    add: usersAdd,
    list: usersList,
    disable: usersDisable,
    enable: usersEnable,
    role: usersRole,
    password: usersPassword,
    logout: usersLogout,
    delete: usersDelete,
  },
});
