/** Wall displays, for operators: over the running system's own interface, so that every change is in the audit. */
import { defineCommand } from "citty";
import type { DisplayList, DisplayView } from "../../domain/contract/displays.ts";
import { connectionArgs, connectionOf, getJson, sendJson } from "./connection.ts";

export const displaysListArgs = {
  json: { type: "boolean", description: "as JSON, for programs" },
  ...connectionArgs,
} as const;
export const displaysRevokeArgs = {
  id: { type: "positional", description: "id of the display: ct displays list", required: true },
  ...connectionArgs,
} as const;

const lineOf = ({ id, name, state, site, settings, seenAt, report }: DisplayView): string =>
  [
    id,
    name,
    state,
    site,
    settings.layout,
    report === null ? "-" : `${report.slide} (${report.state})`,
    seenAt === null ? "never heard" : `heard ${seenAt}`,
  ].join("\t");

export const displaysList = defineCommand({
  meta: { name: "list", description: "All walls, by name, with what each shows" },
  args: displaysListArgs,
  run: async ({ args }) => {
    const { items } = await getJson<DisplayList>(await connectionOf(args), "/api/v1/displays");
    if (args.json) return console.log(JSON.stringify(items, null, 2));
    console.log(items.length === 0 ? "there are no walls yet" : items.map(lineOf).join("\n"));
  },
});

export const displaysRevoke = defineCommand({
  meta: { name: "revoke", description: "Disconnect a wall: it is blank within 5 s" },
  args: displaysRevokeArgs,
  run: async ({ args }) => {
    const path = `/api/v1/displays/${encodeURIComponent(args.id)}`;
    await sendJson(await connectionOf(args), "DELETE", path);
    console.log(`${args.id} is disconnected`);
  },
});

export const displaysCommand = defineCommand({
  meta: { name: "displays", description: "Wall displays" },
  subCommands: { list: displaysList, revoke: displaysRevoke },
});
