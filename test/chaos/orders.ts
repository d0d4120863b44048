/** An endless stream of orders' events, some hundred orders at a time, now and then out of order. */
import type { Sent } from "./ledger.ts";
import { type Random, below, oneOf } from "./random.ts";

const ORDERS_AT_ONCE = 200;
const LINES = [{ line: 1, quantity: 2 }];

const STEPS: readonly [type: string, data: (id: string) => Record<string, unknown>][] = [
  [
    "order.received",
    (id) => ({
      customerOrder: `C-${id}`,
      channel: "web",
      service: "standard",
      placedAt: "2026-01-05T08:00:00Z",
      shipTo: { name: `Person ${id}`, city: "Berlin", postalCode: "10115", country: "DE" },
      lines: [{ line: 1, sku: "SKU-1", quantity: 2 }],
    }),
  ],
  ["order.allocated", () => ({})],
  ["order.released", () => ({ to: "floor" })],
  ["pick.started", () => ({})],
  ["pick.completed", () => ({ lines: LINES })],
  ["note.added", (id) => ({ text: `note of ${id}` })],
  ["pack.completed", (id) => ({ parcels: [{ parcelId: `P-${id}`, lines: LINES }] })],
  ["parcel.staged", (id) => ({ parcelId: `P-${id}` })],
  ["parcel.handed_over", (id) => ({ parcelId: `P-${id}`, carrier: "A" })],
  ["parcel.delivered", (id) => ({ parcelId: `P-${id}` })],
];

type Going = { id: string; left: number[] };

/** The next event; `run` keeps the ids of two runs apart. */
export function createOrders(random: Random, run: string, now: () => number): () => Sent {
  let begun = 0;
  const going: Going[] = [];

  function begin(): Going {
    const left = STEPS.map((_, step) => step);
    // One in five orders tells its story in a wrong order.
    if (random() < 0.2) {
      const at = below(random, left.length - 1);
      [left[at], left[at + 1]] = [left[at + 1]!, left[at]!];
    }
    // And some are never finished.
    return { id: `${run}-${begun++}`, left: left.slice(0, 4 + below(random, left.length - 3)) };
  }

  return () => {
    while (going.length < ORDERS_AT_ONCE) going.push(begin());
    const order = oneOf(random, going);
    const step = order.left.shift()!;
    if (order.left.length === 0) going.splice(going.indexOf(order), 1);
    const [type, data] = STEPS[step]!;
    return {
      id: `${order.id}-${step}`,
      orderId: order.id,
      type,
      occurredAt: now(),
      data: data(order.id),
    };
  };
}
