/**
 * The baseline: at a moment, how long did orders still take from that same moment in the last 60 days? Relearned weekly, by hand-over state and destination where at
 * least 20 are known, else by hand-over state, else all.
 */
import { DAY_MS } from "../../../domain/wall-clock.ts";
import type { Row } from "./replay.ts";

const WEEK_MS = 7 * DAY_MS;
const WINDOW_MS = 60 * DAY_MS;
const LEAST = 20;

const isOut = ({ known }: Row): boolean => known.handedOverAt !== undefined;

function tableAt(rows: readonly Row[], week: number): Row[] {
  return rows.filter(
    ({ order: { deliveredAt } }) =>
      deliveredAt !== undefined && deliveredAt <= week && deliveredAt > week - WINDOW_MS,
  );
}

function missShare(row: Row, table: readonly Row[]): number | undefined {
  const alike = table.filter((other) => isOut(other) === isOut(row));
  const near = alike.filter(({ known }) => known.to === row.known.to);
  const used = [near, alike, table].find((rows) => rows.length >= LEAST) ?? table;
  if (used.length === 0) return undefined;
  const slack = row.known.deliverBy - row.at;
  const longer = used.filter(
    ({ order, at }) => (order.deliveredAt ?? Infinity) - at > slack,
  ).length;
  return (longer + 0.5) / (used.length + 1);
}

/** Probability of a miss for each row of one moment; where nothing is known yet, the base rate. */
export function quantileTable(rows: readonly Row[]): number[] {
  const tables = new Map<number, Row[]>();
  return rows.map((row) => {
    const week = Math.floor(row.at / WEEK_MS) * WEEK_MS;
    const table = tables.get(week) ?? tableAt(rows, week);
    tables.set(week, table);
    return missShare(row, table) ?? row.rate;
  });
}
