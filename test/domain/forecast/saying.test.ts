import { describe, expect, test } from "vitest";
import { evaluate, isWorthSaying, type SaidOutlook } from "../../../domain/forecast/saying.ts";

const MINUTE = 60_000;
const words = (text: string) => () => [text];

/** One evaluation after the other; the outlooks that were worth saying. */
function run(values: readonly (readonly [minute: number, p: number])[]) {
  let latest: SaidOutlook | undefined;
  let said: SaidOutlook | undefined;
  const all: SaidOutlook[] = [];
  for (const [minute, p] of values) {
    latest = evaluate(latest, p, minute * MINUTE, words(`at ${minute}`)).next;
    if (!isWorthSaying(said, latest)) continue;
    said = latest;
    all.push(latest);
  }
  return all.map(({ at, p, isRaised }) => [at / MINUTE, p, isRaised] as const);
}

describe("what is worth saying", () => {
  test("is the first forecast, and then only what moves the risk by a step", () => {
    expect(
      run([
        [0, 0.1],
        [1, 0.12],
        [2, 0.13],
        [3, 0.14],
      ]),
    ).toEqual([
      [0, 0.1, false],
      [2, 0.13, false],
    ]);
  });

  test("is an alarm that is raised or cleared, although the risk shown stays", () => {
    expect(
      run([
        [0, 0.8],
        [5, 0.8],
      ]),
    ).toEqual([
      [0, 0.8, false],
      [5, 0.8, true],
    ]);
    expect(
      run([
        [0, 0.97],
        [1, 0.95],
        [10, 0.49],
        [11, 0.48],
      ]),
    ).toEqual([
      [0, 0.97, true],
      [10, 0.49, false],
    ]);
  });

  test("is a raised alarm's newer reason, every five minutes", () => {
    expect(
      run([
        [0, 0.97],
        [3, 0.97],
        [5, 0.97],
      ]).map(([minute]) => minute),
    ).toEqual([0, 5]);
  });

  test("is the same again before it lapses", () => {
    expect(
      run([
        [0, 0.1],
        [59, 0.1],
        [61, 0.1],
      ]).map(([minute]) => minute),
    ).toEqual([0, 61]);
  });

  test("is the end of an alarm at once when the order stands on the dock", () => {
    const raised = evaluate(undefined, 0.98, 0, words("why")).next;
    expect(evaluate(raised, 0, MINUTE, words("why")).next.isRaised).toBe(true);
    expect(evaluate(raised, 0, MINUTE, words("why"), true)).toMatchObject({
      change: "cleared",
      next: { isRaised: false, words: [] },
    });
  });

  test("has reasons only where somebody reads them", () => {
    expect(evaluate(undefined, 0.5, 0, words("why")).next.words).toEqual([]);
    expect(evaluate(undefined, 0.98, 0, words("why")).next.words).toEqual(["why"]);
  });
});
