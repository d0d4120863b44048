/** Puts an analytics answer together: figures of the window, of the window before it, and of each part, each with the way to the orders behind it. */
import { CATALOG, figuresOf } from "../../domain/analytics/catalog.ts";
import type { Definition, Figure } from "../../domain/analytics/definition.ts";
import { STAGE_FIGURES } from "../../domain/analytics/definitions-flow.ts";
import { isEmpty, merge, QUANTILE_ERROR, noSums, type Sums } from "../../domain/analytics/sums.ts";
import {
  TIME_GROUPS,
  type Analytics,
  type AnalyticsItem,
  type AnalyticsName,
  type AnalyticsQuery,
  type Group,
  type TimeGroup,
  type ValueGroup,
} from "../../domain/contract/analytics.ts";
import type { Window } from "../../history/queries/sums.ts";
import { problem } from "../problem.ts";
import { exactFigures } from "./exact.ts";
import { wordsOf } from "./metric-words.ts";
import { isTimeGroup, placeOf, splitOf, totalOf, type Desk, type Place } from "./reading.ts";
import { groupEnd, partBefore, windowBefore, windowOf } from "./windows.ts";

export type RollupName = Exclude<AnalyticsName, "alarms" | "backlog" | "budgets">;

const DEFAULT_BY: Readonly<Record<RollupName, Group>> = {
  otif: "day",
  "cycle-times": "stage",
  throughput: "stage",
  delays: "reason",
  carriers: "carrier",
  quality: "day",
  packaging: "day",
  incidents: "day",
};

const OF_ORDERS = ["carrier", "service", "channel", "client"] as const;
/** What each is counted by, besides time: by anything else nothing would be told of anything. */
const COUNTED_BY: Readonly<Record<RollupName, readonly ValueGroup[]>> = {
  otif: OF_ORDERS,
  "cycle-times": [...OF_ORDERS, "stage", "station"],
  throughput: ["stage", "station"],
  delays: ["reason", "owner", "lossStage", "carrier"],
  carriers: OF_ORDERS,
  quality: [...OF_ORDERS, "station", "reason"],
  packaging: OF_ORDERS,
  incidents: ["kind", "severity"],
};

function splitIn(name: RollupName, { by = DEFAULT_BY[name] }: AnalyticsQuery): Group {
  const known: readonly Group[] = ["none", ...TIME_GROUPS, "heat", ...COUNTED_BY[name]];
  if (known.includes(by)) return by;
  throw problem("CT_ERR_INVALID", `This is not counted by ${by}.`, {
    errors: [{ index: 0, path: "/by", message: `must be one of ${known.join(", ")}` }],
  });
}

const SCORECARD = new Set(["onTimeDelivery", "validTracking"]);
const isOfReasons = (by: Group, { dim }: Place): boolean => by === "reason" || dim === "reason";
const isOfStages = (by: Group, { dim }: Place): boolean =>
  by === "stage" || by === "station" || dim === "stage" || dim === "station";

/** Which metrics are asked about. */
export function definitionsOf(name: RollupName, by: Group, place: Place): readonly Definition[] {
  if (name === "throughput") return STAGE_FIGURES.filter(({ id }) => id === "M4");
  if (name === "cycle-times") return isOfStages(by, place) ? STAGE_FIGURES : CATALOG["cycle-times"];
  // exceptions are counted by their code alone
  if (name === "quality")
    return CATALOG.quality.filter(({ key }) => (key === "exceptions") === isOfReasons(by, place));
  if (name !== "carriers") return CATALOG[name];
  const quality = CATALOG.quality.filter(
    ({ key }) => key === "damageTransit" || key === "returnRate",
  );
  const cycles = CATALOG["cycle-times"].filter(({ key }) => key === "transit");
  return [
    ...CATALOG.carriers,
    ...cycles,
    ...CATALOG.otif.filter(({ key }) => SCORECARD.has(key)),
    ...quality,
  ];
}

const iso = (at: number): string => new Date(at).toISOString();

function linkTo(
  site: string,
  name: AnalyticsName,
  { from, to }: Window,
  { dim, value }: Place,
): string {
  const query = new URLSearchParams({ site, from: iso(from), to: iso(to) });
  if (dim !== "all") query.set(dim, value);
  return `/api/v1/analytics/${name}/orders?${query}`;
}

export type Asked = {
  desk: Desk;
  name: RollupName;
  by: Group;
  place: Place;
  window: Window;
  definitions: readonly Definition[];
  isExact: boolean;
  /** sums of a window that no roll-up holds: what stands open at this moment */
  more?: (window: Window, place: Place) => Promise<Sums>;
};

export function readAsked(desk: Desk, name: RollupName, query: AnalyticsQuery): Asked {
  const by = splitIn(name, query);
  const given = placeOf(query);
  // throughput over time is that of the dock, unless another stage is named
  const isPlain =
    name === "throughput" && given.dim === "all" && by !== "stage" && by !== "station";
  const place: Place = isPlain ? { dim: "stage", value: "handed_over" } : given;
  const window = windowOf(desk.zone, query, desk.now, by === "hour" || by === "heat");
  return {
    desk,
    name,
    by,
    place,
    window,
    definitions: definitionsOf(name, by, place),
    isExact: query.exact === true,
  };
}

const placeIn = ({ by, place }: Asked, key: string): Place =>
  by === "none" || by === "heat" || isTimeGroup(by) ? place : { dim: by, value: key };

function ownWindow({ desk, by, window }: Asked, key: string): Window {
  if (!isTimeGroup(by)) return window;
  const [from, end] = [Number(key), groupEnd(desk.zone, by, Number(key))];
  return { from: Math.max(window.from, from), to: Math.min(window.to, end) };
}

/** With what no roll-up holds, where there is such. */
async function whole(asked: Asked, window: Window, place: Place, sums: Sums): Promise<Sums> {
  if (asked.more !== undefined) merge(sums, await asked.more(window, place));
  return sums;
}

function itemOf(asked: Asked, key: string, sums: Sums, before: Sums | undefined): AnalyticsItem {
  const { desk, name, by, definitions } = asked;
  const isTime = isTimeGroup(by);
  const own = ownWindow(asked, key);
  return {
    key: isTime ? iso(Number(key)) : key,
    ...(isTime && { from: iso(own.from), to: iso(own.to) }),
    figures: figuresOf(definitions, sums),
    ...(before !== undefined && { before: figuresOf(definitions, before) }),
    ...(by !== "heat" && { orders: linkTo(desk.site, name, own, placeIn(asked, key)) }),
  };
}

/** A dimension's values have a before; a day is compared with the day as far back. */
function beforeOf(asked: Asked, key: string, before: Map<string, Sums>): Sums | undefined {
  const { desk, by, window } = asked;
  if (!isTimeGroup(by)) return before.get(key) ?? noSums();
  return before.get(String(partBefore(desk.zone, by, Number(key), window)));
}

/** Parts in which nothing happened are parts too, from the first in which something did to the last. */
function filled(keys: readonly string[], by: TimeGroup, zone: string): string[] {
  const last = Number(keys.at(-1) ?? -Infinity);
  const all: string[] = [];
  for (let at = Number(keys[0] ?? Infinity); at <= last; at = groupEnd(zone, by, at))
    all.push(String(at));
  return all;
}

function orderedKeys(split: Map<string, Sums>, by: Group, zone: string): string[] {
  // what was counted there and then elsewhere left a place with nothing in it: arrival must not show
  const keys = [...split].flatMap(([key, sums]) => (isEmpty(sums) ? [] : key));
  if (!isTimeGroup(by)) return keys.sort();
  return filled(
    keys.sort((a, b) => Number(a) - Number(b)),
    by,
    zone,
  );
}

type Split = Map<string, Sums>;

/** What is counted by stage, station or reason alone has no sum of everything: the whole is what its parts are together. */
const isOnlyInParts = ({ name, by, place }: Asked): boolean =>
  place.dim === "all" &&
  (name === "quality"
    ? isOfReasons(by, place)
    : (name === "throughput" || name === "cycle-times") && isOfStages(by, place));

async function sumsOf(asked: Asked, window: Window, split: Promise<Split>): Promise<Sums> {
  const { desk, place } = asked;
  if (!isOnlyInParts(asked)) return whole(asked, window, place, await totalOf(desk, window, place));
  const all = noSums();
  for (const sums of (await split).values()) merge(all, sums);
  return all;
}

/** Lost time and exceptions stand in the same roll-ups by reason: where there is only the other, nothing is told. */
const saysSomething = ({ figures, before = {} }: AnalyticsItem): boolean =>
  [...Object.values(figures), ...Object.values(before)].some(({ value }) => value !== 0);

async function itemsOf(asked: Asked, now: Promise<Split>, past: Promise<Split>) {
  const { by, desk } = asked;
  const [split, before] = await Promise.all([now, past]);
  const itemAt = async (key: string): Promise<AnalyticsItem> => {
    const own = split.get(key) ?? noSums();
    const sums = await whole(asked, ownWindow(asked, key), placeIn(asked, key), own);
    return itemOf(asked, key, sums, beforeOf(asked, key, before));
  };
  const items = await Promise.all(orderedKeys(split, by, desk.zone).map(itemAt));
  return by === "reason" ? items.filter(saysSomething) : items;
}

/** Exact quantiles take the place of those read from histograms. */
async function withExact(
  asked: Asked,
  figures: Record<string, Figure>,
): Promise<Record<string, Figure>> {
  if (!asked.isExact) return figures;
  const { desk, window, place, definitions } = asked;
  return { ...figures, ...(await exactFigures(desk, window, place, definitions)) };
}

export async function answerOf(asked: Asked): Promise<Analytics> {
  const { desk, name, by, place, window, definitions, isExact } = asked;
  const past = windowBefore(desk.zone, window);
  const parts = splitOf(desk, window, by, place);
  const earlier = splitOf(desk, past, by, place);
  const [sums, before, items] = await Promise.all([
    sumsOf(asked, window, parts),
    sumsOf(asked, past, earlier),
    itemsOf(asked, parts, earlier),
  ]);
  return {
    site: desk.site,
    name,
    by,
    zone: desk.zone,
    from: iso(window.from),
    to: iso(window.to),
    metrics: definitions.map(wordsOf),
    total: await withExact(asked, figuresOf(definitions, sums)),
    orders: linkTo(desk.site, name, window, place),
    before: { from: iso(past.from), to: iso(past.to), total: figuresOf(definitions, before) },
    items,
    next: null,
    quantileError: isExact ? 0 : QUANTILE_ERROR,
  };
}
