/**
 * Our own clock: holds for which the customer or nobody is responsible take our time off (`Hold.clock` "pause"), so we have the service level's time again
 * from their release. The customer's promise never moves: this deadline stands beside it and is what we answer for.
 */
import type { Calendar } from "./calendar.ts";
import { inPlainWords } from "./codes.ts";
import { leftAt, type Hold, type Order } from "./order.ts";
import type { DeadlineFact } from "./deadline-fact.ts";
import { computedShipBy, type Terms } from "./service-level.ts";
import { inWords } from "./wall-clock.ts";

/** Holds that took our time; one that came after the goods had left took none. */
function pausingHolds(order: Order): Hold[] {
  const left = leftAt(order) ?? Infinity;
  return order.holds.filter(({ clock, placedAt }) => clock === "pause" && placedAt < left);
}

function pauseInWords({ code, placedAt, releasedAt }: Hold, zone: string): string {
  const since = `On hold for ${inPlainWords(code)}`;
  return releasedAt === undefined
    ? `${since} since ${inWords(zone, placedAt)}: our clock stands still until it is released.`
    : `${since} ${inWords(zone, placedAt)} to ${inWords(zone, releasedAt)}: our clock stood still.`;
}

/** Ship-by by our own clock; empty when nothing paused it. While a hold is open its end is unknown: the deadline so far, marked as paused. */
export function ourShipBy(
  order: Order,
  shipBy: number | null,
  calendar: Calendar,
  terms: Terms,
): DeadlineFact[] {
  const pausing = pausingHolds(order);
  if (pausing.length === 0 || shipBy === null) return [];
  const { zone } = calendar;
  const from = Math.max(order.receivedAt, ...pausing.map(({ releasedAt = 0 }) => releasedAt));
  const counted = from > order.receivedAt ? computedShipBy(calendar, terms, from) : undefined;
  const isLater = counted !== undefined && counted.at > shipBy;
  const isPaused = pausing.some(({ releasedAt }) => releasedAt === undefined);
  const how = [
    ...pausing.map((hold) => pauseInWords(hold, zone)),
    ...(isLater ? [`Counted again as if received then.`, ...counted.how().slice(1)] : []),
    `The customer's promise did not move: ship by ${inWords(zone, shipBy)}.`,
  ];
  return [
    {
      name: "ship by, our clock",
      kind: "ship",
      at: isLater ? counted.at : shipBy,
      basis: "computed",
      how,
      ...(isPaused && { isPaused }),
    },
  ];
}
