import { afterEach, expect, test, vi } from "vitest";
import { createStatuses } from "../../../server/forecast/statuses.ts";
import { createLiveBoard } from "../../../server/live/live-board.ts";
import { noSums } from "../../../domain/contract/board-sums.ts";
import { readSites } from "../../../server/sites/file.ts";
import { aRow } from "../../support/board-rows.ts";

const NOW = Date.UTC(2026, 1, 11, 9);
const statusAt = (at: number) =>
  JSON.stringify({ at, basis: "learned", paces: { pack: { people: 2, ratePerPerson: 7 } } });

afterEach(() => vi.useRealTimers());

test("paces count for five minutes, and are looked up again every ten seconds", async () => {
  vi.useFakeTimers({ now: NOW });
  let text: string | null = statusAt(NOW);
  let isAway = false;
  const statuses = createStatuses({
    sites: () => ["BER1"],
    read: async () => (isAway ? Promise.reject(new Error("away")) : text),
    now: Date.now,
  });
  statuses.start();
  await vi.advanceTimersByTimeAsync(1);
  expect(statuses.paces("BER1")).toEqual({ pack: { people: 2, ratePerPerson: 7 } });
  expect(statuses.paces("NYC1")).toEqual({});

  isAway = true;
  await vi.advanceTimersByTimeAsync(4 * 60_000);
  expect(statuses.paces("BER1")).not.toEqual({});
  await vi.advanceTimersByTimeAsync(70_000);
  expect(statuses.paces("BER1")).toEqual({});

  isAway = false;
  text = statusAt(Date.now());
  await vi.advanceTimersByTimeAsync(10_000);
  expect(statuses.paces("BER1")).not.toEqual({});
  text = null;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(statuses.fresh("BER1")).toBeNull();
  statuses.stop();
});

test("trucks are judged by the paces of the forecast", async () => {
  const [site] = await readSites(undefined, 2026);
  if (site === undefined) throw new Error("the example has sites");
  const at = NOW + 3 * 3_600_000;
  const rows = Array.from({ length: 40 }, (_, n) =>
    aRow({ id: `SO-${n}`, stage: "picked", pickup: { id: "DHL-1", at }, due: at }),
  );
  const packOf = (people: number) => {
    const paces = () => ({ pack: { people, ratePerPerson: 5 } });
    const board = createLiveBoard(() => site, site.id, { paces, silent: () => [] });
    board.load({ ...noSums(), epoch: "e", seq: 1 }, new Map(rows.map((row) => [row.id, row])));
    const [truck] = board.view.trucks(NOW);
    return truck?.stations.find(({ process }) => process === "pack");
  };
  const [few, many] = [packOf(1), packOf(8)];
  expect(many?.capacity).toBeCloseTo(8 * (few?.capacity ?? 0), 5);
  expect(few?.probability).toBeLessThan(0.1);
  expect(many?.probability).toBeGreaterThan(0.9);
});
