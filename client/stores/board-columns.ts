/** Names of the board's columns; the address may choose some of them and their order. */
export const COLUMN_IDS = [
  "select",
  "id",
  "severity",
  "act",
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

/** What an order is known by, and why it matters, are always there. */
const FIXED: ReadonlySet<ColumnId> = new Set(["select", "id", "severity", "why"]);
export const CHOOSABLE: readonly ColumnId[] = COLUMN_IDS.filter((id) => !FIXED.has(id));

export const isChoosable = (word: string): word is ColumnId => CHOOSABLE.some((id) => id === word);
