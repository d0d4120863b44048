/**
 * The forecast of an order in the very turn that takes its events, so that a row carries both at once. By the last look at all orders, which is at most some minutes old;
 * where it is older, or another process forecasts the site, the forecaster says it afterwards.
 */
import { openOrderOf } from "../../domain/forecast/order-facts.ts";
import type { SitePlan } from "../../domain/forecast/plan.ts";
import { atProviderOf } from "../../domain/forecast/provider.ts";
import { evaluate, isWorthSaying } from "../../domain/forecast/saying.ts";
import type { Foresee } from "../../domain/turn/order-view.ts";
import { MINUTE_MS } from "../../domain/wall-clock.ts";
import { opinionElsewhere, opinionOf } from "./judging.ts";
import { newerOf } from "./memory.ts";
import type { Room } from "./room.ts";

/** A look at all orders is not believed for longer. */
const FRESH_MS = 3 * MINUTE_MS;

function opinionAbout(room: Room, plan: SitePlan, ...[seen, policy, now]: Parameters<Foresee>) {
  const { order, events, promises } = seen;
  const { pass } = room;
  if (pass === null || now - pass.now > FRESH_MS) return null;
  const floor = openOrderOf(order, events, promises, policy.site);
  if (floor !== null) return opinionOf(room, floor, pass.one(floor, now), { plan, now });
  const elsewhere = atProviderOf(order, promises);
  return elsewhere === null ? null : opinionElsewhere(room, elsewhere, { plan, now });
}

function foresee(room: Room, plan: SitePlan, ...[seen, policy, now]: Parameters<Foresee>) {
  const { order, said } = seen;
  const opinion = opinionAbout(room, plan, seen, policy, now);
  if (opinion === null) return undefined;
  const { next } = evaluate(newerOf(room.held.get(order.id)?.latest, said), opinion, now);
  if (!isWorthSaying(said, next)) return undefined;
  const evidence = said?.evidence;
  return evidence === undefined ? next : { ...next, evidence };
}

/** Of the room as it is whenever it is asked. */
export const foreseerOf =
  (room: Room, plan: SitePlan): Foresee =>
  (...asked) => {
    try {
      return foresee(room, plan, ...asked);
    } catch {
      // no event is refused because nobody can tell what comes of it
      return undefined;
    }
  };
