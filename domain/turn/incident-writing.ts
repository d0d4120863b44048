/** How a turn writes down what happened to incidents, and reads what it wrote. */
import type { Row } from "../board.ts";
import { heldBack, isVipAlone } from "../incidents/flood-mode.ts";
import { callOf, isVipCall } from "../incidents/call.ts";
import { type Incident, isOpenIncident } from "../incidents/incident.ts";
import type { Notice } from "../incidents/notice.ts";
import type { Told } from "../incidents/telling.ts";
import type { IncidentStart } from "./incident-part.ts";
import type { Turn, TurnStart } from "./turn.ts";

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
