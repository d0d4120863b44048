import { afterEach, describe, expect, test, vi } from "vitest";
import { createClock } from "../../server/clock.ts";

const REDIS = 1_000_000_000;

function world() {
  const at = { steady: 50, wall: 5, redis: REDIS as number | null };
  const read = async (): Promise<number> => {
    if (at.redis === null) throw new Error("away");
    return at.redis;
  };
  const clock = createClock({ read, steady: () => at.steady, wall: () => at.wall });
  return { at, clock };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("the tower's clock", () => {
  test("is the machine's own before Redis has answered", async () => {
    const { at, clock } = world();
    at.redis = null;
    clock.start();
    await Promise.resolve();
    expect(clock.now()).toBe(5);
    clock.stop();
  });

  test("is that of Redis, however the machine's is set, and goes on while Redis is away", async () => {
    vi.useFakeTimers();
    const { at, clock } = world();
    clock.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(clock.now()).toBe(REDIS);
    at.steady += 1_500;
    at.wall -= 600_000;
    at.redis = null;
    expect(clock.now()).toBe(REDIS + 1_500);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(clock.now()).toBe(REDIS + 1_500);
    clock.stop();
  });

  test("follows Redis when that one is set right", async () => {
    vi.useFakeTimers();
    const { at, clock } = world();
    clock.start();
    await vi.advanceTimersByTimeAsync(0);
    at.redis = REDIS + 60_000;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(clock.now()).toBe(REDIS + 60_000);
    clock.stop();
  });
});
