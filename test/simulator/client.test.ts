import { afterEach, expect, test } from "vitest";
import { BATCH, createTowerClient, RefusedError } from "../../simulator/client.ts";
import { type Mood, startTinyTower } from "./tiny-tower.ts";
import { oneSite, preset, run } from "./world.ts";

const events = run(oneSite(preset("demo"), 300), 1).reports.map(({ event }) => event);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(moods: Mood[]) {
  const tower = await startTinyTower();
  closing.push(tower.stop);
  tower.moods.push(...moods);
  const said: string[] = [];
  const stopping = new AbortController();
  const target = { url: tower.url, key: "k" };
  const client = createTowerClient(target, stopping.signal, (words) => void said.push(words));
  return { tower, client, said, stopping };
}

test("what is refused, cut off or lost is sent again with the same ids until each event is there once", async () => {
  const { tower, client } = await start([
    "refuse-503",
    "cut",
    "take-and-cut",
    "refuse-429",
    "take",
    "take-and-cut",
  ]);
  const sum = { accepted: 0, duplicates: 0 };
  for (let from = 0; from < events.length; from += BATCH) {
    const posted = await client.post(events.slice(from, from + BATCH));
    sum.accepted += posted.accepted;
    sum.duplicates += posted.duplicates;
  }
  const ids = new Set(events.map(({ source, id }) => `${source} ${id}`));
  expect(new Set(tower.kept.keys())).toEqual(ids);
  expect(tower.conflicts).toEqual([]);
  expect(sum.accepted + sum.duplicates).toBe(events.length);
  // taken and cut off twice: both batches were there when they came again
  expect(sum.duplicates).toBeGreaterThanOrEqual(2 * BATCH);
  expect(tower.order.map(({ id }) => id)).toEqual([
    ...new Map(events.map((e) => [`${e.source} ${e.id}`, e.id])).values(),
  ]);
});

test("a tower that is not there is asked again until told to stop", async () => {
  const { tower, client, said, stopping } = await start([]);
  await tower.stop();
  closing.pop();
  const ended = client.post(events.slice(0, 3)).then(
    () => "posted",
    (error: Error) => error.name,
  );
  await expect.poll(() => said.length, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(said[0]).toContain("ECONNREFUSED");
  stopping.abort();
  expect(await ended).toBe("AbortError");
});

test("it stops at once when it is told to, also while it waits", async () => {
  const { client, stopping } = await start(Array.from({ length: 50 }, (): Mood => "refuse-503"));
  const waiting = client.post(events.slice(0, 3));
  setTimeout(() => stopping.abort(), 150);
  await expect(waiting).rejects.toThrow(/abort/i);
});

test("a key that is not allowed is not tried again", async () => {
  const { tower, client } = await start(["forbid"]);
  await expect(client.post(events.slice(0, 3))).rejects.toThrow(RefusedError);
  expect(tower.requests()).toBe(1);
});

test("events that the tower refuses are counted and said, the others taken", async () => {
  const { client, said } = await start(["refuse-one", "refuse-all"]);
  expect(await client.post(events.slice(0, 10))).toEqual({
    accepted: 9,
    duplicates: 0,
    refused: 1,
  });
  expect(await client.post(events.slice(10, 20))).toEqual({
    accepted: 0,
    duplicates: 0,
    refused: 10,
  });
  expect(said).toHaveLength(2);
});
