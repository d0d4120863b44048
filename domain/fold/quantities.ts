/** Counting lines: what is picked and packed, what is short, and when that is all. */
import type { OrderLine } from "../order.ts";
import type { Building } from "./state.ts";

type Counted = readonly { line: number; quantity: number }[];
type Done = "picked" | "packed";

const lineOf = (building: Building, number: number): OrderLine | undefined =>
  building.order.lines.find((line) => line.line === number);

/** Adds what was counted, never beyond what was ordered. */
export function count(building: Building, what: Done, counted: Counted): void {
  for (const { line: number, quantity } of counted) {
    const line = lineOf(building, number);
    if (line) line[what] = Math.min(line.quantity, line[what] + quantity);
  }
}

export function countBack(building: Building, what: Done, counted: Counted): void {
  for (const { line: number, quantity } of counted) {
    const line = lineOf(building, number);
    if (line) line[what] = Math.max(0, line[what] - quantity);
  }
}

/** A scan without lines speaks for all of them, but for what is short. */
export function countAll(building: Building, what: Done): void {
  for (const line of building.order.lines) line[what] = line.quantity - line.short;
}

export function countNone(building: Building, what: Done): void {
  for (const line of building.order.lines) line[what] = 0;
}

export const isComplete = (building: Building, what: Done): boolean =>
  building.order.lines.every((line) => line[what] + line.short >= line.quantity);

export const hasAny = (building: Building, what: Done): boolean =>
  building.order.lines.some((line) => line[what] > 0);

/** `3 of 5 units` */
export function progress(building: Building, what: Done): string {
  let [done, needed] = [0, 0];
  for (const line of building.order.lines) {
    done += line[what];
    needed += line.quantity - line.short;
  }
  return `${done} of ${needed} units`;
}
