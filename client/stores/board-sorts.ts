/** By what the board can be sorted: its columns. Pure. */
import { compareUrgency } from "../../domain/board-model.ts";
import type { Row } from "../../domain/board.ts";
import type { Stage } from "../../domain/stages.ts";
import { STAGE_ORDER } from "../ui/words.ts";

export const SORTS = [
  "urgency",
  "id",
  "due",
  "stage",
  "stageSince",
  "station",
  "carrier",
  "pickup",
  "lines",
  "to",
  "owner",
] as const;
export type SortKey = (typeof SORTS)[number];
export const isSort = (word: string): word is SortKey => SORTS.some((sort) => sort === word);

const rank = new Map(STAGE_ORDER.map((stage, index) => [stage, index]));
const rankOf = (stage: Stage) => rank.get(stage) ?? 0;
const LAST = Number.MAX_SAFE_INTEGER;
export const byText = (of: (row: Row) => string | undefined) => (a: Row, b: Row) => {
  const [left, right] = [of(a) ?? "￿", of(b) ?? "￿"];
  if (left === right) return 0;
  return left < right ? -1 : 1;
};

export type Compare = (a: Row, b: Row) => number;
export const COMPARE: Readonly<Record<SortKey, Compare>> = {
  urgency: compareUrgency,
  id: byText((row) => row.id),
  due: (a, b) => (a.due ?? LAST) - (b.due ?? LAST),
  stage: (a, b) => rankOf(a.stage) - rankOf(b.stage),
  stageSince: (a, b) => a.stageSince - b.stageSince,
  station: byText((row) => row.station),
  carrier: byText((row) => `${row.carrier} ${row.service}`),
  pickup: (a, b) => (a.pickup?.at ?? LAST) - (b.pickup?.at ?? LAST),
  lines: (a, b) => a.lines - b.lines || a.units - b.units,
  to: byText((row) => row.shipTo?.city),
  owner: byText((row) => row.owner),
};
