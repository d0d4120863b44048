/** Outgoing webhooks, for operators: over the running system's own interface, so that every change is in the audit. A secret is printed once. */
import { defineCommand } from "citty";
import type {
  WebhookList,
  WebhookView,
  WebhookWithSecret,
} from "../../domain/contract/webhooks.ts";
import { EFFECT_TYPES } from "../../domain/effects.ts";
import { UsageError } from "../adapters/feed.ts";
import { connectionArgs, connectionOf, getJson, sendJson } from "./connection.ts";

const json = { type: "boolean", description: "as JSON, for programs" } as const;

export const webhooksListArgs = { json, ...connectionArgs } as const;
export const webhooksCreateArgs = {
  name: { type: "positional", description: "who is told", required: true },
  site: { type: "string", description: "the site it is about", required: true, valueHint: "BER1" },
  to: {
    type: "string",
    description: "the address that is told",
    required: true,
    valueHint: "https://erp.example.com/in",
  },
  types: {
    type: "string",
    description: `what it is told of, or all: ${EFFECT_TYPES.join(", ")}`,
    required: true,
    valueHint: "order.shipped,order.late",
  },
  json,
  ...connectionArgs,
} as const;
export const webhooksDeleteArgs = {
  id: { type: "positional", description: "id of the webhook: ct webhooks list", required: true },
  ...connectionArgs,
} as const;

function typesOf(text: string): string[] {
  if (text === "all") return [...EFFECT_TYPES];
  const types = text.split(",").flatMap((one) => one.trim() || []);
  const strange = types.filter((type) => !EFFECT_TYPES.some((known) => known === type));
  if (types.length > 0 && strange.length === 0) return types;
  throw new UsageError(`--types ${strange.join(", ")}: types are ${EFFECT_TYPES.join(", ")}`);
}

const lineOf = ({ id, name, state, site, types, url }: WebhookView): string =>
  [id, name, state, site, types.join(","), url].join("\t");

export const webhooksList = defineCommand({
  meta: { name: "list", description: "All webhooks, the newest first" },
  args: webhooksListArgs,
  run: async ({ args }) => {
    const { items } = await getJson<WebhookList>(await connectionOf(args), "/api/v1/webhooks");
    if (args.json) return console.log(JSON.stringify(items, null, 2));
    console.log(items.length === 0 ? "there are no webhooks yet" : items.map(lineOf).join("\n"));
  },
});

export const webhooksCreate = defineCommand({
  meta: { name: "create", description: "Make a webhook and print its signing secret" },
  args: webhooksCreateArgs,
  run: async ({ args }) => {
    const { name, site, to: url } = args;
    const wish = { name, site, url, types: typesOf(args.types) };
    const connection = await connectionOf(args);
    const path = "/api/v1/webhooks";
    const made = await sendJson<WebhookWithSecret>(connection, "POST", path, wish);
    if (args.json) return console.log(JSON.stringify(made, null, 2));
    // the secret alone on stdout, so that it can be piped to where it belongs
    console.log(made.secret);
    console.error(`webhook ${made.id} (${made.name}): this secret is shown this once`);
  },
});

export const webhooksDelete = defineCommand({
  meta: { name: "delete", description: "End a webhook; what waits to be sent to it is dropped" },
  args: webhooksDeleteArgs,
  run: async ({ args }) => {
    const path = `/api/v1/webhooks/${encodeURIComponent(args.id)}`;
    await sendJson(await connectionOf(args), "DELETE", path);
    console.log(`${args.id} is deleted`);
  },
});

export const webhooksCommand = defineCommand({
  meta: { name: "webhooks", description: "Who is told of what happens to orders" },
  subCommands: { create: webhooksCreate, list: webhooksList, delete: webhooksDelete },
});
