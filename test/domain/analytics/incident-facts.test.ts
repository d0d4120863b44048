import { expect, test } from "vitest";
import { alarmSums } from "../../../domain/analytics/alarm-sums.ts";
import { figuresOf } from "../../../domain/analytics/catalog.ts";
import { INCIDENTS } from "../../../domain/analytics/definitions-incidents.ts";
import {
  countIncident,
  incidentFactsOf,
  timeToResolve,
} from "../../../domain/analytics/incident-facts.ts";
import { createLedger } from "../../../domain/analytics/ledger.ts";
import { addDuration, merge, noSums, type Sums } from "../../../domain/analytics/sums.ts";
import { calendarOf } from "../../../domain/calendar.ts";
import type { Call } from "../../../domain/incidents/call.ts";
import type { FiredStep, Incident, TimelineEntry } from "../../../domain/incidents/incident.ts";
import { aSite, clock } from "../../support/builders.ts";
import { anIncident } from "../../support/incidents.ts";

const MINUTE = 60_000;
/** always at work */
const OPEN = calendarOf(aSite({ shifts: [] }));
const AT = clock("10:00");

const line = (what: TimelineEntry["what"], minutes: number, by?: string): TimelineEntry => ({
  at: AT + minutes * MINUTE,
  what,
  words: what,
  ...(by !== undefined && { by }),
});
const fired = (step: number, by?: string): FiredStep => ({
  step,
  round: 0,
  generation: 1,
  dueAt: AT,
  firedAt: AT,
  late: false,
  targets: [],
  people: [],
  ...(by !== undefined && { by }),
});
const incident = (timeline: TimelineEntry[], steps: FiredStep[], more: Partial<Incident> = {}) => {
  const made = anIncident({ openedAt: AT, ...more });
  return {
    ...made,
    timeline: [...made.timeline, ...timeline],
    ladder: made.ladder && { ...made.ladder, fired: steps },
  };
};
const over = (minutes: number, by?: string): Incident["resolution"] => ({
  at: AT + minutes * MINUTE,
  code: "cleared",
  words: "over",
  ...(by !== undefined && { by }),
});

test("a look at it by a person acknowledges it, what the system writes does not", () => {
  const facts = incidentFactsOf(
    incident(
      [
        line("changed", 2),
        line("escalated", 5),
        line("acknowledged", 12, "ana"),
        line("assigned", 20, "bo"),
      ],
      [fired(0), fired(1), fired(2)],
    ),
    OPEN,
  );
  expect(facts).toMatchObject({
    ackAt: AT + 12 * MINUTE,
    toAck: 12 * MINUTE,
    isEscalated: true,
    isEscalatedByHand: false,
    isAutoCleared: false,
    resolvedAt: null,
  });
});

test("what ended by itself untaken is told apart from what a person ended", () => {
  const ended = { state: "resolved" as const };
  const alone = incidentFactsOf(
    incident([line("resolved", 9)], [fired(0)], { ...ended, resolution: over(9) }),
    OPEN,
  );
  const byHand = incidentFactsOf(
    incident([line("resolved", 9, "ana")], [fired(0), fired(1), fired(2, "ana")], {
      ...ended,
      resolution: over(9, "ana"),
    }),
    OPEN,
  );
  expect(alone).toMatchObject({ isAutoCleared: true, ackAt: null });
  expect(timeToResolve(alone)).toBe(9 * MINUTE);
  expect(byHand).toMatchObject({
    isAutoCleared: false,
    toAck: 9 * MINUTE,
    isEscalated: false,
    isEscalatedByHand: true,
  });
});

test("the second step asks one more colleague: from the third on it is escalated, or when the ladder begins again", () => {
  const climbed = (...steps: FiredStep[]) => incidentFactsOf(incident([], steps), OPEN);
  const neither = { isEscalated: false, isEscalatedByHand: false };
  expect(climbed(fired(0), fired(1), fired(1, "ana"))).toMatchObject(neither);
  expect(climbed(fired(0), fired(1), fired(2))).toMatchObject({ isEscalated: true });
  expect(climbed(fired(0), fired(1), fired(2, "ana"))).toMatchObject({ isEscalatedByHand: true });
  expect(climbed(fired(0), { ...fired(0), round: 1 })).toMatchObject({ isEscalated: true });
});

test("the time until somebody took it runs while the site works, that until it was over does not stop", () => {
  const site = aSite({ shifts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "06:00", to: "11:00" }] });
  const facts = incidentFactsOf(
    incident([line("acknowledged", 20 * 60 + 30, "ana")], [fired(0)], {
      state: "resolved",
      resolution: over(21 * 60, "ana"),
    }),
    calendarOf(site),
  );
  // from ten to eleven, and half an hour the next morning
  expect(facts.toAck).toBe(90 * MINUTE);
  expect(timeToResolve(facts)).toBe(21 * 60 * MINUTE);
});

/** Sums over everything of these. */
function sumsOf(incidents: readonly Incident[]): Sums {
  const ledger = createLedger("Europe/Berlin");
  for (const one of incidents) countIncident(incidentFactsOf(one, OPEN), ledger, 1);
  const all = noSums();
  for (const gain of ledger.gains())
    if (gain.grain === "day" && gain.dim === "all") merge(all, gain.sums);
  return all;
}

test("the figures of a worked set: four raised, one untaken and over, one by the clock, one by hand, one still open", () => {
  const sums = sumsOf([
    incident([line("acknowledged", 4, "ana")], [fired(0)], {
      id: "1",
      state: "resolved",
      resolution: over(30, "ana"),
    }),
    incident([line("acknowledged", 8, "ana")], [fired(0), fired(1), fired(2), fired(3, "ana")], {
      id: "2",
    }),
    incident([line("resolved", 3)], [fired(0)], {
      id: "3",
      state: "resolved",
      resolution: over(3),
    }),
    incident([], [fired(0)], { id: "4", noise: { by: "bo", at: AT } }),
  ]);
  // the fourth is 60 minutes old now
  addDuration(sums, "inc.open", 60 * MINUTE, 1);
  const figures = figuresOf(INCIDENTS, sums);
  expect(figures["raised"]?.value).toBe(4);
  expect(figures["toAcknowledge"]).toMatchObject({
    value: 6 * MINUTE,
    of: { n: 12 * MINUTE, d: 2 },
  });
  expect(figures["toAcknowledge"]?.p90).toBeGreaterThan(57 * MINUTE);
  expect(figures["toAcknowledge"]?.p50).toBeLessThan(9 * MINUTE);
  expect(figures["toResolve"]?.value).toBe(16.5 * MINUTE);
  expect(figures["escalationRate"]?.of).toEqual({ n: 1, d: 4 });
  expect(figures["escalatedByClock"]?.of).toEqual({ n: 1, d: 4 });
  expect(figures["escalatedByHand"]?.of).toEqual({ n: 1, d: 4 });
  expect(figures["clearedUntaken"]?.of).toEqual({ n: 1, d: 4 });
  expect(figures["noiseShare"]?.of).toEqual({ n: 1, d: 4 });
});

test("what nobody has taken yet meets no target, and misses it once it is too old", () => {
  const open = (minutes: number) => {
    const sums = sumsOf([incident([], [fired(0)])]);
    addDuration(sums, "inc.open", minutes * MINUTE, 1);
    return figuresOf(INCIDENTS, sums)["toAcknowledge"];
  };
  expect(open(0)).toMatchObject({ value: null, p50: null, p90: null });
  expect(open(5)).toMatchObject({ value: null, p50: null });
  expect(open(45)?.p50).toBeGreaterThan(40 * MINUTE);
});

test("what is counted is taken back by the same facts", () => {
  const ledger = createLedger("Europe/Berlin");
  const facts = incidentFactsOf(
    incident([line("acknowledged", 4, "ana")], [fired(0), fired(1)]),
    OPEN,
  );
  countIncident(facts, ledger, 1);
  countIncident(facts, ledger, -1);
  expect(ledger.gains()).toEqual([]);
});

const call = (minutes: number, more: Partial<Call> = {}): Call => ({
  at: AT + minutes * MINUTE,
  notice: `n${minutes}`,
  incident: "1",
  kind: "common_cause",
  severity: "S2",
  why: "escalated",
  targets: [{ to: "role", role: "lead" }],
  people: [],
  important: false,
  orders: 1,
  ...more,
});

test("the load is counted by person and window of ten minutes, gathered calls once, also outside of the shifts", () => {
  const people = [
    { name: "ana", role: "lead" as const },
    { name: "bo", role: "coordinator" as const },
  ];
  const flood = Array.from({ length: 12 }, (_, n) => call(n / 2));
  const gathered = [call(21, { group: "g" }), call(22, { group: "g" })];
  const sums = alarmSums([...flood, ...gathered, call(70)], people, OPEN, {
    from: AT,
    to: AT + 60 * MINUTE,
  });
  const figures = figuresOf(INCIDENTS, sums);
  expect(figures["alarmLoad"]?.of).toEqual({ n: 13, d: 12 });
  expect(figures["floodedWindows"]?.of).toEqual({ n: 1, d: 12 });
  expect(figures["mostCalls"]?.value).toBe(12);
  const closed = calendarOf(aSite({ shifts: [{ days: [1], from: "06:00", to: "07:00" }] }));
  const night = alarmSums([call(5)], people, closed, { from: AT, to: AT + 60 * MINUTE });
  expect(figuresOf(INCIDENTS, night)["alarmLoad"]?.of).toEqual({ n: 1, d: 1 });
});

test("what was gathered counts once for each person it reached, whoever had the first of it", () => {
  const to = (role: "lead" | "coordinator") => ({ targets: [{ to: "role" as const, role }] });
  const calls = [
    call(1, { group: "late-1", ...to("lead") }),
    call(1, { group: "late-1", ...to("coordinator") }),
    call(1, { group: "late-1", ...to("coordinator") }),
  ];
  const people = [{ name: "bo", role: "coordinator" as const }];
  const sums = alarmSums(calls, people, OPEN, { from: AT, to: AT + 10 * MINUTE });
  expect(figuresOf(INCIDENTS, sums)["alarmLoad"]?.of).toEqual({ n: 1, d: 1 });
});

test("with nothing to count there is nothing to say", () => {
  const figures = figuresOf(INCIDENTS, noSums());
  expect(figures["toAcknowledge"]?.value).toBeNull();
  expect(figures["alarmLoad"]?.value).toBeNull();
  expect(figures["mostCalls"]?.value).toBeNull();
});
