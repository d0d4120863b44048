import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLedger } from "../../domain/analytics/ledger.ts";
import { answerFrom } from "../../history/ask.ts";
import { migrate } from "../../history/migrate.ts";
import { openHistory, type History } from "../../history/open.ts";
import { readBacklog, readWip } from "../../server/analytics/wip.ts";
import { createRandom } from "../chaos/random.ts";
import { tempDir } from "../support/temp-dir.ts";

const HOUR = 3_600_000;
const ZONE = "Europe/Berlin";
const SITE = "BER1";
/** the clocks go forward on the 29th: that day has 23 hours */
const FIRST = Date.UTC(2026, 2, 26, 23);
const LAST = FIRST + 6 * 24 * HOUR;
const ORDERS = 400;

type Stay = { from: number; to: number };
const folder = tempDir();
let history: History;
const stays: Stay[] = [];

/** Time that all of them spent there within the window, one by one. */
const spent = (from: number, to: number): number =>
  stays.reduce(
    (sum, stay) => sum + Math.max(0, Math.min(to, stay.to) - Math.max(from, stay.from)),
    0,
  );

const thereAt = (at: number): number =>
  stays.filter(({ from, to }) => from < at && to >= at).length;

beforeAll(async () => {
  history = openHistory({ file: join(folder.path, "h.db") });
  await migrate(history, 1);
  const random = createRandom(11);
  const ledger = createLedger(ZONE);
  const PICKING = [["stage", "picking"]] as const;
  for (let order = 0; order < ORDERS; order += 1) {
    const from = FIRST + Math.floor(random() * (LAST - FIRST));
    const to = from + Math.floor(random() ** 3 * 40 * HOUR);
    stays.push({ from, to });
    ledger.passage(from, PICKING, "in", 1);
    ledger.passage(to, PICKING, "out", 1);
  }
  const rows = ledger
    .gains()
    .map(({ grain, dim, value, bucket, sums }) => [
      SITE,
      grain,
      dim,
      value,
      bucket,
      JSON.stringify(sums),
    ]);
  await history.upsert(history.db, "rollups", rows, ["site", "grain", "dim", "value", "bucket"]);
});
afterAll(async () => {
  await history.close();
  folder[Symbol.dispose]();
});

const deskAt = (now: number) => ({ ask: answerFrom(history), site: SITE, zone: ZONE, now });

describe("what stood in a stage, from comings and goings", () => {
  test.each([
    ["whole days, over the night when the clocks go forward", FIRST, LAST],
    ["from an afternoon to a morning", FIRST + 15 * HOUR, LAST - 13 * HOUR],
    ["some hours of one day", FIRST + 60 * HOUR, FIRST + 67 * HOUR],
    ["one hour", FIRST + 50 * HOUR, FIRST + 51 * HOUR],
  ])("is on average what each order spent there: %s", async (_, from, to) => {
    const wips = await readWip(deskAt(LAST + 100 * HOUR), { from, to });
    expect(wips.get("picking")?.wip).toBeCloseTo(spent(from, to) / (to - from), 9);
    expect(wips.get("picking")?.atEnd).toBe(thereAt(to));
  });

  test("is hour by hour who was there at its end", async () => {
    const window = { from: FIRST + 24 * HOUR, to: LAST - 24 * HOUR };
    const hours = await readBacklog(deskAt(LAST + 100 * HOUR), window);
    expect(hours).toHaveLength(4 * 24);
    expect(hours.map(({ inside }) => inside)).toEqual(hours.map(({ at }) => thereAt(at)));
  });
});
