/** Scans that should have come by now: what was begun and did not end, what stands on the dock after its truck, what no carrier scans. */
import { addWorking, calendarOf, dockBufferMs, firstPickup, workingBetween } from "../calendar.ts";
import type { RecordedEvent } from "../event.ts";
import {
  blendShares,
  learnSpread,
  sharesOf,
  survivalOf,
  upperTail,
} from "../forecast/transit/spread.ts";
import { observeScan, silentAfterMs, type ScanGap } from "../forecast/transit/silence.ts";
import type { TransitCalendar } from "../forecast/transit/clock.ts";
import type { Spread, TransitState } from "../forecast/transit/state.ts";
import type { Order } from "../order.ts";
import { termsOf } from "../service-level.ts";
import type { Site } from "../site.ts";
import type { Stage } from "../stages.ts";
import { DAY_MS, inWords, MINUTE_MS } from "../wall-clock.ts";
import { CARRIER_SCANS } from "./depends.ts";
import type { Finding, FindingCode } from "./evidence.ts";

/** How long hands take, by process. */
export type Touches = Record<string, Spread>;

const PACK = "pack";
const TYPICAL_MS = 15 * MINUTE_MS;
const TRUST = 30;
/** Before anything is learned: five minutes in the middle, one of twenty over an hour. */
const START = sharesOf((ratio) => upperTail((ratio + 1.1) / 1.5));
const MANY = 0.95;
const ALMOST_ALL = 0.99;
/** Less is no news, however quick a floor is. */
const LEAST_MS = 15 * MINUTE_MS;
const AFTER_TRUCK_MS = 10 * MINUTE_MS;
/**
 * A parcel that was not scanned for less than a day is nobody's news; and a history of hours knows only gaps that ended, so its quantiles are too short.
 */
const LEAST_GAP_MS = DAY_MS;

/** A packing that began and ended. Counted in working time; work outside the shifts by the clock. */
export function learnPacking(touches: Touches, site: Site, from: number, to: number): void {
  if (to <= from) return;
  const took = workingBetween(calendarOf(site), from, to) || to - from;
  learnSpread(touches, PACK, { ratio: Math.log(took / TYPICAL_MS), at: to });
}

function packedBy(touches: Touches, site: Site, from: number): number {
  const shares = blendShares(touches[PACK], START, TRUST);
  const ms = TYPICAL_MS * Math.exp(survivalOf(shares).reach(1 - MANY));
  const calendar = calendarOf(site);
  const limit = Math.max(LEAST_MS, ms);
  const isWorking = workingBetween(calendar, from, from + 1) > 0;
  return Math.round(isWorking ? addWorking(calendar, from, limit) : from + limit);
}

export type Known = { touches: Touches; transit: TransitState; calendar: TransitCalendar };

type Case = { order: Order; site: Site; carrier: string; known: Known };

const findingOf = (
  { stage, stageSince }: Order,
  code: FindingCode,
  from: number,
  words: string,
): Finding => ({ code, stage, stageSince, from, words });

const BEFORE_PACKED: ReadonlySet<Stage> = new Set([
  "received",
  "allocated",
  "released",
  "picking",
  "picked",
]);

/** When its label was there, or its packing began; undefined when neither is. */
function packingSince(order: Order): { at: number; what: string } | undefined {
  if (order.stage === "packing") return { at: order.stageSince, what: "Packing began" };
  if (!BEFORE_PACKED.has(order.stage)) return undefined;
  const labeled = order.parcels.filter(({ trackingCode }) => trackingCode !== undefined);
  if (labeled.length === 0) return undefined;
  return { at: Math.min(...labeled.map((parcel) => parcel.stageSince)), what: "Label printed" };
}

function notPacked({ order, site, known }: Case): Finding[] {
  const since = packingSince(order);
  if (since === undefined) return [];
  const from = packedBy(known.touches, site, since.at);
  const zone = site.timeZone;
  const words = `${since.what} ${inWords(zone, since.at)}, never packed: 19 of 20 are by ${inWords(zone, from)}`;
  return [findingOf(order, "NOT_PACKED", from, words)];
}

/** What a carrier told of it, by when it happened. */
const scansOf = (events: readonly RecordedEvent[]): RecordedEvent[] =>
  events.filter(({ type }) => CARRIER_SCANS.has(type)).sort((a, b) => a.occurredAt - b.occurredAt);

function gapOf(order: Order, carrier: string, last: RecordedEvent | undefined): ScanGap | null {
  const since = last?.occurredAt ?? order.handedOverAt;
  if (since === undefined) return null;
  const kind = last === undefined ? "first" : "next";
  const { service, site: from, shipTo } = order;
  return { kind, carrier, service, from, to: shipTo.country, since };
}

const UNDER_WAY: ReadonlySet<Stage> = new Set([
  "in_transit",
  "out_for_delivery",
  "delivery_failed",
]);

function notScanned(of: Case, events: readonly RecordedEvent[]): Finding[] {
  const { order, site, carrier, known } = of;
  const gap = gapOf(order, carrier, scansOf(events).at(-1));
  if (gap === null) return [];
  const isFirst = gap.kind === "first" && order.stage === "handed_over";
  if (!isFirst && !UNDER_WAY.has(order.stage)) return [];
  const share = isFirst ? MANY : ALMOST_ALL;
  const normal = silentAfterMs(known.transit, known.calendar, gap, share);
  const from = Math.round(gap.since + Math.max(LEAST_GAP_MS, normal));
  const since = inWords(site.timeZone, gap.since);
  const by = inWords(site.timeZone, from);
  if (isFirst)
    return [
      findingOf(
        order,
        "LABEL_NO_SCAN",
        from,
        `Handed over ${since}, not scanned by ${carrier}: 19 of 20 are by ${by}`,
      ),
    ];
  return [
    findingOf(
      order,
      "SILENT_IN_TRANSIT",
      from,
      `Not scanned by ${carrier} since ${since}: 99 of 100 are again by ${by}`,
    ),
  ];
}

/** The scans of an order that should come, each with the moment from which their absence is news. */
export function missingOf(of: Case, events: readonly RecordedEvent[]): Finding[] {
  return [...notPacked(of), ...notScanned(of, events)];
}

/** Gaps between a carrier's scans that ended with an event after commit `seq`. */
export function learnScans(
  transit: TransitState,
  calendar: TransitCalendar,
  { order, events, carrier }: { order: Order; events: readonly RecordedEvent[]; carrier: string },
  seq: number,
): void {
  let last: RecordedEvent | undefined;
  for (const scan of scansOf(events)) {
    const gap = gapOf(order, carrier, last);
    if (gap !== null && (scan.seq ?? 0) > seq) observeScan(transit, calendar, gap, scan.occurredAt);
    last = scan;
  }
}

/** A truck as it was planned, and what was told of it. */
export type Truck = { id: string; carrier: string; at: number };
export type TruckFact = { at: number; type: string; data: unknown };

/** The truck that an order on the dock should be on: the first that leaves after the goods had stood there for the dock buffer. */
export function truckOf(order: Order, site: Site): Truck | null {
  if (order.stage !== "staged") return null;
  const { carrier, level } = termsOf(order, site);
  const from = order.stageSince + dockBufferMs(site);
  const truck = firstPickup(calendarOf(site), carrier, level.id, from);
  return truck === undefined ? null : { id: truck.id, carrier: carrier.id, at: truck.at };
}

const numberIn = (data: unknown, field: string): number | undefined => {
  if (typeof data !== "object" || data === null) return undefined;
  const value: unknown = Reflect.get(data, field);
  return typeof value === "number" ? value : undefined;
};

/** It left: by what was told at once, by plan ten minutes after the time. */
function leftAt({ at }: Truck, fact: TruckFact | undefined): number {
  if (fact?.type === "pickup.departed") return numberIn(fact.data, "at") ?? fact.at;
  const delayed = fact?.type === "pickup.delayed" ? fact.data : undefined;
  const planned = numberIn(delayed, "at") ?? at + (numberIn(delayed, "byMs") ?? 0);
  return planned + AFTER_TRUCK_MS;
}

/** Staged, and its truck left without it. */
export function notLoaded(
  order: Order,
  truck: Truck,
  fact: TruckFact | undefined,
  zone: string,
): Finding {
  const from = leftAt(truck, fact);
  const left = fact?.type === "pickup.departed" ? "left" : "should have left";
  const words = `On the dock since ${inWords(zone, order.stageSince)}, never loaded: truck ${truck.carrier} ${left} ${inWords(zone, from - (fact?.type === "pickup.departed" ? 0 : AFTER_TRUCK_MS))}`;
  return findingOf(order, "NOT_LOADED", from, words);
}
