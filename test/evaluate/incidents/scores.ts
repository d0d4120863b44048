/**
 * How well incidents were found (design page 7.6). A true incident is found by the first of ours that was opened before it ended and has its scope among its attributes, or shares
 * half of the members with it (Jaccard). Ours is right when it matches a true incident in that way, or when at least half of its orders really missed a promise afterwards: orders
 * that miss without an injected cause are in trouble all the same.
 */
import type { TrueIncident, TrueOrder } from "../../../simulator/truth.ts";
import type { Episode } from "../../../domain/incidents/playback.ts";
import type { Run } from "./run.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
/** True incidents with fewer members are too small to be asked for. */
const LEAST_MEMBERS = 20;
const SAME = 0.5;
const RIGHT = 0.5;
/** A miss that is covered so long after its deadline is not covered. */
const COVERED_WITHIN = 15 * MINUTE;
const WINDOW = 10 * MINUTE;
const FLOOD = 10;
/** An incident that began so long before what is judged cannot be found in time. */
const BEGAN_BEFORE = 0;

export type Found = {
  truth: TrueIncident;
  by: Episode | null;
  /** from its beginning, and from the first moment at which anything of it could be known */
  delayMin: number | null;
  evidentDelayMin: number | null;
};

export type Scores = {
  found: Found[];
  /** ours that were opened, and those that were right */
  opened: number;
  right: number;
  wrong: Episode[];
  /** the same of those that are about several orders or a place */
  common: { opened: number; right: number };
  annunciations: number;
  missed: number;
  covered: number;
  coveredBefore: number;
  windows: number;
  floodWindows: number;
};

/** What the incident is about, as our attributes name it. */
function scopesOf({
  kind,
  process,
  carrier,
  region,
  pickup,
  sku,
  station,
  node,
}: TrueIncident): string[][] {
  switch (kind) {
    case "conveyor_down":
    case "zone_slow":
    case "pack_short":
      return [[`process=${(process ?? "").replace("pick-", "pick:")}`]];
    case "carrier_no_show":
    case "carrier_late":
      return [[`pickup=${pickup}`]];
    case "carrier_network_delay":
      return [[`carrier=${carrier}`, `region=${region}`]];
    case "stock_out":
      return [[`sku=SKU-${String(sku).padStart(4, "0")}`]];
    case "qc_fail":
      return [[`station=${station}`], ["process=check"], ["exception=QC_REJECT"]];
    case "3pl_outage":
      return [[`provider=${node}`]];
    default:
      return [["arrivals=surge"]];
  }
}

const MS = (text: string): number => Date.parse(text);

function jaccard(ours: ReadonlyMap<string, number>, members: readonly string[]): number {
  const both = members.filter((id) => ours.has(id)).length;
  const either = ours.size + members.length - both;
  return either === 0 ? 0 : both / either;
}

/** On the floor an incident may be found as long as its backlog is there; the truth says when it ended, and the last of its orders missed. */
function matches(truth: TrueIncident, ours: Episode): boolean {
  const start = MS(truth.start);
  if (ours.openedAt > MS(truth.end)) return false;
  if ((ours.closedAt ?? Infinity) < start) return false;
  const isScope = scopesOf(truth).some((scope) => scope.every((one) => ours.attributes.has(one)));
  return isScope || (truth.members.length > 0 && jaccard(ours.members, truth.members) >= SAME);
}

/** When the first of its orders shows it: a network delay, with the first parcel that left after it began. */
function evidentAt(truth: TrueIncident, orders: ReadonlyMap<string, TrueOrder>): number {
  const start = MS(truth.start);
  if (truth.kind !== "carrier_network_delay") return start;
  const left = truth.members.flatMap((id) => {
    const at = orders.get(id)?.times["handedOver"];
    return at === undefined ? [] : [MS(at)];
  });
  return left.length === 0 ? start : Math.max(start, Math.min(...left));
}

function findOf(
  truth: TrueIncident,
  episodes: readonly Episode[],
  orders: ReadonlyMap<string, TrueOrder>,
): Found {
  const [by = null] = episodes
    .filter((one) => matches(truth, one))
    .toSorted((a, b) => a.openedAt - b.openedAt);
  if (by === null) return { truth, by, delayMin: null, evidentDelayMin: null };
  const since = (at: number): number => Math.max(0, (by.openedAt - at) / MINUTE);
  return {
    truth,
    by,
    delayMin: since(MS(truth.start)),
    evidentDelayMin: since(evidentAt(truth, orders)),
  };
}

/** Delivered late, or still under way long after, when the simulation ended. */
function isLate({ deliverBy, times, outcome }: TrueOrder, until: number): boolean {
  const delivered = times["delivered"];
  return delivered === undefined
    ? outcome === "open" && times["handedOver"] !== undefined && MS(deliverBy) < until
    : delivered > deliverBy;
}

type Miss = { id: string; at: number };

/** The promises that were broken while it was judged: to ship, and to deliver. */
function missesOf({ orders, until }: World, { from, to }: Run): Miss[] {
  return orders.flatMap((order): Miss[] => {
    const { id, missed, shipBy, deliverBy, outcome } = order;
    const isIn = (at: number): boolean => at >= from && at < to;
    if (outcome === "cancelled") return [];
    if (missed && isIn(MS(shipBy))) return [{ id, at: MS(shipBy) }];
    return isLate(order, until) && isIn(MS(deliverBy)) ? [{ id, at: MS(deliverBy) }] : [];
  });
}

/** Those that say that promises will be broken. That a hold is old, goods are damaged or a source is silent is a fact, and right whatever follows. */
const CLAIMS = new Set(["order_delay", "common_cause", "pickup_endangered"]);
const isClaim = ({ kind }: Episode): boolean => CLAIMS.has(kind);
const isSingle = ({ kind, members }: Episode): boolean =>
  members.size <= 1 && !["common_cause", "pickup_endangered", "source_silent"].includes(kind);

/** Orders that missed a promise at any time. */
const everMissed = ({ orders, until }: World): Set<string> =>
  new Set(orders.filter((order) => order.missed || isLate(order, until)).map(({ id }) => id));

function isRight(
  one: Episode,
  truths: readonly TrueIncident[],
  missed: ReadonlySet<string>,
): boolean {
  if (truths.some((truth) => matches(truth, one))) return true;
  const hits = [...one.members.keys()].filter((id) => missed.has(id)).length;
  return hits >= RIGHT * one.members.size && one.members.size > 0;
}

function floods(
  episodes: readonly Episode[],
  { from, to }: Run,
): { windows: number; floodWindows: number } {
  const rang = episodes.flatMap(({ rangAt }) => rangAt);
  const counts = new Map<number, number>();
  for (const at of rang) {
    const window = Math.floor((at - from) / WINDOW);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return {
    windows: Math.ceil((to - from) / WINDOW),
    floodWindows: [...counts.values()].filter((count) => count > FLOOD).length,
  };
}

export function scoresOf(world: World, run: Run): Scores {
  const orders = new Map(world.orders.map((order) => [order.id, order]));
  const { episodes } = run;
  // what shows only after the last look was there for nobody to find
  const isIn = (truth: TrueIncident): boolean =>
    MS(truth.start) >= run.from - BEGAN_BEFORE && evidentAt(truth, orders) < run.to;
  const asked = world.incidents.filter(
    (truth) => isIn(truth) && truth.members.length >= LEAST_MEMBERS,
  );
  const judged = episodes.filter(isClaim);
  const missed = everMissed(world);
  const right = judged.filter((one) => isRight(one, world.incidents, missed));
  const firstIn = new Map<string, number>();
  for (const { members } of episodes)
    for (const [id, at] of members) firstIn.set(id, Math.min(firstIn.get(id) ?? Infinity, at));
  const misses = missesOf(world, run);
  const by = (slack: number): number =>
    misses.filter(({ id, at }) => (firstIn.get(id) ?? Infinity) <= at + slack).length;
  return {
    found: asked.map((truth) => findOf(truth, episodes, orders)),
    opened: judged.length,
    right: right.length,
    wrong: judged.filter((one) => !right.includes(one)),
    common: {
      opened: judged.filter((one) => !isSingle(one)).length,
      right: right.filter((one) => !isSingle(one)).length,
    },
    annunciations: episodes.reduce((sum, { rangAt }) => sum + rangAt.length, 0),
    missed: misses.length,
    covered: by(COVERED_WITHIN),
    coveredBefore: by(0),
    ...floods(episodes, run),
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;

/** Several runs as one. */
export function poolScores(all: readonly Scores[]): Scores {
  const sum = (of: (one: Scores) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    found: all.flatMap(({ found }) => found),
    opened: sum((one) => one.opened),
    right: sum((one) => one.right),
    wrong: all.flatMap(({ wrong }) => wrong),
    common: { opened: sum((one) => one.common.opened), right: sum((one) => one.common.right) },
    annunciations: sum((one) => one.annunciations),
    missed: sum((one) => one.missed),
    covered: sum((one) => one.covered),
    coveredBefore: sum((one) => one.coveredBefore),
    windows: sum((one) => one.windows),
    floodWindows: sum((one) => one.floodWindows),
  };
}

export type Figures = {
  asked: number;
  recall: number;
  precision: number;
  commonPrecision: number;
  medianDelayMin: number;
  medianEvidentDelayMin: number;
  annunciationsPerMiss: number;
  floodShare: number;
  coverage: number;
  coverageBefore: number;
};

export function figuresOf(scores: Scores): Figures {
  const hits = scores.found.filter(({ by }) => by !== null);
  return {
    asked: scores.found.length,
    recall: hits.length / scores.found.length,
    precision: scores.right / scores.opened,
    commonPrecision: scores.common.right / scores.common.opened,
    medianDelayMin: median(hits.map(({ delayMin }) => delayMin ?? NaN)),
    medianEvidentDelayMin: median(hits.map(({ evidentDelayMin }) => evidentDelayMin ?? NaN)),
    annunciationsPerMiss: scores.annunciations / scores.missed,
    floodShare: scores.floodWindows / scores.windows,
    coverage: scores.covered / scores.missed,
    coverageBefore: scores.coveredBefore / scores.missed,
  };
}
