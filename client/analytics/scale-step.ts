/** Grid lines where people count: whole minutes, hours and days for times. Pure. */
import { durationStep } from "../trends/dwell-option.ts";
import type { AnalyticsMetric } from "../../domain/contract/analytics.ts";

const MINUTE = 60_000;
const LINES = 4;

/** 1, 2 or 5 times a power of ten, so that at most five lines are needed. */
function roundStep(top: number): number {
  const rough = top / LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((one) => one * power >= rough) ?? 10) * power;
}

/** Distance of two grid lines for a chart whose largest value is `top`; undefined: the chart's own choice. */
export function stepOf({
  key,
  unit,
}: Pick<AnalyticsMetric, "key" | "unit">): ((top: number) => number) | undefined {
  if (unit !== "ms") return undefined;
  return key.startsWith("lost")
    ? (top) => roundStep(Math.max(1, top / MINUTE)) * MINUTE
    : durationStep;
}

/** Steps of a share's axis that ends at 1: a scale that is left to itself writes 30, 60, 90, 100 %. */
export function shareStep(start: number): number {
  const span = 1 - start;
  if (span <= 0.05) return 0.01;
  return span <= 0.1 ? 0.02 : span <= 0.3 ? 0.05 : span <= 0.5 ? 0.1 : 0.2;
}

/** The ends and steps of an axis from zero. */
export function axisOf(
  step: ((top: number) => number) | undefined,
  values: readonly (number | null)[],
): { interval?: number; max?: number } {
  const top = Math.max(0, ...values.map((value) => value ?? 0));
  if (step === undefined || top <= 0) return {};
  const interval = step(top);
  return { interval, max: Math.ceil(top / interval) * interval };
}
