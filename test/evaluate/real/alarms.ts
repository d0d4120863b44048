/**
 * Alarms at equal lead. The calendar rule raises every order that is due within n days and not delivered: it catches every late order that can be caught, n days
 * ahead. The model looks at each open order once a day, beginning 20 days before its promise or later, and raises it the first time p reaches a threshold. Of all
 * beginnings and thresholds that keep the asked recall with a median lead of at least n days, the most precise pair counts.
 */
import { beforePromise } from "./real-order.ts";
import type { Row } from "./replay.ts";

const FIRST_LOOK = 20;

/** Moments of the daily look. */
export const lookMoments = Array.from({ length: FIRST_LOOK }, (_, index) => ({
  ...beforePromise(FIRST_LOOK - index),
  name: `look -${FIRST_LOOK - index}`,
}));

type Course = { late: boolean; looks: { lead: number; p: number }[] };

export function coursesOf(rows: readonly Row[]): Course[] {
  const courses = new Map<string, Course>();
  for (const { order, moment, p, late } of rows) {
    const course = courses.get(order.id) ?? { late, looks: [] };
    course.looks.push({ lead: Number(moment.slice("look -".length)), p });
    courses.set(order.id, course);
  }
  return [...courses.values()];
}

export type AlarmScore = { precision: number; recall: number; medianLead: number; raised: number };

function scoreOf(raised: readonly { late: boolean; lead: number }[], late: number): AlarmScore {
  const hits = raised.filter((alarm) => alarm.late).map(({ lead }) => lead);
  const leads = hits.toSorted((a, b) => a - b);
  return {
    precision: hits.length / raised.length,
    recall: hits.length / late,
    medianLead: leads[Math.floor((leads.length - 1) / 2)] ?? NaN,
    raised: raised.length,
  };
}

const lateOf = (courses: readonly Course[]): number => courses.filter(({ late }) => late).length;

export function calendarRule(courses: readonly Course[], days: number): AlarmScore {
  const raised = courses
    .filter(({ looks }) => looks.some(({ lead }) => lead === days))
    .map(({ late }) => ({ late, lead: days }));
  return scoreOf(raised, lateOf(courses));
}

export type Policy = { threshold: number; from: number };

/** Looks from `from` days before the promise on, and raises at the threshold. */
export function modelRule(courses: readonly Course[], { threshold, from }: Policy): AlarmScore {
  const raised = courses.flatMap(({ late, looks }) => {
    const first = looks.find(({ lead, p }) => lead <= from && p >= threshold);
    return first === undefined ? [] : [{ late, lead: first.lead }];
  });
  return scoreOf(raised, lateOf(courses));
}

/** The most precise policy that keeps recall and lead; undefined when none does. */
export function bestAlarm(
  courses: readonly Course[],
  wanted: { recall: number; lead: number },
): (AlarmScore & Policy) | undefined {
  const thresholds = Array.from({ length: 199 }, (_, index) => (index + 1) / 200);
  const begins = Array.from(
    { length: FIRST_LOOK - wanted.lead + 1 },
    (_, more) => FIRST_LOOK - more,
  );
  return begins
    .flatMap((from) => thresholds.map((threshold) => ({ threshold, from })))
    .map((policy) => ({ ...policy, ...modelRule(courses, policy) }))
    .filter(({ recall, medianLead }) => recall >= wanted.recall && medianLead >= wanted.lead)
    .toSorted((a, b) => b.precision - a.precision)[0];
}
