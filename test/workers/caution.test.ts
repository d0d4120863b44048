import { expect, test } from "vitest";
import { type Caution, nextStep } from "../../workers/store/caution.ts";

/** A site with entries 1..n of which one kills whoever applies it: how often that happens until it is buried. */
function deathsUntilBuried(entries: number, deadly: number): number {
  let cursor = 0;
  let caution: Caution | null = null;
  const tries = new Map<number, number>();
  for (let deaths = 0; deaths < 100;) {
    const left = Math.min(500, entries - cursor);
    if (left === 0) return Number.NaN;
    const count = (tries.get(cursor) ?? 0) + 1;
    tries.set(cursor, count);
    const step = nextStep(
      `${cursor}-0`,
      count,
      { found: left, last: `${cursor + left}-0` },
      caution,
    );
    caution = step.caution;
    const taken = Math.min(step.size, left);
    if (step.isCondemned) {
      expect(cursor + 1).toBe(deadly);
      return deaths;
    }
    if (cursor < deadly && deadly <= cursor + taken) deaths++;
    else cursor += taken;
  }
  return Number.POSITIVE_INFINITY;
}

test.each([1, 2, 63, 250, 499, 500])(
  "event %i of 500 that ends its process is buried",
  (deadly) => {
    expect(deathsUntilBuried(500, deadly)).toBeLessThanOrEqual(15);
  },
);

test("three failures change nothing, since a process may end for other reasons", () => {
  for (const tries of [1, 2, 3])
    expect(nextStep("0-0", tries, { found: 500, last: "9-0" }, null)).toEqual({
      size: 500,
      caution: null,
      isCondemned: false,
    });
  expect(nextStep("0-0", 4, { found: 500, last: "9-0" }, null)).toMatchObject({
    size: 250,
    isCondemned: false,
  });
  expect(nextStep("0-0", 4, { found: 20, last: "9-0" }, null)).toMatchObject({ size: 10 });
});

test("once past the batch that failed, batches are whole again", () => {
  const caution = { size: 1, until: "5-0", cursor: "4-0", tries: 1 };
  expect(nextStep("5-0", 1, { found: 9, last: "9-0" }, caution)).toEqual({
    size: 500,
    caution: null,
    isCondemned: false,
  });
});
