/**
 * How a customer's order was served (M7 to M11), judged over all orders that one site ships for it: a split one passes only when every part does. A verdict says when the
 * order was due and whether it passed; it counts once that moment is past, so an open order past its deadline has failed and one not yet due is no evidence.
 */
import type { OrderFacts } from "./facts.ts";

/** Null: not in the population. */
export type Verdict = { at: number; isOk: boolean } | null;

type Deadline = "shipBy" | "netShipBy" | "deliverBy" | "netDeliverBy";

/**
 * What the customer took back concerns nobody; what the seller cancelled in time, by the deadline that is asked about, says nothing of being on time. While our clock stood
 * still nothing was late.
 */
const countsForTime =
  (deadline: "shipBy" | "netShipBy") =>
  (part: OrderFacts): boolean => {
    const { cancelled } = part;
    const by = part[deadline];
    return cancelled === null || (cancelled.by === "seller" && by !== null && cancelled.at > by);
  };
const countsForWhole = ({ cancelled }: OrderFacts): boolean =>
  cancelled === null || cancelled.by === "seller";

/** Due when its last part is; null while a deadline is not known. */
function dueOf(parts: readonly OrderFacts[], deadline: Deadline): number | null {
  let due: number | null = null;
  for (const part of parts) {
    const by = part[deadline];
    if (by === null) return null;
    due = Math.max(due ?? by, by);
  }
  return due;
}

const isBy = (at: number | null, by: number | null): boolean =>
  at !== null && by !== null && at <= by;

/** M7: left the dock by its deadline. */
export function shipVerdict(
  parts: readonly OrderFacts[],
  deadline: "shipBy" | "netShipBy",
): Verdict {
  const counted = parts.filter(countsForTime(deadline));
  const at = dueOf(counted, deadline);
  if (at === null) return null;
  return { at, isOk: counted.every((part) => isBy(part.departedAt, part[deadline])) };
}

/** M8: arrived by its deadline. */
export function deliverVerdict(
  parts: readonly OrderFacts[],
  deadline: "deliverBy" | "netDeliverBy",
): Verdict {
  const counted = parts.filter(countsForTime(deadline === "deliverBy" ? "shipBy" : "netShipBy"));
  const at = dueOf(counted, deadline);
  if (at === null) return null;
  return { at, isOk: counted.every((part) => isBy(part.deliveredAt, part[deadline])) };
}

export type Whole = {
  at: number;
  isInFull: boolean;
  isOtif: boolean;
  isPerfect: boolean;
  units: number;
  unitsInTime: number;
};

const isFlawed = (part: OrderFacts): boolean =>
  part.isDamagedInside ||
  part.isDamagedInTransit ||
  part.isWrongItem ||
  part.isWithoutDocuments ||
  part.isReplaced === true;

const sum = (parts: readonly OrderFacts[], of: (part: OrderFacts) => number): number =>
  parts.reduce((total, part) => total + of(part), 0);

/** M9 to M11, of what the seller cancelled too: cancelling makes nothing complete. */
export function wholeOf(parts: readonly OrderFacts[]): Whole | null {
  const counted = parts.filter(countsForWhole);
  const at = dueOf(counted, "netDeliverBy");
  if (at === null) return null;
  const units = sum(counted, (part) => part.units.ordered);
  const isInFull =
    sum(counted, (part) => part.units.delivered) >= units &&
    counted.every(({ cancelled }) => cancelled === null);
  const isInTime = counted.every((part) => isBy(part.deliveredAt, part.netDeliverBy));
  const isOtif = isInTime && isInFull;
  return {
    at,
    isInFull,
    isOtif,
    isPerfect: isOtif && !counted.some(isFlawed),
    units,
    unitsInTime: sum(counted, (part) => part.units.deliveredInTime),
  };
}
