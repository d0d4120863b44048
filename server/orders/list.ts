/** Filtering, sorting and paging of orders in memory. Pages go on after the last order of the one before, so that a moving board neither skips nor repeats. */
import { compareUrgency } from "../../domain/board-model.ts";
import { Row } from "../../domain/board.ts";
import type { OrderListQuery } from "../../domain/contract/api.ts";
import { isEnded, type Stage } from "../../domain/stages.ts";
import { createPlaceCursors, type PlaceCursor } from "../cursor.ts";
import { Type, type Static } from "typebox";

type Sort = NonNullable<OrderListQuery["sort"]>;
type Compare = (a: Row, b: Row) => number;

const compareIds: Compare = (a, b) => {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
};

/** By a number, ascending or (-1) descending; a row without one comes last either way. */
const byNumber =
  (field: "actBy" | "due" | "placedAt" | "stageSince" | "risk", way: 1 | -1): Compare =>
  (a, b) => {
    const [one, other] = [a[field], b[field]];
    if (one === null || other === null)
      return Number(one === null) - Number(other === null) || compareIds(a, b);
    return way * (one - other) || compareIds(a, b);
  };

const reversed =
  (compare: Compare): Compare =>
  (a, b) =>
    compare(b, a);

const COMPARE: Record<Sort, Compare> = {
  urgency: compareUrgency,
  severity: compareUrgency,
  actBy: byNumber("actBy", 1),
  due: byNumber("due", 1),
  // the most likely to miss first
  risk: byNumber("risk", -1),
  placedAt: byNumber("placedAt", 1),
  stageSince: byNumber("stageSince", 1),
  id: compareIds,
  "-urgency": reversed(compareUrgency),
  "-severity": reversed(compareUrgency),
  "-actBy": byNumber("actBy", -1),
  "-due": byNumber("due", -1),
  "-risk": byNumber("risk", 1),
  "-placedAt": byNumber("placedAt", -1),
  "-stageSince": byNumber("stageSince", -1),
  "-id": reversed(compareIds),
};

const wanted = (text: string | undefined): Set<string> | null =>
  text === undefined ? null : new Set(text.split(",").map((one) => one.trim()));

function isFound(row: Row, query: string): boolean {
  const text = query.toLowerCase();
  return [row.id, row.customerOrder ?? "", ...row.find].some((one) =>
    one.toLowerCase().includes(text),
  );
}

/** Whether a row fits the filters; each filter is any of its values, all filters must fit. */
export function filterOf(query: OrderListQuery): (row: Row) => boolean {
  const tests: ((row: Row) => boolean)[] = [];
  const any = (text: string | undefined, valuesOf: (row: Row) => readonly string[]): void => {
    const values = wanted(text);
    if (values !== null) tests.push((row) => valuesOf(row).some((value) => values.has(value)));
  };
  any(query.stage, ({ stage }) => [stage]);
  any(query.severity, ({ sev }) => [sev]);
  any(query.carrier, ({ carrier }) => [carrier]);
  any(query.pickup, ({ pickup }) => (pickup === null ? [] : [pickup.id]));
  any(query.exception, ({ exceptions }) => exceptions);
  any(query.hold, ({ holds }) => holds.map(({ code }) => code));
  // what is copied out of a table or a mail brings the space around it along
  const q = query.q?.trim() ?? "";
  if (q !== "") tests.push((row) => isFound(row, q));
  return (row) => tests.every((test) => test(row));
}

/** What orders rows in any of the sorts: enough to find the place after the last one of a page. */
const Place = Type.Pick(Row, ["id", "sev", "actBy", "due", "risk", "placedAt", "stageSince"]);
type Place = Static<typeof Place>;
export const orderCursors = createPlaceCursors(Place);

const placeOf = ({ id, sev, actBy, due, risk, placedAt, stageSince }: Row): Place => ({
  id,
  sev,
  actBy,
  due,
  risk,
  placedAt,
  stageSince,
});

export type OpenPage = { items: Row[]; next: PlaceCursor<Place> | null };

export function pageOf(
  rows: Iterable<Row>,
  query: OrderListQuery,
  after: Place | undefined,
  limit: number,
): OpenPage {
  const compare = COMPARE[query.sort ?? "urgency"];
  const fits = filterOf(query);
  const found: Row[] = [];
  for (const row of rows)
    if (fits(row) && (after === undefined || compare(row, after as Row) > 0)) found.push(row);
  found.sort(compare);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { items, next: hasMore ? { after: placeOf(last) } : null };
}

/** Whether closed orders are asked for: only a filter by the stages they end in asks for them. */
export const asksForClosed = ({ stage }: OrderListQuery): boolean =>
  [...(wanted(stage) ?? [])].some((one) => isEnded(one as Stage));
