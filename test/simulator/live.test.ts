import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { calendarOf, subWorking } from "../../domain/calendar.ts";
import { createTowerClient } from "../../simulator/client.ts";
import { runLive } from "../../simulator/live.ts";
import { recall } from "../../simulator/memory.ts";
import { referenceSite } from "../../simulator/sites.ts";
import { startTinyTower } from "./tiny-tower.ts";
import { DAY, HOUR, MONDAY, oneSite, preset } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });

const small = oneSite(preset("demo"), 400);
const dir = mkdtempSync(join(tmpdir(), "simulator-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Tiny = Awaited<ReturnType<typeof startTinyTower>>;

/** Runs it at that time of a clock that stands still, until the past is told. */
async function runAt(tower: Tiny, file: string, now: number): Promise<number> {
  const before = tower.kept.size;
  const stopping = new AbortController();
  const say = (words: string): void => {
    if (words.includes("from now on")) setTimeout(() => stopping.abort(), 20);
  };
  const client = createTowerClient({ url: tower.url, key: "k" }, stopping.signal, () => undefined);
  const input = { tower: client, preset: small, seed: 7, file: join(dir, file), say };
  await runLive({ ...input, signal: stopping.signal, now: () => now }).catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
  return tower.kept.size - before;
}

const start = (): Promise<Tiny> => startTinyTower(small.profiles.map(referenceSite));

/** Orders of which something was told but not their beginning. */
function withoutBeginning(tower: Tiny): string[] {
  const begun = new Set(
    tower.order.flatMap((e) => (e.type === "order.received" ? [e.orderId] : [])),
  );
  return tower.order.flatMap(({ orderId }) =>
    orderId !== undefined && !begun.has(orderId) ? [orderId] : [],
  );
}

const noon = MONDAY + 3 * DAY + 12 * HOUR;

test("a restart goes on where it was left: nothing twice, nothing lost, no body changed", async () => {
  const [cut, whole] = [await start(), await start()];
  const first = await runAt(cut, "cut.json", noon);
  expect(first).toBeGreaterThan(2_000);
  const second = await runAt(cut, "cut.json", noon + HOUR);
  await runAt(whole, "whole.json", noon);
  await runAt(whole, "whole.json", noon + HOUR / 2);
  await runAt(whole, "whole.json", noon + HOUR);
  expect(second).toBeGreaterThan(100);
  expect(second).toBeLessThan(first / 3);
  expect(cut.conflicts).toEqual([]);
  expect([...cut.kept.keys()].toSorted()).toEqual([...whole.kept.keys()].toSorted());
  await Promise.all([cut.stop(), whole.stop()]);
});

test("an answer that was lost, and a kill before it was remembered, only make duplicates", async () => {
  const [calm, rough] = [await start(), await start()];
  await runAt(calm, "calm.json", noon);
  rough.moods.push("take-and-cut", "refuse-503", "take-and-cut");
  await runAt(rough, "rough.json", noon);
  rmSync(join(dir, "rough.json"));
  await runAt(rough, "rough.json", noon);
  expect(rough.conflicts).toEqual([]);
  expect([...rough.kept.keys()]).toEqual([...calm.kept.keys()]);
  await Promise.all([calm.stop(), rough.stop()]);
});

test("after a long pause it tells what is open and the last hours, not everything in between", async () => {
  const tower = await start();
  const first = await runAt(tower, "pause.json", noon);
  const later = await runAt(tower, "pause.json", noon + 4 * DAY);
  expect(later).toBeLessThan(first * 2);
  expect(later).toBeGreaterThan(first / 2);
  expect(tower.conflicts).toEqual([]);
  // a delayed report of an order's beginning may still be on its way
  expect(new Set(withoutBeginning(tower)).size).toBeLessThan(5);
  expect(recall(join(dir, "pause.json"))?.gaps).toHaveLength(2);
  await tower.stop();
});

test("a tower whose store was emptied is told everything again", async () => {
  const [full, emptied] = [await start(), await start()];
  const first = await runAt(full, "emptied.json", noon);
  expect(await runAt(emptied, "emptied.json", noon)).toBe(first);
  await Promise.all([full.stop(), emptied.stop()]);
});

test("open orders come first, each with all its events at once", async () => {
  const tower = await start();
  await runAt(tower, "first.json", noon);
  const ids = tower.order.flatMap(({ orderId }) => orderId ?? []);
  const runs = ids.filter((id, index) => id !== ids[index - 1]);
  expect(runs.length).toBe(new Set(ids).size);
  const delivered = new Set(
    tower.order.flatMap((e) => (e.type === "parcel.delivered" ? [e.orderId] : [])),
  );
  const [head, tail] = [runs.slice(0, 30), runs.slice(-30)];
  expect(head.filter((id) => delivered.has(id)).length).toBeLessThan(5);
  expect(tail.filter((id) => delivered.has(id)).length).toBeGreaterThan(20);
  await tower.stop();
});

test("the sites of the demo work at night and on Sundays before the first order is told", async () => {
  const tower = await start();
  const night = MONDAY + 6 * DAY + 2 * HOUR;
  await runAt(tower, "open.json", night);
  expect(tower.sitesChangedAfter).toEqual([0]);
  const [site] = tower.sites();
  if (site === undefined) throw new Error("there is no site");
  expect(subWorking(calendarOf(site), night, 30 * HOUR)).toBe(night - 30 * HOUR);
  await tower.stop();
});

test("the sites of a preset with shifts of its own stay as they are", async () => {
  const tower = await start();
  const stopping = new AbortController();
  const client = createTowerClient({ url: tower.url, key: "k" }, stopping.signal, () => undefined);
  const say = (words: string): void => {
    if (words.includes("from now on")) setTimeout(() => stopping.abort(), 20);
  };
  const normal = oneSite(preset("normal"), 50);
  const input = { tower: client, preset: normal, seed: 7, file: join(dir, "normal.json"), say };
  await runLive({ ...input, signal: stopping.signal, now: () => noon }).catch(() => undefined);
  expect(tower.kept.size).toBeGreaterThan(0);
  expect(tower.sitesChangedAfter).toEqual([]);
  await tower.stop();
});

test("the shift plan is entered once; what a lead changed there stays", async () => {
  const tower = await start();
  await runAt(tower, "plan.json", noon);
  const [site] = [...tower.plans.keys()];
  const entered = tower.plans.get(site ?? "");
  const lanes = new Set(entered?.heads.map(({ process, zone }) => `${process} ${zone ?? ""}`));
  expect([...lanes].toSorted()).toEqual(
    ["check ", "pack ", "pick A", "pick B", "pick C", "stage "].toSorted(),
  );
  // the demo works at every hour of the week
  const nights = entered?.heads.filter(({ from, to }) => from === "22:00" && to === "06:00") ?? [];
  expect(nights).toHaveLength(6);
  expect(nights.every(({ days, heads }) => days.length === 7 && heads > 0)).toBe(true);
  expect(entered?.heads.every(({ heads }) => Number.isInteger(heads))).toBe(true);
  const changed = { heads: [] };
  tower.plans.set(site ?? "", changed);
  await runAt(tower, "plan.json", noon + HOUR);
  expect(tower.plans.get(site ?? "")).toBe(changed);
});
