/** The board row of an order: what a table, a filter and a search need, and no more. */
import type { Row } from "./board.ts";
import type { Delay } from "./delay.ts";
import { zoneOf } from "./forecast/order-facts.ts";
import type { Order } from "./order.ts";
import { STAGE_RANK } from "./stages.ts";

const MAX_FIND = 20;

/** At most twenty: looking through so few costs less than a set of them. */
function addFound(found: string[], id: string | undefined): void {
  if (id !== undefined && found.length < MAX_FIND && !found.includes(id)) found.push(id);
}

/** Ids that search finds it by: tracking and parcel ids first, since an order of many lines must not crowd them out. */
function findOf(order: Order): string[] {
  const found: string[] = [];
  for (const parcel of order.parcels) {
    addFound(found, parcel.trackingCode);
    addFound(found, parcel.parcelId);
  }
  for (const line of order.lines) addFound(found, line.sku);
  return found;
}

function parcelsOf(order: Order): Row["parcels"] {
  const parcels = { total: order.parcels.length, packed: 0, shipped: 0 };
  for (const { stage } of order.parcels) {
    if (STAGE_RANK[stage] >= STAGE_RANK.packed) parcels.packed += 1;
    if (STAGE_RANK[stage] >= STAGE_RANK.handed_over && stage !== "cancelled") parcels.shipped += 1;
  }
  return parcels;
}

function holdsOf(order: Order): Row["holds"] {
  const holds: Row["holds"] = [];
  for (const hold of order.holds) {
    if (hold.releasedAt !== undefined) continue;
    holds.push(
      hold.until === undefined ? { code: hold.code } : { code: hold.code, until: hold.until },
    );
  }
  return holds;
}

/** What was told, then what was found. */
function exceptionsOf(order: Order, found: readonly string[]): string[] {
  const codes: string[] = [];
  const add = (code: string): void => {
    if (!codes.includes(code)) codes.push(code);
  };
  for (const { clearedAt, code } of order.exceptions) if (clearedAt === undefined) add(code);
  for (const code of found) add(code);
  return codes;
}

function shipToOf(order: Order): Row["shipTo"] {
  const { city, country } = order.shipTo;
  if (city === undefined && country === undefined) return undefined;
  return { ...(city !== undefined && { city }), ...(country !== undefined && { country }) };
}

/** Only what is known: an absent field costs nothing in memory and on the wire. */
function addOptional(row: Row, order: Order, why: string | undefined): Row {
  const { station, priority, owner, value, tier } = order;
  const zone = zoneOf(order);
  const shipTo = shipToOf(order);
  if (why !== undefined) row.why = why;
  if (station !== undefined) row.station = station;
  if (zone !== undefined) row.zone = zone;
  if (priority !== undefined) row.priority = priority;
  if (owner !== undefined) row.owner = owner;
  if (value !== undefined) row.value = value;
  if (tier !== undefined) row.tier = tier;
  if (shipTo !== undefined) row.shipTo = shipTo;
  return row;
}

/** `v` is the number of the commit that writes it. */
export function rowOf(order: Order, delay: Delay, v: number): Row {
  let units = 0;
  for (const line of order.lines) units += line.quantity;
  const row: Row = {
    id: order.id,
    v,
    customerOrder: order.customerOrder,
    stage: order.stage,
    stageSince: order.stageSince,
    sev: delay.sev,
    actBy: delay.actBy,
    due: delay.due,
    dueKind: delay.dueKind,
    risk: delay.risk,
    carrier: delay.carrier,
    service: order.service,
    pickup: delay.pickup,
    flags: order.flags,
    holds: holdsOf(order),
    exceptions: exceptionsOf(order, delay.codes),
    parcels: parcelsOf(order),
    lines: order.lines.length,
    units,
    find: findOf(order),
    placedAt: order.placedAt,
  };
  return addOptional(row, order, delay.why);
}
