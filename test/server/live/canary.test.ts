import { afterEach, expect, test, vi } from "vitest";
import { canaryOf, createCanary } from "../../../server/live/canary.ts";

afterEach(() => vi.useRealTimers());

test("all servers send the same canary in the same ten seconds", () => {
  const slot = 1_700_000_000_000;
  expect(canaryOf("BER1", slot + 1, 0)).toEqual(canaryOf("BER1", slot + 9_999, 0));
  expect(canaryOf("BER1", slot + 10_000, 0)).not.toEqual(canaryOf("BER1", slot, 0));
});

test("the first goes at once, then one a slot; a refused one is tried again after a second", async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const sent: unknown[] = [];
  let isTaken = false;
  const post = async (event: object) => {
    sent.push(Reflect.get(event, "id"));
    return isTaken;
  };
  const canary = createCanary(
    () => ["BER1"],
    post,
    Date.now,
    () => 0,
  );
  canary.start();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(new Set(sent).size).toBe(1);
  expect(sent).toHaveLength(3);
  isTaken = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent).toHaveLength(6);
  expect(new Set(sent).size).toBe(3);
  canary.stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent).toHaveLength(6);
});

test("no slot is left out when a timer fires early and the answer comes in the next slot", async () => {
  const slot = 1_700_000_000_000;
  vi.useFakeTimers({ now: slot + 9_999 });
  const sent: unknown[] = [];
  const post = async (event: object) => {
    sent.push(Reflect.get(event, "id"));
    await new Promise((resolve) => setTimeout(resolve, 3));
    return true;
  };
  const canary = createCanary(
    () => ["BER1"],
    post,
    Date.now,
    () => 0,
  );
  canary.start();
  await vi.advanceTimersByTimeAsync(100);
  canary.stop();
  expect(sent).toEqual([canaryOf("BER1", slot, 0)["id"], canaryOf("BER1", slot + 10_000, 0)["id"]]);
});

test("slots that come again after the clock was set back are no repeats, and the same at all servers", () => {
  const slot = 1_700_000_000_000;
  const newest = slot + 7_200_000;
  const [before, again] = [canaryOf("BER1", slot, 0), canaryOf("BER1", slot, newest)];
  expect(again["id"]).not.toBe(before["id"]);
  expect(canaryOf("BER1", slot + 9_999, newest)).toEqual(again);
  expect(canaryOf("BER1", slot, slot + 300)).toEqual(before);
});
