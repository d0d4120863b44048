/** Taking back, for a minute and by whoever did it: the last change, a comment, a recorded step. What was told to people stays told, so an escalation stays, and so does an incident that was opened. */
import { MINUTE_MS } from "../wall-clock.ts";
import { type Act, calmed, done, type One, refused, type Refused } from "./acted.ts";
import type { Incident, TimelineEntry } from "./incident.ts";
import { timed } from "./ladder.ts";
import type { Rulebook } from "./rulebook.ts";
import { untold, withLine } from "./telling.ts";

export const UNDO_MS = MINUTE_MS;

/** What was said or recorded is taken out again. */
function unsaid(
  incident: Incident,
  event: One<"incident.undone">,
  line: TimelineEntry,
  now: number,
) {
  const timeline = incident.timeline.filter((one) => one !== line);
  const isPlayed = ({ at, by }: Incident["played"][number]) => at === line.at && by === line.by;
  const played =
    line.what === "played" ? incident.played.filter((one) => !isPlayed(one)) : incident.played;
  const words = line.what === "played" ? `took back: ${line.words}` : "took a comment back";
  return withLine(
    { ...incident, timeline, played, changedAt: now },
    { at: now, by: event.actor, event: event.id, what: "changed", words },
  );
}

function restored(incident: Incident, event: One<"incident.undone">, book: Rulebook, now: number) {
  const { lastChange, ...rest } = incident;
  if (lastChange === undefined) return incident;
  const { before } = lastChange;
  const isOver = before.state === "resolved";
  // an acknowledgement that ran out meanwhile ends in the next sweep
  const after = { ...rest, ...before, resolution: isOver ? rest.resolution : null, changedAt: now };
  const words = "took the last change back";
  const line = { at: now, by: event.actor, event: event.id, what: "changed", words } as const;
  return timed(calmed(withLine(after, line)), book);
}

/** What stays done, and why. */
const KEPT: Partial<Record<TimelineEntry["what"], string>> = {
  escalated: "People have been told; that cannot be taken back.",
  opened: "An incident that was opened is not taken back: resolve it, or say that it is noise.",
};

/** Why this cannot be taken back; null when it can. */
function undoRefusal(line: TimelineEntry | undefined, { actor }: One, now: number): Refused | null {
  if (line === undefined)
    return { code: "CT_ERR_NOT_FOUND", message: "event: nothing of this incident came from it." };
  if (line.by !== actor)
    return {
      code: "CT_ERR_FORBIDDEN",
      message: `Only ${line.by ?? "the system"} may take it back.`,
    };
  if (now - line.at > UNDO_MS)
    return { code: "CT_ERR_UNDONE_TOO_LATE", message: "It can be taken back for 60 seconds." };
  const message = KEPT[line.what];
  return message === undefined ? null : { code: "CT_ERR_CONFLICT", message };
}

export const undo: Act<"incident.undone"> = (incident, event, book, now) => {
  const line = incident.timeline.findLast((one) => one.event === event.data.event);
  const refusal = undoRefusal(line, event, now);
  if (line === undefined || refusal !== null)
    return { is: "refused", ...(refusal ?? { code: "CT_ERR_NOT_FOUND", message: "" }) };
  if (line.what === "comment" || line.what === "played")
    return done(untold(unsaid(incident, event, line, now)));
  if (incident.lastChange?.event !== event.data.event)
    return refused("CT_ERR_CONFLICT", "Something else has been done to it since.");
  return done(untold(restored(incident, event, book, now)));
};
