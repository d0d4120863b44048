/** What people do to incidents, as a turn takes it from the inbox: each event is applied or refused, and its fate written down. Time up to its record passes first. */
import type { KeptFate } from "../contract/stored.ts";
import type { IncidentEvent } from "../incidents/action.ts";
import { applyAction } from "../incidents/act.ts";
import type { Acted, One, Refused } from "../incidents/acted.ts";
import type { Incident } from "../incidents/incident.ts";
import { manualCause, openedByHand } from "../incidents/opening.ts";
import { passTime } from "../incidents/pass-time.ts";
import { noticeOf } from "../incidents/telling.ts";
import { idOfNumber, type IncidentStart } from "./incident-part.ts";
import { incidentNow, recordTold } from "./incident-writing.ts";
import type { Arrival } from "./order-turn.ts";
import type { Turn, TurnStart } from "./turn.ts";

export type IncidentArrival = { event: IncidentEvent; position: string; recordedAt: number };

/** A ladder whose steps all fall due at once must not hold the turn. */
const MOST_PASSES = 50;

/** Incidents that an event is about; none when it opens one. */
export function concernedBy(event: IncidentEvent): readonly string[] {
  if (event.type === "incident.opened") return [];
  if (event.type === "incident.handed_over") return event.data.incidents;
  return [event.data.incident];
}

/** Orders that an event names itself. */
export const ordersOf = (event: IncidentEvent): readonly string[] =>
  event.type === "incident.opened" ? event.data.orders : [];

type At = { turn: Turn; start: TurnStart; from: IncidentStart };

/** What fell due before the action was recorded happened before it, also when nobody was there to see to it; what falls due in the same moment comes after. */
function upTo({ turn, start, from }: At, id: string, recordedAt: number): Incident | undefined {
  for (let passes = 0; passes < MOST_PASSES; passes += 1) {
    const incident = incidentNow(turn, from, id);
    const told = incident && passTime(incident, from.book, start.now, recordedAt - 1);
    if (told == null) return incident;
    recordTold(turn, start, from, told);
  }
  return incidentNow(turn, from, id);
}

function actOn(at: At, id: string, event: One, recordedAt: number): Acted {
  const version = incidentNow(at.turn, at.from, id)?.v;
  const incident = upTo(at, id, recordedAt);
  if (incident === undefined)
    return { is: "refused", code: "CT_ERR_NOT_FOUND", message: `There is no incident ${id} here.` };
  const acted = applyAction(incident, event, at.from.book, recordedAt, version);
  if (acted.is === "done") recordTold(at.turn, at.start, at.from, acted);
  return acted;
}

type Outcome = Pick<KeptFate, "state" | "incidents" | "code" | "message">;

const refusal = ({ code, message }: Refused): Outcome => ({
  state: "refused",
  incidents: [],
  code,
  message,
});

function open({ turn, start, from }: At, event: IncidentEvent, recordedAt: number): Outcome {
  if (event.type !== "incident.opened") throw new Error(`${event.type} opens nothing`);
  const cause = manualCause(event);
  const before = turn.incidents.causes.get(cause) ?? from.causes.get(cause);
  if (before !== undefined) return { state: "applied", incidents: [before] };
  const number = (turn.incidents.number ?? from.number) + 1;
  const id = idOfNumber(number);
  const rows = event.data.orders.flatMap((order) => from.rows.get(order) ?? []);
  const told = openedByHand(event, { id, rows, now: recordedAt }, from.book);
  turn.incidents.number = number;
  turn.incidents.members.set(id, [...new Set(event.data.orders)]);
  turn.incidents.causes.set(cause, id);
  turn.incidents.openings.set(id, recordedAt);
  recordTold(turn, start, from, told);
  return { state: "applied", incidents: [id] };
}

type HandedOver = Extract<IncidentEvent, { type: "incident.handed_over" }>;

/** One notice tells of all of them. */
function tellHandover({ turn, from }: At, event: HandedOver, moved: string[], at: number): void {
  const [first] = moved.flatMap((id) => incidentNow(turn, from, id) ?? []);
  if (first === undefined) return;
  const words = `${event.data.from} handed ${moved.length} over to you`;
  const notice = noticeOf(first, { why: "handover", at, people: [event.data.to], words }, event.id);
  turn.incidents.notices.push(notice);
}

function handOver(at: At, event: HandedOver, recordedAt: number): Outcome {
  const moved: string[] = [];
  const left: string[] = [];
  for (const id of new Set(event.data.incidents)) {
    const acted = actOn(at, id, event, recordedAt);
    if (acted.is === "refused") left.push(`${id}: ${acted.message}`);
    else moved.push(id);
  }
  tellHandover(at, event, moved, recordedAt);
  if (left.length === 0) return { state: "applied", incidents: moved };
  const message = `${moved.length} were handed over. ${left.slice(0, 20).join(" ")}`;
  if (moved.length > 0) return { state: "applied", incidents: moved, message };
  return refusal({ code: "CT_ERR_CONFLICT", message });
}

function outcomeOf(at: At, event: IncidentEvent, recordedAt: number): Outcome {
  if (event.type === "incident.opened") return open(at, event, recordedAt);
  if (event.type === "incident.handed_over") return handOver(at, event, recordedAt);
  const acted = actOn(at, event.data.incident, event, recordedAt);
  if (acted.is === "refused") return refusal(acted);
  return { state: "applied", incidents: [event.data.incident] };
}

/** Throws what the rules throw. */
export function takeIncidentEvent(
  turn: Turn,
  start: TurnStart,
  from: IncidentStart,
  { event, position, recordedAt }: IncidentArrival,
): void {
  const outcome = outcomeOf({ turn, start, from }, event, recordedAt);
  const { source, id } = event;
  const { seq } = start;
  turn.incidents.fates.set(position, { source, event: id, at: recordedAt, seq, ...outcome });
}

const NOT_TAKEN = "What it belongs to was refused.";

/** Of an order's events those whose action on an incident was taken; of each other its fate is written down. Actions come before them. */
export function takenWith(turn: Turn, start: TurnStart, arrivals: readonly Arrival[]): Arrival[] {
  return arrivals.filter(({ event, position, onlyWith }) => {
    if (onlyWith === undefined) return true;
    const { incidents: from, seq } = start;
    const incident = from && incidentNow(turn, from, onlyWith.incident);
    if (incident?.timeline.some((line) => line.event === onlyWith.event) === true) return true;
    const { source, id, recordedAt: at } = event;
    const outcome = refusal({ code: "CT_ERR_CONFLICT", message: NOT_TAKEN });
    turn.incidents.fates.set(position, { source, event: id, at, seq, ...outcome });
    return false;
  });
}
