import { expect, test } from "vitest";
import { createPacing, type Pressure, restAfter } from "../../workers/history/pacing.ts";
import type { Send } from "../../workers/redis.ts";

/** A rest in time of its own, beside inboxes that are worked off at a steady rate. */
async function rested({
  worked,
  waiting,
  perMs = 0,
  isMachineBusy = false,
}: {
  worked: number;
  waiting: number;
  perMs?: number;
  isMachineBusy?: boolean;
}): Promise<number> {
  let clock = 1_000;
  const send = (async () => Math.max(0, waiting - (clock - 1_000) * perMs)) as unknown as Send;
  const rest = createPacing({
    send,
    sites: async () => ["BER1"],
    isMachineBusy: () => isMachineBusy,
    pause: async (ms) => void (clock += ms),
    now: () => clock,
  });
  await rest(clock - worked);
  return clock - 1_000;
}

test.each<[Pressure, number]>([
  ["none", 0],
  ["busy", 300],
  ["behind", 900],
])("a rest after 100 ms of work, pressed by %s, is %i ms long", (pressure, ms) => {
  expect(restAfter(100, pressure)).toBe(ms);
});

test("no rest is longer than some seconds, so that history never stands still", async () => {
  expect(await rested({ worked: 60_000, waiting: 100_000 })).toBeLessThanOrEqual(3_000);
});

test("history rests long while events wait, and not at all where nobody needs the time", async () => {
  expect(await rested({ worked: 100, waiting: 10_000 })).toBeCloseTo(900);
  expect(await rested({ worked: 100, waiting: 500 })).toBe(0);
  expect(await rested({ worked: 100, waiting: 0, isMachineBusy: true })).toBeCloseTo(300);
});

test("a rest ends when the events are applied for which it was", async () => {
  expect(await rested({ worked: 300, waiting: 10_000, perMs: 10 })).toBeLessThanOrEqual(1_100);
  expect(await rested({ worked: 300, waiting: 10_000, perMs: 10 })).toBeGreaterThanOrEqual(900);
});

test("where nothing can be asked the machine alone decides", async () => {
  let paused = 0;
  const rest = createPacing({
    send: (() => Promise.reject(new Error("gone"))) as unknown as Send,
    sites: async () => ["BER1"],
    isMachineBusy: () => false,
    pause: async (ms) => void (paused += ms),
    now: () => 5_000,
  });
  await rest(0);
  expect(paused).toBe(0);
});
