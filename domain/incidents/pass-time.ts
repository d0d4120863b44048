/**
 * What time alone does to an incident: a step of its ladder falls due, an acknowledgement or a shelf ends, an owner does nothing. One thing a call, the one that fell due first, so
 * that each is a commit of its own; whoever calls again finds the next, or null.
 *
 * Never before its moment. What fell due while nobody looked is done once, and the next step counts from then: nothing is made up for.
 */
import { MINUTE_MS } from "../wall-clock.ts";
import { unmetOf } from "./condition.ts";
import type { FiredStep, Incident, LadderState, PassedStep } from "./incident.ts";
import { after, begunAnew, freed, nextOf, nextPlace, timed, type Place } from "./ladder.ts";
import type { LadderStep } from "./policies.ts";
import { rung } from "./ringing.ts";
import { ladderIn, type Rulebook } from "./rulebook.ts";
import { reachOf, rolesOf } from "./targets.ts";
import { effectOf, noticeOf, type Told, untold, withLine } from "./telling.ts";

/** Fired later than that is said to be late. */
export const LATE_MS = MINUTE_MS;

const minutesOf = (ms: number): number => Math.max(0, Math.round(ms / MINUTE_MS));

function wordsOf(incident: Incident, now: number): string {
  const { state, owner, activeAt, openedAt } = incident;
  if (state === "acknowledged")
    return `${owner ?? "its owner"} did nothing for ${minutesOf(now - activeAt)} min`;
  const minutes = minutesOf(now - openedAt);
  return minutes === 0 ? "nobody has it yet" : `nobody has taken it for ${minutes} min`;
}

type Firing = {
  place: Place;
  step: LadderStep;
  dueAt: number;
  now: number;
  by?: { name: string; reason: string; event: string };
};

/** Late ones of a minute go out together. */
const groupOf = (late: boolean, now: number) =>
  late ? { group: `late-${Math.floor(now / MINUTE_MS)}` } : {};

function firedStep(
  incident: Incident,
  firing: Firing,
  reach: ReturnType<typeof reachOf>,
): FiredStep {
  const { place, dueAt, now, by } = firing;
  const roles = rolesOf(reach.targets);
  return {
    ...place,
    generation: incident.generation,
    dueAt,
    firedAt: now,
    ...(by !== undefined && { by: by.name }),
    late: now - dueAt > LATE_MS,
    targets: reach.words,
    people: reach.people,
    ...(roles.length > 0 && { roles }),
  };
}

/** Takes a step: what it was is written down, whom it reaches is told, the next one counts from now. */
function fire(incident: Incident, state: LadderState, firing: Firing, book: Rulebook): Told {
  const { place, step, now, by } = firing;
  const reach = reachOf(incident, state, firing, book);
  const fired = firedStep(incident, firing, reach);
  const why = by === undefined ? wordsOf(incident, now) : `${by.name} escalated it: ${by.reason}`;
  const to = reach.words.join(", ");
  const line = withLine(incident, {
    at: now,
    what: "escalated",
    words: `step ${place.step + 1}${fired.late ? ", late" : ""}: ${to}; ${why}`,
    ...(by !== undefined && { by: by.name, event: by.event }),
  });
  const ladder = { ...state, ...after(place), fired: [...state.fired, fired] };
  const next = timed({ ...line, ladder, changedAt: now }, book);
  const key = `${place.round}|${place.step}`;
  const notice = noticeOf(
    incident,
    {
      why: "escalated",
      at: now,
      words: why,
      targets: reach.targets,
      people: reach.people,
      important: step.important ?? false,
      ...place,
      ...groupOf(fired.late, now),
      ...(step.multiAck === true && { multiAck: true }),
    },
    key,
  );
  return {
    incident: next,
    notices: [notice],
    effects: [effectOf(next, "incident.escalated", now, key, place)],
  };
}

function passOver(
  incident: Incident,
  state: LadderState,
  passed: PassedStep,
  book: Rulebook,
): Told {
  const { step, round, at, why } = passed;
  const words = `step ${step + 1} told nobody: ${why}`;
  const line = withLine(incident, { at, what: "escalated", words });
  const passedOver = [...(state.passedOver ?? []), passed];
  const ladder = { ...state, ...after({ step, round }), passedOver };
  return untold(timed({ ...line, ladder, changedAt: at }, book));
}

function takeStep(
  incident: Incident,
  state: LadderState,
  place: Place,
  dueAt: number,
  book: Rulebook,
  now: number,
): Told | null {
  const step = ladderIn(book, state)?.steps[place.step];
  if (step === undefined) return null;
  const why = unmetOf(step.condition, incident, book, now);
  const { generation } = incident;
  if (why !== null)
    return passOver(incident, state, { ...place, generation, dueAt, at: now, why }, book);
  return fire(incident, state, { place, step, dueAt, now }, book);
}

/** Its owner did nothing for too long: the ladder begins anew, though it stays theirs. */
function wake(incident: Incident, book: Rulebook, now: number): Told {
  const words = wordsOf(incident, now);
  const line = withLine(incident, { at: now, what: "escalated", words });
  const anew = begunAnew({ ...line, changedAt: now }, book, now);
  if (anew.ladder === null) return untold(anew);
  return untold(timed({ ...anew, ladder: { ...anew.ladder, idle: true } }, book));
}

/** Nobody owns it any more; the name stays in the timeline, and what had called people calls them anew. */
function lapse(incident: Incident, book: Rulebook, now: number): Told {
  const { owner, lastChange: _over, ...rest } = incident;
  const words = `${owner ?? "its owner"} had it until now, and it is not resolved`;
  const open = { ...rest, state: "open" as const, owner: null, ackUntil: null, changedAt: now };
  const anew = freed(withLine(open, { at: now, what: "ack-expired", words }), book, now);
  const people = owner === null ? [] : [owner];
  return {
    ...untold(anew),
    notices: [noticeOf(anew, { why: "ack-expired", at: now, words, people }, "")],
  };
}

/** Comes back from the shelf. */
function comeBack(incident: Incident, book: Rulebook, now: number): Told {
  const { shelved, lastChange: _over, ...rest } = incident;
  const by = shelved?.by ?? "somebody";
  const words = `back from the shelf, where ${by} had put it: ${shelved?.reason ?? ""}`;
  const open = { ...rest, state: "open" as const, shelved: null, changedAt: now };
  const anew = freed(withLine(open, { at: now, what: "unshelved", words }), book, now);
  const people = shelved === null ? [] : [by];
  return {
    ...untold(anew),
    notices: [noticeOf(anew, { why: "returned", at: now, words, people }, "")],
  };
}

type Due = { at: number; pass: () => Told | null };

function endOf(incident: Incident, book: Rulebook, now: number): Due | null {
  const { state, ackUntil, shelved } = incident;
  if (state === "acknowledged" && ackUntil !== null)
    return { at: ackUntil, pass: () => lapse(incident, book, now) };
  if (state === "shelved" && shelved !== null)
    return { at: shelved.until, pass: () => comeBack(incident, book, now) };
  return null;
}

function ladderDue(incident: Incident, book: Rulebook, now: number): Due | null {
  const { ladder } = incident;
  const { moment } = nextOf(incident, book);
  if (ladder === null || moment === null) return null;
  if (moment.is === "idle") return { at: moment.at, pass: () => wake(incident, book, now) };
  const { place, at } = moment;
  return { at, pass: () => takeStep(incident, ladder, place, at, book, now) };
}

/** The first thing that fell due by `until`; null when nothing did. What ends comes before what it would have stopped. It is done at `now`. */
export function passTime(
  incident: Incident,
  book: Rulebook,
  now: number,
  until: number = now,
): Told | null {
  const due = [endOf(incident, book, now), ladderDue(incident, book, now)]
    .filter((one) => one !== null)
    .filter(({ at }) => at <= until)
    .toSorted((a, b) => a.at - b.at);
  return due[0]?.pass() ?? null;
}

/** The next step at once, because somebody said so; null when there is none. Asks no condition and no hours. What was only listed begins its ladder with that. */
export function escalateNow(
  before: Incident,
  book: Rulebook,
  by: { name: string; reason: string; event: string },
  now: number,
): Told | null {
  const incident = before.ladder === null ? begunAnew(rung(before), book, now) : before;
  const { ladder: state } = incident;
  const ladder = state && ladderIn(book, state);
  if (state === null || ladder === null) return null;
  const place = nextPlace({ ...incident, state: "open" }, ladder);
  const step = place === null ? undefined : ladder.steps[place.step];
  if (place === null || step === undefined) return null;
  return fire(incident, state, { place, step, dueAt: now, now, by }, book);
}
