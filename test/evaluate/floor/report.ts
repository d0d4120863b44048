/** The tables of the floor evaluation, as Markdown. */
import { filterRows, type Rows } from "./rows.ts";
import {
  alarmScoresOf,
  cellsOf,
  fixedRuleOf,
  scoresOf,
  timeErrorOf,
  type AlarmScores,
  type Scores,
} from "./scores.ts";

export type Judged = {
  name: string;
  test: Rows;
  scores: Scores;
  /** before calibration */
  raw: Scores;
  alarms: AlarmScores;
  time: ReturnType<typeof timeErrorOf>;
  firstWeek: Scores;
};

const number = (value: number, digits = 3): string =>
  Number.isFinite(value) ? value.toFixed(digits) : "-";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

export const headTable = (results: readonly Judged[]): string[] =>
  table(
    [
      "variant",
      "AUC",
      "Brier",
      "skill",
      "ECE",
      "largest gap",
      "raw AUC",
      "precision",
      "recall",
      "lead, min",
      "ETA nMAE",
      "week 1 AUC",
    ],
    results.map(({ name, scores, raw, alarms, time, firstWeek }) => [
      name,
      number(scores.auc),
      number(scores.brier, 4),
      number(scores.skill, 2),
      number(scores.ece),
      number(scores.largestGap, 2),
      number(raw.auc),
      number(alarms.precision, 2),
      number(alarms.recall, 2),
      number(alarms.medianLeadMinutes, 0),
      number(time.nmae, 2),
      number(firstWeek.auc),
    ]),
  );

const alarmCells = (alarms: AlarmScores): string[] => [
  number(alarms.precision, 2),
  number(alarms.recall, 3),
  number(alarms.medianLeadMinutes, 0),
  `${number(alarms.alerted * 100, 1)} %`,
];

/** The forecast beside what needs no queue: slack alone, elapsed time, fixed rules. */
export function baselineTable({ test, scores, raw }: Judged): string[] {
  const none = ["-", "-", "-", "-"];
  const bySlack = scoresOf(
    test,
    test.slack.map((slack) => -slack),
  );
  const byElapsed = scoresOf(test, test.elapsed);
  const row = (name: string, of: Scores, alarms: string[], isProbability = true): string[] => [
    name,
    number(of.auc),
    isProbability ? number(of.brier, 4) : "-",
    isProbability ? number(of.skill, 2) : "-",
    isProbability ? number(of.ece) : "-",
    ...alarms,
  ];
  return table(
    ["method", "AUC", "Brier", "skill", "ECE", "precision", "recall", "lead, min", "alerted"],
    [
      row("forecast", scores, alarmCells(alarmScoresOf(test))),
      row("forecast, not calibrated", raw, alarmCells(alarmScoresOf({ ...test, p: test.raw }))),
      row(
        "elapsed time in stage (Kaplan-Meier)",
        byElapsed,
        alarmCells(alarmScoresOf({ ...test, p: test.elapsed })),
      ),
      row("rank by slack", bySlack, none, false),
      ["not packed, slack < 60 min", "-", "-", "-", "-", ...alarmCells(fixedRuleOf(test, 60))],
      ["not packed, slack < 180 min", "-", "-", "-", "-", ...alarmCells(fixedRuleOf(test, 180))],
    ],
  );
}

const BANDS = [0, 60, 120, 240, 480, 960] as const;

export const bandTable = (test: Rows): string[] =>
  table(
    ["time left", "rows", "missed", "AUC", "skill", "ECE", "ETA nMAE"],
    BANDS.slice(1).map((to, index) => {
      const from = BANDS[index] ?? 0;
      const rows = filterRows(
        test,
        (row) => (test.slack[row] ?? 0) > from && (test.slack[row] ?? 0) <= to,
      );
      const { auc, skill, ece, baseRate, rows: count } = scoresOf(rows);
      return [
        `${from / 60} to ${to / 60} h`,
        String(count),
        `${number(baseRate * 100, 1)} %`,
        number(auc),
        number(skill, 2),
        number(ece),
        number(timeErrorOf(rows).nmae, 2),
      ];
    }),
  );

export const reliabilityTable = (test: Rows): string[] =>
  table(
    ["shown", "seen", "rows"],
    cellsOf(test.p, test.missed)
      .filter(({ rows }) => rows > 0)
      .map(({ rows, shown, seen }) => [number(shown, 2), number(seen, 2), String(rows)]),
  );
