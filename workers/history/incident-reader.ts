/** Incidents as they stand in the live store, open and closed, and the calls that were made for them. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { PlacedCall } from "../../history/calls.ts";
import type { Send } from "../redis.ts";

const CALLS_AT_ONCE = "500";

export async function readIncidents(send: Send, site: string): Promise<Incident[]> {
  const { incidents, incidentsClosed } = keysOf(site);
  const texts: string[] = [];
  for (const key of [incidentsClosed, incidents])
    texts.push(...(await send<string[]>("HVALS", key)));
  return texts.map((text) => JSON.parse(text) as Incident);
}

/** The next calls after that place. */
export async function readCallsAfter(
  send: Send,
  site: string,
  after: string,
): Promise<PlacedCall[]> {
  const from = after === "-" ? after : `(${after}`;
  const range = [from, "+", "COUNT", CALLS_AT_ONCE];
  const found = await send<[string, string[]][]>("XRANGE", keysOf(site).annunciations, ...range);
  return found.map(([id, fields]) => ({ id, text: fields[1] ?? "{}" }));
}
