/** The columns of the board, their widths (CSS px), and which give way first when there is less room (screens, 4.2 and 4.3). */
import type { SortKey } from "../stores/board-view.ts";

export const COLUMN_IDS = [
  "select",
  "id",
  "severity",
  "left",
  "due",
  "stage",
  "inStage",
  "station",
  "carrier",
  "truck",
  "flags",
  "lines",
  "to",
  "owner",
  "why",
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

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
  { id: "left", label: "Left", width: 88, isRight: true },
  { id: "due", label: "Due", width: 136, sort: "due" },
  { id: "stage", label: "Stage", width: 184, sort: "stage" },
  { id: "inStage", label: "In stage", width: 80, sort: "stageSince", isRight: true },
  { id: "station", label: "Station", width: 96, sort: "station" },
  { id: "carrier", label: "Carrier", width: 136, sort: "carrier" },
  { id: "truck", label: "Truck", width: 128, sort: "pickup" },
  { id: "flags", label: "Flags", width: 136 },
  { id: "lines", label: "Lines", width: 88, sort: "lines", isRight: true },
  { id: "to", label: "To", width: 136, sort: "to" },
  { id: "owner", label: "Owner", width: 96, sort: "owner" },
];

/** Takes the rest; other columns give way to keep it this wide, and it shrinks only when none is left. */
const WHY: Column = { id: "why", label: "Why", width: 240 };
const WHY_LEAST = 120;
const DROPPED_FIRST: readonly ColumnId[] = [
  "to",
  "lines",
  "inStage",
  "station",
  "flags",
  "owner",
  "carrier",
];

/** Under this width a list of cards takes the place of the table. */
export const CARDS_UNDER = 936;
export const CARD_HEIGHT = 72;
export const GROUP_HEIGHT = 36;

/** The columns that fit into `width`; `without` are never shown (fields the reader may not see). */
export function columnsFor(width: number, without: ReadonlySet<ColumnId>): Column[] {
  const gone = new Set(without);
  const kept = () => [...COLUMNS.filter((column) => !gone.has(column.id)), WHY];
  const sum = () => kept().reduce((total, column) => total + column.width, 0);
  for (const id of DROPPED_FIRST) {
    if (sum() <= width) break;
    gone.add(id);
  }
  return kept();
}

export const gridTemplate = (columns: readonly Column[]): string =>
  columns
    .map((column) => (column.id === "why" ? `minmax(${WHY_LEAST}px, 1fr)` : `${column.width}px`))
    .join(" ");
