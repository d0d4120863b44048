/**
 * What goes wrong, and when: incidents of a site, drawn day by day from dice of their own. Whether an incident happens never depends on anything else, so the
 * same day always holds the same incidents, and one can be left out alone.
 */
import { DAY, instantOf, localTimeOf, MINUTE, weekdayOf } from "./local-time.ts";
import type { Incident, Plan } from "./model.ts";
import type { Process } from "./presets.ts";
import {
  between,
  chance,
  diceOf,
  type Dice,
  logNormal,
  pickOne,
  poisson,
  throwDice,
  wholeBetween,
} from "./random.ts";
import { openMinutes, pickupsOf } from "./timetable.ts";

export const REGIONS = ["north", "east", "south", "west"] as const;

/** A moment of the day's working time, uniform; null on a day without any. */
function workingMoment(plan: Plan, day: number, dice: Dice): number | null {
  const shifts = openMinutes(plan, day);
  const total = shifts.reduce((sum, [from, to]) => sum + to - from, 0);
  let left = throwDice(dice) * total;
  for (const [from, to] of shifts) {
    if (left < to - from) return instantOf(plan.zone, day, from + left);
    left -= to - from;
  }
  return null;
}

const workingMinutes = (plan: Plan, day: number): number =>
  openMinutes(plan, day).reduce((sum, [from, to]) => sum + to - from, 0);

type Drawn = Omit<Incident, "id" | "site">;
type Draw = (plan: Plan, day: number, dice: Dice) => Drawn[];

/** Draws one incident that begins in working time, or none. */
function during(
  plan: Plan,
  day: number,
  dice: Dice,
  minutes: () => number,
  rest: Omit<Drawn, "start" | "end">,
): Drawn[] {
  const start = workingMoment(plan, day, dice);
  return start === null ? [] : [{ ...rest, start, end: start + minutes() * MINUTE }];
}

const conveyorDown: Draw = (plan, day, dice) => {
  const mtbf = plan.preset.disruptions.conveyorMtbfHours;
  const count = mtbf === 0 ? 0 : poisson(dice, workingMinutes(plan, day) / 60 / mtbf);
  return Array.from({ length: count }, () => {
    const process = chance(dice, 0.6)
      ? "pack"
      : pickOne<Process>(dice, ["pick-A", "pick-B", "pick-C"]);
    const lasts = (): number => logNormal(dice, 40, 0.8);
    return during(plan, day, dice, lasts, { kind: "conveyor_down", process, factor: 0 });
  }).flat();
};

/** A rate above 1 is so many times for sure, and once more by chance. */
const timesToday = (dice: Dice, perDay: number): number =>
  Math.floor(perDay) + (chance(dice, perDay % 1) ? 1 : 0);

const zoneSlow: Draw = (plan, day, dice) => {
  const count = timesToday(dice, plan.preset.disruptions.zoneSlowPerDay);
  return Array.from({ length: count }, () => {
    const process = pickOne<Process>(dice, ["pick-A", "pick-B", "pick-C"]);
    const factor = between(dice, 0.3, 0.55);
    const lasts = (): number => between(dice, 120, 300);
    return during(plan, day, dice, lasts, { kind: "zone_slow", process, factor });
  }).flat();
};

const packShort: Draw = (plan, day, dice) => {
  if (!chance(dice, plan.preset.disruptions.packShortPerDay)) return [];
  const lasts = (): number => between(dice, 90, 240);
  return during(plan, day, dice, lasts, { kind: "pack_short", process: "pack", factor: 0.5 });
};

/** Trucks that are late or do not come at all. */
const trucks: Draw = (plan, day, dice) => {
  const { carrierNoShow, carrierLate } = plan.preset.disruptions;
  return plan.site.carriers.flatMap((carrier) =>
    pickupsOf(plan, carrier, day).flatMap((pickup): Drawn[] => {
      const luck = throwDice(dice);
      const byMs = Math.round(between(dice, 20, 120)) * MINUTE;
      const scope = { carrier: carrier.id, pickup: pickup.id, start: pickup.at };
      if (luck < carrierNoShow)
        return [{ ...scope, kind: "carrier_no_show", end: pickup.at + 60 * MINUTE }];
      if (luck < carrierNoShow + carrierLate)
        return [{ ...scope, kind: "carrier_late", end: pickup.at + byMs, byMs }];
      return [];
    }),
  );
};

const networkDelays: Draw = (plan, day, dice) =>
  plan.site.carriers.flatMap((carrier) =>
    REGIONS.flatMap((region): Drawn[] => {
      const happens = chance(dice, plan.preset.disruptions.networkDelaysPerDay);
      const start = instantOf(plan.zone, day, between(dice, 0, 1440));
      const end = start + between(dice, 1, 2) * DAY;
      return happens
        ? [{ kind: "carrier_network_delay", carrier: carrier.id, region, start, end }]
        : [];
    }),
  );

const stockOutBurst: Draw = (plan, day, dice) => {
  if (!chance(dice, plan.preset.disruptions.stockOutBurstsPerWeek / 7)) return [];
  const start = instantOf(plan.zone, day, between(dice, 360, 1200));
  return [
    {
      kind: "stock_out",
      sku: wholeBetween(dice, 1, 100),
      start,
      end: start + between(dice, 1, 2) * DAY,
    },
  ];
};

const checkFails: Draw = (plan, day, dice) => {
  if (!chance(dice, plan.preset.disruptions.checkFailBurstsPerDay)) return [];
  const station = `check-${wholeBetween(dice, 1, 2)}`;
  return during(plan, day, dice, () => 480, { kind: "qc_fail", station, factor: 0.35 });
};

const providerOutage: Draw = (plan, day, dice) => {
  if (!chance(dice, plan.preset.disruptions.providerOutagesPerDay)) return [];
  const start = instantOf(plan.zone, day, between(dice, 0, 1440));
  const node = plan.site.nodes?.[0]?.id ?? "3pl";
  return [{ kind: "3pl_outage", node, start, end: start + between(dice, 4, 24) * 60 * MINUTE }];
};

const surge: Draw = (plan, day, dice) => {
  const { surgesPerWeek, surgeFactor } = plan.preset.disruptions;
  if (weekdayOf(day) > 5 || !chance(dice, surgesPerWeek / 5)) return [];
  const start = instantOf(plan.zone, day, Math.floor(between(dice, 9 * 60, 20 * 60)));
  const factor = surgeFactor ?? between(dice, 2, 4);
  return [{ kind: "surge", factor, start, end: start + 180 * MINUTE }];
};

const DRAWS: readonly (readonly [string, Draw])[] = [
  ["conveyor", conveyorDown],
  ["zone", zoneSlow],
  ["short", packShort],
  ["truck", trucks],
  ["network", networkDelays],
  ["sku", stockOutBurst],
  ["check", checkFails],
  ["3pl", providerOutage],
  ["surge", surge],
];

/** All incidents that begin on a local day, in the order of their beginning. */
export function incidentsOfDay(plan: Plan, day: number): Incident[] {
  return DRAWS.flatMap(([name, draw]) => {
    const dice = diceOf(plan.seed, "incident", plan.site.id, name, day);
    return draw(plan, day, dice).map((drawn, index) => {
      const id = `${plan.site.id}-${name}-${day}-${index + 1}`;
      return { ...drawn, id, site: plan.site.id };
    });
  }).sort((a, b) => a.start - b.start);
}

/** Incidents that begin in `[from, to)` and are not left out of this run. */
export function incidentsBeginning(plan: Plan, from: number, to: number): Incident[] {
  const first = localTimeOf(plan.zone, from).day;
  const last = localTimeOf(plan.zone, to - 1).day;
  const days = first === last ? [first] : [first, last];
  return days
    .flatMap((day) => incidentsOfDay(plan, day))
    .filter(({ id, start }) => start >= from && start < to && !plan.without.has(id));
}

/** The incident of that kind, if one is going on. */
export const goingOn = (
  incidents: readonly Incident[],
  at: number,
  matches: (incident: Incident) => boolean,
): Incident | undefined =>
  incidents.find((incident) => incident.start <= at && at < incident.end && matches(incident));
