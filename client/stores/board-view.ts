/** What is asked of the board: filters, sort, group; the address is the state, so everything here turns into a query and back. Pure. */
import { callsForAction, compareUrgency } from "../../domain/board-model.ts";
import type { Row } from "../../domain/board.ts";
import type { Severity, Stage } from "../../domain/stages.ts";
import { isChoosable, type ColumnId } from "./board-columns.ts";
import { isGrouping, GROUPS, type GroupKey, type GroupOf } from "./board-groups.ts";
import { COMPARE, isSort, type Compare, type SortKey } from "./board-sorts.ts";
import { isSeverity, isStage } from "../ui/words.ts";

export type BoardView = {
  stages: readonly Stage[];
  severities: readonly Severity[];
  carriers: readonly string[];
  pickups: readonly string[];
  owners: readonly string[];
  /** only orders on hold */
  held: boolean;
  /** only orders that somebody must act on within so many minutes; 0 = all */
  actWithin: number;
  text: string;
  sort: SortKey;
  descending: boolean;
  group: GroupKey;
  /** chosen columns in their order; none = as many as fit */
  columns: readonly ColumnId[];
};

export const DEFAULT_VIEW: BoardView = {
  stages: [],
  severities: [],
  carriers: [],
  pickups: [],
  owners: [],
  held: false,
  actWithin: 0,
  text: "",
  sort: "urgency",
  descending: false,
  group: "none",
  columns: [],
};

export type Query = Record<string, string>;
const list = (value: unknown): string[] =>
  typeof value === "string" && value !== "" ? value.split(",") : [];

/** Reads an address; what it does not know it leaves out, so that an old link still opens. */
export function viewFromQuery(query: Record<string, unknown>): BoardView {
  const sort = typeof query["sort"] === "string" ? query["sort"] : "";
  const key = sort.replace(/^-/, "");
  return {
    stages: list(query["stage"]).filter(isStage),
    severities: list(query["sev"]).filter(isSeverity),
    carriers: list(query["carrier"]),
    pickups: list(query["pickup"]),
    owners: list(query["owner"]),
    held: query["hold"] === "1",
    actWithin: Math.max(0, Number(query["act"] ?? 0) || 0),
    text: typeof query["q"] === "string" ? query["q"] : "",
    sort: isSort(key) ? key : "urgency",
    descending: sort.startsWith("-"),
    group: isGrouping(query["group"]) ? query["group"] : "none",
    columns: [...new Set(list(query["cols"]))].filter(isChoosable),
  };
}

/** The address of a view: only what differs from the default. */
export function queryFromView(view: BoardView): Query {
  const sort = `${view.descending ? "-" : ""}${view.sort}`;
  const all: Query = {
    stage: view.stages.join(","),
    sev: view.severities.join(","),
    carrier: view.carriers.join(","),
    pickup: view.pickups.join(","),
    owner: view.owners.join(","),
    hold: view.held ? "1" : "",
    act: view.actWithin > 0 ? String(view.actWithin) : "",
    q: view.text,
    sort: sort === "urgency" ? "" : sort,
    group: view.group === "none" ? "" : view.group,
    cols: view.columns.join(","),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** What stands behind the question mark: the same for the same view. */
export const addressOf = (view: BoardView): string =>
  new URLSearchParams(queryFromView(view)).toString();
export const viewFromAddress = (address: string): BoardView =>
  viewFromQuery(Object.fromEntries(new URLSearchParams(address)));
/** Everything off that hides orders; how they are shown stays. */
export const withoutFilter = (view: BoardView): BoardView => {
  const { sort, descending, group, columns } = view;
  return { ...DEFAULT_VIEW, sort, descending, group, columns };
};

export const isFiltered = (view: BoardView): boolean =>
  [view.stages, view.severities, view.carriers, view.pickups, view.owners].some(
    (chosen) => chosen.length > 0,
  ) ||
  view.held ||
  view.actWithin > 0 ||
  view.text !== "";

const haystacks = new WeakMap<Row, string>();
function haystackOf(row: Row): string {
  const known = haystacks.get(row);
  if (known !== undefined) return known;
  const words = [row.id, row.customerOrder, row.station, row.carrier, row.owner, row.why];
  const text = [...words, row.shipTo?.city, ...row.find, ...row.exceptions]
    .join("\n")
    .toLowerCase();
  haystacks.set(row, text);
  return text;
}

export type Match = (row: Row, now: number) => boolean;
const MINUTE = 60_000;

/** One test for all filters; empty filters cost nothing. */
export function matcherOf(view: BoardView): Match {
  const tests: Match[] = [];
  const terms = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const stages = new Set(view.stages);
  const severities = new Set(view.severities);
  const carriers = new Set(view.carriers);
  const pickups = new Set(view.pickups);
  const owners = new Set<string | undefined>(view.owners);
  if (stages.size > 0) tests.push((row) => stages.has(row.stage));
  if (severities.size > 0) tests.push((row) => severities.has(row.sev));
  if (carriers.size > 0) tests.push((row) => carriers.has(row.carrier));
  if (pickups.size > 0) tests.push((row) => row.pickup !== null && pickups.has(row.pickup.id));
  if (owners.size > 0) tests.push((row) => owners.has(row.owner));
  if (view.held) tests.push((row) => row.holds.length > 0);
  if (view.actWithin > 0)
    tests.push((row, now) => callsForAction(row, now, view.actWithin * MINUTE));
  if (terms.length > 0) tests.push((row) => terms.every((term) => haystackOf(row).includes(term)));
  return (row, now) => tests.every((test) => test(row, now));
}

export const groupOf = (view: BoardView): GroupOf | null =>
  view.group === "none" ? null : GROUPS[view.group];

/** A total order for the view: group, then the chosen column, then urgency (which ends with the id). */
export function compareOf(view: BoardView): Compare {
  const column = COMPARE[view.sort];
  const sign = view.descending ? -1 : 1;
  const group = groupOf(view);
  return (a, b) =>
    (group === null ? 0 : group.compare(a, b)) || sign * column(a, b) || compareUrgency(a, b);
}
