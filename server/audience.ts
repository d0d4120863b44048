/**
 * The one filter of who is shown people (promise S7). Two audiences: those who work with orders, and viewers, walls and keys without `people:read`, who get
 * no customer's place, nobody's name, nothing from which a person's work can be read, and no free text, in which all of that may stand. Every answer and every
 * push that can hold such a field goes through here; what may identify a customer is sealed besides and needs `personal:read`.
 */
import type { BoardDelta, Row } from "../domain/board.ts";
import type { DeadLetter } from "../domain/contract/stored.ts";
import { PEOPLE_SOURCE, type EventFate } from "../domain/contract/ingest.ts";
import type { AnyEvent } from "../domain/event.ts";
import type { EventOutcome, Order } from "../domain/order.ts";
import { may, type Principal } from "../domain/permissions.ts";
import type { Site } from "../domain/site.ts";

export type Audience = "full" | "reduced";

export const audienceOf = (principal: Principal): Audience =>
  may(principal, "people:read") ? "full" : "reduced";

/** `T` without these fields, whether it has them or not. */
function without<T extends object, K extends PropertyKey>(value: T, ...fields: K[]): Omit<T, K> {
  const rest = { ...value } as Record<PropertyKey, unknown>;
  for (const field of fields) delete rest[field];
  return rest as Omit<T, K>;
}

export const isOfPerson = (source: string): boolean => source.startsWith(PEOPLE_SOURCE);
const openSource = (source: string): string => (isOfPerson(source) ? "ui" : source);

/** What an event did, where the sentence names somebody. */
const openWords = (words: string): string =>
  words.startsWith("owned by ") ? "has an owner" : words;

/** A hold says why in free text, and the row's sentence begins with it. */
function openWhy({ why, holds }: Row): Pick<Row, "why"> {
  if (why === undefined) return {};
  return { why: holds.length === 0 ? why : `On hold: ${holds.map(({ code }) => code).join(", ")}` };
}

/** The same row without owner and destination. */
export function reducedRow(row: Row): Row {
  const { owner: _owner, shipTo: _shipTo, why: _why, ...rest } = row;
  return { ...rest, ...openWhy(row) };
}

export const rowsFor = (audience: Audience, rows: Row[]): Row[] =>
  audience === "full" ? rows : rows.map(reducedRow);

export const deltaFor = (audience: Audience, delta: BoardDelta): BoardDelta =>
  audience === "full" ? delta : { ...delta, upserts: delta.upserts.map(reducedRow) };

function reducedOrder(order: Order): Order {
  return {
    ...without(order, "owner"),
    shipTo: {},
    notes: [],
    holds: order.holds.map((hold) => without(hold, "owner", "reason")),
    exceptions: order.exceptions.map((exception) => without(exception, "note")),
    parcels: order.parcels.map((parcel) => without(parcel, "location", "carrierStatus")),
    timeline: order.timeline.map(({ source, ...milestone }) => ({
      ...without(milestone, "actor"),
      ...(source !== undefined && { source: openSource(source) }),
    })),
  };
}

/** Before anything is computed from it: reasons in words quote what stands in the order. */
export const orderFor = (audience: Audience, order: Order): Order =>
  audience === "full" ? order : reducedOrder(order);

/** What an event did, in words. */
export const wordsFor = (audience: Audience, words: string): string =>
  audience === "full" ? words : openWords(words);

export const outcomeFor = (audience: Audience, outcome: EventOutcome): EventOutcome =>
  audience === "full"
    ? outcome
    : { ...outcome, source: openSource(outcome.source), words: openWords(outcome.words) };

/** null when what was asked is what a person did. */
export function fateFor(audience: Audience, fate: EventFate): EventFate | null {
  if (audience === "full") return fate;
  if (isOfPerson(fate.source)) return null;
  return fate.reason === undefined ? fate : { ...fate, reason: openWords(fate.reason) };
}

/** What it was and when, nothing of what it said. */
function reducedEvent(event: AnyEvent): object {
  const { id, type, site, occurredAt, source } = event;
  const order = "orderId" in event ? { orderId: event.orderId } : {};
  return { id, source: openSource(source), type, site, ...order, occurredAt };
}

export function letterFor(audience: Audience, letter: DeadLetter): object {
  const { event } = letter;
  if (audience === "full" || event === undefined) return letter;
  return { ...letter, event: reducedEvent(event) };
}

/** Escalation names people and how they are reached. */
export const siteFor = (audience: Audience, site: Site): Site =>
  audience === "full" ? site : without(site, "escalation");
