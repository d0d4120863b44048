/** What the models learn from orders: passages on the floor, ends, legs of transit. Each is learned once; the number of its commit says whether it was. */
import { closedDaysOf } from "../../domain/calendar.ts";
import { dropShown, type Judged, noteEnd } from "../../domain/forecast/quality.ts";
import { observe } from "../../domain/forecast/observe.ts";
import {
  floorOutcome,
  passagesOf,
  transitOrderOf,
  type ToldPassage,
} from "../../domain/forecast/order-facts.ts";
import type { SitePlan } from "../../domain/forecast/plan.ts";
import { learnProvider } from "../../domain/forecast/provider.ts";
import { settle } from "../../domain/forecast/settle.ts";
import type { Outcome } from "../../domain/forecast/state.ts";
import { observeTransit, settleTransit } from "../../domain/forecast/transit.ts";
import type { TransitCalendar } from "../../domain/forecast/transit/clock.ts";
import type { Order } from "../../domain/order.ts";
import { bringerOf } from "../../domain/service-level.ts";
import type { Promises } from "../../domain/promise.ts";
import type { Site } from "../../domain/site.ts";
import { isEnded } from "../../domain/stages.ts";
import { formatDay, localDay } from "../../domain/wall-clock.ts";
import type { Model } from "./model.ts";
import type { ReadOrder } from "./order-reader.ts";

export const carrierOf = (order: Order, site: Site): string =>
  bringerOf(order, site) ??
  site.serviceLevels.find(({ id }) => id === order.service)?.carrier ??
  site.carriers[0]?.id ??
  "";

const calendars = new WeakMap<Site, TransitCalendar>();

/** Carriers stand still on the dates that all of them name. */
export function transitCalendarOf(site: Site): TransitCalendar {
  const known = calendars.get(site);
  if (known !== undefined) return known;
  const [first, ...others] = site.carriers.map(closedDaysOf);
  const closed = [...(first ?? [])].filter((day) => others.every((days) => days.has(day)));
  const made = { zone: site.timeZone, closed: closed.sort((a, b) => a - b) };
  calendars.set(site, made);
  return made;
}

export type KnownOrder = { order: Order; events: ReadOrder["events"]; promises: Promises };

export const isKnown = (read: ReadOrder): read is ReadOrder & KnownOrder =>
  read.order !== null && read.promises !== null;

/** Of these orders, what was told after commit `seq`. */
export const passagesSince = (
  orders: readonly ReadOrder[],
  seq: number,
  site: Site,
): ToldPassage[] =>
  orders
    .filter(isKnown)
    .flatMap(({ order, events, promises }) => passagesOf(order, events, promises, site, seq))
    .sort((a, b) => a.recordedAt - b.recordedAt);

export function learnPassages(
  model: Model,
  passages: readonly ToldPassage[],
  plan: SitePlan,
  now: number,
): void {
  // what a 3PL does says nothing of this floor
  const ours = passages.filter((passage) => passage.isElsewhere !== true);
  observe(model.floor, ours, plan, now);
}

/** How an order ended on the floor, once it did. */
export function learnEnd(
  model: Model,
  { order, promises }: KnownOrder,
  plan: SitePlan,
  now: number,
): void {
  const outcome = floorOutcome(order, plan.site);
  if (outcome === null) return;
  settle(model.floor, [outcome], plan, now);
  if (outcome.isCancelled === true) dropShown(model.quality, order.id);
  else noteQuality(model, outcome, promises, plan.site);
}

/** Of the many that no alarm was raised for and that kept their deadline nobody asks one by one. */
function noteJudged({ judged }: Model, one: Judged | null): void {
  if (one !== null && (one.isMissed || one.raisedAt !== null)) judged.push(one);
}

function noteQuality(model: Model, outcome: Outcome, { shipBy }: Promises, site: Site): void {
  const day = formatDay(localDay(site.timeZone, shipBy ?? outcome.readyAt ?? 0));
  noteJudged(model, noteEnd(model.quality, outcome.id, outcome.readyAt, day));
}

/** Still not ready when its deadline passed: that is a miss, whatever comes. */
export function learnOverdue(
  model: Model,
  overdue: readonly { id: string; deadline: number }[],
  plan: SitePlan,
  now: number,
): void {
  settle(
    model.floor,
    overdue.map(({ id }) => ({ id, readyAt: null })),
    plan,
    now,
  );
  for (const { id, deadline } of overdue) {
    const day = formatDay(localDay(plan.site.timeZone, deadline));
    noteJudged(model, noteEnd(model.quality, id, null, day));
  }
}

const LOST: ReadonlySet<string> = new Set(["lost", "returned", "cancelled"]);

/** Legs of transit that ended between two looks at an order; `before` is what was known of it, null at the first look. */
export function learnTransit(
  model: Model,
  before: Order | null,
  now: KnownOrder,
  site: Site,
): void {
  const { order, promises } = now;
  const leg = transitOrderOf(order, promises, carrierOf(order, site));
  if (leg?.handedOverAt === undefined) return;
  const calendar = transitCalendarOf(site);
  const { transit } = model;
  if (before?.handedOverAt === undefined)
    observeTransit(transit, calendar, { kind: "handed_over", order: leg, at: leg.handedOverAt });
  if (before !== null && isEnded(before.stage)) return;
  const { deliveredAt, stage, stageSince } = order;
  const pending = model.pendingTransit[order.id];
  if (deliveredAt !== undefined) {
    observeTransit(transit, calendar, { kind: "delivered", order: leg, at: deliveredAt });
    if (pending !== undefined) pending.deliveredAt = deliveredAt;
  } else if (LOST.has(stage))
    observeTransit(transit, calendar, { kind: "given_up", order: leg, at: stageSince });
}

/** What a 3PL handed over between two looks at an order. */
export function learnElsewhere(model: Model, before: Order | null, { order }: KnownOrder): void {
  if (before?.handedOverAt === undefined) learnProvider(model.providers, order);
}

/** Forecasts of transit whose deadline has passed become labels. */
export function learnTransitOutcomes(model: Model, now: number): void {
  for (const [id, { raw, deliverBy, deliveredAt }] of Object.entries(model.pendingTransit)) {
    if (now <= deliverBy) continue;
    const missed = deliveredAt === null || deliveredAt > deliverBy;
    settleTransit(model.transit, { raw, missed }, now);
    delete model.pendingTransit[id];
  }
}
