/** What a what-if changes for single orders: which holds end, which trucks wait, and the deadlines that another service gives. */
import type { Row } from "../../domain/board.ts";
import { dockBufferMs } from "../../domain/calendar.ts";
import type { WhatIfChange } from "../../domain/contract/what-if.ts";
import { foldOrder } from "../../domain/fold.ts";
import type { OrderChanges } from "../../domain/forecast/what-if.ts";
import { promisesOf } from "../../domain/promise.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { StoredOrder } from "../live/site-store.ts";
import { problem } from "../problem.ts";

type ReadOrder = (id: string) => Promise<StoredOrder | null>;
type Upgrade = Extract<WhatIfChange, { kind: "upgrade" }>;
type Chosen = { orders: string[] } | { filter: { pickup: string } };

const MOST_UPGRADED = 500;
/** Reading all at once would fill the queue of commands. */
const AT_ONCE = 50;

const refuse = (path: string, message: string) =>
  problem("CT_ERR_INVALID", "The site does not know what one of the changes names.", {
    errors: [{ index: 0, path, message }],
  });

/** Those named and open; by truck those that `fits`. */
function chosen(
  change: Chosen,
  rows: ReadonlyMap<string, Row>,
  fits: (row: Row) => boolean,
): string[] {
  if ("orders" in change) return change.orders.filter((id) => rows.has(id));
  const { pickup } = change.filter;
  const all = [...rows.values()].filter((row) => row.pickup?.id === pickup && fits(row));
  return all.map(({ id }) => id);
}

const isSavable = ({ sev }: Row): boolean => sev === "at_risk" || sev === "late";

/** When its goods must stand on the dock for the last truck of another service that keeps what the customer was promised; null when none does. */
function upgradedDeadline(
  { record }: StoredOrder,
  policy: SitePolicy,
  service: string,
): { deadline: number; carrier: string } | null {
  const { order } = foldOrder(record.events, policy);
  if (order === null) return null;
  const { deliverBy } = promisesOf(order, policy);
  if (deliverBy === null) return null;
  const { carrier: _carrier, promisedShipBy: _given, ...rest } = order;
  const { lastTruck, basis } = promisesOf(
    { ...rest, service, promisedDeliverBy: deliverBy },
    policy,
  );
  if (lastTruck === null) return null;
  return { deadline: lastTruck.at - dockBufferMs(policy.site), carrier: basis.terms.carrier.id };
}

async function upgrade(
  change: Upgrade,
  rows: ReadonlyMap<string, Row>,
  policy: SitePolicy,
  readOrder: ReadOrder,
  upgraded: Map<string, { deadline: number; carrier: string }>,
): Promise<void> {
  const ids = chosen(change, rows, isSavable).slice(0, MOST_UPGRADED);
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const some = ids.slice(first, first + AT_ONCE);
    const stored = await Promise.all(some.map(readOrder));
    stored.forEach((one, place) => {
      const found = one === null ? null : upgradedDeadline(one, policy, change.service);
      if (found !== null) upgraded.set(some[place] ?? "", found);
    });
  }
}

function checkNames(
  change: WhatIfChange,
  place: number,
  rows: ReadonlyMap<string, Row>,
  policy: SitePolicy,
): void {
  const at = `/changes/${place}`;
  if (
    change.kind === "upgrade" &&
    !policy.site.serviceLevels.some(({ id }) => id === change.service)
  )
    throw refuse(`${at}/service`, "this site has no such service level");
  const pickup =
    change.kind === "delayPickup"
      ? change.pickup
      : "filter" in change
        ? change.filter.pickup
        : null;
  if (pickup !== null && ![...rows.values()].some((row) => row.pickup?.id === pickup))
    throw refuse(at, "no open order aims at this truck");
  if ("orders" in change && !change.orders.some((id) => rows.has(id)))
    throw refuse(`${at}/orders`, "none of these orders is open at this site");
}

/** Refuses trucks and services that are not there, and orders when none of them is: one that left in between takes nothing from the others. */
export async function orderChanges(
  changes: readonly WhatIfChange[],
  rows: ReadonlyMap<string, Row>,
  policy: SitePolicy,
  readOrder: ReadOrder,
): Promise<OrderChanges> {
  const released = new Set<string>();
  const upgraded = new Map<string, { deadline: number; carrier: string }>();
  const delayed = new Map<string, number>();
  for (const [place, change] of changes.entries()) {
    checkNames(change, place, rows, policy);
    if (change.kind === "delayPickup") delayed.set(change.pickup, change.byMs);
    if (change.kind === "release")
      for (const id of chosen(change, rows, ({ holds }) => holds.length > 0)) released.add(id);
    if (change.kind === "upgrade") await upgrade(change, rows, policy, readOrder, upgraded);
  }
  return { released, upgraded, delayed };
}
