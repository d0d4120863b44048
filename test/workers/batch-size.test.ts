import { expect, test } from "vitest";
import { createBatchSize } from "../../workers/jobs/batch-size.ts";

test("a turn may take twice what the last one found, from 500 up to 2,000", () => {
  const size = createBatchSize();
  const asked: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    asked.push(size.next());
    size.note(size.next(), 20);
  }
  expect(asked).toEqual([500, 1_000, 2_000, 2_000]);
  const after = [1_999, 700, 250, 3].map((found) => {
    size.note(found, 20);
    return size.next();
  });
  expect(after).toEqual([2_000, 1_400, 500, 500]);
});

test("turns that take long become smaller, long before the watchdog bites, and never too small", () => {
  const size = createBatchSize();
  size.note(500, 20);
  size.note(1_000, 20);
  size.note(2_000, 500);
  expect(size.next()).toBe(1_000);
  for (let turn = 0; turn < 5; turn++) size.note(size.next(), 1_900);
  expect(size.next()).toBe(500);
});
