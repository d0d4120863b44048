import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTurns } from "../../../server/people/turns.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TOO_MANY = { code: "CT_ERR_TOO_MANY_REQUESTS", extra: { retryAfterSeconds: 2 } };

/** Work that ends when it is told. */
function stand(rules = { atOnce: 2, mostWaiting: 3, waitMs: 5_000 }) {
  const inTurn = createTurns(rules);
  const ends: (() => void)[] = [];
  let begun = 0;
  const ask = () => {
    const done = inTurn(() => {
      begun += 1;
      return new Promise<string>((resolve) => ends.push(() => resolve("done")));
    });
    done.catch(() => undefined);
    return done;
  };
  const end = async () => {
    ends.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ask, end, begun: () => begun };
}

test("no more than so many work at once, and the others in the order they came", async () => {
  const { ask, end, begun } = stand();
  const all = Array.from({ length: 5 }, ask);
  await vi.advanceTimersByTimeAsync(0);
  expect(begun()).toBe(2);
  await end();
  expect(begun()).toBe(3);
  for (let left = 0; left < 4; left += 1) await end();
  expect(await Promise.all(all)).toEqual(Array(5).fill("done"));
  expect(begun()).toBe(5);
});

test("one more than may wait is told at once when to come again", async () => {
  const { ask } = stand();
  Array.from({ length: 5 }, ask);
  await expect(ask()).rejects.toMatchObject(TOO_MANY);
});

test("who has waited five seconds is told so, is never begun, and leaves the place to others", async () => {
  const { ask, end, begun } = stand({ atOnce: 1, mostWaiting: 1, waitMs: 5_000 });
  const first = ask();
  const second = ask();
  await vi.advanceTimersByTimeAsync(4_999);
  const early = ask();
  await expect(early).rejects.toMatchObject(TOO_MANY);
  await vi.advanceTimersByTimeAsync(1);
  await expect(second).rejects.toMatchObject(TOO_MANY);
  const third = ask();
  await end();
  expect(await first).toBe("done");
  await end();
  expect(await third).toBe("done");
  expect(begun()).toBe(2);
});

test("work that fails gives its turn on", async () => {
  const inTurn = createTurns({ atOnce: 1, mostWaiting: 5, waitMs: 5_000 });
  await expect(inTurn(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await inTurn(() => Promise.resolve(1))).toBe(1);
});
