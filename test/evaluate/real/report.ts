/** One table a data set: what each moment shows of the model, the base rate and the quantile table; then the alarms; then what was reached. */
import {
  bestAlarm,
  calendarRule,
  coursesOf,
  modelRule,
  type AlarmScore,
  type Policy,
} from "./alarms.ts";
import { quantileTable } from "./quantile-table.ts";
import type { DataSet } from "./real-order.ts";
import type { Row } from "./replay.ts";
import {
  auc,
  bootstrap,
  brier,
  calibrationError,
  chanceError,
  meanShown,
  type Range,
  type Scored,
} from "./scores.ts";

type Judged = Row & { table: number };
type Method = (row: Judged) => number;

const model: Method = ({ p }) => p;
const table: Method = (row) => row.table;
const rate: Method = (row) => row.rate;

const scored = (rows: readonly Judged[], method: Method): Scored[] =>
  rows.map((row) => ({ p: method(row), late: row.late, at: row.at }));

/** Rows of one moment with the table's answer. The table may look at orders before the judged time, as the model does. */
function withTable(rows: readonly Row[]): Judged[] {
  const answers = quantileTable(rows);
  return rows.map((row, index) => ({ ...row, table: answers[index] ?? NaN }));
}

export type MomentScore = {
  moment: string;
  n: number;
  late: number;
  auc: number;
  aucRange: Range;
  brier: number;
  /** mean of what was shown; the calibration error, and that of forecasts which are exactly right */
  shown: number;
  calibrationError: number;
  chanceError: number;
  table: { auc: number; brier: number };
  base: { brier: number };
  /** model less table, and model less base rate: above 0 (AUC) and below 0 (Brier) is better */
  gain: { auc: Range; brier: Range; overBase: Range };
};

/** `draws` of the bootstrap; with 0 the ranges stay unknown. */
export function scoreMoment(moment: string, rows: readonly Judged[], draws: number): MomentScore {
  const [ours, theirs, base] = [scored(rows, model), scored(rows, table), scored(rows, rate)];
  const days = rows.map(({ at }) => at);
  const pick = (from: readonly Scored[], drawn: readonly number[]): Scored[] =>
    drawn.flatMap((index) => from[index] ?? []);
  const gap = (score: (rows: readonly Scored[]) => number, other: readonly Scored[]): Range =>
    bootstrap(days, (drawn) => score(pick(ours, drawn)) - score(pick(other, drawn)), draws);
  return {
    moment,
    n: rows.length,
    late: rows.filter(({ late }) => late).length,
    auc: auc(ours),
    aucRange: bootstrap(days, (drawn) => auc(pick(ours, drawn)), draws),
    brier: brier(ours),
    shown: meanShown(ours),
    calibrationError: calibrationError(ours),
    chanceError: draws > 0 ? chanceError(ours) : NaN,
    table: { auc: auc(theirs), brier: brier(theirs) },
    base: { brier: brier(base) },
    gain: { auc: gap(auc, theirs), brier: gap(brier, theirs), overBase: gap(brier, base) },
  };
}

export type Period = { name: string; from: number; to: number; isIn?: (row: Row) => boolean };

export function scoresOf(
  set: DataSet,
  rows: readonly Row[],
  period: Period,
  draws: number,
): MomentScore[] {
  const isJudged = (row: Row): boolean =>
    row.at >= period.from && row.at < period.to && (period.isIn?.(row) ?? true);
  return set.moments.map(({ name }) => {
    const all = withTable(rows.filter(({ moment }) => moment === name));
    return scoreMoment(name, all.filter(isJudged), draws);
  });
}

const number = (value: number, digits = 3): string =>
  Number.isFinite(value) ? value.toFixed(digits) : "-";
const range = ({ low, high }: Range, digits = 3): string =>
  `${number(low, digits)}..${number(high, digits)}`;

function lines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
}

const HEAD = [
  "moment",
  "n",
  "late",
  "rate",
  "shown",
  "AUC (90 %)",
  "AUC table",
  "AUC gain",
  "Brier",
  "Brier table",
  "gain",
  "Brier base",
  "gain",
  "cal. error",
  "by chance",
];

export const momentTable = (scores: readonly MomentScore[]): string[] =>
  lines([
    HEAD,
    ...scores.map((score) => [
      score.moment,
      String(score.n),
      String(score.late),
      number(score.late / score.n),
      number(score.shown),
      `${number(score.auc)} (${range(score.aucRange)})`,
      number(score.table.auc),
      range(score.gain.auc),
      number(score.brier, 4),
      number(score.table.brier, 4),
      range(score.gain.brier, 4),
      number(score.base.brier, 4),
      range(score.gain.overBase, 4),
      number(score.calibrationError),
      number(score.chanceError),
    ]),
  ]);

type Course = ReturnType<typeof coursesOf>[number];

const alarm = (score: AlarmScore): string =>
  `${number(score.precision, 2)} (recall ${number(score.recall, 2)}, lead ${score.medianLead} d, raised ${score.raised})`;

const policyInWords = ({ threshold, from }: Policy): string =>
  `p >= ${number(threshold)} from -${from} d`;

function bestAt(courses: readonly Course[], recall: number, lead: number): string {
  const best = bestAlarm(courses, { recall, lead });
  return best === undefined ? "not reached" : `${alarm(best)} at ${policyInWords(best)}`;
}

/** The threshold that was best before the judged time, with the recall and the lead of the calendar rule of then. */
function carriedOver(courses: readonly Course[], before: readonly Course[], lead: number): string {
  const { recall } = calendarRule(before, lead);
  const best = bestAlarm(before, { recall, lead });
  if (best === undefined) return "none was found before";
  return `${alarm(modelRule(courses, best))} at ${policyInWords(best)}`;
}

/**
 * The calendar rule drawn at random keeps its precision at any recall: that is what the model is compared with at half of its recall. `before`: rows from which a
 * threshold is taken without looking at the judged time.
 */
export function alarmTable(rows: readonly Row[], before: readonly Row[]): string[] {
  const courses = coursesOf(rows);
  const past = coursesOf(before);
  const head = ["due within", "calendar rule", "model, same recall and lead"];
  return lines([
    [
      ...head,
      "model, half the recall, same lead",
      ...(past.length > 0 ? ["threshold of before"] : []),
    ],
    ...[3, 5, 7].map((days) => {
      const rule = calendarRule(courses, days);
      return [
        `${days} d`,
        alarm(rule),
        bestAt(courses, rule.recall, days),
        bestAt(courses, rule.recall / 2, days),
        ...(past.length > 0 ? [carriedOver(courses, past, days)] : []),
      ];
    }),
  ]);
}

export type Verdict = { target: string; isReached: boolean; figure: string };

export function verdictsOf(scores: readonly MomentScore[]): Verdict[] {
  return scores.flatMap((score) => [
    {
      target: `${score.moment}: AUC above the quantile table`,
      isReached: score.auc > score.table.auc,
      figure: `${number(score.auc)} against ${number(score.table.auc)}`,
    },
    {
      target: `${score.moment}: Brier below the quantile table`,
      isReached: score.brier < score.table.brier,
      figure: `${number(score.brier, 4)} against ${number(score.table.brier, 4)}`,
    },
    {
      target: `${score.moment}: Brier below the base rate`,
      isReached: score.brier < score.base.brier,
      figure: `${number(score.brier, 4)} against ${number(score.base.brier, 4)}`,
    },
  ]);
}
