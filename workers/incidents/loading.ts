/** What a batch of the inbox needs to know of incidents; mostly nothing. */
import { type IncidentEvent, isIncidentEvent } from "../../domain/incidents/action.ts";
import { manualCause } from "../../domain/incidents/opening.ts";
import { concernedBy, ordersOf } from "../../domain/turn/incident-action.ts";
import type { IncidentStart } from "../../domain/turn/incident-part.ts";
import type { InboxEntry } from "../../domain/turn/turn.ts";
import type { Policies } from "../store/opener.ts";
import type { OrderStore } from "../store/order-store.ts";
import type { Rulebooks } from "./book.ts";

export type IncidentDeps = {
  store: OrderStore;
  policies: () => Promise<Policies>;
  rulebooks: Rulebooks;
};

/** The site's rules on incidents as they are now. */
export async function currentBook({ store, policies, rulebooks }: IncidentDeps) {
  const [{ current }, now] = await Promise.all([policies(), store.time()]);
  return rulebooks(current.site, now);
}

export async function incidentsOf(
  entries: readonly InboxEntry[],
  deps: IncidentDeps,
): Promise<IncidentStart | undefined> {
  const events = entries.flatMap(({ entry }): IncidentEvent[] =>
    entry !== null && isIncidentEvent(entry.event) ? [entry.event] : [],
  );
  const awaited = entries.flatMap(({ entry }) => entry?.onlyWith?.incident ?? []);
  if (events.length === 0 && awaited.length === 0) return undefined;
  const opened = events.filter(({ type }) => type === "incident.opened");
  return deps.store.incidents.start(await currentBook(deps), {
    incidents: [...new Set([...events.flatMap(concernedBy), ...awaited])],
    orders: [...new Set(events.flatMap(ordersOf))],
    causes: opened.map(manualCause),
  });
}
