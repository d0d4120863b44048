/**
 * The forecast where no queue can be seen: after hand-over, and for orders without floor events from placing on.
 *
 * The time a leg takes is a typical time (lane, destination, service: decayed averages, each pulled towards the coarser one; moved by the length of the promise)
 * times a spread (survival of actual / typical). What has passed is known, so the question is always S(passed + left) / S(passed), in working days of the carrier:
 * weekdays as learned, closed days from the calendar, and the pace of the last days. Then an isotonic recalibration by what came true.
 *
 * The state is plain JSON and changed in place by `observeTransit`, `passTransitTime` and `settleTransit`; nothing here looks at a clock, and an outcome counts
 * from the moment it is handed in.
 */
import {
  TRANSIT_WEIGHT,
  addLabels,
  calibrationBin,
  decayCalibration,
  refit,
} from "./calibration.ts";
import { arrivalOf, type Arrival } from "./transit/arrival.ts";
import { learnWeekday, type TransitCalendar } from "./transit/clock.ts";
import { countArrived, countUnderWay, SHORTEST } from "./transit/flow.ts";
import { reasonsOf } from "./transit/reasons.ts";
import { blended, learnBlend, type Opinions } from "./transit/blend.ts";
import { learnKeeping, missShare } from "./transit/keeping.ts";
import { learnSpread } from "./transit/spread.ts";
import { lasting, tidy, type Leg, type TransitOrder, type TransitState } from "./transit/state.ts";
import { learnTypical, type Typical } from "./transit/typical.ts";
import { DAY_MS } from "../wall-clock.ts";
import { spreadKeys, transitView, type TransitView } from "./transit/view.ts";

/** `given_up`: cancelled on its way, lost, or open for so long that it will not come. */
export type TransitEvent = {
  kind: "handed_over" | "delivered" | "given_up";
  order: TransitOrder;
  at: number;
};

/** Both opinions, and what was made of them before the recalibration. */
export type RawForecast = Opinions & { p: number };

export type TransitForecast = {
  /** probability of not being delivered at `deliverBy` */
  p: number;
  /** what `settleTransit` wants to see again when the outcome is known */
  raw: RawForecast;
  /** epoch ms: as likely later as earlier, and the nine in ten around it */
  median: number;
  low: number;
  high: number;
  /** what it rests on: the finest part of the lane with a history, and how many cases (decayed) */
  basis: { level: Typical["level"]; cases: number };
  reasons: string[];
};

const SURE = 0.001;

type Ended = { leg: Leg; start: number };

function endedBy({ kind, order }: TransitEvent): Ended | undefined {
  const ready: Ended = { leg: "ready", start: order.placedAt };
  const way = order.handedOverAt;
  if (kind === "handed_over") return ready;
  if (way !== undefined) return { leg: "way", start: way };
  return kind === "given_up" ? ready : undefined;
}

/** Learns from the end of a leg. A delivery without a known hand-over teaches nothing; nor does an end before its beginning. */
export function observeTransit(
  state: TransitState,
  calendar: TransitCalendar,
  event: TransitEvent,
): void {
  const { order, at, kind } = event;
  const ended = endedBy(event);
  if (kind !== "handed_over")
    learnKeeping(state, order, {
      earlyMs: kind === "delivered" ? order.deliverBy - at : -Infinity,
      at,
    });
  if (ended === undefined || at <= ended.start) return;
  const view = transitView(state, calendar, at);
  const { leg } = ended;
  const clock = view.clock(leg, order);
  const worked = Math.max(SHORTEST, clock.worked(at) - clock.worked(ended.start));
  const never = kind === "given_up";
  const ratio = Math.log(worked) - view.typical(leg, order).log;
  if (kind === "delivered") countArrived(view, order, at);
  for (const key of spreadKeys(leg, order)) learnSpread(state.spreads, key, { ratio, at, never });
  if (never) return;
  learnTypical(state, leg, order, { worked, at });
  learnWeekday(state, calendar, { leg, carrier: order.carrier, at });
}

/** About once a day: the orders handed over and not yet delivered, so that a lane at a standstill is seen before its orders arrive late. Forgets the lanes with the least history beyond some thousand. */
export function passTransitTime(
  state: TransitState,
  calendar: TransitCalendar,
  underWay: readonly TransitOrder[],
  now: number,
): void {
  countUnderWay(transitView(state, calendar, now), underWay);
  tidy(state);
}

const limited = (p: number): number => Math.min(1 - SURE, Math.max(SURE, p));

function rawForecast(view: TransitView, order: TransitOrder, arrival: Arrival): RawForecast {
  const { state, now } = view;
  const slack = order.deliverBy - now;
  const opinions = {
    duration: limited(slack > 0 ? arrival.openAt(order.deliverBy) : 1),
    keeping: limited(slack > 0 ? missShare(state, order, slack, now) : 1),
  };
  return { ...opinions, p: limited(blended(state.blend, opinions)) };
}

const probability = (view: TransitView, order: TransitOrder, raw: RawForecast): number =>
  order.deliverBy <= view.now ? 1 : limited(view.recalibrated(raw.p));

/** Only how likely the miss is: for the pass over all open orders. */
export function riskOfTransit(
  view: TransitView,
  order: TransitOrder,
): Pick<TransitForecast, "p" | "raw"> {
  const raw = rawForecast(view, order, arrivalOf(view, order));
  return { p: probability(view, order, raw), raw };
}

/** One order, at the moment of the view. */
export function predictTransit(view: TransitView, order: TransitOrder): TransitForecast {
  const arrival = arrivalOf(view, order);
  const { typical, pace } = arrival;
  const raw = rawForecast(view, order, arrival);
  const heard = view.state.blend.weights[2] ?? 0;
  return {
    p: probability(view, order, raw),
    raw,
    median: arrival.when(0.5),
    low: arrival.when(0.95),
    high: arrival.when(0.05),
    basis: { level: typical.level, cases: typical.cases },
    reasons: reasonsOf(view, order, { typical, pace, heard }),
  };
}

const CALIBRATION_PLENTY = 4000;

/** What became of a forecast, once its deadline has passed (earlier would teach the on-time ones first). The curve is made anew once a day. */
export function settleTransit(
  state: TransitState,
  answer: { raw: RawForecast; missed: boolean },
  at: number,
): void {
  const { calibration, calibratedOn, blend } = state;
  learnBlend(blend, { ...answer.raw, missed: answer.missed }, at);
  const day = Math.floor(at / DAY_MS);
  if (day > calibratedOn) {
    const rows = calibration.rows.reduce((sum, count) => sum + count, 0);
    decayCalibration(
      calibration,
      lasting(rows, calibratedOn * DAY_MS, day * DAY_MS, CALIBRATION_PLENTY),
    );
    refit(calibration, TRANSIT_WEIGHT);
    state.calibratedOn = day;
  }
  addLabels(calibration, calibrationBin(answer.raw.p), 1, answer.missed);
}
