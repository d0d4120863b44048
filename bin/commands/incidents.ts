/** Incidents, for operators: what is open, in the order of work. */
import { defineCommand } from "citty";
import type { IncidentView } from "../../domain/contract/incidents.ts";
import { connectionArgs, connectionOf, getJson } from "./connection.ts";

export const incidentsListArgs = {
  site: { type: "string", description: "when the key has several sites" },
  state: {
    type: "string",
    description: "open, acknowledged, shelved, resolved; several by commas",
  },
  severity: { type: "string", description: "S1 to S4; several by commas" },
  limit: { type: "string", description: "at most so many", default: "50" },
  json: { type: "boolean", description: "as JSON, for programs" },
  ...connectionArgs,
} as const;

/** As it leaves over HTTP: instants are text. */
type Listed = Omit<IncidentView, "actBy"> & { actBy: string | null };

function line({ id, severity, title, counts, state, owner, actBy, isOwned }: Listed): string {
  const whose = isOwned ? (owner ?? "owned") : state === "shelved" ? "shelved" : "unowned";
  const orders = `${counts.orders} ${counts.orders === 1 ? "order" : "orders"}`;
  const until = actBy === null ? "" : `, act before ${actBy}`;
  return `${id.padEnd(10)} ${severity}  ${title} (${orders}, ${whose}${until})`;
}

export const incidentsList = defineCommand({
  meta: { name: "list", description: "Incidents, those that can still be saved first" },
  args: incidentsListArgs,
  run: async ({ args }) => {
    const { site, state, severity, limit } = args;
    const query = new URLSearchParams({
      limit,
      ...(site !== undefined && { site }),
      ...(state !== undefined && { state }),
      ...(severity !== undefined && { severity }),
    });
    const connection = await connectionOf(args);
    const found = await getJson<{ items: Listed[] }>(connection, `/api/v1/incidents?${query}`);
    if (args.json) return console.log(JSON.stringify(found.items, null, 2));
    if (found.items.length === 0) return console.log("no incidents");
    return console.log(found.items.map(line).join("\n"));
  },
});

export const incidentsCommand = defineCommand({
  meta: { name: "incidents", description: "What needs somebody" },
  subCommands: { list: incidentsList },
});
