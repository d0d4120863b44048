/**
 * What people do to an incident: total over every state and every action. Either the incident as it is afterwards with what is to be told, or a refusal in words; never throws.
 *
 * - One owner at most: what somebody else owns is not taken without `force`. Applied one after the other in the order of arrival, two claims leave one owner.
 * - Nothing is for ever: an acknowledgement ends at the latest in seven days, a shelf at the end of the next shift, and neither goes past the last moment to act but by a lead's hand.
 * - For a minute its author can take back the last change; what was told to people stays told.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, inWords } from "../wall-clock.ts";
import {
  type Act,
  type Acted,
  calmed,
  changed,
  clamp,
  commented,
  done,
  isLead,
  type Line,
  type One,
  type OneType,
  refused,
  type Refused,
} from "./acted.ts";
import type { Incident } from "./incident.ts";
import { freed, timed } from "./ladder.ts";
import { endOfNextShift } from "./off-hours.ts";
import { escalateNow } from "./pass-time.ts";
import { playbookOf } from "./playbooks.ts";
import { ladderIn, type Rulebook } from "./rulebook.ts";
import { effectOf, noticeOf, type NoticeWhy, untold, withLine } from "./telling.ts";
import { undo } from "./undo.ts";

const LEAST_ACK_MS = 5 * MINUTE_MS;
const MOST_ACK_MS = 7 * DAY_MS;
/** Where there is no promise to take half of the time to. */
const ACK_WITHOUT_PROMISE_MS = HOUR_MS;
const MOST_SHELF_MS = 7 * DAY_MS;
const MOST_SHELF_BY_LEAD_MS = 30 * DAY_MS;
const PLAYED_KEPT = 100;

/** How long an acknowledgement lasts when nobody says so. */
export function defaultAckMs(incident: Incident, book: Rulebook, now: number): number {
  const ladder = incident.ladder && ladderIn(book, incident.ladder);
  const fixed = ladder?.reEscalateAfterAckMin;
  if (fixed !== undefined) return clamp(fixed * MINUTE_MS, LEAST_ACK_MS, MOST_ACK_MS);
  const slack = incident.actBy === null ? 0 : incident.actBy - now;
  return slack <= 0 ? ACK_WITHOUT_PROMISE_MS : clamp(slack / 2, LEAST_ACK_MS, MOST_ACK_MS);
}

const takenBy = ({ owner, ackUntil }: Incident, { site }: Rulebook): string =>
  `${owner ?? "Somebody"} has it${ackUntil === null ? "" : ` until ${inWords(site.timeZone, ackUntil)}`}`;

const over = ({ id, resolution }: Incident): Acted =>
  refused(
    "CT_ERR_INCIDENT_OVER",
    `${id} was resolved: ${resolution?.words ?? "its cause is gone"}.`,
  );

/** Somebody other than `names` has it. */
const isTaken = ({ state, owner }: Incident, ...names: (string | null)[]): boolean =>
  state === "acknowledged" && owner !== null && !names.includes(owner);

/** The moment until which it is acknowledged, or why not. */
function ackUntilOf(
  incident: Incident,
  until: number | undefined,
  book: Rulebook,
  now: number,
): number | Refused {
  if (until === undefined) return Math.round(now + defaultAckMs(incident, book, now));
  if (until <= now) return { code: "CT_ERR_INVALID", message: "until: this moment has passed." };
  if (until > now + MOST_ACK_MS)
    return { code: "CT_ERR_INVALID", message: "until: at most seven days from now." };
  return until;
}

type Owning = { owner: string; until: number | undefined; line: Line };

function own(incident: Incident, event: One, owning: Owning, book: Rulebook, now: number): Acted {
  const until = ackUntilOf(incident, owning.until, book, now);
  if (typeof until !== "number") return { is: "refused", ...until };
  const next = {
    state: "acknowledged" as const,
    owner: owning.owner,
    ackUntil: until,
    shelved: null,
  };
  const words = `${owning.line.words} until ${inWords(book.site.timeZone, until)}`;
  const after = calmed(changed(incident, next, event, now, { ...owning.line, words }));
  const effect = effectOf(after, "incident.acknowledged", now, event.id);
  return done({ incident: timed(after, book), notices: [], effects: [effect] });
}

const acknowledge: Act<"incident.acknowledged"> = (incident, event, book, now) => {
  const { actor, data } = event;
  if (incident.state === "resolved") return over(incident);
  if (isTaken(incident, actor) && data.force !== true)
    return refused("CT_ERR_CONFLICT", `${takenBy(incident, book)}.`);
  const from = isTaken(incident, actor) ? `, taken from ${incident.owner}` : "";
  const words = commented(`acknowledged${from}`, data.comment);
  const line: Line = { what: "acknowledged", words };
  return own(incident, event, { owner: actor, until: data.until, line }, book, now);
};

function letGo(incident: Incident, event: One<"incident.assigned">, book: Rulebook, now: number) {
  if (incident.state !== "acknowledged") return refused("CT_ERR_CONFLICT", "Nobody owns it.");
  const next = { state: "open" as const, owner: null, ackUntil: null };
  const words = commented("let go", event.data.comment);
  const after = changed(incident, next, event, now, { what: "assigned", words });
  return done(untold(freed(after, book, now)));
}

const assign: Act<"incident.assigned"> = (incident, event, book, now) => {
  const { actor, data } = event;
  const { assignee, comment, until, force } = data;
  if (incident.state === "resolved") return over(incident);
  if (isTaken(incident, actor, assignee) && force !== true)
    return refused("CT_ERR_CONFLICT", `${takenBy(incident, book)}.`);
  if (assignee === null) return letGo(incident, event, book, now);
  const words = commented(`given to ${assignee}`, comment);
  const owning = { owner: assignee, until, line: { what: "assigned", words } as const };
  const acted = own(incident, event, owning, book, now);
  if (acted.is !== "done" || assignee === actor) return acted;
  const why: NoticeWhy = {
    why: "assigned",
    at: now,
    people: [assignee],
    words: `${actor} gave it to you`,
  };
  return { ...acted, notices: [noticeOf(acted.incident, why, event.id)] };
};

function shelfRefusal(
  incident: Incident,
  event: One<"incident.shelved">,
  { site }: Rulebook,
  now: number,
): Refused | null {
  const { until } = event.data;
  if (until <= now) return { code: "CT_ERR_INVALID", message: "until: this moment has passed." };
  if (isLead(event)) {
    if (until <= now + MOST_SHELF_BY_LEAD_MS) return null;
    return { code: "CT_ERR_INVALID", message: "until: at most 30 days from now." };
  }
  const { actBy } = incident;
  if (actBy !== null && until > actBy) {
    const message = `Past ${inWords(site.timeZone, actBy)} its promise cannot be kept any more: only a lead may shelve it for longer.`;
    return { code: "CT_ERR_FORBIDDEN", message };
  }
  const most = endOfNextShift(site, now) ?? now + MOST_SHELF_MS;
  if (until <= most) return null;
  const message = `Only a lead may shelve it past the end of the next shift, ${inWords(site.timeZone, most)}.`;
  return { code: "CT_ERR_FORBIDDEN", message };
}

const shelve: Act<"incident.shelved"> = (incident, event, book, now) => {
  const { actor, data } = event;
  if (incident.state === "resolved") return over(incident);
  if (isTaken(incident, actor) && !isLead(event))
    return refused("CT_ERR_CONFLICT", `${takenBy(incident, book)}.`);
  const refusal = shelfRefusal(incident, event, book, now);
  if (refusal !== null) return { is: "refused", ...refusal };
  const { reason, until } = data;
  const shelved = { by: actor, at: now, reason, until };
  const next = { state: "shelved" as const, owner: null, ackUntil: null, shelved };
  const words = `shelved until ${inWords(book.site.timeZone, until)}: ${reason}`;
  const after = calmed(changed(incident, next, event, now, { what: "shelved", words }));
  return done(untold(timed(after, book)));
};

const unshelve: Act<"incident.unshelved"> = (incident, event, book, now) => {
  if (incident.state === "resolved") return over(incident);
  if (incident.state !== "shelved") return refused("CT_ERR_CONFLICT", "It is not on the shelf.");
  const words = commented("taken from the shelf", event.data.comment);
  const next = { state: "open" as const, shelved: null };
  const after = changed(incident, next, event, now, { what: "unshelved", words });
  return done(untold(freed(after, book, now)));
};

function end(
  incident: Incident,
  event: One,
  code: string,
  comment: string | undefined,
  book: Rulebook,
  now: number,
): Acted {
  const isNoise = event.type === "incident.noise";
  const words = commented(isNoise ? "should not have been raised" : `resolved as ${code}`, comment);
  const next = {
    state: "resolved" as const,
    owner: null,
    ackUntil: null,
    shelved: null,
    resolution: { at: now, by: event.actor, code, words },
    ...(isNoise && { noise: { by: event.actor, at: now } }),
  };
  const what = isNoise ? "noise" : "resolved";
  const after = timed(calmed(changed(incident, next, event, now, { what, words })), book);
  const effect = effectOf(after, "incident.resolved", now, event.id, { code });
  return done({ incident: after, notices: [], effects: [effect] });
}

const resolve: Act<"incident.resolved"> = (incident, event, book, now) => {
  if (incident.state === "resolved") return over(incident);
  return end(incident, event, event.data.code, event.data.comment, book, now);
};

const noise: Act<"incident.noise"> = (incident, event, book, now) => {
  if (incident.state === "resolved") return over(incident);
  return end(incident, event, "noise", event.data.comment, book, now);
};

/** Said or done without changing where it stands: also when it is over. */
function noted(incident: Incident, event: One, line: Line, book: Rulebook, now: number): Incident {
  const { id, actor } = event;
  const after = withLine(incident, { at: now, by: actor, event: id, ...line });
  return timed(calmed({ ...after, activeAt: now, changedAt: now }), book);
}

const comment: Act<"incident.commented"> = (incident, event, book, now) => {
  const { actor, data } = event;
  const mentions = [...new Set(data.mentions ?? [])];
  const line: Line = {
    what: "comment",
    words: data.text,
    ...(mentions.length > 0 && { mentions }),
  };
  const after = noted(incident, event, line, book, now);
  const people = mentions.filter((name) => name !== actor);
  const why: NoticeWhy = { why: "mentioned", at: now, people, words: `${actor}: ${data.text}` };
  const notices = people.length === 0 ? [] : [noticeOf(after, why, event.id)];
  return done({ incident: after, notices, effects: [] });
};

const playedWords = (incident: Incident, id: string): string =>
  playbookOf(incident).steps.find((step) => step.id === id)?.words ?? id;

const play: Act<"incident.played"> = (incident, event, book, now) => {
  const { step: id, result } = event.data;
  const step = { id, at: now, by: event.actor, ...(result !== undefined && { result }) };
  const words = commented(playedWords(incident, id), result);
  const after = noted(incident, event, { what: "played", words }, book, now);
  return done(untold({ ...after, played: [...incident.played, step].slice(-PLAYED_KEPT) }));
};

const escalate: Act<"incident.escalated"> = (incident, event, book, now) => {
  if (incident.state === "resolved") return over(incident);
  if (incident.state === "shelved")
    return refused("CT_ERR_CONFLICT", "Take it from the shelf first.");
  const by = { name: event.actor, reason: event.data.reason, event: event.id };
  const told = escalateNow(incident, book, by, now);
  if (told !== null) return done(told);
  const message =
    incident.ladder === null ? "No ladder applies to it." : "Every step of its ladder was taken.";
  return refused("CT_ERR_NO_STEP", message);
};

/** At the end of a shift: what `from` owns becomes what `to` owns, for as long as it was. One notice tells of all of them. */
const handOver: Act<"incident.handed_over"> = (incident, event, book, now) => {
  const { from, to, handover } = event.data;
  if (incident.state !== "acknowledged" || incident.owner !== from)
    return refused("CT_ERR_CONFLICT", `${from} does not own it.`);
  const line: Line = { what: "assigned", words: `handed over to ${to} (${handover})` };
  const after = calmed(changed(incident, { owner: to }, event, now, line));
  return done(untold(timed(after, book)));
};

const ACTS: { [T in OneType]: Act<T> } = {
  "incident.acknowledged": acknowledge,
  "incident.assigned": assign,
  "incident.shelved": shelve,
  "incident.unshelved": unshelve,
  "incident.resolved": resolve,
  "incident.noise": noise,
  "incident.commented": comment,
  "incident.escalated": escalate,
  "incident.played": play,
  "incident.undone": undo,
  "incident.handed_over": handOver,
};

/** `data` of the event belongs to the act of its type. */
function act<T extends OneType>(
  type: T,
  incident: Incident,
  event: One<T>,
  book: Rulebook,
  now: number,
): Acted {
  return ACTS[type](incident, event, book, now);
}

export const anotherVersion = (decidedOn: number, id: string, v: number): string =>
  `You decided on version ${decidedOn}; ${id} is at version ${v}.`;

/** `version`: at which it stood before time passed over it; of two who decided on one at the same moment the second is refused. */
export function applyAction(
  incident: Incident,
  event: One,
  book: Rulebook,
  now: number,
  version: number = incident.v,
): Acted {
  if (incident.timeline.some((line) => line.event === event.id)) return { is: "known" };
  const decidedOn = "ifVersion" in event.data ? event.data.ifVersion : undefined;
  if (decidedOn !== undefined && decidedOn !== version)
    return refused("CT_ERR_CONFLICT", anotherVersion(decidedOn, incident.id, version));
  return act(event.type, incident, event as never, book, now);
}
