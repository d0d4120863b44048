/** What the models say of the orders in the room, and which of it is worth saying. */
import { explain } from "../../domain/forecast/explain.ts";
import { isProfileYoung, type Forecast } from "../../domain/forecast/pass.ts";
import { type Look, noteAllShown } from "../../domain/forecast/quality.ts";
import { evaluate, isWorthSaying, type Opinion } from "../../domain/forecast/saying.ts";
import { predictProvider, type AtProvider } from "../../domain/forecast/provider.ts";
import type { OpenOrder } from "../../domain/forecast/state.ts";
import { predictTransit } from "../../domain/forecast/transit.ts";
import { knowsWeek } from "../../domain/forecast/transit/clock.ts";
import { transitView, type TransitView } from "../../domain/forecast/transit/view.ts";
import type { TransitOrder } from "../../domain/forecast/transit/state.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/wall-clock.ts";
import { transitCalendarOf } from "./learning.ts";
import type { Held } from "./memory.ts";
import type { Desk, Room, Saying } from "./room.ts";

const LOOK_MS = 20 * MINUTE_MS;
/** Long after its deadline nothing is left to forecast. */
const PAST_MS = 2 * DAY_MS;
/** A way with less history than this is left to the plan. */
const LEAST_CASES = 30;

/** What was said of it is no longer meant. */
export function takeBack(one: Held, said: Saying): void {
  one.latest = undefined;
  if (one.said !== undefined) said.set(one.id, null);
}

function note(one: Held, opinion: Opinion, now: number, said: Saying): void {
  const { next } = evaluate(one.latest, opinion, now);
  one.latest = next;
  if (isWorthSaying(one.said, next)) said.set(one.id, next);
}

/** What is thought of an order on the floor, by the last look at all of them; null while only the budgets are known, and long after its deadline. */
export function opinionOf(
  { pass, model }: Pick<Room, "pass" | "model">,
  order: OpenOrder,
  forecast: Forecast,
  { plan, now }: Pick<Desk, "plan" | "now">,
): Opinion | null {
  if (pass === null || pass.basis === "budgets" || now - order.deadline > PAST_MS) return null;
  const { p, process } = forecast;
  const words = (): string[] => explain(model.floor, forecast, pass, plan);
  // without a shift plan the rates of the first weeks are not to be trusted with an alarm
  const mayAlarm = !isProfileYoung(model.floor, plan, now);
  return { p, leftMs: order.deadline - now, isReady: process === -1, mayAlarm, words };
}

/** An order on the floor. */
export function judgeFloor(
  room: Room,
  one: Held,
  order: OpenOrder,
  forecast: Forecast | undefined,
  at: Desk,
  said: Saying,
): void {
  if (room.pass === null || forecast === undefined) return;
  const opinion = opinionOf(room, order, forecast, at);
  if (opinion === null) takeBack(one, said);
  else note(one, opinion, at.now, said);
}

/** What is thought of an order at a 3PL; null while too little of that 3PL is known, and long after its deadline. */
export function opinionElsewhere(
  { model }: Pick<Room, "model">,
  order: AtProvider,
  { plan, now }: Pick<Desk, "plan" | "now">,
): Opinion | null {
  if (now - order.deadline > PAST_MS) return null;
  const forecast = predictProvider(model.providers, order, plan.site, now);
  return forecast === null ? null : { p: forecast.p, words: () => forecast.words };
}

/** An order at a 3PL. */
export function judgeElsewhere(
  room: Room,
  one: Held,
  order: AtProvider,
  at: Desk,
  said: Saying,
): void {
  const opinion = opinionElsewhere(room, order, at);
  if (opinion === null) takeBack(one, said);
  else note(one, opinion, at.now, said);
}

function judgeWay(
  room: Room,
  one: Held,
  order: TransitOrder,
  view: TransitView,
  said: Saying,
): void {
  one.transitAt = view.now;
  const forecast = predictTransit(view, order);
  if (forecast.basis.cases < LEAST_CASES || view.now - order.deliverBy > PAST_MS)
    return takeBack(one, said);
  const mayAlarm = knowsWeek(view.state, order.carrier);
  note(one, { p: forecast.p, mayAlarm, words: () => forecast.reasons }, view.now, said);
  const { deliverBy } = order;
  room.model.pendingTransit[one.id] ??= { raw: forecast.raw, deliverBy, deliveredAt: null };
}

/** Orders with a carrier. */
export function judgeTransit(room: Room, some: readonly Held[], at: Desk, said: Saying): void {
  const { plan, now } = at;
  if (some.length === 0) return;
  const view = transitView(room.model.transit, transitCalendarOf(plan.site), now);
  for (const one of some) if (one.transit !== null) judgeWay(room, one, one.transit, view, said);
}

/** Forecasts these orders anew, as the log told of them. */
export function judgeAnew(room: Room, ids: readonly string[], at: Desk, said: Saying): void {
  const some = ids.flatMap((id) => room.held.get(id) ?? []);
  for (const one of some) {
    if (one.floor !== null)
      judgeFloor(room, one, one.floor, room.pass?.one(one.floor, at.now), at, said);
    else if (one.elsewhere !== null) judgeElsewhere(room, one, one.elsewhere, at, said);
    // it left the floor for where nothing is forecast
    else if (one.transit === null) takeBack(one, said);
  }
  judgeTransit(
    room,
    some.filter((one) => one.transit !== null),
    at,
    said,
  );
}

/** Every twenty minutes what is shown is remembered, to be compared with what comes. */
export function lookForQuality(
  room: Room,
  onFloor: readonly Held[],
  forecasts: readonly Forecast[],
  now: number,
): void {
  if (now - room.lookedAt < LOOK_MS) return;
  room.lookedAt = now;
  const looks = onFloor.flatMap((one, place): Look[] => {
    const forecast = forecasts[place];
    if (one.floor === null || forecast === undefined || forecast.process === -1) return [];
    const { id, deadline } = one.floor;
    const { p, eta } = forecast;
    return [{ id, p, eta, deadline, isRaised: one.latest?.isRaised === true }];
  });
  noteAllShown(room.model.quality, looks, now);
}
