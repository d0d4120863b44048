/** A turn over the incidents of which something fell due by Redis TIME: each takes the first thing, and falls due again when there is more. The cursor stays where it is. Never throws. */
import { timed } from "../incidents/ladder.ts";
import { passTime } from "../incidents/pass-time.ts";
import { untold } from "../incidents/telling.ts";
import { type IncidentStart } from "./incident-part.ts";
import { finishIncidents, recordTold } from "./incident-writing.ts";
import { THREW_AGAIN_MS } from "./order-view.ts";
import { bury, countDead, emptyTurn, type Turn, type TurnStart } from "./turn.ts";

/** Steps that waited longer than that count against the limit after a downtime (promise P8). */
export const WAITED_MS = 10_000;
export const MOST_WAITED_A_SECOND = 50;

/** How many of those that waited may still be taken in this second. */
export function allowanceAt(
  now: number,
  { second, count }: { second: number; count: number },
): number {
  return Math.floor(now / 1_000) === second
    ? Math.max(0, MOST_WAITED_A_SECOND - count)
    : MOST_WAITED_A_SECOND;
}

function passOne(turn: Turn, start: TurnStart, from: IncidentStart, id: string): void {
  const incident = from.known.get(id);
  if (incident === undefined) {
    turn.incidents.notDue.set(id, null);
    return;
  }
  const told = passTime(incident, from.book, start.now);
  if (told !== null) recordTold(turn, start, from, told);
  // what it waits for was moved since, by planned work for example
  else recordTold(turn, start, from, untold(timed(incident, from.book)));
}

/** It is looked at again later: one that cannot be escalated must not keep the others from it. */
function postpone(turn: Turn, start: TurnStart, id: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const cause = { code: "CT_ERR_RULES_THREW", message: `${id}: ${message.slice(0, 400)}` } as const;
  bury(turn, start, { id: `dl-escalation-${id}`, cause, rest: {} });
  turn.incidents.notDue.set(id, start.now + THREW_AGAIN_MS);
}

/** `waited`: those of them that fell due long ago, with what was fired of such in this second before. */
export function timeTurn(
  start: TurnStart,
  from: IncidentStart,
  ids: readonly string[],
  waited: { count: number; before: { second: number; count: number } },
): Turn {
  const turn = emptyTurn(start);
  for (const id of ids)
    try {
      passOne(turn, start, from, id);
    } catch (error) {
      postpone(turn, start, id, error);
    }
  if (waited.count > 0) {
    const second = Math.floor(start.now / 1_000);
    const before = waited.before.second === second ? waited.before.count : 0;
    turn.incidents.firings = { second, count: before + waited.count };
  }
  finishIncidents(turn, start, from);
  countDead(turn, start);
  return turn;
}
