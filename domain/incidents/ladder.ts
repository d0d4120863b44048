/**
 * The escalation ladder: which one an incident climbs, which step comes next and when it falls due. Pure; `pass-time.ts` takes the steps.
 *
 * - A step counts from the dispatch of the step before (`firedAt`), the first from the moment the ladder began. Its due moment follows from what the incident is and what was fired:
 *   it is computed anew after every change and never kept apart from that, so it cannot be forgotten.
 * - (incident, generation, round, step) names a firing. `generation` rises whenever the ladder begins anew: opening, a graver severity, the end of an acknowledgement or a shelf, inactivity.
 * - A running ladder keeps the version of the policies it began under.
 * - An acknowledgement stops it, but for steps that only a resolution stops; an owner who does nothing for too long starts it again.
 */
import { MINUTE_MS } from "../wall-clock.ts";
import type { Incident, LadderState } from "./incident.ts";
import { releasedAt } from "./off-hours.ts";
import type { Ladder, LadderStep, Policies, Wait } from "./policies.ts";
import { ladderIn, type Rulebook } from "./rulebook.ts";

/** Near a cut-off no step waits longer than what is left, nor less than this. */
const SHORTEST_MS = 2 * MINUTE_MS;
/** A share of the slack where there is no promise to have slack. */
const WITHOUT_PROMISE_MS = 30 * MINUTE_MS;
const FIRED_KEPT = 100;

export type Place = { step: number; round: number };
/** `idle`: its owner did nothing for too long. */
export type Moment = ({ is: "step"; place: Place } | { is: "idle" }) & { at: number };
type Next = { moment: Moment | null; waits?: string };

/** The first ladder that fits. */
export const ladderOf = (
  { ladders }: Policies,
  { kind, severity }: Pick<Incident, "kind" | "severity">,
): Ladder | null =>
  ladders.find(
    ({ kinds, severities }) =>
      (kinds?.includes(kind) ?? true) && (severities?.includes(severity) ?? true),
  ) ?? null;

function configuredMs(wait: Wait, slackMs: number | null): number {
  if ("minutes" in wait) return wait.minutes * MINUTE_MS;
  const { slackShare, atLeastMin, atMostMin } = wait;
  const most = atMostMin === undefined ? Infinity : atMostMin * MINUTE_MS;
  const share = slackMs === null ? WITHOUT_PROMISE_MS : slackShare * Math.max(0, slackMs);
  return Math.max(atLeastMin * MINUTE_MS, Math.min(most, share));
}

/** How long a step waits that begins to count at `base`. One that would come when acting no longer helps is brought forward to half of what is left. */
export function waitMs(wait: Wait, actBy: number | null, base: number): number {
  const slackMs = actBy === null ? null : actBy - base;
  const configured = configuredMs(wait, slackMs);
  if (slackMs === null || slackMs <= 0 || configured < slackMs) return configured;
  return Math.min(configured, Math.max(SHORTEST_MS, slackMs / 2));
}

/** When the step before was taken or passed over in this generation; when the ladder began if none was. */
function lastAt({ generation }: Incident, { fired, passedOver = [], since }: LadderState): number {
  let last = since;
  for (const one of fired) if (one.generation === generation) last = Math.max(last, one.firedAt);
  for (const one of passedOver) if (one.generation === generation) last = Math.max(last, one.at);
  return last;
}

/** The place itself, or the first of the next round; null when the ladder was climbed as often as it says. */
function placeAt({ steps, repeat }: Ladder, { step, round }: Place): Place | null {
  if (step < steps.length) return { step, round };
  return round < repeat ? { step: 0, round: round + 1 } : null;
}

export const after = ({ step, round }: Place): Place => ({ step: step + 1, round });

const wasFired = ({ generation, ladder }: Incident, step: number): boolean =>
  ladder?.fired.some((one) => one.generation === generation && one.step === step) ?? false;

/** Whether an acknowledgement leaves it be: only a resolution stops it, or its others are still told. */
const outlives = (incident: Incident, { stopOn, multiAck }: LadderStep, step: number): boolean =>
  stopOn === "resolve" || (multiAck === true && wasFired(incident, step));

/** The next place that may be taken as the incident stands. */
export function nextPlace(incident: Incident, ladder: Ladder): Place | null {
  const { ladder: state } = incident;
  if (state === null) return null;
  const isStopped = incident.state === "acknowledged" && state.idle !== true;
  let place = placeAt(ladder, state);
  while (place !== null) {
    const step = ladder.steps[place.step];
    if (step === undefined) return null;
    if (!isStopped || outlives(incident, step, place.step)) return place;
    place = placeAt(ladder, after(place));
  }
  return null;
}

function waitFor(incident: Incident, ladder: Ladder, place: Place, base: number): number {
  const { actBy } = incident;
  const of = (step: LadderStep | undefined) =>
    step === undefined ? 0 : waitMs(step.wait, actBy, base);
  const own = of(ladder.steps[place.step]);
  // the next round does not begin in the moment the last one ended
  return place.step === 0 && place.round > 0 ? Math.max(own, of(ladder.steps.at(-1))) : own;
}

function stepMoment(incident: Incident, state: LadderState, ladder: Ladder): Moment | null {
  const place = nextPlace(incident, ladder);
  if (place === null) return null;
  const base = lastAt(incident, state);
  return { is: "step", place, at: base + waitFor(incident, ladder, place, base) };
}

function idleMoment(incident: Incident, state: LadderState, ladder: Ladder): Moment | null {
  const { reEscalateAfterInactivityMin: minutes } = ladder;
  if (minutes === undefined || incident.state !== "acknowledged" || state.idle === true)
    return null;
  return { is: "idle", at: incident.activeAt + minutes * MINUTE_MS };
}

const earlier = (a: Moment | null, b: Moment | null): Moment | null =>
  a !== null && (b === null || a.at <= b.at) ? a : b;

const saidOf = ({ state, owner }: Incident): string =>
  state === "acknowledged" ? `${owner ?? "somebody"} has it` : "every step was taken";

/** What its ladder waits for. */
export function nextOf(incident: Incident, book: Rulebook): Next {
  const { ladder: state, kind } = incident;
  if (state === null || incident.state === "resolved") return { moment: null };
  if (incident.state === "shelved") return { moment: null, waits: "it is shelved" };
  const ladder = ladderIn(book, state);
  if (ladder === null) return { moment: null, waits: "its ladder is not known any more" };
  const moment = earlier(stepMoment(incident, state, ladder), idleMoment(incident, state, ladder));
  if (moment === null) return { moment, waits: saidOf(incident) };
  const released = releasedAt(book, ladder, kind, moment.at);
  return { ...released, moment: { ...moment, at: Math.ceil(released.at) } };
}

/** The incident with the moment at which its ladder goes on. After every change. */
export function timed(incident: Incident, book: Rulebook): Incident {
  if (incident.ladder === null) return incident;
  const { waits: _before, ...state } = incident.ladder;
  const { moment, waits } = nextOf(incident, book);
  const nextAt = moment?.at ?? null;
  return { ...incident, ladder: { ...state, nextAt, ...(waits !== undefined && { waits }) } };
}

/** Its ladder from the start: another generation, by the policies in force. What was fired before is kept. */
export function begunAnew(incident: Incident, book: Rulebook, since: number): Incident {
  const ladder = ladderOf(book.policies, incident);
  const generation = incident.generation + 1;
  if (ladder === null) return { ...incident, generation, ladder: null };
  const { fired = [], passedOver = [] } = incident.ladder ?? {};
  const state: LadderState = {
    ladder: ladder.id,
    version: book.version,
    step: 0,
    round: 0,
    since,
    nextAt: null,
    fired: fired.slice(-FIRED_KEPT),
    ...(passedOver.length > 0 && { passedOver: passedOver.slice(-FIRED_KEPT) }),
  };
  return timed({ ...incident, generation, ladder: state }, book);
}

/** Nobody was called for it: it climbs no ladder until it gets worse or is escalated by hand. What a person opened is meant. */
const isListed = ({ kind, ladder, announcedOrders, announcedSeverity }: Incident): boolean =>
  kind !== "manual" && ladder === null && announcedOrders === 0 && announcedSeverity === undefined;

/** Nobody has it any more: its ladder begins anew, if it ever began. The generation rises either way, since it names what is told. */
export const freed = (incident: Incident, book: Rulebook, since: number): Incident =>
  isListed(incident)
    ? { ...incident, generation: incident.generation + 1 }
    : begunAnew(incident, book, since);
