/** The report of a shift from what stands on the board, and its incidents given from hand to hand. */
import type { FastifyInstance } from "fastify";
import { writeHandover, type HandoverReport } from "../../domain/incidents/handover.ts";
import type { ShiftOf } from "../../domain/incidents/shifts.ts";
import type { Principal } from "../../domain/permissions.ts";
import { HOUR_MS } from "../../domain/wall-clock.ts";
import type { SiteBoard } from "../decorators.ts";
import { isAppliedSoon } from "../orders/act.ts";
import { boardOf } from "../orders/board-of.ts";
import { incidentEvent } from "./action-event.ts";
import { callsAt } from "./alarms.ts";
import type { StoredHandover } from "./handover-view.ts";

const MOST_RESOLVED = 2_000;
const MOST_HOURS = 24;

/** Orders handed to carriers within the shift, as far as the counters reach. */
function shippedIn(board: SiteBoard, { startsAt, endsAt }: ShiftOf, now: number): number {
  const from = Math.max(startsAt, now - MOST_HOURS * HOUR_MS);
  return board.handedOverSince(from, Math.min(now, endsAt - 1));
}

export async function handoverReport(
  app: FastifyInstance,
  site: string,
  shift: ShiftOf,
): Promise<HandoverReport> {
  const board = boardOf(app, site);
  const now = app.now();
  const [calls, closed] = await Promise.all([
    callsAt(app, site),
    app.incidents.closedSince(site, shift.startsAt, MOST_RESOLVED),
  ]);
  return writeHandover({
    shift,
    now,
    incidents: board.incidents.values(),
    resolved: closed.filter(({ resolution }) => (resolution?.at ?? 0) < shift.endsAt).length,
    pickups: board.pickups(),
    sources: board.sources(now),
    calls,
    rows: board.rows,
    shipped: shippedIn(board, shift, now),
  });
}

/** One append: all of it moves, or none. Its ids are made of the handover, so that doing it again does nothing more. */
export async function moveOwnership(
  app: FastifyInstance,
  principal: Principal,
  site: string,
  handover: string,
  moved: StoredHandover["moved"],
): Promise<void> {
  const now = app.now();
  const entries = Object.entries(moved).map(([from, incidents]) =>
    incidentEvent(
      "incident.handed_over",
      { incidents, from, to: principal.name, handover },
      { principal, site, now, id: `handover-${handover}-${from}`.slice(0, 128) },
    ),
  );
  if (entries.length === 0) return;
  const outcomes = await app.inbox.append(site, entries);
  const last = outcomes.at(-1);
  if (last !== undefined) await isAppliedSoon(app, site, last.position);
}
