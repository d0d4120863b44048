/**
 * What was promised for an order, and what follows from it: ship-by and deliver-by (as the shop gave them, else from the service level), the truck to aim
 * at, and the limits counted back from that truck. No clock: everything follows from the order and the site's rules.
 */
import {
  addWorking,
  calendarOf,
  firstPickup,
  subWorking,
  type Calendar,
  type Departure,
} from "./calendar.ts";
import type { Order } from "./order.ts";
import { remainingOf } from "./remaining.ts";
import {
  computedDeliverBy,
  computedShipBy,
  termsOf,
  type Computed,
  type Terms,
} from "./service-level.ts";
import type { Site, SitePolicy } from "./site.ts";
import { MINUTE_MS, inWords, localDay } from "./wall-clock.ts";

export type DeadlineFact = {
  name: string;
  kind: "ship" | "deliver" | "milestone";
  /** epoch ms */
  at: number;
  /** who set it: the shop, or our rules */
  basis: "given" | "computed";
  /** how it was computed, in sentences */
  how: string[];
};

export type Promises = {
  /** epoch ms; null when the carrier has no pickup within 400 days */
  shipBy: number | null;
  deliverBy: number | null;
  /** the earliest truck that the remaining stage budgets still reach from the order's last milestone; null after hand-over */
  target: { id: string; at: number } | null;
  /** all of them with how they were computed; made when read, since most readers want the moments alone */
  readonly deadlines: DeadlineFact[];
};

/** The first truck that the work which remains at `at` still reaches as planned. */
export function reachablePickup(
  calendar: Calendar,
  terms: Terms,
  at: number,
  remainingMs: number,
): Departure | undefined {
  const ready = addWorking(calendar, at, remainingMs);
  return firstPickup(calendar, terms.carrier, terms.level.id, ready);
}

/** Latest moments to reach each stage ahead, counted back from the truck in working time. Planning aids: they color, they never alarm. */
export function milestoneLimits(order: Order, site: Site, truckAt: number): DeadlineFact[] {
  const calendar = calendarOf(site);
  const remaining = remainingOf(site, order.stage);
  const truck = `Counted back from the truck of ${inWords(calendar.zone, truckAt)}`;
  let ms = remaining.dockMs;
  const limits: DeadlineFact[] = [];
  for (const step of remaining.steps.toReversed()) {
    if (step.stage !== "staged" && (step.next !== "handed_over" || ms > 0)) {
      limits.push({
        name: step.next === "handed_over" ? "on the dock" : step.next.replaceAll("_", " "),
        kind: "milestone",
        at: subWorking(calendar, truckAt, ms),
        basis: "computed",
        how: [`${truck}: ${ms / MINUTE_MS} working minutes of planned work and dock buffer.`],
      });
    }
    ms += step.ms;
  }
  return limits.reverse();
}

type Named = Pick<DeadlineFact, "name" | "kind">;
type Promised = { given: number | undefined; computed: Computed | undefined; at: number | null };

function promised(given: number | undefined, compute: () => Computed | undefined): Promised {
  const computed = given === undefined ? compute() : undefined;
  return { given, computed, at: given ?? computed?.at ?? null };
}

function factOf(named: Named, { given, computed }: Promised, terms: Terms): DeadlineFact[] {
  if (given !== undefined) {
    return [{ ...named, at: given, basis: "given", how: ["Given with the order."] }];
  }
  if (computed === undefined) return [];
  const how = [...terms.how, ...computed.how()];
  return [{ ...named, at: computed.at, basis: "computed", how }];
}

function targetOf(order: Order, calendar: Calendar, terms: Terms): Departure | undefined {
  const remaining = remainingOf(calendar.site, order.stage);
  if (!remaining.isInside || order.closedAt !== undefined) return undefined;
  return reachablePickup(calendar, terms, order.stageSince, remaining.totalMs);
}

/** All promises of an order under the rules given. Total: an order of unknown service or carrier, or without a truck, gets what can be said. */
export function promisesOf(order: Order, policy: SitePolicy): Promises {
  const { site } = policy;
  const calendar = calendarOf(site);
  const { zone } = calendar;
  const terms = termsOf(order, site);
  const ship = promised(order.promisedShipBy, () =>
    computedShipBy(calendar, terms, order.receivedAt),
  );
  const shipBy = ship.at;
  const deliver = promised(order.promisedDeliverBy, () =>
    shipBy === null ? undefined : computedDeliverBy(zone, terms, localDay(zone, shipBy)),
  );
  const target = targetOf(order, calendar, terms);
  return {
    shipBy,
    deliverBy: deliver.at,
    target: target === undefined ? null : { id: target.id, at: target.at },
    get deadlines() {
      return [
        ...(target === undefined ? [] : milestoneLimits(order, site, target.at)),
        ...factOf({ name: "ship by", kind: "ship" }, ship, terms),
        ...factOf({ name: "deliver by", kind: "deliver" }, deliver, terms),
      ];
    },
  };
}
