/** The look at all open orders of a site, once a minute: what is over is learned from, everything is forecast anew. */
import { setImmediate as breath } from "node:timers/promises";
import { forecastInSteps, type Pass } from "../../domain/forecast/pass.ts";
import { remember } from "../../domain/forecast/settle.ts";
import type { OpenOrder } from "../../domain/forecast/state.ts";
import { passTransitTime } from "../../domain/forecast/transit.ts";
import { noteOvertaken, see } from "./silence.ts";
import { DAY_MS, HOUR_MS, localDay } from "../../domain/wall-clock.ts";
import { judgeElsewhere, judgeFloor, judgeTransit, lookForQuality } from "./judging.ts";
import {
  learnOverdue,
  learnPassages,
  learnTransitOutcomes,
  transitCalendarOf,
} from "./learning.ts";
import type { Held } from "./memory.ts";
import type { Desk, Room, Saying } from "./room.ts";

const overdueAt = (orders: readonly OpenOrder[], now: number): OpenOrder[] =>
  orders.filter(({ deadline }) => deadline <= now && deadline > now - DAY_MS);

/** Others have their turn every some milliseconds. */
async function forecastAll({ model }: Room, orders: readonly OpenOrder[], at: Desk): Promise<Pass> {
  const steps = forecastInSteps(model.floor, orders, at.plan, at.now);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await breath();
  }
}

const JUDGE_AT_ONCE = 2_000;

async function passFloor(
  room: Room,
  onFloor: readonly Held[],
  at: Desk,
  said: Saying,
): Promise<void> {
  const { model } = room;
  const orders = onFloor.flatMap((one) => one.floor ?? []);
  learnOverdue(model, overdueAt(orders, at.now), at.plan, at.now);
  learnPassages(model, [], at.plan, at.now);
  const pass = await forecastAll(room, orders, at);
  room.pass = pass;
  remember(model.floor, pass, orders);
  for (const [place, one] of onFloor.entries()) {
    if (one.floor !== null) judgeFloor(room, one, one.floor, pass.forecasts[place], at, said);
    if (place % JUDGE_AT_ONCE === JUDGE_AT_ONCE - 1) await breath();
  }
  if (pass.basis !== "budgets") lookForQuality(room, onFloor, pass.forecasts, at.now);
}

function passTransit(room: Room, underWay: readonly Held[], at: Desk, said: Saying): void {
  const { model } = room;
  learnTransitOutcomes(model, at.now);
  const anHourOld = underWay.filter((one) => at.now - one.transitAt >= HOUR_MS);
  judgeTransit(room, anHourOld, at, said);
  const day = localDay(at.plan.site.timeZone, at.now);
  if (day === model.transitDay) return;
  model.transitDay = day;
  const orders = underWay.flatMap((one) => one.transit ?? []);
  passTransitTime(model.transit, transitCalendarOf(at.plan.site), orders, at.now);
}

/** What is to be said afterwards. */
export async function passOver(room: Room, at: Desk): Promise<Saying> {
  const said: Saying = new Map();
  const all = [...room.held.values()];
  await passFloor(
    room,
    all.filter((one) => one.floor !== null),
    at,
    said,
  );
  for (const one of all)
    if (one.elsewhere !== null) judgeElsewhere(room, one, one.elsewhere, at, said);
  passTransit(
    room,
    all.filter((one) => one.transit !== null),
    at,
    said,
  );
  noteOvertaken(room, at);
  see(room, room.held.keys(), at, said);
  room.passedAt = at.now;
  return said;
}
