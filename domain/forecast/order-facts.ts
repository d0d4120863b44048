/**
 * An order of the tower as the models see it: where it waits, what passed since a commit, what the carrier has to do. Everything comes from the fold and
 * its events, so the same order told twice teaches nothing new: a passage bears the number of the commit that told it.
 */
import { dockBufferMs } from "../calendar.ts";
import type { RecordedEvent } from "../event.ts";
import type { Hold, Milestone, Order } from "../order.ts";
import type { Promises } from "../promise.ts";
import type { Site } from "../site.ts";
import { isBeforeHandOver, isEnded, type Stage } from "../stages.ts";
import type { Outcome, OpenOrder, Passage } from "./state.ts";
import { PROCESSES, type Process } from "./plan.ts";
import type { TransitOrder } from "./transit/state.ts";

/** The type of the hold that an order without stock counts as. */
export const BACKORDER = "backorder";

/** The zone with the most units of the order; undefined when no line names one. */
export function zoneOf({ lines }: Order): string | undefined {
  if (lines.every(({ zone }) => zone === undefined)) return undefined;
  const units = new Map<string, number>();
  for (const { zone, quantity } of lines)
    if (zone !== undefined) units.set(zone, (units.get(zone) ?? 0) + quantity);
  let best: string | undefined;
  for (const [zone, count] of units)
    if (best === undefined || count > (units.get(best) ?? 0)) best = zone;
  return best;
}

/** Goods must stand on the dock by then; null without a promise to ship. */
export const floorDeadline = ({ shipBy }: Promises, site: Site): number | null =>
  shipBy === null ? null : shipBy - dockBufferMs(site);

function holdOf(order: Order): Exclude<OpenOrder["hold"], undefined> {
  const open = order.holds.find((hold) => hold.releasedAt === undefined);
  if (open !== undefined) return { type: open.code, since: open.placedAt, until: open.until };
  return order.stage === "backordered" ? { type: BACKORDER, since: order.stageSince } : null;
}

const isInCheck = (events: readonly RecordedEvent[]): boolean =>
  events.findLast((event) => event.type.startsWith("check."))?.type === "check.started";

/** What the floor still has to do with it; null once it has left or ended, when a 3PL has it, or when it was never promised for a day. */
export function openOrderOf(
  order: Order,
  events: readonly RecordedEvent[],
  promises: Promises,
  site: Site,
): OpenOrder | null {
  const deadline = isElsewhere(order) ? null : floorDeadline(promises, site);
  if (deadline === null || !isBeforeHandOver(order.stage) || order.closedAt !== undefined)
    return null;
  return {
    id: order.id,
    stage: order.stage,
    stageSince: order.stageSince,
    zone: zoneOf(order),
    carrier: order.carrier ?? "",
    deadline,
    receivedAt: order.receivedAt,
    priority: order.priority,
    hold: holdOf(order),
    inService: order.stage === "packed" && isInCheck(events),
    lines: order.lines.length,
  };
}

const PROCESS_OF: Partial<Record<Stage, Process>> = {
  allocated: "allocate",
  picked: "pick",
  packed: "pack",
  checked: "check",
  staged: "stage",
};
const STARTS: Partial<Record<RecordedEvent["type"], Process>> = {
  "pick.started": "pick",
  "pack.started": "pack",
  "check.started": "check",
};

/** A passage with the number of the commit that told it; `isElsewhere`: not on this site's floor, but at a 3PL. */
export type ToldPassage = Passage & { seq: number; isElsewhere?: true };

/** The 3PL that had it refused it, and nobody was given it since. */
const isRefused = ({ stage, stageSince, exceptions }: Order): boolean =>
  stage === "allocated" &&
  exceptions.some(({ code, raisedAt }) => code === "TPL_REJECTED" && raisedAt === stageSince);

/** A 3PL has it: it stands in no queue of this floor. */
export const isElsewhere = (order: Order): boolean =>
  order.node !== undefined && order.node !== "floor" && !isRefused(order);

type Teller = { order: Order; events: readonly RecordedEvent[]; about: AboutOrder };
type AboutOrder = Pick<
  ToldPassage,
  "id" | "zone" | "deadline" | "receivedAt" | "priority" | "isElsewhere"
>;

/** The event behind a milestone, by where and when it was recorded. */
const eventOf = ({ events }: Teller, at: number, source?: string): RecordedEvent | undefined =>
  events.find(
    (event) => event.occurredAt === at && (source === undefined || event.source === source),
  );

/** Of the commit that told it. */
const numberOf = (event: RecordedEvent | undefined): number => event?.seq ?? 0;

const told = (
  event: RecordedEvent | undefined,
  at: number,
): { seq: number; recordedAt: number } => ({
  seq: numberOf(event),
  recordedAt: event?.recordedAt ?? at,
});

function completed(
  teller: Teller,
  milestone: Milestone,
  place: number,
  since: number,
): ToldPassage | null {
  const { order, about } = teller;
  const { at, stage, startedAt, source } = milestone;
  if (at === null) return null;
  const event = eventOf(teller, at, source);
  if (numberOf(event) <= since) return null;
  if (stage === "received")
    return { ...about, process: "allocate", kind: "received", at, ...told(event, at) };
  const process = PROCESS_OF[stage];
  if (process === undefined) return null;
  const queuedAt = order.timeline.slice(0, place).findLast((one) => one.at !== null)?.at;
  const begun = process === "allocate" ? order.receivedAt : startedAt;
  return {
    ...about,
    process,
    kind: "completed",
    at,
    ...told(event, at),
    ...(queuedAt != null && { queuedAt }),
    ...(begun !== null && { startedAt: begun }),
  };
}

function ofEvent({ about }: Teller, event: RecordedEvent): ToldPassage[] {
  const { occurredAt: at, type } = event;
  const common = { ...about, at, ...told(event, at) };
  const process = STARTS[type];
  if (process !== undefined) return [{ ...common, process, kind: "started" }];
  if (type === "check.failed") {
    const to = event.data.to === "picking" ? "pick" : "pack";
    return [{ ...common, process: "check", kind: "failed", to }];
  }
  if (type === "order.cancelled") return [{ ...common, process: "allocate", kind: "cancelled" }];
  return [];
}

function ofHold(teller: Teller, hold: Hold): ToldPassage[] {
  const { releasedAt: at, code: type, placedAt: since, until } = hold;
  if (at === undefined) return [];
  const kind = "released" as const;
  const passage = { process: "allocate" as const, kind, at, hold: { type, since, until } };
  return [{ ...teller.about, ...passage, ...told(eventOf(teller, at), at) }];
}

/** Everything that passed with an order and was told after commit `since`, in the order in which it was told. */
export function passagesOf(
  order: Order,
  events: readonly RecordedEvent[],
  promises: Promises,
  site: Site,
  since = -1,
): ToldPassage[] {
  if (!events.some((event) => numberOf(event) > since)) return [];
  const deadline = floorDeadline(promises, site);
  const about: AboutOrder = {
    id: order.id,
    zone: zoneOf(order),
    receivedAt: order.receivedAt,
    priority: order.priority,
    ...(deadline !== null && { deadline }),
    ...(isElsewhere(order) && { isElsewhere: true as const }),
  };
  const teller: Teller = { order, events, about };
  const all: ToldPassage[] = [];
  for (const [place, milestone] of order.timeline.entries()) {
    const passage = completed(teller, milestone, place, since);
    if (passage !== null) all.push(passage);
  }
  for (const event of events) if (numberOf(event) > since) all.push(...ofEvent(teller, event));
  for (const hold of order.holds)
    all.push(...ofHold(teller, hold).filter(({ seq }) => seq > since));
  return all.sort((a, b) => a.recordedAt - b.recordedAt || byProcess(a, b));
}

const byProcess = (a: Passage, b: Passage): number =>
  PROCESSES.indexOf(a.process) - PROCESSES.indexOf(b.process) || a.at - b.at;

/** When its goods stood ready: the last floor milestone of the site, or the hand-over where it does not scan the dock. */
function readyAt(order: Order, site: Site): number | null {
  const last = site.stages.includes("staged") ? "staged" : "handed_over";
  const reached = order.timeline.findLast(({ stage, at }) => stage === last && at !== null);
  return reached?.at ?? order.handedOverAt ?? null;
}

/** What became of it on the floor; null while it is open there. What went to a 3PL teaches this floor nothing. */
export function floorOutcome(order: Order, site: Site): Outcome | null {
  if (isElsewhere(order)) return { id: order.id, readyAt: null, isCancelled: true };
  const ready = readyAt(order, site);
  if (ready !== null) return { id: order.id, readyAt: ready };
  return isEnded(order.stage) ? { id: order.id, readyAt: null, isCancelled: true } : null;
}

/** What the carrier has to do with it; null before hand-over, after the end, and without a promise. */
export function transitOrderOf(
  order: Order,
  promises: Promises,
  carrier: string,
): TransitOrder | null {
  const { shipBy, deliverBy } = promises;
  if (deliverBy === null || order.handedOverAt === undefined) return null;
  return {
    carrier,
    service: order.service,
    from: order.site,
    to: order.shipTo.country,
    toArea: order.shipTo.region ?? order.shipTo.city,
    shipper: order.site,
    placedAt: order.placedAt,
    ...(shipBy !== null && { shipBy }),
    deliverBy,
    handedOverAt: order.handedOverAt,
  };
}
