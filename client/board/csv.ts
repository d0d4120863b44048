/** The chosen rows as a table for other programs. Instants as RFC 3339; a text that a spreadsheet would run as a formula is made harmless. */
import type { Row } from "../../domain/board.ts";

const HEAD =
  "order,customerOrder,stage,severity,due,actBy,carrier,service,pickup,owner,lines,units,why";

const instant = (at: number | null) => (at === null ? "" : new Date(at).toISOString());

export function csvCell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function rowsToCsv(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    [
      row.id,
      row.customerOrder ?? "",
      row.stage,
      row.sev,
      instant(row.due),
      instant(row.actBy),
      row.carrier,
      row.service,
      row.pickup?.id ?? "",
      row.owner ?? "",
      row.lines,
      row.units,
      row.why ?? "",
    ]
      .map(csvCell)
      .join(","),
  );
  return [HEAD, ...lines, ""].join("\r\n");
}

/** Hands a file to the browser's downloads. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

export const download = (name: string, text: string, type = "text/csv;charset=utf-8"): void =>
  saveBlob(name, new Blob([text], { type }));
