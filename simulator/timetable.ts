/** What a site's rules say about a day: when people work, when trucks leave, and what a shop promises from it. Reads rules only. */
import type { Carrier, ServiceLevel, Site } from "../domain/site.ts";
import { dateOf, instantOf, localTimeOf, MINUTE, minuteOfWall, weekdayOf } from "./local-time.ts";
import type { Plan } from "./model.ts";

export type PlannedPickup = { id: string; carrier: string; at: number; minute: number };

const isClosed = (site: Site, date: string): boolean =>
  site.closures?.some((closure) => closure.date === date) ?? false;

/** Working time of a local day in minutes from its midnight, `[from, to)`; what runs past midnight is cut there. */
export function openMinutes(plan: Plan, day: number): [number, number][] {
  if (plan.preset.queueTargets !== null) return [[0, 1440]];
  const { site } = plan;
  const date = dateOf(day);
  if (isClosed(site, date)) return [];
  const shifts = site.special?.[date] ?? site.shifts.filter((s) => s.days.includes(weekdayOf(day)));
  return shifts.map(({ from, to }): [number, number] => {
    const [start, end] = [minuteOfWall(from), minuteOfWall(to)];
    return [start, end <= start ? 1440 : end];
  });
}

const worksOn = (site: Site, day: number): boolean => {
  const date = dateOf(day);
  const special = site.special?.[date];
  if (special !== undefined) return special.length > 0;
  return !isClosed(site, date) && site.shifts.some((s) => s.days.includes(weekdayOf(day)));
};

/** Trucks of a carrier on a local day, in their order; none on a day on which nobody works. */
export function pickupsOf(plan: Plan, carrier: Carrier, day: number): PlannedPickup[] {
  const date = dateOf(day);
  if (!worksOn(plan.site, day)) return [];
  const isClosedThen = carrier.closed?.includes(date) === true;
  const regular = carrier.pickups.filter((p) => p.days.includes(weekdayOf(day))).map((p) => p.at);
  const walls = [
    ...new Set(carrier.exceptions?.[date] ?? (isClosedThen ? [] : regular)),
  ].toSorted();
  return walls.map((wall) => ({
    id: `${carrier.id}-${date.replaceAll("-", "")}-${wall.replace(":", "")}`,
    carrier: carrier.id,
    at: instantOf(plan.zone, day, minuteOfWall(wall)),
    minute: minuteOfWall(wall),
  }));
}

/** When the carrier's next truck leaves, then or later that day or on the next. */
export function pickupFrom(plan: Plan, carrier: Carrier, at: number): number | null {
  const { day } = localTimeOf(plan.zone, at);
  const ahead = [day, day + 1].flatMap((one) => pickupsOf(plan, carrier, one));
  return ahead.find((pickup) => pickup.at >= at)?.at ?? null;
}

/** Minute of the day until which an order ships on it; null when that day takes none. */
function cutOffOf(site: Site, service: ServiceLevel | undefined, day: number): number | null {
  const rules = service?.cutOff ?? site.cutOff;
  if (rules === undefined) return 1440;
  const rule = rules.find((entry) => entry.days.includes(weekdayOf(day)));
  return rule === undefined ? null : minuteOfWall(rule.at);
}

const LOOK_AHEAD_DAYS = 21;

/** Ordered by the cut-off ships with the last truck of that day, else of the next day that has a cut-off and a truck. */
export function shipByOf(
  plan: Plan,
  carrier: Carrier,
  service: ServiceLevel | undefined,
  receivedAt: number,
): number {
  const received = localTimeOf(plan.zone, receivedAt);
  for (let day = received.day; day < received.day + LOOK_AHEAD_DAYS; day += 1) {
    const cutOff = worksOn(plan.site, day) ? cutOffOf(plan.site, service, day) : null;
    if (cutOff === null || (day === received.day && received.minute > cutOff)) continue;
    const last = lastPickupFrom(plan, carrier, day, receivedAt);
    if (last !== null) return last;
  }
  return receivedAt + 2 * 1440 * MINUTE;
}

/** A day whose last truck has left before the order came has none for it. */
function lastPickupFrom(
  plan: Plan,
  carrier: Carrier,
  day: number,
  receivedAt: number,
): number | null {
  for (let next = day; next < day + LOOK_AHEAD_DAYS; next += 1) {
    const last = pickupsOf(plan, carrier, next).at(-1);
    if (last !== undefined && last.at >= receivedAt) return last.at;
  }
  return null;
}

/** End of the delivery day, `transitDays` of the carrier's delivery days after `shipBy`. */
export function deliverByOf(plan: Plan, carrier: Carrier, shipBy: number, days: number): number {
  const delivers = carrier.deliveryDays ?? [1, 2, 3, 4, 5, 6];
  let day = localTimeOf(plan.zone, shipBy).day;
  for (let left = days; left > 0; left -= delivers.includes(weekdayOf(day)) ? 1 : 0) day += 1;
  return instantOf(plan.zone, day, minuteOfWall(carrier.deliverEnd ?? "20:00"));
}
