import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readOlistOrders } from "./olist.ts";
import { replay } from "./replay.ts";
import { scoresOf, verdictsOf } from "./report.ts";
import { checkNoLeak } from "./run.ts";
import { readScmsOrders } from "./scms.ts";

const REAL = join(import.meta.dirname, "../../../../shared/data/timelines");
const DAY_MS = 86_400_000;

// Data that may not be redistributed: looked for beside the checkout, skipped where it is not.
describe.skipIf(!existsSync(REAL))(
  "real orders (skipped where the files are not beside the checkout)",
  () => {
    test("of Olist: nothing later than the moment is known, and the tuning time is forecast better than by the quantile table", async () => {
      const set = await readOlistOrders(join(REAL, "olist"));
      expect(set.orders).toHaveLength(2538);
      const { rows } = replay({ ...set, looks: [] });
      const period = { name: "tuning", from: set.judgedFrom - 120 * DAY_MS, to: set.judgedFrom };
      const verdicts = verdictsOf(scoresOf(set, rows, period, 0));
      expect(verdicts).toHaveLength(18);
      expect(verdicts.filter(({ isReached }) => !isReached)).toEqual([]);
      expect(checkNoLeak({ ...set, looks: [] }, rows, set.judgedFrom)).toBeGreaterThan(2000);
    }, 120_000);

    test("of SCMS: one order a shipment, with the days it has", async () => {
      const set = await readScmsOrders(join(REAL, "scms"));
      expect(set.orders).toHaveLength(2560);
      expect(set.orders.every(({ facts }) => facts.deliverBy >= facts.placedAt)).toBe(true);
    });
  },
);
