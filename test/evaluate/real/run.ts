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
const TUNING_DAYS = 120;

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

const isWithin =
  ({ from, to, isIn }: Period) =>
  (row: Row): boolean =>
    row.at >= from && row.at < to && (isIn?.(row) ?? true);

type Shown = { period: Period; before?: Period };

function showPeriod(set: DataSet, rows: readonly Row[], shown: Shown, say: Say): void {
  const { period, before } = shown;
  const looks = rows.filter(isLook(set));
  const asked = rows.filter((row) => !isLook(set)(row));
  const scores = scoresOf(set, asked, period, DRAWS);
  say(`\n${set.name}, ${period.name}`);
  for (const line of momentTable(scores)) say(line);
  say("alarms: precision (recall, median lead, orders raised)");
  const past = before === undefined ? [] : looks.filter(isWithin(before));
  for (const line of alarmTable(looks.filter(isWithin(period)), past)) say(line);
  const missed = verdictsOf(scores).filter(({ isReached }) => !isReached);
  for (const { target, figure } of missed) say(`not reached: ${target} (${figure})`);
  if (missed.length === 0)
    say(
      "reached at every moment: AUC and Brier better than the quantile table, Brier below the base rate",
    );
}

const arrived = ({ order }: Row): boolean => order.deliveredAt !== undefined;

function showSet(set: DataSet, rows: readonly Row[], judge: boolean, say: Say): void {
  const { judgedFrom } = set;
  const tuning: Period = {
    name: "tuning time",
    from: judgedFrom - TUNING_DAYS * DAY_MS,
    to: judgedFrom,
  };
  const judged: Period = { name: "judged time", from: judgedFrom, to: Infinity };
  const hindsight = (period: Period): Period => ({
    ...period,
    name: `${period.name}, only orders that arrived in the end`,
    isIn: arrived,
  });
  const hasOpenEnds = set.orders.some((order) => order.deliveredAt === undefined);
  for (const turn of hasOpenEnds ? [(same: Period) => same, hindsight] : [(same: Period) => same])
    if (judge) showPeriod(set, rows, { period: turn(judged), before: turn(tuning) }, say);
    else showPeriod(set, rows, { period: turn(tuning) }, say);
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
    showSet(set, rows, judge, say);
  }
}
