/** The part of a turn that is about incidents: what it starts from, what it writes, and how what happened to an incident is written down. */
import type { Row } from "../board.ts";
import type { KeptFate } from "../contract/stored.ts";
import { heldBack, isVipAlone, type Floods } from "../incidents/flood-mode.ts";
import { type Call, callOf, isVipCall } from "../incidents/call.ts";
import { type Incident, isOpenIncident } from "../incidents/incident.ts";
import type { Notice } from "../incidents/notice.ts";
import type { Rulebook } from "../incidents/rulebook.ts";
import type { IncidentEffect, Told } from "../incidents/telling.ts";
import type { Turn, TurnStart } from "./turn.ts";

/** What a turn knows of incidents before it begins: of those it may touch. */
export type IncidentStart = {
  book: Rulebook;
  /** of the newest incident */
  number: number;
  known: ReadonlyMap<string, Incident>;
  members: ReadonlyMap<string, readonly string[]>;
  /** rows of the orders concerned, as they were last written, and the incidents they stand in */
  rows: ReadonlyMap<string, Row>;
  belongs: ReadonlyMap<string, string>;
  /** id of the newest incident of each of the causes asked for */
  causes: ReadonlyMap<string, string>;
};

function overlaid<T>(
  before: ReadonlyMap<string, T>,
  fresh: ReadonlyMap<string, T>,
  read: readonly string[],
): ReadonlyMap<string, T> {
  const all = new Map(before);
  for (const id of read) {
    const value = fresh.get(id);
    if (value === undefined) all.delete(id);
    else all.set(id, value);
  }
  return all;
}

/** What was read before, with the newest of those incidents and orders that were read again. */
export const renewed = (
  before: IncidentStart,
  fresh: IncidentStart,
  read: { incidents: readonly string[]; orders: readonly string[] },
): IncidentStart => ({
  ...before,
  number: fresh.number,
  known: overlaid(before.known, fresh.known, read.incidents),
  members: overlaid(before.members, fresh.members, read.incidents),
  rows: overlaid(before.rows, fresh.rows, read.orders),
  belongs: overlaid(before.belongs, fresh.belongs, read.orders),
});

export type IncidentPart = {
  changed: Map<string, Incident>;
  members: Map<string, readonly string[]>;
  /** cause -> id of the newest incident that has it */
  causes: Map<string, string>;
  /** order -> the most urgent incident it stands in; null takes it out */
  belongs: Map<string, string | null>;
  /** rows that change for no other reason */
  rows: Map<string, Row>;
  effects: IncidentEffect[];
  notices: Notice[];
  calls: Call[];
  /** by inbox position */
  fates: Map<string, KeptFate>;
  /** entries of `incident-due` against what the incident says: it cannot be escalated now, or is not there */
  notDue: Map<string, number | null>;
  /** those that began in this turn */
  openings: Map<string, number>;
  /** of the newest incident, when one was opened */
  number: number | null;
  /** second, and steps that had waited long fired in it */
  firings: { second: number; count: number } | null;
  /** what is known of floods of alarms, when that changed */
  floods: Floods | null;
};

export const emptyIncidentPart = (): IncidentPart => ({
  changed: new Map(),
  members: new Map(),
  causes: new Map(),
  belongs: new Map(),
  rows: new Map(),
  effects: [],
  notices: [],
  calls: [],
  fates: new Map(),
  notDue: new Map(),
  openings: new Map(),
  number: null,
  firings: null,
  floods: null,
});

export const idOfNumber = (number: number): string => `INC-${number}`;

/** The incident as it is in the middle of the turn. */
export const incidentNow = (turn: Turn, from: IncidentStart, id: string): Incident | undefined =>
  turn.incidents.changed.get(id) ?? from.known.get(id);

/** The orders of an incident; empty where they were not read. */
export const membersNow = (turn: Turn, from: IncidentStart, id: string): readonly string[] =>
  turn.incidents.members.get(id) ?? from.members.get(id) ?? [];

const belongsNow = (turn: Turn, from: IncidentStart, order: string): string | undefined => {
  const set = turn.incidents.belongs.get(order);
  return set === undefined ? from.belongs.get(order) : (set ?? undefined);
};

/** Its orders point to it while it is open, and to nothing when it is over. Another incident of theirs takes them at the next look. */
export function settleOrders(turn: Turn, from: IncidentStart, incident: Incident): void {
  const { belongs } = turn.incidents;
  const isOpen = isOpenIncident(incident);
  for (const order of membersNow(turn, from, incident.id)) {
    const known = belongsNow(turn, from, order);
    if (isOpen && known === undefined) belongs.set(order, incident.id);
    if (!isOpen && known === incident.id) belongs.set(order, null);
  }
}

/** What passed in a flood counts for what comes after it, in the same turn too. */
function tell(
  turn: Turn,
  start: TurnStart,
  { book }: IncidentStart,
  incident: Incident,
  notice: Notice,
): void {
  const { calls, notices } = turn.incidents;
  const passed = (book.vipCalls ?? 0) + calls.filter(isVipCall).length;
  const told = heldBack(notice, incident, book.floods, start.now, passed);
  notices.push(told);
  const call = callOf(told);
  if (call !== null) calls.push(isVipAlone(incident) ? { ...call, isVipAlone: true } : call);
}

/** Writes down what became of an incident, and what is to be told of it. */
export function recordTold(
  turn: Turn,
  start: TurnStart,
  from: IncidentStart,
  { incident, notices, effects }: Told,
): void {
  const before = incidentNow(turn, from, incident.id);
  turn.incidents.changed.set(incident.id, { ...incident, v: start.seq });
  for (const notice of notices) tell(turn, start, from, incident, notice);
  turn.incidents.effects.push(...effects.filter(({ type }) => start.wanted.has(type)));
  if (before === undefined || isOpenIncident(before) !== isOpenIncident(incident))
    settleOrders(turn, from, incident);
}

function withIncident(row: Row, incident: string | null, v: number): Row {
  const { incident: _before, ...rest } = row;
  return incident === null ? { ...rest, v } : { ...rest, incident, v };
}

/** Puts into the rows which incident their orders stand in. Those that the turn wrote anyway are not written twice. */
function showOnRows(turn: Turn, start: TurnStart, from: IncidentStart): void {
  const places = new Map(turn.change.rows.map(({ id }, place) => [id, place]));
  const removed = new Set(turn.change.removed);
  for (const [order, incident] of turn.incidents.belongs) {
    const place = places.get(order);
    const row = place === undefined ? from.rows.get(order) : turn.change.rows[place];
    if (row === undefined || removed.has(order)) continue;
    if ((row.incident ?? null) === incident) continue;
    const next = withIncident(row, incident, start.seq);
    turn.incidents.rows.set(order, next);
    if (place === undefined) turn.change.rows.push(next);
    else turn.change.rows[place] = next;
  }
}

/** At the end of the turn: rows, and what followers of the log hear. */
export function finishIncidents(turn: Turn, start: TurnStart, from: IncidentStart): void {
  showOnRows(turn, start, from);
  const { changed } = turn.incidents;
  if (changed.size > 0) turn.change.incidents = [...changed.values()];
}
