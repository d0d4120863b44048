/** Sums of a window, by what it is split by; the same code for the window and the one before it. */
import type { Dimension } from "../../domain/analytics/places.ts";
import { merge, noSums, type Sums } from "../../domain/analytics/sums.ts";
import {
  FILTERS,
  TIME_GROUPS,
  type AnalyticsQuery,
  type Group,
  type TimeGroup,
} from "../../domain/contract/analytics.ts";
import type { Ask } from "../../history/ask.ts";
import { heatKey } from "../../history/queries/drill-look.ts";
import type { SumsRow, Window } from "../../history/queries/sums.ts";
import { problem } from "../problem.ts";
import { groupStart } from "./windows.ts";

/** What is counted: everything, or one value of one dimension. */
export type Place = { dim: Dimension; value: string };
export type Desk = { ask: Ask; site: string; zone: string; now: number };

export const isTimeGroup = (by: Group): by is TimeGroup =>
  (TIME_GROUPS as readonly string[]).includes(by);

/** One filter at a time: roll-ups are kept by one dimension. */
export function placeOf(query: AnalyticsQuery): Place {
  const given = FILTERS.filter((name) => query[name] !== undefined);
  const [first, second] = given;
  if (second !== undefined)
    throw problem("CT_ERR_INVALID", "One filter at a time.", {
      errors: [{ index: 0, path: `/${second}`, message: `cannot be combined with ${first}` }],
    });
  return first === undefined
    ? { dim: "all", value: "" }
    : { dim: first, value: query[first] ?? "" };
}

/** What is kept of the whole site alone has no part to be told: the whole would be taken for it. */
export function refuseFilters(query: AnalyticsQuery): void {
  const given = FILTERS.find((name) => query[name] !== undefined);
  if (given === undefined) return;
  throw problem("CT_ERR_INVALID", "This is told of the whole site.", {
    errors: [{ index: 0, path: `/${given}`, message: `querystring ${given} does not go with it` }],
  });
}

/** Told by one split alone: by another it would be taken for what was asked. */
export function refuseSplits({ by }: AnalyticsQuery, only: Group): void {
  if (by === undefined || by === only) return;
  throw problem("CT_ERR_INVALID", `This is told by ${only} alone.`, {
    errors: [{ index: 0, path: "/by", message: `must be ${only} or left out` }],
  });
}

/** Told in windows of its own: that of another would be taken for the one that was asked for. */
export function refuseSpan(query: AnalyticsQuery): void {
  const given = (["from", "to"] as const).filter((name) => query[name] !== undefined);
  if (given.length === 0) return;
  throw problem("CT_ERR_INVALID", "This is told in windows of its own.", {
    errors: given.map((name) => ({
      index: 0,
      path: `/${name}`,
      message: `querystring ${name} does not go with it`,
    })),
  });
}

const rowsOf = (
  desk: Desk,
  window: Window,
  place: Partial<Place> & { dim: Dimension },
  by: "none" | "hour" | "day",
): Promise<SumsRow[]> => {
  const { ask, site, zone, now } = desk;
  return ask("sums", { site, zone, now, ...window, dim: place.dim, value: place.value, by });
};

const sumOf = (rows: readonly SumsRow[]): Sums => {
  const sums = noSums();
  for (const row of rows) merge(sums, row.sums);
  return sums;
};

export async function totalOf(desk: Desk, window: Window, place: Place): Promise<Sums> {
  return sumOf(await rowsOf(desk, window, place, "none"));
}

function grouped(rows: readonly SumsRow[], keyOf: (row: SumsRow) => string): Map<string, Sums> {
  const groups = new Map<string, Sums>();
  for (const row of rows) {
    const key = keyOf(row);
    const sums = groups.get(key) ?? noSums();
    groups.set(key, sums);
    merge(sums, row.sums);
  }
  return groups;
}

/** Sums by key: a value of the dimension, or the moment at which an hour, day, week or month begins. */
export async function splitOf(
  desk: Desk,
  window: Window,
  by: Group,
  place: Place,
): Promise<Map<string, Sums>> {
  const { zone } = desk;
  if (by === "none") return new Map();
  if (isTimeGroup(by)) {
    const rows = await rowsOf(desk, window, place, by === "hour" ? "hour" : "day");
    return grouped(rows, ({ bucket }) => String(groupStart(zone, by, bucket)));
  }
  if (by === "heat") {
    const rows = await rowsOf(desk, window, place, "hour");
    return grouped(rows, ({ bucket }) => heatKey(zone, bucket));
  }
  if (place.dim !== "all")
    throw problem("CT_ERR_INVALID", "A filter goes with a split by time.", {
      errors: [{ index: 0, path: "/by", message: `cannot be ${by} with a filter` }],
    });
  return grouped(await rowsOf(desk, window, { dim: by }, "none"), ({ value }) => value);
}
