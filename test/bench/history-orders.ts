/** Orders for history, from the simulator's own generator: some days of its big site, then the same again on other days under other names. */
import { encodeOrderRecord } from "../../domain/contract/order-record.ts";
import {
  INSTANT_FIELDS,
  type EventEnvelope,
  type RecordedEvent,
  isSiteEventType,
} from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import type { ReadOrder } from "../../history/stretch.ts";
import { createFeed } from "../../simulator/feed.ts";
import { presetNamed } from "../../simulator/presets.ts";
import { referenceSite } from "../../simulator/sites.ts";

const STARTS_AT = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

const instants: ReadonlySet<string> = new Set(INSTANT_FIELDS);

function inside(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      instants.has(name) && typeof value === "string" ? Date.parse(value) : value,
    ]),
  );
}

function recorded(
  { event, reportAt }: { event: EventEnvelope; reportAt: number },
  site: string,
): RecordedEvent {
  const data = inside((event.data ?? {}) as Record<string, unknown>);
  const shipTo = data["shipTo"] as { city?: string; country?: string } | undefined;
  // as the door leaves it: what names a person is sealed elsewhere
  if (shipTo !== undefined) data["shipTo"] = { city: shipTo.city, country: shipTo.country };
  return {
    ...event,
    site,
    occurredAt: Date.parse(event.occurredAt),
    recordedAt: Math.round(reportAt),
    hash: `${event.id} of the body, as 32 hex`.slice(0, 32),
    seq: 1,
    data,
  } as unknown as RecordedEvent;
}

export type Generated = { site: Site; orders: RecordedEvent[][]; days: number };

/** Whole ways of all orders that came in within so many days. */
export function generateOrders(days: number): Generated {
  const preset = presetNamed("r1");
  const profile = preset?.profiles[0];
  if (preset === undefined || profile === undefined)
    throw new Error("the reference scenario is gone");
  const site = referenceSite(profile);
  const feed = createFeed({
    preset,
    seed: 7,
    sites: [site],
    startsAt: STARTS_AT,
    arrivalsUntil: STARTS_AT + days * DAY_MS,
  });
  const byOrder = new Map<string, RecordedEvent[]>();
  for (let at = STARTS_AT; at < STARTS_AT + (days + 20) * DAY_MS; at += 3_600_000)
    for (const report of feed.until(at)) {
      const { event } = report as unknown as { event: EventEnvelope; reportAt: number };
      if (isSiteEventType(event.type) || event.orderId === undefined) continue;
      const events = byOrder.get(event.orderId) ?? [];
      byOrder.set(event.orderId, events);
      events.push(recorded(report as never, site.id));
    }
  return {
    site,
    orders: [...byOrder.values()].filter((events) =>
      events.some(({ type }) => type === "order.received"),
    ),
    days,
  };
}

const shifted = (value: unknown, name: string, by: number): unknown =>
  typeof value === "number" && instants.has(name) ? value + by : value;

function again(event: RecordedEvent, suffix: string, by: number): RecordedEvent {
  const data = Object.fromEntries(
    Object.entries(event.data).map(([name, value]) => [name, shifted(value, name, by)]),
  );
  const customer = data["customerOrder"];
  return {
    ...event,
    id: `${event.id}${suffix}`,
    orderId: `${event.orderId}${suffix}`,
    occurredAt: event.occurredAt + by,
    recordedAt: event.recordedAt + by,
    data: typeof customer === "string" ? { ...data, customerOrder: `${customer}${suffix}` } : data,
  } as RecordedEvent;
}

/** So many orders, in the order in which they came in, `weeks` apart; each as the live store keeps it. */
export function* ordersOf(
  { orders }: Generated,
  count: number,
  weeks: number,
): Generator<ReadOrder & { events: number }> {
  const rounds = Math.ceil(count / orders.length);
  let made = 0;
  for (let round = 0; round < rounds && made < count; round += 1) {
    const by = Math.floor((round * weeks) / rounds) * WEEK_MS;
    const suffix = round === 0 ? "" : `~${round}`;
    for (const events of orders) {
      if (made >= count) return;
      made += 1;
      const moved = suffix === "" ? events : events.map((event) => again(event, suffix, by));
      const text = encodeOrderRecord({ v: 1, policy: 1, events: moved, sent: [] });
      yield { id: moved[0]?.orderId ?? "", text, events: moved.length };
    }
  }
}
