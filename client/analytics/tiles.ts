/** The figures on top of a topic. Pure. */
import type { Analytics } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";
import { changeText, failedOf, figureText, madeOf, mainOf, targetText } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import type { FigureTile } from "./panels.ts";
import { metricIn } from "./split-panel.ts";

function tileOf(answer: Analytics, key: string): FigureTile | null {
  const metric = metricIn(answer, key);
  if (metric === undefined) return null;
  const figure = answer.total[key];
  const isKnown = mainOf(figure) !== null;
  const failed = failedOf(metric, figure);
  const toFailed = ordersOf(answer, metric, { failed: "true" });
  return {
    metric,
    text: figureText(metric, figure),
    made: madeOf(metric, figure),
    to: isKnown ? ordersOf(answer, metric) : undefined,
    failed:
      failed > 0 && toFailed !== undefined
        ? { text: `${count(failed)} failed`, to: toFailed }
        : null,
    change: changeText(metric, figure, answer.before.total[key]),
    target: targetText(metric, figure),
  };
}

export const tilesOf = (answer: Analytics, keys: readonly string[]): FigureTile[] =>
  keys.flatMap((key) => tileOf(answer, key) ?? []);
