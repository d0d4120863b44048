/** Two kinds of viewers: those who work with orders, and viewers and walls, who get no people and no places. */
import type { BoardDelta, Row } from "../domain/board.ts";
import type { Principal } from "../domain/permissions.ts";

export type Audience = "full" | "reduced";

export const audienceOf = ({ role }: Principal): Audience =>
  role === "viewer" || role === "wall" ? "reduced" : "full";

/** The same row without owner and destination. */
export function reducedRow(row: Row): Row {
  const { owner: _owner, shipTo: _shipTo, ...rest } = row;
  return rest;
}

export const rowsFor = (audience: Audience, rows: Row[]): Row[] =>
  audience === "full" ? rows : rows.map(reducedRow);

export const deltaFor = (audience: Audience, delta: BoardDelta): BoardDelta =>
  audience === "full" ? delta : { ...delta, upserts: delta.upserts.map(reducedRow) };
