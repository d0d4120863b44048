/** The columns of the board, their widths (CSS px), and which give way first when there is less room (screens, 4.2 and 4.3). */
import { CHOOSABLE, type ColumnId } from "../stores/board-columns.ts";
import type { SortKey } from "../stores/board-sorts.ts";

export type Column = {
  id: ColumnId;
  label: string;
  width: number;
  sort?: SortKey;
  isRight?: boolean;
};

export const COLUMNS: readonly Column[] = [
  { id: "select", label: "Select", width: 32 },
  { id: "id", label: "Order", width: 144, sort: "id" },
  { id: "severity", label: "Severity", width: 104, sort: "urgency" },
  { id: "act", label: "Act in", width: 80, isRight: true },
  { id: "left", label: "Left", width: 80, isRight: true },
  { id: "due", label: "Due", width: 128, sort: "due" },
  { id: "stage", label: "Stage", width: 180, sort: "stage" },
  { id: "inStage", label: "In stage", width: 80, sort: "stageSince", isRight: true },
  { id: "station", label: "Station", width: 88, sort: "station" },
  { id: "carrier", label: "Carrier", width: 128, sort: "carrier" },
  { id: "truck", label: "Truck", width: 112, sort: "pickup" },
  { id: "flags", label: "Flags", width: 136 },
  { id: "lines", label: "Lines", width: 112, sort: "lines", isRight: true },
  { id: "to", label: "To", width: 128, sort: "to" },
  { id: "owner", label: "Owner", width: 96, sort: "owner" },
];

/** Takes the rest; other columns give way to keep it this wide, and it shrinks only when none is left. */
const WHY: Column = { id: "why", label: "Why", width: 200 };
const WHY_LEAST = 120;
const DROPPED_FIRST: readonly ColumnId[] = [
  "to",
  "lines",
  "inStage",
  "station",
  "flags",
  "owner",
  "carrier",
  "act",
];

/** Under this width a list of cards takes the place of the table. */
export const CARDS_UNDER = 936;
export const CARD_HEIGHT = 72;
export const GROUP_HEIGHT = 36;

/** All columns, or those that were chosen in the order they were chosen; what is fixed stands where it always does. */
function wanted(chosen: readonly ColumnId[]): Column[] {
  if (chosen.length === 0) return [...COLUMNS, WHY];
  const fixed = COLUMNS.filter(({ id }) => !CHOOSABLE.includes(id));
  const own = chosen.flatMap((id) => COLUMNS.filter((column) => column.id === id));
  return [...fixed, ...own, WHY];
}

const widthOf = (columns: readonly Column[]): number =>
  columns.reduce((total, { width }) => total + width, 0);

/** The columns that fit into `width`; `without` are never shown (fields the reader may not see). Who chose columns gets them all, and scrolls. */
export function columnsFor(
  width: number,
  without: ReadonlySet<ColumnId>,
  chosen: readonly ColumnId[] = [],
): Column[] {
  const gone = new Set(without);
  const kept = () => wanted(chosen).filter(({ id }) => !gone.has(id));
  for (const id of chosen.length > 0 ? [] : DROPPED_FIRST) {
    if (widthOf(kept()) <= width) break;
    gone.add(id);
  }
  return kept();
}

/** Places in the grid by column, as CSS: cells stay in one order in the page, and are shown in the chosen one. */
export const columnPlaces = (columns: readonly Column[]): Record<string, number> =>
  Object.fromEntries(columns.map(({ id }, at) => [`--at-${id}`, at + 1]));

export const gridTemplate = (columns: readonly Column[]): string =>
  columns
    .map(({ id, width }) => {
      if (id === "why") return `minmax(${WHY_LEAST}px, 1fr)`;
      return id === "select" ? "var(--select-width)" : `${width}px`;
    })
    .join(" ");
