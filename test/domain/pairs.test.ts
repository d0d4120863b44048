import { describe, expect, test } from "vitest";
import { PAIRS } from "./pairs-table.ts";
import { cellOf, HISTORIES, STATES, TYPES } from "./pairs.ts";
import { anOrder } from "../support/builders.ts";

describe("every event in every state", () => {
  test("the histories lead to the states they are named after", () => {
    const known = STATES.filter((state) => state !== "unknown");
    expect(known.map((state) => anOrder(HISTORIES[state] ?? []).stage)).toEqual(known);
  });

  test("the table names every type once for every state", () => {
    expect(Object.keys(PAIRS).toSorted()).toEqual([...TYPES].toSorted());
    for (const cells of Object.values(PAIRS)) {
      const states = Object.values(cells).flatMap((said) => said.split(" "));
      expect(states.toSorted()).toEqual([...STATES].toSorted());
    }
  });

  test.each(TYPES)("%s has the outcome of the table in each of them", (type) => {
    const found: Record<string, string> = {};
    for (const state of STATES) {
      const cell = cellOf(state, type);
      found[cell] = found[cell] === undefined ? state : `${found[cell]} ${state}`;
    }
    expect(found).toEqual(PAIRS[type]);
  });

  test("an event dated before the order, or at the very moment of its last scan, has an outcome too", () => {
    for (const state of STATES) {
      for (const type of TYPES) {
        for (const at of ["0:30", "7:00", "10:00", "12:01"]) {
          expect(cellOf(state, type, at)).toMatch(/^[a-z]+(>[a-z_]+)?$/);
        }
      }
    }
  });
});
