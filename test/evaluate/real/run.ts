/**
 * `npm run evaluate -- --data <folder>`: real orders. The folder holds `olist/` or `scms/`, or is one of them. Without `--judge` only the tuning time is shown, so that
 * the judged time is looked at on purpose.
 */
import { strict as assert } from "node:assert";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readOlistOrders } from "./olist.ts";
import type { DataSet } from "./real-order.ts";
import { replay, type Row } from "./replay.ts";
import { alarmTable, momentTable, scoresOf, verdictsOf, type Period } from "./report.ts";
import { readScmsOrders } from "./scms.ts";
import { diceOf, throwDice } from "../../../simulator/random.ts";
import { DAY_MS } from "../../../domain/wall-clock.ts";

const DRAWS = 500;

type Say = (line: string) => void;

async function dataSetsIn(folder: string): Promise<DataSet[]> {
  const names = await readdir(folder);
  const sets: DataSet[] = [];
  if (names.includes("olist")) sets.push(await readOlistOrders(join(folder, "olist")));
  if (names.includes("scms")) sets.push(await readScmsOrders(join(folder, "scms")));
  if (names.some((name) => /orders(_dataset)?\.csv(\.gz)?$/.test(name)))
    sets.push(await readOlistOrders(folder));
  if (names.some((name) => /^scms.*\.csv(\.gz)?$/i.test(name)))
    sets.push(await readScmsOrders(folder));
  return sets;
}

/** The same orders with every outcome after `cut` exchanged among the orders that were open then: nothing said before may change. */
export function poisoned(set: DataSet, cut: number): DataSet {
  const dice = diceOf(7, "poison");
  const later = (at: number | undefined): number | undefined =>
    at !== undefined && at <= cut
      ? at
      : throwDice(dice) < 0.2
        ? undefined
        : cut + Math.round(throwDice(dice) * 60 * DAY_MS);
  const orders = set.orders.map((order) => {
    if (order.handedOverAt === order.facts.placedAt)
      return { ...order, deliveredAt: later(order.deliveredAt) };
    const handedOverAt = later(order.handedOverAt);
    const deliveredAt = later(order.deliveredAt);
    return { ...order, handedOverAt, deliveredAt };
  });
  return { ...set, orders };
}

const said = (rows: readonly Row[], until: number): Map<string, number> =>
  new Map(
    rows
      .filter(({ at }) => at <= until)
      .map(({ order, moment, p }) => [`${order.id} ${moment}`, p]),
  );

/** How many forecasts until `cut` were compared; throws when one of them knew what came later. */
export function checkNoLeak(set: DataSet, rows: readonly Row[], cut: number): number {
  const before = said(rows, cut);
  const after = said(replay(poisoned(set, cut)).rows, cut);
  for (const [key, p] of before)
    assert.equal(after.get(key), p, `${set.name}: ${key} knew of what came after`);
  return before.size;
}

function isLook(set: DataSet): (row: Row) => boolean {
  const names = new Set(set.looks.map(({ name }) => name));
  return ({ moment }) => names.has(moment);
}

function showPeriod(set: DataSet, rows: readonly Row[], period: Period, say: Say): void {
  const looks = isLook(set);
  const inside = (row: Row): boolean =>
    row.at >= period.from && row.at < period.to && (period.isIn?.(row) ?? true);
  const scores = scoresOf(
    set,
    rows.filter((row) => !looks(row)),
    period,
    DRAWS,
  );
  say(`\n${set.name}, ${period.name}`);
  for (const line of momentTable(scores)) say(line);
  say("alarms at equal lead");
  for (const line of alarmTable(rows.filter((row) => looks(row) && inside(row)))) say(line);
  const missed = verdictsOf(scores).filter(({ isReached }) => !isReached);
  for (const { target, figure } of missed) say(`not reached: ${target} (${figure})`);
  if (missed.length === 0)
    say(
      "reached at every moment: AUC and Brier better than the quantile table, Brier below the base rate",
    );
}

export type RealOptions = { folder: string; judge: boolean; say: Say };

export async function evaluateReal({ folder, judge, say }: RealOptions): Promise<void> {
  const sets = await dataSetsIn(folder);
  if (sets.length === 0) say(`${folder}: neither olist/ nor scms/ is there; nothing to evaluate`);
  for (const set of sets) {
    const began = performance.now();
    const { rows, state } = replay(set);
    say(
      `${set.name}: ${set.orders.length} orders, ${rows.length} forecasts in ${Math.round(performance.now() - began)} ms, state ${JSON.stringify(state).length} bytes`,
    );
    for (const note of set.notes) say(`  ${note}`);
    const compared = checkNoLeak(set, rows, judge ? set.judgedFrom + 45 * DAY_MS : set.judgedFrom);
    say(`  no leak: ${compared} forecasts stay the same when everything later is exchanged`);
    const tuning = { name: "tuning time", from: set.judgedFrom - 120 * DAY_MS, to: set.judgedFrom };
    const judged = { name: "judged time", from: set.judgedFrom, to: Infinity };
    for (const period of judge ? [judged] : [tuning]) {
      showPeriod(set, rows, period, say);
      const delivered = ({ order }: Row): boolean => order.deliveredAt !== undefined;
      if (set.orders.some((order) => order.deliveredAt === undefined))
        showPeriod(
          set,
          rows,
          {
            ...period,
            name: `${period.name}, only orders that arrived in the end`,
            isIn: delivered,
          },
          say,
        );
    }
  }
}
