/**
 * How long a leg usually takes, in working days of the carrier: a chain of decayed averages of the logarithm, from everything to the one lane, each pulled towards
 * the one before by a number of imagined cases. On top of it what the last weeks say, as far as chance does not explain it. The promise itself tells something (whoever gave it knew the distance), so lanes are compared at the same length of
 * promise and an order is then moved by a learned slope.
 */
import { DAY_MS } from "../../wall-clock.ts";
import {
  fade,
  lasting,
  type Sum,
  type Leg,
  type TransitOrder,
  type TransitState,
} from "./state.ts";

export type Typical = {
  /** ln of working days */
  log: number;
  /** cases that the finest part with a voice of its own rests on, and which part that is */
  cases: number;
  level: string;
};

type Link = { level: string; key: string; trust: number };

const PLENTY = 500;
/** Before anything is learned: the log of days a leg takes, of days promised, and how both go together. */
const START: Record<Leg, { y: number; x: number; slope: number }> = {
  ready: { y: Math.log(2), x: Math.log(5), slope: 0.3 },
  way: { y: Math.log(5), x: Math.log(14), slope: 1 },
};
const TRUST_IN_START = 5;
const TRUST_IN_SLOPE = 50;
const VOICE = 3;
const LATELY_MS = 28 * DAY_MS;
/** variance of the log of one duration about its typical value, and how many standard errors are news */
const SPREAD_OF_ONE = 0.36;
const NOTABLE = 2;
const SLOPE_HALF_LIFE_MS = 140 * DAY_MS;

const wayLinks = (order: TransitOrder): Link[] => {
  const { carrier, service, from, to, toArea } = order;
  const links: Link[] = [
    { level: "all", key: "", trust: TRUST_IN_START },
    { level: "service", key: `${carrier}|${service}`, trust: 20 },
  ];
  const own = `${carrier}|${service}`;
  if (to === undefined) return links;
  if (from !== undefined)
    links.push({ level: "near", key: `${own}|${from === to ? "same" : "other"}`, trust: 10 });
  links.push({ level: "destination", key: `${own}|>${to}`, trust: 8 });
  if (from !== undefined) links.push({ level: "lane", key: `${own}|${from}>${to}`, trust: 5 });
  if (toArea !== undefined) links.push({ level: "area", key: `${own}|>${to}/${toArea}`, trust: 6 });
  return links;
};

const readyLinks = (order: TransitOrder): Link[] => [
  { level: "all", key: "", trust: TRUST_IN_START },
  ...(order.shipper === undefined ? [] : [{ level: "shipper", key: order.shipper, trust: 20 }]),
];

const linksOf = (leg: Leg, order: TransitOrder): Link[] =>
  leg === "way" ? wayLinks(order) : readyLinks(order);

const days = (from: number, to: number): number => Math.log(Math.max(0.5, (to - from) / DAY_MS));

/** Log of the days promised for the leg; undefined when nobody promised anything for it. */
function promised(leg: Leg, order: TransitOrder): number | undefined {
  const by = leg === "way" ? order.deliverBy : order.shipBy;
  return by === undefined ? undefined : days(order.placedAt, by);
}

/** What is known of a lane whatever was promised. */
export type Mean = { y: number; x: number; drift: number; cases: number; level: string };

/** By how much the last cases say more than `drift`: nothing within two standard errors, nearly all of it far outside. */
function newsOf(sum: Sum, drift: number, now: number): number {
  const lately = sum.lately * fade(sum.at, now, LATELY_MS);
  if (lately <= 0 || sum.lately <= 0) return 0;
  const more = sum.off / sum.lately - drift;
  const noise = (NOTABLE * NOTABLE * SPREAD_OF_ONE) / lately;
  return more * Math.max(0, 1 - noise / (more * more));
}

export function meanOf(state: TransitState, leg: Leg, order: TransitOrder, now: number): Mean {
  const start = START[leg];
  const mean: Mean = { y: start.y, x: start.x, drift: 0, cases: 0, level: "none" };
  for (const { level, key, trust } of linksOf(leg, order)) {
    const sum = state.sums[`${leg}|${key}`];
    if (sum === undefined) continue;
    const kept = lasting(sum.n, sum.at, now, PLENTY);
    const n = sum.n * kept;
    mean.y = (sum.y * kept + trust * mean.y) / (n + trust);
    mean.x = (sum.x * kept + trust * mean.x) / (n + trust);
    mean.drift += newsOf(sum, mean.drift, now);
    if (n < VOICE) continue;
    mean.cases = n;
    mean.level = level;
  }
  return mean;
}

const slopeOf = (state: TransitState, leg: Leg): number => {
  const { xy, xx } = state.slopes[leg];
  return (xy + TRUST_IN_SLOPE * START[leg].slope) / (xx + TRUST_IN_SLOPE);
};

/** `mean` is that of the order's lane: it may be kept while the state stands still. */
export function typicalFor(
  state: TransitState,
  leg: Leg,
  order: TransitOrder,
  mean: Mean,
): Typical {
  const x = promised(leg, order) ?? mean.x;
  return {
    log: mean.y + mean.drift + slopeOf(state, leg) * (x - mean.x),
    cases: mean.cases,
    level: mean.level,
  };
}

/** A leg took `worked` working days. */
export function learnTypical(
  state: TransitState,
  leg: Leg,
  order: TransitOrder,
  end: { worked: number; at: number },
): void {
  const mean = meanOf(state, leg, order, end.at);
  const y = Math.log(end.worked);
  const x = promised(leg, order) ?? mean.x;
  const slope = state.slopes[leg];
  const kept = fade(slope.at, end.at, SLOPE_HALF_LIFE_MS);
  slope.xy = slope.xy * kept + (x - mean.x) * (y - mean.y);
  slope.xx = slope.xx * kept + (x - mean.x) ** 2;
  slope.at = Math.max(slope.at, end.at);
  const off = y - mean.y - slopeOf(state, leg) * (x - mean.x);
  for (const { key } of linksOf(leg, order)) add(state, `${leg}|${key}`, { x, y, off, at: end.at });
}

function add(state: TransitState, key: string, value: Omit<Sum, "n" | "lately">): void {
  const make = (): Sum => ({ at: value.at, n: 0, y: 0, x: 0, lately: 0, off: 0 });
  const sum = (state.sums[key] ??= make());
  const kept = lasting(sum.n, sum.at, value.at, PLENTY);
  sum.n = sum.n * kept + 1;
  sum.y = sum.y * kept + value.y;
  sum.x = sum.x * kept + value.x;
  const recent = fade(sum.at, value.at, LATELY_MS);
  sum.lately = sum.lately * recent + 1;
  sum.off = sum.off * recent + value.off;
  sum.at = Math.max(sum.at, value.at);
}
