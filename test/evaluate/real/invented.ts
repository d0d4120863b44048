/**
 * An invented carrier for tests: two origins, regions near and far of which most get few orders, promises that know the distance only roughly, no deliveries at
 * weekends, and one region that slows down from a day on. Seeded; nothing of it was measured anywhere.
 */
import { diceOf, throwDice } from "../../../simulator/random.ts";
import { DAY_MS, HOUR_MS, parseDay, weekdayOf } from "../../../domain/wall-clock.ts";
import { beforePromise, type DataSet, type RealOrder } from "./real-order.ts";

const FIRST = parseDay("2025-01-06");
const DAYS = 260;
const ORDERS_A_DAY = 10;
const SLOW_FROM = 160;
/** Some regions get many orders, most get few. */
const REGIONS = Array.from({ length: 16 }, (_, index) => ({
  to: index === 0 ? "north" : `region-${index}`,
  days: 3 + ((index * 7) % 10),
  share: 1 / (1 + index),
}));
const SHARES = REGIONS.reduce((sum, { share }) => sum + share, 0);
const ORIGINS = [
  { from: "coast", factor: 0.7 },
  { from: "inland", factor: 1.5 },
] as const;

function normal(dice: ReturnType<typeof diceOf>): number {
  const radius = Math.sqrt(-2 * Math.log(1 - throwDice(dice)));
  return radius * Math.cos(2 * Math.PI * throwDice(dice));
}

/** Weekends are carried to Monday. */
function onWorkday(at: number): number {
  const weekday = weekdayOf(Math.floor(at / DAY_MS));
  return weekday < 6 ? at : at + (8 - weekday) * DAY_MS;
}

function regionAt(place: number): (typeof REGIONS)[number] {
  let passed = 0;
  for (const region of REGIONS) {
    passed += region.share;
    if (place < passed) return region;
  }
  throw new RangeError("beyond the last region");
}

function orderOf(index: number, seed: number): RealOrder {
  const dice = diceOf(seed, "order", index);
  const day = Math.floor(index / ORDERS_A_DAY);
  const lane = regionAt(throwDice(dice) * SHARES);
  const origin = ORIGINS[throwDice(dice) < 0.6 ? 0 : 1];
  const promisedDays = Math.round(8 + lane.days * 0.6 + 4 * throwDice(dice));
  const placedAt = (FIRST + day) * DAY_MS + Math.floor(throwDice(dice) * 20) * HOUR_MS;
  const handedOverAt = onWorkday(placedAt + (0.3 + 2 * throwDice(dice)) * DAY_MS);
  const slower = lane.to === "north" && day >= SLOW_FROM ? 3 : 1;
  const stuck = throwDice(dice) < 0.03 ? 3 : 1;
  const took = lane.days * origin.factor * slower * stuck * Math.exp(0.3 * normal(dice));
  return {
    id: `order-${index}`,
    facts: {
      carrier: "CARR",
      service: "ground",
      from: origin.from,
      to: lane.to,
      shipper: `shipper-${index % 4}`,
      placedAt,
      shipBy: placedAt + 2 * DAY_MS,
      deliverBy: (FIRST + day + promisedDays + 1) * DAY_MS - 1,
    },
    handedOverAt,
    deliveredAt: onWorkday(handedOverAt + took * DAY_MS),
  };
}

export function inventedOrders(seed: number): DataSet {
  return {
    name: `invented ${seed}`,
    zone: "UTC",
    closed: [],
    orders: Array.from({ length: DAYS * ORDERS_A_DAY }, (_, index) => orderOf(index, seed)),
    moments: [
      { name: "hand-over", at: ({ handedOverAt }) => handedOverAt },
      { name: "purchase +7 d", at: ({ facts }) => facts.placedAt + 7 * DAY_MS },
      beforePromise(5),
      beforePromise(3),
    ],
    looks: [],
    judgedFrom: (FIRST + 120) * DAY_MS,
    givenUpAfterMs: 45 * DAY_MS,
    notes: [],
  };
}
