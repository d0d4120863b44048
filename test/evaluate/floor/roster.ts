/** The shift plan a lead of the reference scenario would enter: people by shift and weekday, and breaks. Who truly comes, nobody knows before. */
import type { PlannedHeads, Process, ShiftPlan } from "../../../domain/forecast/plan.ts";
import type { Heads, Profile } from "../../../simulator/presets.ts";

const WEEKDAY_STAFF = [1.55, 1.15, 0.82, 0.8, 0.78, 1.3];
const LANES: readonly (readonly [keyof Heads, Process, string | undefined])[] = [
  ["pick-A", "pick", "A"],
  ["pick-B", "pick", "B"],
  ["pick-C", "pick", "C"],
  ["pack", "pack", undefined],
  ["check", "check", undefined],
  ["dock", "stage", undefined],
];

type Times = { from: string; to: string };

function headsOn(profile: Profile, weekday: number, shift: "early" | "late", times: Times) {
  const factor = (WEEKDAY_STAFF[weekday - 1] ?? 1) * (weekday === 6 ? 0.5 : 1);
  return LANES.map(([name, process, zone]): PlannedHeads => ({
    process,
    ...(zone !== undefined && { zone }),
    days: [weekday],
    ...times,
    heads: profile[shift][name] * factor,
  }));
}

export function shiftPlanOf(profile: Profile): ShiftPlan {
  const heads = [1, 2, 3, 4, 5, 6].flatMap((weekday) =>
    weekday === 6
      ? headsOn(profile, weekday, "early", { from: "08:00", to: "13:00" })
      : [
          ...headsOn(profile, weekday, "early", { from: "06:00", to: "14:00" }),
          ...headsOn(profile, weekday, "late", { from: "14:00", to: "22:00" }),
        ],
  );
  const days = [1, 2, 3, 4, 5, 6];
  return {
    heads,
    breaks: [
      { days, from: "10:00", to: "10:30", share: 0.35 },
      { days, from: "18:00", to: "18:30", share: 0.35 },
    ],
  };
}
