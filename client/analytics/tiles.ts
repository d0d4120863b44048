/** The figures on top of a topic. Pure. */
import type { Analytics, AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";
import { changeText, failedOf, figureText, madeOf, mainOf, targetText } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import type { FigureTile } from "./panels.ts";
import { metricIn } from "./split-panel.ts";

/** What is over the line of a rate that should be small has not failed in each case: it is what is counted. */
const failedWords = ({ better }: AnalyticsMetric, failed: number): string =>
  better === "more" ? `${count(failed)} failed` : `the ${count(failed)}`;

function tileOf(answer: Analytics, key: string): FigureTile | null {
  const metric = metricIn(answer, key);
  if (metric === undefined) return null;
  const figure = answer.total[key];
  const isKnown = mainOf(figure) !== null;
  const failed = failedOf(metric, figure);
  // of incidents all are listed, with how each went
  const toFailed =
    answer.name === "incidents" ? undefined : ordersOf(answer, metric, { failed: "true" });
  return {
    metric,
    text: figureText(metric, figure),
    made: isKnown ? madeOf(metric, figure) : "nothing to measure yet",
    to: isKnown ? ordersOf(answer, metric) : undefined,
    failed:
      failed > 0 && toFailed !== undefined
        ? { text: failedWords(metric, failed), to: toFailed }
        : null,
    change: changeText(metric, figure, answer.before.total[key]),
    target: targetText(metric, figure),
  };
}

export const tilesOf = (answer: Analytics, keys: readonly string[]): FigureTile[] =>
  keys.flatMap((key) => tileOf(answer, key) ?? []);
