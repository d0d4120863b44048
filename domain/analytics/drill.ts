/** The orders behind a number: for each metric the moment it is counted by, whether an order is in it, and whether it failed there. */
import type { OrderFacts } from "./facts.ts";
import { deliverVerdict, shipVerdict, wholeOf } from "./service.ts";
import { isAboutData } from "./losses.ts";

/** Columns of `orders` that a window is looked up by. */
export type DrillColumn =
  | "received_at"
  | "net_ship_by"
  | "net_deliver_by"
  | "departed_at"
  | "delivered_at"
  | "closed_at";

export type Drill = {
  column: DrillColumn;
  /** null: not counted; `value` in ms or units, where the metric has one */
  look: (facts: OrderFacts) => { isFailed: boolean; value?: number } | null;
};

const verdictDrill = (column: DrillColumn, look: (facts: OrderFacts) => boolean | null): Drill => ({
  column,
  look: (facts) => {
    const isOk = look(facts);
    return isOk === null ? null : { isFailed: !isOk };
  },
});
const whole = (read: (whole: NonNullable<ReturnType<typeof wholeOf>>) => boolean): Drill =>
  verdictDrill("net_deliver_by", (facts) => {
    const found = wholeOf([facts]);
    return found === null ? null : read(found);
  });
const lasting = (column: DrillColumn, read: (facts: OrderFacts) => number | null): Drill => ({
  column,
  look: (facts) => {
    const value = read(facts);
    return value === null ? null : { isFailed: false, value };
  },
});
const departed = (isFailed: (facts: OrderFacts) => boolean): Drill =>
  verdictDrill("departed_at", (facts) => !isFailed(facts));
const delivered = (isFailed: (facts: OrderFacts) => boolean): Drill =>
  verdictDrill("delivered_at", (facts) => !isFailed(facts));
const closed = (isFailed: (facts: OrderFacts) => boolean): Drill =>
  verdictDrill("closed_at", (facts) => !isFailed(facts));
const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from;
const filler = (facts: OrderFacts): number | null =>
  facts.packed.length === 0
    ? null
    : facts.packed.reduce((sum, { boxG = 0, fillerG }) => sum + boxG + fillerG, 0);

export const DRILLS: Readonly<Record<string, Drill>> = {
  received: verdictDrill("received_at", () => true),
  onTimeShip: verdictDrill(
    "net_ship_by",
    (facts) => shipVerdict([facts], "netShipBy")?.isOk ?? null,
  ),
  onTimeShipGross: verdictDrill(
    "net_ship_by",
    (facts) => shipVerdict([facts], "shipBy")?.isOk ?? null,
  ),
  onTimeShipParts: verdictDrill(
    "net_ship_by",
    (facts) => shipVerdict([facts], "netShipBy")?.isOk ?? null,
  ),
  onTimeDelivery: verdictDrill(
    "net_deliver_by",
    (facts) => deliverVerdict([facts], "netDeliverBy")?.isOk ?? null,
  ),
  onTimeDeliveryGross: verdictDrill(
    "net_deliver_by",
    (facts) => deliverVerdict([facts], "deliverBy")?.isOk ?? null,
  ),
  inFull: whole(({ isInFull }) => isInFull),
  otif: whole(({ isOtif }) => isOtif),
  otifUnits: whole(({ units, unitsInTime }) => unitsInTime >= units),
  perfectOrder: whole(({ isPerfect }) => isPerfect),
  cutOffAttainment: verdictDrill("net_ship_by", ({ truck, readyAt, cancelled }) =>
    truck === null || cancelled !== null ? null : readyAt !== null && readyAt <= truck.readyBy,
  ),
  fillOrders: departed(({ units }) => units.short > 0),
  fillLines: departed(({ units }) => units.linesComplete < units.lines),
  fillUnits: departed(({ units }) => units.short > 0),
  sellerCancelRate: verdictDrill("received_at", ({ cancelled }) => cancelled?.by !== "seller"),
  sellerCancelUnits: verdictDrill(
    "received_at",
    ({ cancelled, units }) => cancelled?.by !== "seller" && units.short === 0,
  ),
  customerCancelRate: verdictDrill("received_at", ({ cancelled }) => cancelled?.by !== "customer"),
  validTracking: departed(({ parcels }) => parcels.scanned < parcels.shipped),
  cycleGross: lasting("delivered_at", (facts) => between(facts.receivedAt, facts.deliveredAt)),
  cycleNet: lasting("delivered_at", (facts) =>
    facts.deliveredAt === null ? null : facts.deliveredAt - facts.receivedAt - facts.customerHoldMs,
  ),
  clickToShip: lasting("departed_at", (facts) => between(facts.receivedAt, facts.departedAt)),
  clickToShipWorking: lasting("departed_at", ({ clickWorkMs }) => clickWorkMs),
  transit: lasting("delivered_at", (facts) => between(facts.departedAt, facts.deliveredAt)),
  carrierOnTime: verdictDrill("net_deliver_by", ({ commitBy, departedAt, deliveredAt }) =>
    commitBy === null || departedAt === null
      ? null
      : deliveredAt !== null && deliveredAt <= commitBy,
  ),
  damageInside: departed(({ isDamagedInside }) => isDamagedInside),
  damageTransit: delivered(({ isDamagedInTransit }) => isDamagedInTransit),
  returnRate: delivered(({ isReturned }) => isReturned),
  pickAccuracyOrders: verdictDrill("received_at", ({ picks }) =>
    picks.at === null ? null : picks.caught + picks.escaped === 0,
  ),
  firstPassYield: verdictDrill("received_at", ({ checks }) => checks?.isPassed ?? null),
  exceptionRate: closed(({ exceptions }) => exceptions.some((code) => !isAboutData(code))),
  dataExceptionRate: closed(({ exceptions }) => exceptions.some(isAboutData)),
  scanCompleteness: closed(({ scans }) => scans.recorded < scans.expected),
  packagingPerOrder: lasting("departed_at", filler),
  lostMs: lasting("net_ship_by", ({ losses }) =>
    losses.length === 0 ? null : losses.reduce((sum, { ms }) => sum + ms, 0),
  ),
};
