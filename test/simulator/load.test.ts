import { expect, test } from "vitest";
import { createTowerClient } from "../../simulator/client.ts";
import { runLoad } from "../../simulator/load.ts";
import { referenceSite } from "../../simulator/sites.ts";
import { startTinyTower } from "./tiny-tower.ts";
import { DAY, MONDAY, oneSite, preset } from "./world.ts";

const small = oneSite(preset("demo"), 400);

async function load(days: number, rate: number) {
  const tower = await startTinyTower(small.profiles.map(referenceSite));
  const { signal } = new AbortController();
  const client = createTowerClient({ url: tower.url, key: "k" }, signal, () => undefined);
  const begunAt = Date.now();
  const now = (): number => MONDAY + 3 * DAY + Date.now() - begunAt;
  const input = { tower: client, preset: small, seed: 7, signal, now, say: () => undefined };
  const posted = await runLoad({ ...input, days, rate });
  await tower.stop();
  return { posted, tower };
}

test("a load test tells its days with their original times, counts the answers and ends", async () => {
  const { posted, tower } = await load(0.5, Infinity);
  expect(posted.accepted).toBe(tower.kept.size);
  expect(posted.accepted).toBeGreaterThan(1_000);
  expect(posted.refused).toBe(0);
  const times = tower.order.map(({ occurredAt }) => Date.parse(occurredAt));
  const noon = MONDAY + 2.5 * DAY;
  expect(times.filter((at) => at < noon - 10 * 60_000 || at > MONDAY + 3 * DAY)).toEqual([]);
});

test("a rate is kept", async () => {
  const { posted } = await load(0.25, 1_000);
  const told = posted.accepted + posted.duplicates;
  expect(told).toBeGreaterThan(300);
  expect(posted.seconds).toBeGreaterThan((told / 1_000) * 0.9);
});
