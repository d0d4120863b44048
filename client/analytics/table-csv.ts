/** A table as it stands on the screen, for other programs: bare numbers, durations in ms, shares 0 to 1. Pure. */
import { csvCell } from "../board/csv.ts";
import type { Table } from "./panels.ts";

export function tableCsv({ columns, rows }: Table): string {
  const lines = rows.map(({ head, cells }) =>
    [head, ...cells].map(({ raw }) => csvCell(raw ?? "")).join(","),
  );
  return [columns.map(({ name }) => csvCell(name)).join(","), ...lines, ""].join("\r\n");
}
