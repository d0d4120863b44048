import { expect, test } from "vitest";
import { flowOf } from "../../../client/board/facets.ts";
import { aRow, metricsOf } from "../../support/board-rows.ts";

const NOW = Date.parse("2026-02-11T10:00:00Z");

test("a stage of which nothing is known is not empty", () => {
  const [cell] = flowOf(["packed"], null);
  expect(cell).toMatchObject({ wip: null, share: 0, rates: "", isStuck: false });
});

test("a stage without orders is empty, and one with the most of them is full", () => {
  const metrics = metricsOf([aRow({ id: "SO-1", stage: "packed" })], NOW);
  const cells = flowOf(["picked", "packed", "handed_over"], metrics);
  expect(cells.map(({ stage, wip, share }) => [stage, wip, share])).toEqual([
    ["picked", 0, 0],
    ["packed", 1, 1],
  ]);
});
