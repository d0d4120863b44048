/** A turn over a batch of the inbox. Never throws: what cannot be applied becomes a dead letter of the same commit. */
import type { InboxEvent } from "../contract/inbox-event.ts";
import type { KeptFate } from "../contract/stored.ts";
import type { AnyEvent, OrderEvent, SiteEvent } from "../event.ts";
import { MAX_AHEAD_MS } from "../fold/sequence.ts";
import { isIncidentEvent } from "../incidents/action.ts";
import { type IncidentArrival, takeIncidentEvent, takenWith } from "./incident-action.ts";
import { finishIncidents } from "./incident-writing.ts";
import { type Arrival, turnOrder } from "./order-turn.ts";
import { type OrderView, isStub, unknownOrder } from "./order-view.ts";
import { recognize } from "./tombstone.ts";
import { tellOutside } from "./outgoing.ts";
import {
  type InboxEntry,
  type Turn,
  type TurnStart,
  type Burial,
  bury,
  buryArrival,
  countDead,
  emptyTurn,
} from "./turn.ts";

export const MAX_STUBS = 50_000;

type Came = { position: string; recordedAt: number };
type Did = Pick<KeptFate, "effect" | "message">;

const factKeyOf = (event: SiteEvent): string | null => {
  if (event.type === "station.changed") return `station|${event.data.station}`;
  if (event.type === "system.canary") return null;
  return `pickup|${event.data.carrier}|${event.data.pickup}`;
};

/** Where the fact of a site event is kept; null when it leaves none. */
export const factKey = (event: AnyEvent): string | null =>
  "orderId" in event || isIncidentEvent(event) ? null : factKeyOf(event);

/** The newest by when it happened is the fact; an older one that comes later changes nothing. Returns what it did, in words. */
function takeFact(turn: Turn, start: TurnStart, key: string, event: SiteEvent, at: number): Did {
  const known = turn.change.facts[key] ?? start.facts.get(key);
  if (known !== undefined && known.at > at)
    return { effect: "late", message: "A newer fact was known already: kept as evidence." };
  turn.change.facts[key] = { at, type: event.type, data: event.data };
  return at === event.occurredAt
    ? { effect: "applied", message: "A fact of the site." }
    : { effect: "applied", message: "A fact of the site, of when it came: its clock runs ahead." };
}

function takeSiteEvent(turn: Turn, start: TurnStart, event: SiteEvent, came: Came): void {
  const { position, recordedAt } = came;
  if (event.type === "system.canary")
    turn.change.canaryAt = Math.max(turn.change.canaryAt ?? 0, recordedAt);
  const key = factKeyOf(event);
  if (key === null) return;
  const at = event.occurredAt > recordedAt + MAX_AHEAD_MS ? recordedAt : event.occurredAt;
  const did = takeFact(turn, start, key, event, at);
  const { source, id } = event;
  const fate = { source, event: id, at: recordedAt, seq: start.seq, state: "applied" as const };
  turn.incidents.fates.set(position, { ...fate, ...did });
}

/** `event` is the entry's own, known to be an order's. */
function arrivalOf(
  event: OrderEvent,
  { hash, sealed, replayOf, onlyWith }: InboxEvent,
  { position, recordedAt, size, seq }: Came & { size: number; seq: number },
): Arrival {
  return {
    event: { ...event, recordedAt, hash, seq },
    position,
    size,
    ...(sealed !== undefined && { sealed }),
    ...(replayOf !== undefined && { replayOf }),
    ...(onlyWith !== undefined && { onlyWith }),
  };
}

/** Sorts the batch by order, with actions on incidents apart; site events are taken at once. */
function sortOut(turn: Turn, start: TurnStart, entries: readonly InboxEntry[]) {
  const byOrder = new Map<string, Arrival[]>();
  const actions: IncidentAction[] = [];
  for (const { position, recordedAt, entry, size } of entries) {
    if (entry === null) {
      const cause = {
        code: "CT_ERR_RECORD_UNREADABLE",
        message: "unreadable inbox entry",
      } as const;
      bury(turn, start, { id: `dl-${position}`, cause, rest: { position } });
      continue;
    }
    const { event, hash, replayOf } = entry;
    const { sources } = turn.change;
    sources[event.source] = Math.max(sources[event.source] ?? 0, recordedAt);
    if (isIncidentEvent(event)) {
      actions.push({ event, position, recordedAt, hash, replayOf });
      continue;
    }
    if (!("orderId" in event)) {
      takeSiteEvent(turn, start, event, { position, recordedAt });
      if (replayOf !== undefined) turn.resolved.add(replayOf);
      continue;
    }
    const arrival = arrivalOf(event, entry, { position, recordedAt, size, seq: start.seq });
    const arrivals = byOrder.get(event.orderId);
    if (arrivals === undefined) byOrder.set(event.orderId, [arrival]);
    else arrivals.push(arrival);
  }
  return { byOrder, actions };
}

type IncidentAction = IncidentArrival & { hash: string; replayOf: string | undefined };

/** In the order of arrival; one whose rules throw is a dead letter, and hurts no other. */
function takeActions(turn: Turn, start: TurnStart, actions: readonly IncidentAction[]): void {
  const from = start.incidents;
  for (const action of actions) {
    const { event, hash, position, replayOf } = action;
    if (replayOf !== undefined) turn.resolved.add(replayOf);
    try {
      if (from === undefined) throw new Error("the incidents of this batch were not read");
      takeIncidentEvent(turn, start, from, action);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const cause = { code: "CT_ERR_RULES_THREW", message: message.slice(0, 500) } as const;
      bury(turn, start, {
        id: replayOf ?? `dl-${position}`,
        cause,
        rest: { position, event, hash },
      });
    }
  }
}

/** Names the order in the change: on the board, gone from it, or on none before and after. */
function nameInChange({ change }: Turn, before: OrderView, after: OrderView): void {
  if (after.row !== null && after.isOpen) change.rows.push(after.row);
  else if (before.isOpen) change.removed.push(after.id);
  else if (after.folded.order !== null) (change.closed ??= []).push(after.id);
  change.waiting += Number(isStub(after)) - Number(isStub(before));
}

/** Writes an order down as changed: its row, its due moment, what the counters gain. */
export function recordChange(turn: Turn, before: OrderView, after: OrderView): void {
  turn.tally.move(before.counted, after.counted);
  turn.before.set(after.id, before);
  turn.views.set(after.id, after);
  turn.due.set(after.id, after.due);
  nameInChange(turn, before, after);
  if (!after.isOpen && after.outlook !== undefined) turn.outlooks.set(after.id, null);
  else if (after.outlook !== undefined && after.outlook !== before.outlook)
    turn.outlooks.set(after.id, after.outlook);
  if (!after.isOpen && after.incident !== undefined) turn.incidents.belongs.set(after.id, null);
}

const newestOf = (arrivals: readonly Arrival[]): number =>
  arrivals.reduce((newest, { event }) => Math.max(newest, event.occurredAt), -Infinity);

const CONFLICT = {
  code: "CT_ERR_EVENT_CONFLICT",
  message: "the same id was applied before with another body",
} as const;

/** Of what came for an archived order only the news; it waits until the order is back. */
function newsOf(turn: Turn, start: TurnStart, id: string, arrivals: Arrival[]): Arrival[] {
  const tombstone = start.tombstones.get(id);
  if (tombstone === undefined) return arrivals;
  const news: Arrival[] = [];
  for (const arrival of arrivals) {
    const known = recognize(tombstone, arrival.event);
    if (known === "news") news.push(arrival);
    else if (arrival.replayOf !== undefined) turn.resolved.add(arrival.replayOf);
    if (known === "conflict") buryArrival(turn, start, arrival, CONFLICT);
  }
  if (news.length > 0) turn.toRevive.push(id);
  return news;
}

function takeOrder(turn: Turn, start: TurnStart, id: string, all: Arrival[]): void {
  const broken = start.unreadable.get(id);
  if (broken !== undefined) {
    const cause = { code: "CT_ERR_RECORD_UNREADABLE", message: broken } as const;
    for (const arrival of all) buryArrival(turn, start, arrival, cause);
    return;
  }
  const arrivals = newsOf(turn, start, id, all);
  if (arrivals.length === 0) return;
  const before = start.views.get(id) ?? unknownOrder(id, start.policy.version);
  const { rules, now, seq, foresee } = start;
  const policy = start.policyOf(before.record.policy);
  const mayWait = turn.change.waiting < MAX_STUBS;
  const result = turnOrder(before, arrivals, { policy, rules, now, seq, mayWait, foresee });
  for (const { replayOf } of arrivals) if (replayOf !== undefined) turn.resolved.add(replayOf);
  for (const { arrival, code, message } of result.refused)
    buryArrival(turn, start, arrival, { code, message });
  if (!result.isChanged) return;
  recordChange(
    turn,
    before,
    tellOutside(turn, start, before, result.view, () => newestOf(arrivals)),
  );
  if (result.personal.length > 0) turn.personal.set(id, result.personal);
}

/** A turn over a batch of the inbox. `condemned` failed alone too often: it is buried unread. */
export function inboxTurn(
  start: TurnStart,
  entries: readonly InboxEntry[],
  condemned: string | null = null,
): Turn {
  const turn = emptyTurn(start);
  const healthy = entries.filter(({ position }) => position !== condemned);
  const { byOrder, actions } = sortOut(turn, start, healthy);
  const isFree = (arrivals: Arrival[]) => arrivals.every(({ onlyWith }) => onlyWith === undefined);
  for (const [id, arrivals] of byOrder) if (isFree(arrivals)) takeOrder(turn, start, id, arrivals);
  takeActions(turn, start, actions);
  for (const [id, arrivals] of byOrder)
    if (!isFree(arrivals)) takeOrder(turn, start, id, takenWith(turn, start, arrivals));
  if (start.incidents !== undefined) finishIncidents(turn, start, start.incidents);
  const lost = entries.find(({ position }) => position === condemned);
  if (lost !== undefined) bury(turn, start, burialOf(lost));
  countDead(turn, start);
  Object.assign(turn.change, turn.tally.named());
  return turn;
}

/** Of an event that nobody survived applying. */
function burialOf({ position, entry }: InboxEntry): Burial {
  const message = "applying this event ended or blocked the worker several times";
  const cause = { code: "CT_ERR_RULES_THREW", message } as const;
  if (entry === null) return { id: `dl-${position}`, cause, rest: { position } };
  const { event, hash, sealed, replayOf } = entry;
  const rest = {
    position,
    event,
    hash,
    ...(sealed !== undefined && { sealed }),
    ...("orderId" in event && { orderId: event.orderId }),
  };
  return { id: replayOf ?? `dl-${position}`, cause, rest };
}
