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
    latest = evaluate(latest, { p, words: words(`at ${minute}`) }, minute * MINUTE).next;
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
    const raised = evaluate(undefined, { p: 0.98, words: words("why") }, 0).next;
    expect(evaluate(raised, { p: 0, words: words("why") }, MINUTE).next.isRaised).toBe(true);
    expect(evaluate(raised, { p: 0, words: words("why"), isReady: true }, MINUTE)).toMatchObject({
      change: "cleared",
      next: { isRaised: false, words: [] },
    });
  });

  test("leaves the alarm to the plan while too little is learned, and still says why a miss is likely", () => {
    const young = (p: number) =>
      evaluate(undefined, { p, words: words("why"), mayAlarm: false }, 0).next;
    expect(young(0.99)).toMatchObject({ isRaised: null, words: ["why"], alarm: null });
    expect(young(0.4)).toMatchObject({ isRaised: null, words: [] });
  });

  test("has reasons only where somebody reads them", () => {
    expect(evaluate(undefined, { p: 0.5, words: words("why") }, 0).next.words).toEqual([]);
    expect(evaluate(undefined, { p: 0.98, words: words("why") }, 0).next.words).toEqual(["why"]);
  });
});
