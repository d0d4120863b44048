/** The panels that most topics have: one metric over the split, and every figure of the window. Pure. */
import type { Analytics, AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { isTime } from "./analytics-view.ts";
import { changeText, figureText, mainOf } from "./figure-words.ts";
import type { Context, Panel } from "./panels.ts";
import { metricIn, ranked, splitChart, splitTable, totalsTable } from "./split-panel.ts";
import { GROUP_WORDS, partWords, spanWords } from "./split-words.ts";

/** What the first of a ranking is. */
const extreme = ({ unit, better }: AnalyticsMetric): string =>
  unit === "share" && better === "more" ? "Weakest" : unit === "ms" ? "Longest" : "Highest";

/** Of the metric that is drawn, and of the part that stands out. */
export function splitSentence(answer: Analytics, key: string, context: Context): string {
  const metric = metricIn(answer, key);
  if (metric === undefined) return "";
  const figure = answer.total[key];
  if (mainOf(figure) === null) return `Nothing to say of ${metric.name.toLowerCase()} here.`;
  const past = spanWords(context.format, answer.before.from, answer.before.to);
  const change = changeText(metric, figure, answer.before.total[key], past);
  const whole = `${metric.name}: ${figureText(metric, figure)}${change === "" ? "" : `, ${change}`}.`;
  const known = answer.items.filter(({ figures }) => mainOf(figures[key]) !== null);
  const [worst] = ranked(known, metric);
  const isOver = Date.parse(worst?.to ?? answer.to) <= context.now;
  if (worst === undefined || known.length < 2 || metric.better === "none") return whole;
  const name = partWords(answer.by, worst, context.format, isOver);
  return `${whole} ${extreme(metric)} ${GROUP_WORDS[answer.by]}: ${name} with ${figureText(metric, worst.figures[key])}.`;
}

/** The chosen metric over the split. */
export function splitPanelOf(answer: Analytics, context: Context, usual: string): Panel {
  const asked = context.view.metric;
  const key = metricIn(answer, asked) === undefined ? usual : asked;
  const metric = metricIn(answer, key);
  return {
    id: "split",
    title: `${metric?.name ?? key} by ${GROUP_WORDS[answer.by]}`,
    words: splitSentence(answer, key, context),
    chart: metric === undefined ? null : splitChart(answer, metric, context),
    table: metric === undefined ? { columns: [], rows: [] } : splitTable(answer, metric, context),
    isTableOpen: !isTime(answer.by),
    isWide: true,
    choice: {
      of: "metric",
      name: "Metric",
      value: key,
      options: answer.metrics.map(({ key: id, name: label }) => ({ id, label })),
    },
  };
}

export const totalsPanel = (answer: Analytics, context: Context): Panel => ({
  id: "totals",
  title: "All figures of the window",
  words: `${spanWords(context.format, answer.from, answer.to)}, against ${spanWords(context.format, answer.before.from, answer.before.to)}.`,
  chart: null,
  table: totalsTable(answer),
  isTableOpen: true,
  isWide: true,
});
