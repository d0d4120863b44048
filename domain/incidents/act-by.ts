/** Until when acting helps an incident, as it is told to people. Pure; instants are epoch ms. */
import type { Incident } from "./incident.ts";

/**
 * The last moment at which acting keeps the next deadline of one of its orders. null when there is none, and when all of its orders are late or lost: what still
 * helps them serves a later promise, and the sooner the better.
 */
export const actByOf = ({ actBy, counts }: Pick<Incident, "actBy" | "counts">): number | null =>
  counts.orders > 0 && counts.late + counts.lost >= counts.orders ? null : actBy;

/**
 * What that moment means once it is over. A rule looks anew every two minutes: where less time is left than the work takes, it names the moment of its look, and what is done then still
 * helps in part. What a person entered stays as it was entered.
 */
export const isTooLate = ({ kind }: Pick<Incident, "kind">): boolean => kind === "manual";
