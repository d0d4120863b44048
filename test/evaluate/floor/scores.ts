/** Measures of a forecast, over rows. */
import { NO_ALARM, stepAlarm } from "../../../domain/alarm.ts";
import { MINUTE_MS } from "../../../domain/wall-clock.ts";
import type { Rows } from "./rows.ts";

/** Probability that a row that missed was shown a higher score than one that did not; ties count half. */
export function aucOf(scores: readonly number[], missed: readonly number[]): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    const score = scores[order[from] ?? 0];
    while (to < order.length && scores[order[to] ?? 0] === score) to += 1;
    const rank = (from + to + 1) / 2;
    for (let place = from; place < to; place += 1) {
      if (missed[order[place] ?? 0] === 1) {
        positives += 1;
        rankSum += rank;
      }
    }
    from = to;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export function brierOf(scores: readonly number[], missed: readonly number[]): number {
  return mean(scores.map((score, index) => (score - (missed[index] ?? 0)) ** 2));
}

export type Cell = { rows: number; shown: number; seen: number };

/** Reliability in 15 equal cells of the shown probability. */
export function cellsOf(scores: readonly number[], missed: readonly number[]): Cell[] {
  const cells = Array.from({ length: 15 }, () => ({ rows: 0, shown: 0, seen: 0 }));
  scores.forEach((score, index) => {
    const cell = cells[Math.min(14, Math.floor(score * 15))];
    if (cell === undefined) return;
    cell.rows += 1;
    cell.shown += score;
    cell.seen += missed[index] ?? 0;
  });
  return cells.map(({ rows, shown, seen }) => ({
    rows,
    shown: rows === 0 ? 0 : shown / rows,
    seen: rows === 0 ? 0 : seen / rows,
  }));
}

export function calibrationErrorOf(cells: readonly Cell[]): number {
  const total = cells.reduce((sum, cell) => sum + cell.rows, 0);
  return cells.reduce(
    (sum, { rows, shown, seen }) => sum + (rows / total) * Math.abs(shown - seen),
    0,
  );
}

export type Scores = {
  rows: number;
  orders: number;
  baseRate: number;
  auc: number;
  brier: number;
  skill: number;
  ece: number;
  largestGap: number;
};

export function scoresOf(rows: Rows, scores: readonly number[] = rows.p): Scores {
  const baseRate = mean(rows.missed);
  const brier = brierOf(scores, rows.missed);
  const cells = cellsOf(scores, rows.missed);
  const gaps = cells
    .filter((cell) => cell.rows >= 1000)
    .map((cell) => Math.abs(cell.shown - cell.seen));
  return {
    rows: rows.count,
    orders: new Set(
      rows.order.map((order, index) => order * 10 + Math.floor((rows.siteDay[index] ?? 0) / 1000)),
    ).size,
    baseRate,
    auc: aucOf(scores, rows.missed),
    brier,
    skill: 1 - brier / (baseRate * (1 - baseRate)),
    ece: calibrationErrorOf(cells),
    largestGap: Math.max(0, ...gaps),
  };
}

/** Mean absolute error of the expected time over the mean remaining time. */
export function timeErrorOf(rows: Rows): {
  nmae: number;
  medianMinutes: number;
  meanMinutes: number;
} {
  const errors = rows.expected.map((expected, index) =>
    Math.abs(expected - (rows.actual[index] ?? 0)),
  );
  const sorted = errors.toSorted((a, b) => a - b);
  return {
    nmae: mean(errors) / mean(rows.actual),
    medianMinutes: sorted[Math.floor(sorted.length / 2)] ?? 0,
    meanMinutes: mean(errors),
  };
}

export type AlarmScores = {
  precision: number;
  recall: number;
  medianLeadMinutes: number;
  alerted: number;
  raisesPerAlert: number;
};

type Episode = { missed: boolean; raisedSlack: number | null; raises: number };

/** Alarms per order, with the slack at the first raise; `raises` says whether a row raises one. */
function alarmsBy(rows: Rows, create: () => (index: number) => boolean): AlarmScores {
  const orders = new Map<number, { judge: (index: number) => boolean; episode: Episode }>();
  for (let index = 0; index < rows.count; index += 1) {
    const key = (rows.order[index] ?? 0) * 10 + Math.floor((rows.siteDay[index] ?? 0) / 1000);
    const known = orders.get(key) ?? {
      judge: create(),
      episode: { missed: rows.missed[index] === 1, raisedSlack: null, raises: 0 },
    };
    orders.set(key, known);
    if (!known.judge(index)) continue;
    known.episode.raises += 1;
    known.episode.raisedSlack ??= rows.slack[index] ?? 0;
  }
  const episodes = [...orders.values()].map(({ episode }) => episode);
  const raised = episodes.filter((episode) => episode.raisedSlack !== null);
  const hits = raised.filter((episode) => episode.missed);
  const leads = hits.map((episode) => episode.raisedSlack ?? 0).toSorted((a, b) => a - b);
  return {
    precision: hits.length / raised.length,
    recall: hits.length / episodes.filter((episode) => episode.missed).length,
    medianLeadMinutes: leads[Math.floor(leads.length / 2)] ?? 0,
    alerted: raised.length / episodes.length,
    raisesPerAlert: raised.reduce((sum, { raises }) => sum + raises, 0) / raised.length,
  };
}

/** The alarms of the product's own rule. */
export const alarmScoresOf = (rows: Rows): AlarmScores =>
  alarmsBy(rows, () => {
    let state = NO_ALARM;
    return (index) => {
      const now = rows.at[index] ?? 0;
      const leftMs = (rows.slack[index] ?? 0) * MINUTE_MS;
      const step = stepAlarm(state, { p: rows.p[index] ?? 0, now, leftMs });
      state = step.state;
      return step.change === "raised";
    };
  });

/** The rule many sites use: not packed, and less than so many minutes left. */
export const fixedRuleOf = (rows: Rows, minutes: number): AlarmScores =>
  alarmsBy(rows, () => {
    let isRaised = false;
    return (index) => {
      const raises = !isRaised && rows.isPacked[index] === 0 && (rows.slack[index] ?? 0) < minutes;
      isRaised ||= raises;
      return raises;
    };
  });
