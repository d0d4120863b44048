import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPace } from "../../../server/live/pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function aPace() {
  const left: string[] = [];
  const startedAt = performance.now();
  const pace = createPace(250, (site) => left.push(`${site} ${performance.now() - startedAt}`));
  return { left, pace };
}

test("the first change leaves at once, the next ones together when the gap is over", () => {
  const { left, pace } = aPace();
  pace.note("A");
  vi.advanceTimersByTime(1);
  expect(left).toEqual(["A 0"]);
  for (let count = 0; count < 20; count += 1) {
    pace.note("A");
    vi.advanceTimersByTime(10);
  }
  expect(left).toEqual(["A 0"]);
  vi.advanceTimersByTime(100);
  expect(left).toEqual(["A 0", "A 250"]);
});

test("after a quiet moment nothing waits, and one site never waits for another", () => {
  const { left, pace } = aPace();
  pace.note("A");
  vi.advanceTimersByTime(400);
  pace.note("A");
  pace.note("B");
  vi.advanceTimersByTime(1);
  expect(left).toEqual(["A 0", "A 400", "B 400"]);
});

test("nothing leaves after the end", () => {
  const { left, pace } = aPace();
  pace.note("A");
  pace.stop();
  vi.advanceTimersByTime(1_000);
  expect(left).toEqual([]);
});
