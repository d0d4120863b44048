/**
 * A turn over what a look at a site's causes found: incidents are opened, changed, brought back and closed, and each open order points to the most urgent that it stands in. What was
 * found is compared with the incidents as they stand now, so a look that took a while undoes nothing that a person did meanwhile. The cursor stays where it is.
 */
import type { Row } from "../board.ts";
import type { Detection } from "../incidents/detection.ts";
import { INCIDENT_SEVERITIES, type Incident, isOpenIncident } from "../incidents/incident.ts";
import {
  changedBySystem,
  closedBySystem,
  openedBySystem,
  reopenedBySystem,
} from "../incidents/keeping.ts";
import { reweighed } from "../incidents/opening.ts";
import { timed } from "../incidents/ladder.ts";
import { type Fate, reconcile, type Step } from "../incidents/reconcile.ts";
import { type Told, untold } from "../incidents/telling.ts";
import { idOfNumber, type IncidentStart } from "./incident-part.ts";
import { finishIncidents, incidentNow, membersNow, recordTold } from "./incident-writing.ts";
import { emptyTurn, type Turn, type TurnStart } from "./turn.ts";

/** What became of orders that are not open any more, by their last row. */
export function fateOfRow({ stage, sev }: Pick<Row, "stage" | "sev">): Fate {
  if (stage === "cancelled") return "cancelled";
  return sev === "late" || sev === "lost_cause" ? "missed" : "met";
}

type At = { turn: Turn; start: TurnStart; from: IncidentStart };

function takeMembers({ turn, from }: At, id: string, { members }: Detection): void {
  const known = from.members.get(id);
  const isSame =
    known?.length === members.length && known.every((order, at) => order === members[at]);
  if (!isSame) turn.incidents.members.set(id, members);
}

function open(at: At, { detection, rings, words }: Extract<Step, { do: "open" }>): void {
  const { turn, start, from } = at;
  const number = (turn.incidents.number ?? from.number) + 1;
  const id = idOfNumber(number);
  const { now, site } = start;
  turn.incidents.number = number;
  turn.incidents.openings.set(id, now);
  turn.incidents.causes.set(detection.cause, id);
  takeMembers(at, id, detection);
  const found = { detection, rings, now };
  recordTold(turn, start, from, openedBySystem({ id, site }, found, words, from.book));
}

function toldBy(
  { start: { now }, from: { book } }: At,
  incident: Incident,
  step: Exclude<Step, { do: "open" | "faint" }>,
): Told {
  if (step.do === "close") return closedBySystem(incident, step.words, book, now);
  const { detection, rings } = step;
  const found = { detection, rings, now };
  return step.do === "reopen"
    ? reopenedBySystem(incident, found, step.words, book)
    : changedBySystem(incident, found, step.words, book);
}

function take(at: At, step: Step): void {
  const { turn, start, from } = at;
  if (step.do === "faint") return;
  if (step.do === "open") return open(at, step);
  const incident = incidentNow(turn, from, step.id);
  if (incident === undefined) return;
  if (step.do !== "close") {
    takeMembers(at, step.id, step.detection);
    turn.incidents.causes.set(step.detection.cause, step.id);
  }
  if (step.do === "reopen") turn.incidents.openings.set(step.id, start.now);
  recordTold(turn, start, from, toldBy(at, incident, step));
}

const rankOf = ({ severity, priority, openedAt }: Incident): readonly number[] => [
  INCIDENT_SEVERITIES.indexOf(severity),
  -priority,
  openedAt,
];

function byUrgency(a: Incident, b: Incident): number {
  const [left, right] = [rankOf(a), rankOf(b)];
  for (const [place, value] of left.entries()) {
    const difference = value - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.id < b.id ? -1 : 1;
}

/** Every order to the most urgent open incident that it stands in, to none when there is none. */
function pointOrders({ turn, from }: At): void {
  const all = new Map([...from.known, ...turn.incidents.changed]);
  const open = [...all.values()].filter(isOpenIncident).toSorted(byUrgency);
  const wanted = new Map<string, string>();
  for (const { id } of open)
    for (const order of membersNow(turn, from, id))
      if (!wanted.has(order) && from.rows.has(order)) wanted.set(order, id);
  const { belongs } = turn.incidents;
  belongs.clear();
  for (const [order, id] of wanted) if (from.belongs.get(order) !== id) belongs.set(order, id);
  for (const order of from.belongs.keys()) if (!wanted.has(order)) belongs.set(order, null);
}

/** What people opened is theirs to close; only what its orders weigh is kept current. */
function weighManual({ turn, start, from }: At): void {
  for (const [id, incident] of from.known) {
    if (incident.kind !== "manual" || !isOpenIncident(incident)) continue;
    const rows = membersNow(turn, from, id).flatMap((order) => from.rows.get(order) ?? []);
    const next = reweighed(incident, rows, start.now);
    if (next !== null) recordTold(turn, start, from, untold(next));
  }
}

/** Ladders whose next moment moved because the policies or the hours were edited. */
function retime({ turn, start, from }: At): void {
  for (const [id, incident] of from.known) {
    if (turn.incidents.changed.has(id) || incident.ladder === null) continue;
    const next = timed(incident, from.book);
    if (next.ladder?.nextAt !== incident.ladder.nextAt) recordTold(turn, start, from, untold(next));
  }
}

/** `closed`: last rows of orders that are not open any more. */
export function lookTurn(
  start: TurnStart,
  from: IncidentStart,
  detections: readonly Detection[],
  closed: ReadonlyMap<string, Row>,
): Turn {
  const turn = emptyTurn(start);
  const at: At = { turn, start, from };
  const known = [...from.known.values()].map((incident) => ({
    incident,
    members: from.members.get(incident.id) ?? [],
  }));
  const fateOf = (id: string): Fate | undefined => {
    const row = closed.get(id);
    if (row !== undefined) return fateOfRow(row);
    return from.rows.has(id) ? "open" : undefined;
  };
  const { book } = from;
  for (const step of reconcile(known, detections, start.now, book.policies, fateOf)) take(at, step);
  weighManual(at);
  pointOrders(at);
  retime(at);
  finishIncidents(turn, start, from);
  return turn;
}

/** Incidents that it changes and were there before, and orders that point elsewhere or are members of what it opens. */
export function touchedBy({ incidents }: Turn): { incidents: string[]; orders: string[] } {
  const { changed, openings, belongs, members } = incidents;
  const before = [...changed.keys(), ...members.keys()];
  return {
    incidents: [...new Set(before)].filter(
      (id) => !openings.has(id) || changed.get(id)?.reopened !== 0,
    ),
    orders: [...belongs.keys()],
  };
}

/** Nothing of it needs to be written. */
export const isIdle = ({ incidents }: Turn): boolean =>
  incidents.changed.size === 0 && incidents.belongs.size === 0 && incidents.members.size === 0;
