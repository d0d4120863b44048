import { beforeAll, describe, expect, test } from "vitest";
import { filterRows, type Rows } from "./rows.ts";
import { runSite, type RunOptions } from "./run.ts";
import { alarmScoresOf, scoresOf, timeErrorOf } from "./scores.ts";
import { simulatedWorld, STARTS_AT, type World } from "./world.ts";

/** A small site of the reference scenario from its fourth day on: a Saturday on which orders outgrow the people, and the Monday after it. */
const DAYS = 8;
const FROM = STARTS_AT + 3 * 86_400_000;
const REFERENCE: RunOptions = {
  days: DAYS,
  siteIndex: 1,
  hasPlan: true,
  discipline: "due",
  missing: 0,
  sampled: 1,
};

describe("the forecast of a simulated floor", () => {
  let world: World;
  const rowsOf = (options: Partial<RunOptions>): Rows => {
    const { rows } = runSite(world, { ...REFERENCE, ...options });
    return filterRows(rows, (index) => (rows.at[index] ?? 0) >= FROM);
  };
  beforeAll(() => {
    world = simulatedWorld(1, 101, DAYS);
  }, 240_000);

  test("knows which orders will miss, how surely, how early, and when they will be ready", () => {
    const rows = rowsOf({});
    const { auc, skill, ece, baseRate } = scoresOf(rows);
    expect(baseRate).toBeGreaterThan(0.01);
    expect(auc).toBeGreaterThanOrEqual(0.97);
    expect(skill).toBeGreaterThanOrEqual(0.75);
    expect(ece).toBeLessThanOrEqual(0.03);
    expect(timeErrorOf(rows).nmae).toBeLessThanOrEqual(0.3);
    const alarms = alarmScoresOf(rows);
    expect(alarms.precision).toBeGreaterThanOrEqual(0.85);
    expect(alarms.recall).toBeGreaterThanOrEqual(0.9);
    // on a Saturday work begins four hours before the truck
    expect(alarms.medianLeadMinutes).toBeGreaterThanOrEqual(80);
    expect(scoresOf(rows, rows.elapsed).skill).toBeLessThan(skill - 0.2);
  }, 120_000);

  test("loses little when pick scans are missing and the order of work is found out", () => {
    const stressed = rowsOf({ missing: 0.03, discipline: null });
    expect(scoresOf(stressed).auc).toBeGreaterThanOrEqual(0.97);
    expect(timeErrorOf(stressed).nmae).toBeLessThanOrEqual(0.3);
  }, 120_000);

  test("is seen to be worse under a wrong belief about the order of work", () => {
    const wrong = rowsOf({ discipline: "fifo" });
    expect(timeErrorOf(wrong).nmae).toBeGreaterThan(0.4);
    expect(alarmScoresOf(wrong).recall).toBeLessThan(0.8);
  }, 120_000);
});
