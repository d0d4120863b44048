import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisMissing } from "../support/redis.ts";
import { type Part, type Tower, startTower } from "../support/tower.ts";

describe.skipIf(redisMissing)("a site is never deaf", () => {
  let tower: Tower;
  let events = 0;
  beforeAll(async () => {
    tower = await startTower({ workers: 2, env: { LOG_LEVEL: "info" } });
    for (const part of tower.workers) await begun(part, 1);
  }, 60_000);
  afterAll(() => tower.stop());

  const linesOf = (part: Part): number => part.output().split("workers are running").length - 1;

  /** Until this worker has said that it runs, so many times in all, and has had the time to look once. */
  async function begun(part: Part, times: number): Promise<void> {
    while (linesOf(part) < times) await sleep(50);
    await sleep(1_500);
  }

  /** ms from an accepted event to its being applied */
  async function appliedAfter(withinMs: number): Promise<number> {
    const id = `e${events++}`;
    const occurredAt = new Date().toISOString();
    const data = { text: "x" };
    const event = {
      id,
      source: "t",
      type: "note.added",
      site: "BER1",
      orderId: "N",
      occurredAt,
      data,
    };
    const posted = await tower.post([event]);
    expect(posted.status).toBe(202);
    const from = Date.now();
    while (Date.now() - from < withinMs) {
      const fate = (await (await tower.request(`/api/v1/events/t/${id}`)).json()) as {
        state: string;
      };
      if (fate.state !== "accepted") return Date.now() - from;
      await sleep(20);
    }
    return Number.POSITIVE_INFINITY;
  }

  test("with one of two workers killed, its inbox is drained within 3 s, time after time", async () => {
    for (const victim of [0, 1, 0]) {
      const part = tower.workers[victim]!;
      const killed = part.kill("SIGKILL");
      const ms = await appliedAfter(10_000);
      expect(ms).toBeLessThan(3_000);
      await killed;
      const times = linesOf(part) + 1;
      part.start();
      await begun(part, times);
    }
  });

  test("with one of two workers hung, its inbox is drained all the same", async () => {
    await tower.workers[0]!.kill("SIGSTOP");
    const delays: number[] = [];
    for (let i = 0; i < 3; i++) delays.push(await appliedAfter(10_000));
    await tower.workers[0]!.kill("SIGCONT");
    expect(Math.max(...delays)).toBeLessThan(3_000);
    expect(await appliedAfter(10_000)).toBeLessThan(3_000);
  });

  test("after the only worker was killed and started again, what came meanwhile is drained within 3 s", async () => {
    const [only, other] = [tower.workers[0]!, tower.workers[1]!];
    await other.kill("SIGKILL");
    await only.kill("SIGKILL");
    const waited = appliedAfter(60_000);
    const times = linesOf(only) + 1;
    only.start();
    while (linesOf(only) < times) await sleep(20);
    const runsSince = Date.now();
    expect(await waited).toBeLessThan(60_000);
    // One second for it to come up, three to drain.
    expect(Date.now() - runsSince).toBeLessThan(4_000);
    const otherTimes = linesOf(other) + 1;
    other.start();
    await begun(other, otherTimes);
  });

  test("a worker that is told to end does so within 15 s, also when Redis is away", async () => {
    const from = Date.now();
    await tower.workers[1]!.kill("SIGTERM");
    expect(Date.now() - from).toBeLessThan(15_000);
    await tower.redis.kill("SIGKILL");
    const again = Date.now();
    await tower.workers[0]!.kill("SIGTERM");
    expect(Date.now() - again).toBeLessThan(15_000);
    await tower.redis.restart();
  });
});
