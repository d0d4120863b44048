/** A shift plan in words: what a change changed, what is wrong with one, and what it does not do though it looks as if. */
import { peopleIn } from "../counted.ts";
import type { PlannedBreak, PlannedHeads, Process, ShiftPlan } from "./plan.ts";

const WORK: Readonly<Record<Process, string>> = {
  allocate: "allocation",
  pick: "picking",
  pack: "packing",
  check: "quality control",
  stage: "the dock",
};
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** `Mon to Fri`, `Mon, Wed`. */
export function daysInWords(days: readonly number[]): string {
  const all = [...days].sort((a, b) => a - b);
  const names = all.map((day) => DAYS[day - 1] ?? "");
  const isRun = all.length > 2 && all.every((day, place) => day === (all[0] ?? 0) + place);
  return isRun ? `${names[0]} to ${names.at(-1)}` : names.join(", ");
}

const headsInWords = ({ process, zone, days, from, to, heads }: PlannedHeads): string =>
  `${peopleIn(heads)} for ${WORK[process]}${zone === undefined ? "" : ` in zone ${zone}`}, ${daysInWords(days)} ${from} to ${to}`;

const breakInWords = ({ days, from, to, share }: PlannedBreak): string =>
  `break ${daysInWords(days)} ${from} to ${to}${share === 0 ? "" : `, ${Math.round(share * 100)} % go on`}`;

export const linesOf = ({ heads, breaks = [] }: ShiftPlan): string[] => [
  ...heads.map(headsInWords),
  ...breaks.map(breakInWords),
];

/** What is in `many` and not in `others`; the same line twice counts twice. */
function beyond(many: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return many.filter((line) => {
    const place = left.indexOf(line);
    if (place === -1) return true;
    left.splice(place, 1);
    return false;
  });
}

export function planChanges(before: ShiftPlan, after: ShiftPlan): string[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  return [
    ...beyond(old, fresh).map((line) => `Removed: ${line}.`),
    ...beyond(fresh, old).map((line) => `Added: ${line}.`),
  ];
}

export type PlanMistake = { path: string; message: string };

/** What no schema can tell: processes that this site does not scan, zones where there are none. */
export function planMistakes(plan: ShiftPlan, processes: readonly Process[]): PlanMistake[] {
  return plan.heads.flatMap(({ process, zone }, place) => [
    ...(processes.includes(process)
      ? []
      : [
          {
            path: `/plan/heads/${place}/process`,
            message: `this site does not scan the end of ${WORK[process]}: choose ${processes.map((one) => WORK[one]).join(", ")}`,
          },
        ]),
    ...(zone !== undefined && process !== "pick"
      ? [{ path: `/plan/heads/${place}/zone`, message: "only picking is planned by zone" }]
      : []),
  ]);
}

/** `zones`: in which the open orders are picked. */
export function planWarnings({ heads }: ShiftPlan, zones: readonly string[]): string[] {
  if (heads.length === 0) return [];
  const picking = heads.filter(({ process }) => process === "pick");
  const planned = new Set(picking.flatMap(({ zone }) => zone ?? []));
  const missing = zones.filter((zone) => !planned.has(zone));
  const unknown = zones.length === 0 ? [] : [...planned].filter((zone) => !zones.includes(zone));
  const isWhole = picking.some(({ zone }) => zone === undefined);
  return [
    ...(isWhole && zones.length > 0
      ? [
          `Orders here are picked in zones (${zones.join(", ")}): people planned for picking without a zone do not count for them.`,
        ]
      : []),
    ...(planned.size > 0 && missing.length > 0
      ? [`Nobody is planned for zone ${missing.join(", ")}: its rate is learned instead.`]
      : []),
    ...(unknown.length > 0 ? [`No open order is picked in zone ${unknown.join(", ")}.`] : []),
  ];
}
