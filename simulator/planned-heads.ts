/** The shift plan that a lead of a simulated site would enter: people by shift, weekday and zone, and breaks. Who truly comes, nobody knows before. */
import type {
  PlannedBreak,
  PlannedHeads,
  Process as Work,
  ShiftPlan,
} from "../domain/forecast/plan.ts";
import type { Site } from "../domain/site.ts";
import type { Stage } from "../domain/stages.ts";
import { wallOf } from "./local-time.ts";
import type { Heads, Preset, Process, Profile } from "./presets.ts";
import { BREAKS, BREAK_STAFF, meanHeads, NIGHT, NIGHT_STAFF, WEEKDAY_STAFF } from "./staffing.ts";

const LANES: readonly (readonly [keyof Heads, Work, string | undefined])[] = [
  ["pick-A", "pick", "A"],
  ["pick-B", "pick", "B"],
  ["pick-C", "pick", "C"],
  ["pack", "pack", undefined],
  ["check", "check", undefined],
  ["dock", "stage", undefined],
];
const WEEK = [1, 2, 3, 4, 5, 6, 7];
const WORKING_DAYS = [1, 2, 3, 4, 5, 6];

type Span = { days: readonly number[]; from: string; to: string };

const everyone = (headsOf: (process: Process) => number, span: Span): PlannedHeads[] =>
  LANES.map(([name, process, zone]) => ({
    process,
    ...(zone !== undefined && { zone }),
    ...span,
    heads: Math.round(headsOf(name) * 100) / 100,
  }));

const breaksOf = (days: readonly number[]): PlannedBreak[] =>
  BREAKS.map(([from, to]) => ({
    days,
    from: wallOf(from),
    to: wallOf(to),
    share: BREAK_STAFF,
  }));

/** Early and late shifts, on Saturdays half of the early one. */
export function shiftPlanOf(profile: Profile): ShiftPlan {
  const heads = WORKING_DAYS.flatMap((weekday) => {
    const factor = (WEEKDAY_STAFF[weekday - 1] ?? 1) * (weekday === 6 ? 0.5 : 1);
    const span = (from: string, to: string): Span => ({ days: [weekday], from, to });
    const of = (shift: "early" | "late") => (name: Process) => profile[shift][name] * factor;
    return weekday === 6
      ? everyone(of("early"), span("08:00", "13:00"))
      : [
          ...everyone(of("early"), span("06:00", "14:00")),
          ...everyone(of("late"), span("14:00", "22:00")),
        ];
  });
  return { heads, breaks: breaksOf(WORKING_DAYS) };
}

/** Round the clock, as many as the usual load needs: who is moved to where the work waits, no plan says. */
function aroundTheClock(preset: Preset, profile: Profile): ShiftPlan {
  const [from, to] = [wallOf(NIGHT.to), wallOf(NIGHT.from)];
  const needed = (name: Process): number => meanHeads(preset, profile, name);
  return {
    heads: [
      ...everyone(needed, { days: WEEK, from, to }),
      ...everyone((name) => needed(name) * NIGHT_STAFF, { days: WEEK, from: to, to: from }),
    ],
    breaks: [],
  };
}

const ENDS: Readonly<Record<Work, Stage>> = {
  allocate: "allocated",
  pick: "picked",
  pack: "packed",
  check: "checked",
  stage: "staged",
};

/** A lead plans people, not parts of them; where little is to be done, one. */
const whole = (row: PlannedHeads): PlannedHeads => ({
  ...row,
  heads: Math.max(1, Math.round(row.heads)),
});

/** Nobody is planned for work whose end the site does not scan. */
export function plannedHeads(preset: Preset, profile: Profile, { stages }: Site): ShiftPlan {
  const plan =
    preset.queueTargets === null ? shiftPlanOf(profile) : aroundTheClock(preset, profile);
  const scanned = plan.heads.filter(({ process }) => stages.includes(ENDS[process]));
  return { ...plan, heads: scanned.map(whole) };
}
