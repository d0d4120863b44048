/** What the analytics answer, as tables: a line a part, figures in columns, a share with what it is a share of. */
import type { Figure } from "../../domain/analytics/definition.ts";
import type {
  AlarmFigures,
  Alarms,
  Backlog,
  BudgetView,
} from "../../domain/contract/analytics-others.ts";
import type { Analytics } from "../../domain/contract/analytics.ts";
import type { ForecastQuality, QualityFigures } from "../../domain/contract/api.ts";
import { csvLine } from "../csv.ts";

type Lines = readonly (readonly unknown[])[];
const csv = (head: readonly string[], lines: Lines): string =>
  [head, ...lines].map(csvLine).join("");

const QUANTILES = ["p50", "p90", "p95", "p99"] as const;
const shareColumns = (key: string): string[] => [key, `${key}_n`, `${key}_of`];
const shareCells = ({ value, of }: Figure): unknown[] => [value, of?.n, of?.d];

/** A sum of time has no quantiles; a duration has them, if only as null. */
const hasQuantiles = ({ total }: Analytics, key: string): boolean => total[key]?.p50 !== undefined;

const columnsOf = (answer: Analytics): string[] =>
  answer.metrics.flatMap(({ key, unit }) => {
    if (unit === "share") return shareColumns(key);
    return [key, ...(hasQuantiles(answer, key) ? QUANTILES.map((name) => `${key}_${name}`) : [])];
  });

const cellsOf = (answer: Analytics, figures: Record<string, Figure>): unknown[] =>
  answer.metrics.flatMap(({ key, unit }) => {
    const figure: Figure = figures[key] ?? { value: null };
    if (unit === "share") return shareCells(figure);
    return hasQuantiles(answer, key)
      ? [figure.value, ...QUANTILES.map((name) => figure[name])]
      : [figure.value];
  });

/** The parts, then all together, then the window before. */
export function analyticsTable(answer: Analytics): string {
  const { by, from, to, items, total, before } = answer;
  return csv(
    [by === "none" ? "total" : by, "from", "to", ...columnsOf(answer)],
    [
      ...items.map((item) => [
        item.key,
        item.from ?? from,
        item.to ?? to,
        ...cellsOf(answer, item.figures),
      ]),
      ["total", from, to, ...cellsOf(answer, total)],
      ["before", before.from, before.to, ...cellsOf(answer, before.total)],
    ],
  );
}

const alarmCells = ({ raised, precision, recall, report }: AlarmFigures): unknown[] => [
  raised,
  ...shareCells(precision),
  ...shareCells(recall),
  report.orders,
  report.missed,
  report.leadMinutes,
];

/** A line a rule and day, then all of its days, then the window before. */
export function alarmsTable({ items }: Alarms): string {
  const head = [
    "rule",
    "day",
    "raised",
    ...shareColumns("precision"),
    ...shareColumns("recall"),
    "orders",
    "missed",
    "leadMinutes",
  ];
  return csv(
    head,
    items.flatMap(({ rule, days, before, ...total }) => [
      ...days.map((one) => [rule, one.day, ...alarmCells(one)]),
      [rule, "total", ...alarmCells(total)],
      [rule, "before", ...alarmCells(before)],
    ]),
  );
}

const QUALITY = [
  "orders",
  "missed",
  "baseRate",
  "brier",
  "baseBrier",
  "calibrationError",
  "auc",
  "etaErrorMinutes",
  "etaRelativeError",
  "leadMinutes",
] as const satisfies (keyof QualityFigures)[];
const QUALITY_ALARMS = ["right", "wrong", "silent", "precision", "recall"] as const;

const qualityCells = (figures: QualityFigures): unknown[] => [
  ...QUALITY.map((name) => figures[name]),
  ...QUALITY_ALARMS.map((name) => figures.alarms[name]),
];

/** A line a day, then all together. */
export const qualityTable = ({ days, total }: ForecastQuality): string =>
  csv(
    ["day", ...QUALITY, ...QUALITY_ALARMS.map((name) => `alarms_${name}`)],
    [
      ...days.map(({ day, figures }) => [day, ...qualityCells(figures)]),
      ["total", ...qualityCells(total)],
    ],
  );

/** A line an hour. */
export const backlogTable = ({ items }: Backlog): string =>
  csv(
    ["at", "inside", "held"],
    items.map(({ at, inside, held }) => [at, inside, held]),
  );

/** A line a channel and measure. */
export const budgetsTable = (budgets: readonly BudgetView[]): string =>
  csv(
    [
      "channel",
      "measure",
      "days",
      "from",
      "to",
      "end",
      "most",
      ...shareColumns("rate"),
      "ahead",
      "left",
      "state",
      "words",
    ],
    budgets.map(
      ({ channel, measure, days, from, to, end, most, rate, ahead, left, state, words }) => [
        channel,
        measure,
        days,
        from,
        to,
        end,
        most,
        ...shareCells(rate),
        ahead,
        left,
        state,
        words,
      ],
    ),
  );
