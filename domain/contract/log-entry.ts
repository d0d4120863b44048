/**
 * An entry of a site's log: its fields stand in this order, `e` and the epoch, `c` and the change without its rows as JSON, then each row by its order's id.
 *
 * The script hands the same texts to the rows' own key and to the log, and each reader parses only what it needs. More rows than the script can hand over at once
 * stand in the change itself, and so do all rows of entries that were written before rows stood apart.
 */
import type { Row } from "../board.ts";
import type { Change } from "./stored.ts";

/** Lua hands over some 8,000 arguments at most. */
export const MOST_ROWS_APART = 3_000;
const FIRST_ROW = 4;

/** As Redis tells it. */
export type LogFields = readonly string[];

type Rest = Omit<Change, "seq" | "epoch" | "rows"> & { rows?: Row[] };
export type LoggedChange = Omit<Change, "seq" | "epoch">;

/** The change without the rows that stand apart: the first ones. */
export function encodeRest({ rows, ...rest }: LoggedChange): string {
  const more = rows.slice(MOST_ROWS_APART);
  return JSON.stringify(more.length === 0 ? rest : { ...rest, rows: more });
}

export const epochOf = (fields: LogFields): string => fields[1] ?? "";
const restOf = (fields: LogFields): Rest => JSON.parse(fields[3] ?? "{}") as Rest;

function rowsApart(fields: LogFields): string[] {
  const texts: string[] = [];
  for (let at = FIRST_ROW + 1; at < fields.length; at += 2) texts.push(fields[at] ?? "");
  return texts;
}

/** What a commit says of everything but its rows, and which orders it wrote: their rows are not parsed. */
export function outlineOf(fields: LogFields): Omit<Rest, "rows"> & { ids: string[] } {
  const { rows = [], ...rest } = restOf(fields);
  const ids: string[] = [];
  for (let at = FIRST_ROW; at < fields.length; at += 2) ids.push(fields[at] ?? "");
  for (const { id } of rows) ids.push(id);
  return { ...rest, ids };
}

export function changeIn(fields: LogFields): LoggedChange {
  const { rows = [], ...rest } = restOf(fields);
  const apart = rowsApart(fields).map((text) => JSON.parse(text) as Row);
  return { ...rest, rows: rows.length === 0 ? apart : [...apart, ...rows] };
}

/** The whole change as one JSON text. */
export function textIn(fields: LogFields): string {
  const rest = fields[3] ?? "{}";
  if (fields.length <= FIRST_ROW && rest.startsWith('{"rows":')) return rest;
  if (rest.includes('"rows":')) return JSON.stringify(changeIn(fields));
  return `{"rows":[${rowsApart(fields).join(",")}],${rest.slice(1)}`;
}
