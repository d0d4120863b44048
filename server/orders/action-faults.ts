/** What an action's schema cannot say: a hold that has ended before it begins, a correction of what this order never had. Events say such things rightly, later. */
import type { FastifyInstance } from "fastify";
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { AnyEvent, EventData } from "../../domain/event.ts";
import type { FoundOrder } from "./read-detail.ts";

const faultAt = (path: string, message: string): ItemError => ({ index: 0, path, message });

function faultsOfHold({ until }: EventData["hold.placed"], now: number): ItemError[] {
  if (until === undefined || until > now) return [];
  return [faultAt("/until", "is over already: a hold ends later than now")];
}

/** One that was taken and not applied yet is the order's too. */
async function hasEvent(
  app: FastifyInstance,
  { site, id, record }: FoundOrder,
  of: EventData["event.corrected"]["of"],
): Promise<boolean> {
  const isThere = record.events.some((one) => one.source === of.source && one.id === of.id);
  return isThere || (await app.inbox.fate(site, of.source, of.id))?.orderId === id;
}

/** Everything wrong with what a person wants done to this order; `event` is what it would become. */
export async function faultsOfAction(
  app: FastifyInstance,
  found: FoundOrder,
  event: AnyEvent,
): Promise<ItemError[]> {
  if (event.type === "hold.placed") return faultsOfHold(event.data, app.now());
  if (event.type !== "event.corrected") return [];
  if (await hasEvent(app, found, event.data.of)) return [];
  return [faultAt("/of", "is no event of this order")];
}
