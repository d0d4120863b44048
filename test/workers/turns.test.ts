import { expect, test } from "vitest";
import { gatherAfter } from "../../workers/turns.ts";

test("a few events are followed by a moment for more, a flow by three times what its turn took, a long inbox by nothing", () => {
  expect(gatherAfter("few", 40)).toBe(15);
  expect(gatherAfter("some", 4)).toBe(15);
  expect(gatherAfter("some", 30)).toBe(90);
  expect(gatherAfter("some", 500)).toBe(200);
  for (const drained of ["empty", "applied", "refused"] as const)
    expect(gatherAfter(drained, 40)).toBe(0);
});
