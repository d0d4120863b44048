/**
 * The auditor of the clock: what was due against what was fired. It looks at the incidents themselves, not at the timers: a timer that is not there is what it is to find.
 * - missed: its moment passed a minute ago, and nobody saw to it.
 * - lost: it has a moment, and no entry or another one in `incident-due`.
 * - doubled: the same step of the same round and generation stands twice. Early: fired before it was due.
 */
import { MINUTE_MS } from "../wall-clock.ts";
import { type FiredStep, type Incident, isOpenIncident, nextMomentOf } from "./incident.ts";
import { timed } from "./ladder.ts";
import type { Rulebook } from "./rulebook.ts";

/** Firing takes seconds; a backlog after a downtime is worked off at fifty a second. */
const PATIENCE_MS = MINUTE_MS;

export type Fault = { incident: string; dueAt: number };
export type DueCheck = {
  at: number;
  /** moments that lie ahead */
  ahead: number;
  /** steps that fell due since the check before, and that were fired since then; late ones among these */
  due: number;
  fired: number;
  late: number;
  missed: Fault[];
  lost: Fault[];
  doubled: Fault[];
  early: Fault[];
  words: string;
};

const keyOf = ({ generation, round, step }: FiredStep): string => `${generation}|${round}|${step}`;

function doubledOf({ id, ladder }: Incident): Fault[] {
  const seen = new Set<string>();
  return (ladder?.fired ?? []).flatMap((one) => {
    const key = keyOf(one);
    if (seen.has(key)) return [{ incident: id, dueAt: one.dueAt }];
    seen.add(key);
    return [];
  });
}

/** What was fired by hand was due when somebody said so. */
const earlyOf = ({ id, ladder }: Incident): Fault[] =>
  (ladder?.fired ?? []).flatMap(({ firedAt, dueAt }) =>
    firedAt < dueAt ? [{ incident: id, dueAt }] : [],
  );

const wordsOf = ({ ahead, due, fired, late, missed, lost, doubled, early }: DueCheck): string => {
  const counts = `${due} fell due, ${fired} fired${late === 0 ? "" : `, ${late} of them late`}; ${ahead} ahead`;
  const faults = Object.entries({ missed, lost, doubled, early }).flatMap(([name, some]) =>
    some.length > 0 ? [`${some.length} ${name}`] : [],
  );
  return faults.length === 0
    ? `${counts}. None missed, none doubled.`
    : `${counts}. ${faults.join(", ")}.`;
};

export const isFaulty = ({ missed, doubled, early }: DueCheck): boolean =>
  missed.length + doubled.length + early.length > 0;

type Span = { since: number; now: number };

/** Steps of it that fell due, and those that were fired, within the span. */
function countFired(check: DueCheck, { ladder }: Incident, { since, now }: Span): void {
  const isIn = (at: number): boolean => at > since && at <= now;
  for (const { dueAt, firedAt, late } of ladder?.fired ?? []) {
    if (isIn(dueAt)) check.due += 1;
    if (!isIn(firedAt)) continue;
    check.fired += 1;
    check.late += Number(late);
  }
}

/** Its next moment by what it is, not by what was written down about it. */
function checkNext(
  check: DueCheck,
  incident: Incident,
  entry: number | undefined,
  book: Rulebook,
  { since, now }: Span,
): void {
  const moment = isOpenIncident(incident) ? nextMomentOf(timed(incident, book)) : null;
  if (moment === null) return;
  const fault = { incident: incident.id, dueAt: moment };
  if (moment > now) check.ahead += 1;
  else if (moment > since) check.due += 1;
  if (now - moment > PATIENCE_MS) check.missed.push(fault);
  if (entry !== moment) check.lost.push(fault);
}

const nothingFound = (at: number): DueCheck => ({
  at,
  ahead: 0,
  due: 0,
  fired: 0,
  late: 0,
  missed: [],
  lost: [],
  doubled: [],
  early: [],
  words: "",
});

/** `entries`: incident id -> moment, as `incident-due` has it. `since`: when it was checked before. */
export function checkDue(
  incidents: readonly Incident[],
  entries: ReadonlyMap<string, number>,
  book: Rulebook,
  since: number,
  now: number,
): DueCheck {
  const check = nothingFound(now);
  for (const incident of incidents) {
    check.doubled.push(...doubledOf(incident));
    check.early.push(...earlyOf(incident));
    countFired(check, incident, { since, now });
    checkNext(check, incident, entries.get(incident.id), book, { since, now });
  }
  return { ...check, words: wordsOf(check) };
}
