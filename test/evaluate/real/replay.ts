/**
 * Real orders in time order through the model of transit. An outcome is handed over when its moment has come and never before, and this is asserted, not assumed:
 * every row carries the latest instant that the state had learned from when it was forecast.
 */
import { strict as assert } from "node:assert";
import {
  observeTransit,
  passTransitTime,
  riskOfTransit,
  settleTransit,
  type RawForecast,
} from "../../../domain/forecast/transit.ts";
import {
  createTransitState,
  type TransitOrder,
  type TransitState,
} from "../../../domain/forecast/transit/state.ts";
import { transitView } from "../../../domain/forecast/transit/view.ts";
import { DAY_MS } from "../../../domain/wall-clock.ts";
import { isLate, knownAt, type DataSet, type Moment, type RealOrder } from "./real-order.ts";

export type Row = {
  moment: string;
  at: number;
  order: RealOrder;
  /** all that was known of it at `at` */
  known: TransitOrder;
  late: boolean;
  /** the share late among this moment's orders whose promise had passed by then */
  rate: number;
  p: number;
  raw: RawForecast | undefined;
};

type Asked = Moment & { isLook: boolean };
type Step = { at: number; rank: number; run: () => void };

/** Learning comes before asking at the same instant; among equals the order of the file decides nothing that matters. */
const inTime = (a: Step, b: Step): number => a.at - b.at || a.rank - b.rank;

function course(
  order: RealOrder,
  learn: (kind: "handed_over" | "delivered" | "given_up", at: number) => void,
  givenUpAfterMs: number,
): Step[] {
  const { facts, handedOverAt, deliveredAt } = order;
  const steps: Step[] = [];
  const add = (kind: Parameters<typeof learn>[0], at: number): number =>
    steps.push({ at, rank: 0, run: () => learn(kind, at) });
  if (handedOverAt !== undefined && handedOverAt !== facts.placedAt)
    add("handed_over", handedOverAt);
  const last = facts.deliverBy + givenUpAfterMs;
  if (deliveredAt === undefined || deliveredAt > last) add("given_up", last);
  else add("delivered", deliveredAt);
  return steps;
}

/** Late shares of the past, by moment. */
function rates(): { of(moment: string): number; add(moment: string, late: boolean): void } {
  const seen = new Map<string, { n: number; late: number }>();
  const get = (moment: string) => {
    const known = seen.get(moment) ?? { n: 0, late: 0 };
    seen.set(moment, known);
    return known;
  };
  return {
    of: (moment) => (get(moment).late + 0.5) / (get(moment).n + 5),
    add(moment, late) {
      get(moment).n += 1;
      if (late) get(moment).late += 1;
    },
  };
}

export type Replay = { rows: Row[]; state: TransitState };

/** `order` is asked at a moment only while it is under way and its promise lies ahead. */
const isAsked = ({ facts, deliveredAt }: RealOrder, at: number): boolean =>
  at >= facts.placedAt && at < facts.deliverBy && (deliveredAt === undefined || deliveredAt > at);

export function replay(set: DataSet): Replay {
  const calendar = { zone: set.zone, closed: set.closed };
  const state = createTransitState();
  const base = rates();
  const rows: Row[] = [];
  let learnedUntil = -Infinity;
  const onTheWay = new Map<RealOrder, TransitOrder>();
  const ask = (order: RealOrder, { name: moment, isLook }: Asked, at: number): Step[] => {
    const row: Row = {
      moment,
      at,
      order,
      known: knownAt(order, at),
      late: isLate(order),
      rate: NaN,
      p: NaN,
      raw: undefined,
    };
    rows.push(row);
    const run = (): void => {
      assert(learnedUntil <= at, "the model has learned from the future");
      assert((row.known.handedOverAt ?? at) <= at, "a hand-over of the future is known");
      const { p, raw } = riskOfTransit(transitView(state, calendar, at), row.known);
      Object.assign(row, { p, raw, rate: base.of(moment) });
    };
    const settle = (): void => {
      if (row.raw !== undefined)
        settleTransit(state, { raw: row.raw, missed: row.late }, order.facts.deliverBy);
      base.add(moment, row.late);
    };
    const asked: Step = { at, rank: 1, run };
    return isLook ? [asked] : [asked, { at: order.facts.deliverBy + 1, rank: 0, run: settle }];
  };
  const learn =
    (order: RealOrder) =>
    (kind: "handed_over" | "delivered" | "given_up", at: number): void => {
      learnedUntil = Math.max(learnedUntil, at);
      observeTransit(state, calendar, { kind, order: knownAt(order, at), at });
      if (kind === "handed_over") onTheWay.set(order, knownAt(order, at));
      else onTheWay.delete(order);
    };
  const asked: Asked[] = [
    ...set.moments.map((moment) => ({ ...moment, isLook: false })),
    ...set.looks.map((moment) => ({ ...moment, isLook: true })),
  ];
  const steps = set.orders.flatMap((order) => [
    ...course(order, learn(order), set.givenUpAfterMs),
    ...asked.flatMap((moment) => {
      const at = moment.at(order);
      return at !== undefined && isAsked(order, at) ? ask(order, moment, at) : [];
    }),
  ]);
  const pass = (at: number): Step => ({
    at,
    rank: 0.5,
    run: () => passTransitTime(state, calendar, [...onTheWay.values()], at),
  });
  const ends = steps.map(({ at }) => at);
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  for (let at = first; at <= last; at += DAY_MS) steps.push(pass(at));
  for (const { run } of steps.sort(inTime)) run();
  return { rows: rows.sort((a, b) => a.at - b.at), state };
}
