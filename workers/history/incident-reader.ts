/** Incidents as they stand in the live store, open and closed; and the lists that are copied by place: the calls that were made for them, and how orders stood to their alarms. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { Placed } from "../../history/places.ts";
import type { Send } from "../redis.ts";

const AT_ONCE = "500";

export async function readIncidents(send: Send, site: string): Promise<Incident[]> {
  const { incidents, incidentsClosed } = keysOf(site);
  const texts: string[] = [];
  for (const key of [incidentsClosed, incidents])
    texts.push(...(await send<string[]>("HVALS", key)));
  return texts.map((text) => JSON.parse(text) as Incident);
}

/** The next entries of a list after that place. */
export async function readPlacedAfter(send: Send, list: string, after: string): Promise<Placed[]> {
  const from = after === "-" ? after : `(${after}`;
  const found = await send<[string, string[]][]>("XRANGE", list, from, "+", "COUNT", AT_ONCE);
  return found.map(([id, fields]) => ({ id, text: fields[1] ?? "{}" }));
}
