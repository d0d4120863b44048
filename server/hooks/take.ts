/**
 * Takes what a connector made of a delivery. Every event that comes of it is called by what it says: a delivery that comes again, and another one that says the same, are duplicates,
 * and nothing is ever in conflict.
 */
import type { FastifyInstance } from "fastify";
import type { Row } from "../../domain/board.ts";
import type { StoredConnector } from "../../domain/contract/connectors.ts";
import { canonical } from "../connectors/canonical.ts";
import type { Posted } from "../connectors/posted.ts";
import type {
  ShopOrder,
  ShopParcel,
  Told,
  Tracking,
  Translation,
} from "../connectors/translation.ts";
import { problem } from "../problem.ts";
import {
  afterOrder,
  beforeOrder,
  holding,
  isPassed,
  passed,
  releasable,
  released,
  releasedBefore,
  releasing,
  withCancels,
  withMade,
  withParcel,
  type OrderMemory,
} from "./order-memory.ts";
import {
  contentsIn,
  eventsOfOrder,
  eventsOfParcel,
  isCancelling,
  isMaking,
  parcelsOf,
} from "./shop-events.ts";
import type { HookStore, Unmatched } from "./store.ts";
import { eventsOfTracking, findRows, orderOf, together } from "./tracking.ts";

/** What became of a delivery. */
export type Taken = { accepted: number; duplicates: number; ignored?: string; waiting?: string };
export type Taking = {
  app: FastifyInstance;
  store: HookStore;
  site: string;
  connector: StoredConnector;
};

const NOTHING = { accepted: 0, duplicates: 0 };
/** Of an order with hundreds of parcels; each part is all or nothing, and safe to be sent again. */
const MOST_AT_ONCE = 500;

async function post(
  { app, site }: Taking,
  posted: Posted,
  sources: readonly string[] | undefined,
): Promise<Taken> {
  const siteOf = (asked: string | undefined) =>
    asked === undefined || asked === site ? { site } : { code: "CT_ERR_UNKNOWN_SITE" as const };
  const options = { isPartial: false, siteOf, ...(sources !== undefined && { sources }) };
  const { body } = await app.inbox.takePosted(posted, options);
  return { accepted: body.accepted, duplicates: body.duplicates };
}

/** An event as it is posted: its id is the fingerprint of all that it says. */
function eventOf({ app, site, connector }: Taking, { type, orderId, at, data }: Told) {
  const { source } = connector;
  const event = { source, type, site, orderId, occurredAt: new Date(at).toISOString(), data };
  const mark = app.personal.fingerprint(canonical(event));
  return { id: `${orderId.slice(0, 64).toWellFormed()}.${mark}`, ...event };
}

async function tell(taking: Taking, told: readonly Told[]): Promise<Taken> {
  const items = told.map((one) => eventOf(taking, one));
  const sum: Taken = { ...NOTHING };
  for (let from = 0; from < items.length; from += MOST_AT_ONCE) {
    const part = items.slice(from, from + MOST_AT_ONCE);
    const taken = await post(taking, { items: part }, undefined);
    sum.accepted += taken.accepted;
    sum.duplicates += taken.duplicates;
  }
  return sum;
}

const remember = (
  { store, site, connector }: Taking,
  orderId: string,
  change: (memory: OrderMemory) => OrderMemory,
): Promise<OrderMemory> => store.remember(site, connector.id, orderId, change);

async function trackParcels({ store, site }: Taking, parcels: readonly ShopParcel[]) {
  for (const { orderId, trackingCode, furtherCodes = [] } of parcels)
    if (trackingCode !== undefined)
      await store.track(site, [trackingCode, ...furtherCodes], orderId);
}

/** Why an order that nobody knows is none for us; null when it is one. */
function whyIgnored({ isReceived, facts }: ShopOrder): string | null {
  if (!isReceived) return "it is not to be fulfilled yet";
  const lines = facts["lines"];
  return Array.isArray(lines) && lines.length === 0 ? "nothing of it is shipped" : null;
}

/** Ids of the events that these take back. */
const takenBackBy = (told: readonly Told[]): ReadonlySet<string> =>
  new Set(
    told.flatMap(({ type, data }) =>
      type === "event.corrected" ? (data["of"] as { id: string }).id : [],
    ),
  );

/** Written down when they are on disk: by these the shop takes a parcel back that it cancels. */
async function rememberMade(
  taking: Taking,
  parcels: readonly ShopParcel[],
  told: readonly Told[],
): Promise<void> {
  const [first] = parcels;
  if (first === undefined) return;
  const back = takenBackBy(told);
  const madeOf = ({ parcelId }: ShopParcel) => {
    const own = told.filter((one) => isMaking(one) && parcelIdIn(one) === parcelId);
    return { events: own.map((one) => eventOf(taking, one).id), contents: contentsIn(own), back };
  };
  await remember(taking, first.orderId, (memory) =>
    parcels.reduce((known, parcel) => withMade(known, parcel, madeOf(parcel)), memory),
  );
}

/** The same of what cancels an order: a shop may go on with it. */
async function rememberCancels(
  taking: Taking,
  orderId: string,
  told: readonly Told[],
): Promise<void> {
  const cancels = told
    .filter(isCancelling)
    .map((one) => ({ event: eventOf(taking, one).id, at: one.at }));
  const back = takenBackBy(told);
  if (cancels.length > 0 || back.size > 0)
    await remember(taking, orderId, (memory) => withCancels(memory, cancels, back));
}

/** The one parcel that an event of a shop is about. */
function parcelIdIn({ data }: Told): unknown {
  const [packed] = (data["parcels"] ?? []) as { parcelId?: string }[];
  return packed === undefined ? data["parcelId"] : packed.parcelId;
}

async function takeOrder(taking: Taking, order: ShopOrder): Promise<Taken> {
  const { app, connector } = taking;
  const { orderId } = order;
  const why = whyIgnored(order);
  if (why !== null) {
    const pass = (memory: OrderMemory) => passed(memory, order.updatedAt);
    const { isReceived } = await remember(taking, orderId, pass);
    if (!isReceived) return { ...NOTHING, ignored: why };
  }
  const mark = app.personal.fingerprint(canonical(order.facts));
  const before = await remember(taking, orderId, (memory) => beforeOrder(memory, order, mark));
  if (isPassed(before, order)) return { ...NOTHING, ignored: "the shop took it back since" };
  const parcels = parcelsOf(order, before);
  const told = eventsOfOrder(connector, order, before, mark);
  const taken = await tell(taking, told);
  await trackParcels(taking, parcels);
  await rememberMade(taking, parcels, told);
  await rememberCancels(taking, orderId, told);
  const after = (memory: OrderMemory) => afterOrder(memory, order, mark, parcels);
  const last = await remember(taking, orderId, after);
  // those that came meanwhile and did not know yet that the order is there
  for (const late of parcelsOf({ ...order, parcels: [] }, last))
    if (!parcels.some(({ parcelId }) => parcelId === late.parcelId)) await takeParcel(taking, late);
  return taken;
}

/** The lines of a parcel have numbers once the order was told. Until then it is kept with what is known of the order. */
async function takeParcel(taking: Taking, parcel: ShopParcel): Promise<Taken> {
  const { store, site, connector } = taking;
  await trackParcels(taking, [parcel]);
  const keep = (memory: OrderMemory): OrderMemory =>
    memory.isReceived ? memory : withParcel(memory, parcel);
  const before = await store.remember(site, connector.id, parcel.orderId, keep);
  const { isReceived, lineIds, made } = before;
  if (!isReceived) return { ...NOTHING, waiting: `for order ${parcel.orderId}` };
  const told = eventsOfParcel(connector, parcel, lineIds, made?.[parcel.parcelId]);
  const taken = await tell(taking, told);
  await rememberMade(taking, [parcel], told);
  return taken;
}

async function takeDeleted(taking: Taking, orderId: string, at: number): Promise<Taken> {
  const { isReceived } = await remember(taking, orderId, (memory) => passed(memory, at));
  if (!isReceived) return { ...NOTHING, ignored: "nobody received this order" };
  const data = { reason: "deleted in the shop" };
  const told: Told[] = [{ type: "order.cancelled", orderId, at, data }];
  const taken = await tell(taking, told);
  await rememberCancels(taking, orderId, told);
  return taken;
}

type Hold = Extract<Translation, { is: "hold" }>;
type Release = Extract<Translation, { is: "release" }>;

const releaseOf = (orderId: string, at: number, code: string): Told => ({
  type: "hold.released",
  orderId,
  at,
  data: { code },
});

/** One that was released before anybody told of it here is told with its end. */
async function takeHold(taking: Taking, { orderId, at, code, reason, until }: Hold) {
  const before = await remember(taking, orderId, (memory) => holding(memory, code, at));
  const end = until !== undefined && { until: new Date(until).toISOString() };
  const data = { code, ...(reason !== undefined && { reason }), ...end };
  const over = releasedBefore(before, code, at);
  const release = over === null ? [] : [releaseOf(orderId, over, code)];
  return tell(taking, [{ type: "hold.placed", orderId, at, data }, ...release]);
}

async function takeRelease(taking: Taking, { orderId, at, code }: Release): Promise<Taken> {
  const before = await remember(taking, orderId, (memory) => releasing(memory, at, code));
  const codes = releasable(before, code);
  if (codes.length === 0) return { ...NOTHING, ignored: "no hold of it is known" };
  const told = codes.map((one) => releaseOf(orderId, at, one));
  const taken = await tell(taking, told);
  await remember(taking, orderId, (memory) => released(memory, at, code));
  return taken;
}

/** Null when nobody knows whose it is. `found`: the rows of several that are looked for at once. */
export async function takeTracking(
  taking: Taking,
  tracking: Tracking,
  found?: ReadonlyMap<Tracking, Row>,
): Promise<Taken | null> {
  const { store, site, app } = taking;
  const { codes } = tracking;
  const board = app.live.board(site);
  const [met = null] = (await store.tracked(site, codes)).values();
  const order = orderOf(board, tracking, met, () => found ?? findRows(board, [tracking]));
  if (order === null) return null;
  const taken = await tell(taking, eventsOfTracking(tracking, order.id, order.row));
  // it is asked again after the order has left the board
  await store.track(site, codes, order.id);
  return taken;
}

/** A label was made and nothing more: the next delivery tells all of it again. */
const isMute = ({ scans }: Tracking): boolean =>
  scans.every(({ news }) => news === "label" || news === "silence");

async function takeOrWait(taking: Taking, tracking: Tracking): Promise<Taken> {
  const { store, site, connector, app } = taking;
  const [code = ""] = tracking.codes;
  const taken = await takeTracking(taking, tracking);
  if (taken !== null) return taken;
  // every label that is bought anywhere on the account is told of: they would take the place of what has to wait
  if (isMute(tracking)) return { ...NOTHING, ignored: "no carrier has said anything of it yet" };
  const waiting = (before: Unmatched | undefined): Unmatched => ({
    connector: connector.id,
    tracking: before === undefined ? tracking : together(before.tracking, tracking),
    at: app.now(),
  });
  if (!(await store.wait(site, `${connector.id} ${code}`, waiting)))
    throw problem("CT_ERR_OVERLOADED", "Too many parcels of unknown orders wait already.", {
      retryAfterSeconds: 300,
    });
  return { ...NOTHING, waiting: `for the order of ${code}` };
}

/** @throws problem with every field that is wrong, and when the store does not answer */
export async function take(taking: Taking, translation: Translation): Promise<Taken> {
  switch (translation.is) {
    case "ignored":
      return { ...NOTHING, ignored: translation.why };
    case "posted":
      return post(taking, translation.posted, translation.sources);
    case "told":
      return tell(taking, translation.events);
    case "order":
      return takeOrder(taking, translation.order);
    case "deleted":
      return takeDeleted(taking, translation.orderId, translation.at);
    case "parcel":
      return takeParcel(taking, translation.parcel);
    case "hold":
      return takeHold(taking, translation);
    case "release":
      return takeRelease(taking, translation);
    case "tracking":
      return takeOrWait(taking, translation.tracking);
  }
}
