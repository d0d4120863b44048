import { beforeAll, describe, expect, test } from "vitest";
import { filterRows, type Rows } from "./rows.ts";
import { runSite, type RunOptions } from "./run.ts";
import { alarmScoresOf, scoresOf, timeErrorOf } from "./scores.ts";
import { simulatedWorld, STARTS_AT, type World } from "./world.ts";

/** A small site of the reference scenario over two Saturdays, on which its orders outgrow its people. */
const DAYS = 13;
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
  }, 120_000);

  test("knows which orders will miss, how surely, and when they will be ready", () => {
    const rows = rowsOf({});
    const { auc, skill, ece, baseRate } = scoresOf(rows);
    expect(baseRate).toBeGreaterThan(0.03);
    expect(auc).toBeGreaterThanOrEqual(0.97);
    expect(skill).toBeGreaterThanOrEqual(0.65);
    expect(ece).toBeLessThanOrEqual(0.04);
    expect(timeErrorOf(rows).nmae).toBeLessThanOrEqual(0.35);
    const alarms = alarmScoresOf(rows);
    expect(alarms.precision).toBeGreaterThanOrEqual(0.85);
    expect(alarms.recall).toBeGreaterThanOrEqual(0.9);
    expect(alarms.medianLeadMinutes).toBeGreaterThanOrEqual(100);
    expect(scoresOf(rows, rows.elapsed).skill).toBeLessThan(skill - 0.2);
  }, 120_000);

  test("loses little when pick scans are missing and the order of work is found out", () => {
    const stressed = rowsOf({ missing: 0.03, discipline: null });
    expect(scoresOf(stressed).auc).toBeGreaterThanOrEqual(0.95);
  }, 120_000);

  test("would be seen to be worse with a wrong discipline", () => {
    expect(scoresOf(rowsOf({ discipline: "fifo" })).skill).toBeLessThan(0.6);
  }, 120_000);
});
