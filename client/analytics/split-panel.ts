/** One metric of an answer, split by time or by a value: the chart, and the table beside it. Pure. */
import type { Analytics, AnalyticsItem, AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { isFilter, isTime, queryOf } from "./analytics-view.ts";
import { changeText, figureText, isOfOrders, mainOf, madeOf, valueText } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import {
  numberCell,
  textCell,
  type BarsChart,
  type Column,
  type Context,
  type Line,
  type LinesChart,
  type Row,
  type Table,
  type To,
} from "./panels.ts";
import { stepOf } from "./scale-step.ts";
import { GROUP_WORDS, partWords, sentenceOf, spanWords } from "./split-words.ts";

const MOST_BARS = 25;

export const metricIn = (answer: Analytics, key: string): AnalyticsMetric | undefined =>
  answer.metrics.find((one) => one.key === key);

const nameOf = (answer: Analytics, item: AnalyticsItem, { format, now }: Context): string =>
  partWords(answer.by, item, format, Date.parse(item.to ?? answer.to) <= now);

function linesOf(answer: Analytics, metric: AnalyticsMetric): Line[] {
  const { items } = answer;
  const { key, target, name } = metric;
  const before = items.map((item) => mainOf(item.before?.[key]));
  const lines: Line[] = [
    { name, values: items.map(({ figures }) => mainOf(figures[key])), look: "main" },
  ];
  if (before.some((value) => value !== null))
    lines.push({ name: "before", values: before, look: "past" });
  if (target !== undefined)
    lines.push({ name: "target", values: items.map(() => target), look: "target" });
  return lines;
}

function timeChart(answer: Analytics, metric: AnalyticsMetric, context: Context): LinesChart {
  const { items } = answer;
  const isCount = metric.unit === "count" || metric.key.startsWith("lost");
  return {
    kind: "lines",
    labels: items.map((item) => nameOf(answer, item, context)),
    lines: linesOf(answer, metric),
    value: (value) => valueText(metric, value),
    ...(metric.unit === "share" && { most: 1 }),
    step: stepOf(metric),
    isFromZero: metric.unit !== "share" || metric.better === "less",
    isLastOpen: Date.parse(items.at(-1)?.to ?? answer.to) > context.now,
    isBars: isCount,
    to: items.map((item) => ordersOf(item, metric)),
  };
}

/** The worst first; what has no figure last. */
export function ranked(items: readonly AnalyticsItem[], metric: AnalyticsMetric): AnalyticsItem[] {
  const sign = metric.unit === "share" && metric.better === "more" ? 1 : -1;
  const rank = ({ figures }: AnalyticsItem): number => {
    const value = mainOf(figures[metric.key]);
    return value === null ? Infinity : sign * value;
  };
  return items.toSorted((a, b) => rank(a) - rank(b));
}

function valueChart(answer: Analytics, metric: AnalyticsMetric, context: Context): BarsChart {
  const { key } = metric;
  return {
    kind: "bars",
    parts: [metric.name],
    rows: ranked(answer.items, metric)
      .filter(({ figures }) => mainOf(figures[key]) !== null)
      .slice(0, MOST_BARS)
      .map((item) => ({
        name: nameOf(answer, item, context),
        values: [mainOf(item.figures[key])],
        note: figureText(metric, item.figures[key]),
        before: mainOf(item.before?.[key]),
        to: ordersOf(item, metric),
      })),
    value: (value) => valueText(metric, value),
    step: stepOf(metric),
    ...(metric.unit === "share" && { most: 1 }),
  };
}

export const splitChart = (
  answer: Analytics,
  metric: AnalyticsMetric,
  context: Context,
): LinesChart | BarsChart =>
  isTime(answer.by) ? timeChart(answer, metric, context) : valueChart(answer, metric, context);

/** The same question about one value alone, over time. */
function overTime(
  { by }: Analytics,
  { key }: AnalyticsItem,
  { site, view }: Context,
): To | undefined {
  if (isTime(by) || !isFilter(by) || key === "") return undefined;
  const narrowed = queryOf({ ...view, by: "day", filter: { name: by, value: key } });
  return { query: { site, ...narrowed } };
}

function rowOf(answer: Analytics, item: AnalyticsItem, metric: AnalyticsMetric, context: Context) {
  const figure = item.figures[metric.key];
  const before = item.before?.[metric.key];
  const to = ordersOf(item, metric);
  const row: Row = {
    head: {
      text: nameOf(answer, item, context),
      raw: item.key,
      to: overTime(answer, item, context),
    },
    cells: [
      numberCell(mainOf(figure), figureText(metric, figure), to),
      textCell(madeOf(metric, figure)),
      numberCell(mainOf(before), figureText(metric, before)),
      textCell(changeText(metric, figure, before)),
    ],
  };
  return row;
}

/** One metric: value, what it is made of, the same before. */
export function splitTable(answer: Analytics, metric: AnalyticsMetric, context: Context): Table {
  const items = isTime(answer.by) ? answer.items.toReversed() : ranked(answer.items, metric);
  const made = isOfOrders(metric) ? "Orders" : metric.unit === "ms" ? "Spread" : "Made of";
  const rows = items.map((item) => rowOf(answer, item, metric, context));
  const columns = [
    headColumn(answer, items),
    { name: metric.name },
    { name: made, isText: true },
    { name: "Before", hint: spanWords(context.format, answer.before.from, answer.before.to) },
    { name: "Change", isText: true },
  ];
  return withoutEmpty({ columns, rows });
}

const headColumn = ({ by }: Analytics, items: readonly AnalyticsItem[]): Column => ({
  name: sentenceOf(GROUP_WORDS[by]),
  isText: true,
  ...(!isTime(by) && isFilter(by) && items.length > 0 && { hint: "opens it over time" }),
});

/** A column in which nothing stands says nothing. */
function withoutEmpty({ columns, rows }: Table): Table {
  const kept = columns.map(
    (_, place) => place === 0 || rows.some(({ cells }) => (cells[place - 1]?.text ?? "") !== ""),
  );
  return {
    columns: columns.filter((_, place) => kept[place]),
    rows: rows.map(({ head, cells }) => ({
      head,
      cells: cells.filter((_, place) => kept[place + 1]),
    })),
  };
}

/** Several metrics of each part: a scorecard. */
export function scoreTable(
  answer: Analytics,
  keys: readonly string[],
  context: Context,
  first: string,
): Table {
  const metrics = keys.flatMap((key) => metricIn(answer, key) ?? []);
  const by = metricIn(answer, first);
  const items = by === undefined ? answer.items : ranked(answer.items, by);
  return {
    columns: [headColumn(answer, items), ...metrics.map(({ name }) => ({ name }))],
    rows: items.map((item) => ({
      head: {
        text: nameOf(answer, item, context),
        raw: item.key,
        to: overTime(answer, item, context),
      },
      cells: metrics.map((metric) => {
        const figure = item.figures[metric.key];
        return numberCell(mainOf(figure), figureText(metric, figure), ordersOf(item, metric));
      }),
    })),
  };
}

/** Every metric of the whole window against the one before. */
export function totalsTable(answer: Analytics): Table {
  return {
    columns: [
      { name: "Metric", isText: true },
      { name: "Value" },
      { name: "Made of", isText: true },
      { name: "Before" },
      { name: "Change", isText: true },
      { name: "Target", isText: true },
    ],
    rows: answer.metrics.map((metric) => {
      const figure = answer.total[metric.key];
      const before = answer.before.total[metric.key];
      return {
        head: { text: metric.name, raw: metric.key },
        cells: [
          numberCell(mainOf(figure), figureText(metric, figure), ordersOf(answer, metric)),
          textCell(madeOf(metric, figure)),
          numberCell(mainOf(before), figureText(metric, before)),
          textCell(changeText(metric, figure, before)),
          textCell(metric.target === undefined ? "" : valueText(metric, metric.target)),
        ],
      };
    }),
  };
}
