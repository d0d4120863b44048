/** What acting on an incident is made of: who acted, what came of it, and how it is written down. */
import type { ErrorCode } from "../errors.ts";
import type { IncidentEvent, IncidentEventType } from "./action.ts";
import type { Incident, LastChange, TimelineEntry } from "./incident.ts";
import type { Rulebook } from "./rulebook.ts";
import { type Told, withLine } from "./telling.ts";

export type Refused = { code: ErrorCode; message: string };
/** `known`: this event was applied before. */
export type Acted = ({ is: "done" } & Told) | ({ is: "refused" } & Refused) | { is: "known" };

/** Actions on one incident that is there. */
export type OneType = Exclude<IncidentEventType, "incident.opened">;
export type One<T extends OneType = OneType> = Extract<IncidentEvent, { type: T }>;
export type Act<T extends OneType> = (
  incident: Incident,
  event: One<T>,
  book: Rulebook,
  now: number,
) => Acted;

export const refused = (code: ErrorCode, message: string): Acted => ({
  is: "refused",
  code,
  message,
});
export const done = (told: Told): Acted => ({ is: "done", ...told });

export const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

export const isLead = ({ role }: One): boolean => role === "lead" || role === "admin";

type Kept = LastChange["before"];
const keptOf = ({ state, owner, ackUntil, shelved, noise }: Incident): Kept => ({
  state,
  owner,
  ackUntil,
  shelved,
  noise,
});

export type Line = Pick<TimelineEntry, "what" | "words"> & { mentions?: string[] };

/** The incident changed by a person: who and when is written down, and how it was before. */
export function changed(
  incident: Incident,
  next: Partial<Incident>,
  event: One,
  now: number,
  line: Line,
): Incident {
  const { id, actor } = event;
  const lastChange: LastChange = { event: id, by: actor, at: now, before: keptOf(incident) };
  const after = { ...incident, ...next, lastChange, activeAt: now, changedAt: now };
  return withLine(after, { at: now, by: actor, event: id, ...line });
}

export const commented = (words: string, comment: string | undefined): string =>
  comment === undefined ? words : `${words}: ${comment}`;

/** Whoever does something is not idle. */
export function calmed(incident: Incident): Incident {
  if (incident.ladder?.idle !== true) return incident;
  const { idle: _over, ...ladder } = incident.ladder;
  return { ...incident, ladder };
}
