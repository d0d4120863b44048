/** What became of one event: from the door, the cursor, its order and the dead letters. */
import { foldOrder } from "../../domain/fold.ts";
import type { EventFate } from "../../domain/contract/ingest.ts";
import { type DoorEntry, decodeDoorEntry, doorField } from "../../domain/contract/inbox-event.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import { START_POSITION, comparePositions, recordedAtOf } from "../../domain/contract/positions.ts";
import type { DeadLetter, KeptFate } from "../../domain/contract/stored.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { RedisClient } from "../redis.ts";
import { DOOR_BUCKET_MS } from "./append.ts";

type Deps = { client: RedisClient; policyOf: (site: string) => SitePolicy | undefined };
type Known = { site: string; source: string; id: string; door: DoorEntry };
type Rest = Partial<EventFate> & Pick<EventFate, "state">;

const fateOf = ({ site, source, id, door }: Known, rest: Rest): EventFate => ({
  source,
  id,
  site,
  ...(door.orderId !== "" && { orderId: door.orderId }),
  position: door.position,
  recordedAt: new Date(recordedAtOf(door.position)).toISOString(),
  ...rest,
});

async function askDoor(
  client: RedisClient,
  site: string,
  field: string,
): Promise<DoorEntry | null> {
  const current = Math.floor(Date.now() / DOOR_BUCKET_MS);
  // One more on either side: the local clock only guesses Redis's.
  const buckets = [1, 0, -1, -2, -3].map((step) => keysOf(site).door(current + step));
  const found = await Promise.all(buckets.map((bucket) => client.hGet(bucket, field)));
  const text = found.find((value) => value != null);
  return text == null ? null : decodeDoorEntry(text);
}

function inOrder(
  known: Known,
  text: string,
  isWaiting: boolean,
  policy: SitePolicy | undefined,
): EventFate | null {
  const { site, source, id, door } = known;
  const { events } = decodeOrderRecord(text, site, door.orderId);
  const event = events.find((one) => one.source === source && one.id === id);
  if (event === undefined || policy === undefined) return null;
  const seq = event.seq === undefined ? {} : { seq: event.seq };
  if (isWaiting)
    return fateOf(known, {
      state: "waiting",
      effect: "waiting",
      ...seq,
      reason: "Its order is not known yet; it is applied when order.received comes.",
    });
  const { outcomes } = foldOrder(events, policy);
  const outcome = outcomes.find((one) => one.source === source && one.id === id);
  const did = outcome === undefined ? {} : { effect: outcome.effect, reason: outcome.words };
  return fateOf(known, { state: "applied", ...seq, ...did });
}

export function createFate({ client, policyOf }: Deps) {
  async function inDeadLetters(known: Known): Promise<EventFate | null> {
    const text = await client.hGet(keysOf(known.site).dead, `dl-${known.door.position}`);
    if (text == null) return null;
    const { id, cause } = JSON.parse(text) as DeadLetter;
    const reason = `${cause.code}: ${cause.message}`;
    return fateOf(known, { state: "dead-letter", deadLetter: id, code: cause.code, reason });
  }

  /** Null when it is no action on incidents that was applied or refused, no fact of the site, and nothing that was refused with such an action. */
  async function keptApart(known: Known): Promise<EventFate | null> {
    const text = await client.hGet(keysOf(known.site).incidentFates, known.door.position);
    if (text == null) return null;
    const {
      state,
      seq,
      effect = "applied",
      incidents,
      code,
      message,
    } = JSON.parse(text) as KeptFate;
    return fateOf(known, {
      state,
      seq,
      ...(incidents !== undefined && { incidents }),
      ...(state === "applied" && { effect }),
      ...(message !== undefined && { reason: message }),
      ...(code !== undefined && { code }),
    });
  }

  async function afterCommit(known: Known): Promise<EventFate> {
    const { orders, stubs } = keysOf(known.site);
    const { orderId } = known.door;
    const [order, stub] = await Promise.all([
      client.hGet(orders, orderId),
      client.hGet(stubs, orderId),
    ]);
    const text = order ?? stub;
    const fate = text == null ? null : inOrder(known, text, order == null, policyOf(known.site));
    return (
      fate ??
      (await keptApart(known)) ??
      (await inDeadLetters(known)) ??
      fateOf(known, { state: "applied", reason: "Its order is no longer kept here." })
    );
  }

  /** Null for an event that did not come here within the dedupe window. */
  return async function fate(site: string, source: string, id: string): Promise<EventFate | null> {
    const door = await askDoor(client, site, doorField(source, id));
    if (door === null) return null;
    const known = { site, source, id, door };
    const cursor = (await client.get(keysOf(site).cursor)) ?? START_POSITION;
    if (comparePositions(door.position, cursor) > 0)
      return fateOf(known, { state: "accepted", reason: "On disk, not applied yet." });
    if (door.orderId !== "") return afterCommit(known);
    return (
      (await keptApart(known)) ??
      (await inDeadLetters(known)) ??
      fateOf(known, { state: "applied", effect: "applied", reason: "A fact of the site." })
    );
  };
}
