/** Where work is done: the stations of the sites file, or, where it names none, numbered places of each process. */
import type { Flow, Plan } from "./model.ts";
import type { Process } from "./presets.ts";
import { diceOf, type Dice, throwDice } from "./random.ts";

const STAGES: Partial<Record<Process, readonly string[]>> = {
  pack: ["packing", "packed"],
  check: ["checked"],
  dock: ["staged"],
};
const PICKING: readonly string[] = ["picking", "picked"];

function stationsOf(plan: Plan, process: Process): string[] {
  const stages = STAGES[process] ?? PICKING;
  const known = plan.site.stations.filter(({ stage }) => stages.includes(stage));
  if (known.length > 0) return known.map(({ id }) => id);
  const count = Math.max(1, Math.round(plan.profile.early[process] * 0.6));
  return Array.from({ length: count }, (_, index) => `${process}-${index + 1}`);
}

const anyOf = (stations: readonly string[], dice: Dice): string =>
  stations[Math.floor(throwDice(dice) * stations.length)] ?? "floor";

/** The same order always meets the same station of a process. */
export const stationOf = (plan: Plan, process: Process, flow: Flow): string =>
  anyOf(stationsOf(plan, process), diceOf(plan.seed, "station", flow.id, process));

export const anyPickStation = (plan: Plan, dice: Dice): string =>
  anyOf(stationsOf(plan, "pick-B"), dice);
