/** Figures as people read them: shares of few orders as counts, durations as quantiles, what changed against the period before. Pure. */
import type { Figure } from "../../domain/analytics/definition.ts";
import type { AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { count, duration } from "../ui/format.ts";

export type Figures = Readonly<Record<string, Figure>>;
type Metric = Pick<AnalyticsMetric, "key" | "unit" | "better">;

/** Of fewer orders a percentage says more than is known. */
export const FEW = 30;
const MINUTE = 60_000;
const MINUS = "−";
/** Shares of volumes, weights and times: what stands under the line is no number of orders. */
const AMOUNTS: ReadonlySet<string> = new Set([
  "emptySpace",
  "voidFill",
  "recyclable",
  "waitShare",
  "dimRatio",
]);

export const isOfOrders = ({ key, unit }: Pick<Metric, "key" | "unit">): boolean =>
  unit === "share" && !AMOUNTS.has(key);

const decimals = (value: number, most: number): string =>
  String(Number(value.toFixed(most))).replace("-", MINUS);

export const percent = (share: number): string => `${decimals(share * 100, 1)} %`;
export const minutes = (ms: number): string => `${count(ms / MINUTE)} min`;
const weight = (kg: number): string =>
  Math.abs(kg) < 1 ? `${count(kg * 1_000)} g` : `${decimals(kg, kg < 100 ? 2 : 0)} kg`;

/** One value in its unit, for axes, bars and cells. */
export function valueText({ key, unit }: Pick<Metric, "key" | "unit">, value: number): string {
  if (unit === "share") return percent(value);
  if (unit === "ms") return key.startsWith("lost") ? minutes(value) : duration(value);
  if (unit === "kg") return weight(value);
  return Number.isInteger(value) ? count(value) : decimals(value, 2);
}

/** What a figure is drawn and compared by: the middle of durations where it is known, else the value. */
export const mainOf = (figure: Figure | undefined): number | null =>
  figure === undefined ? null : figure.p50 === undefined ? figure.value : figure.p50;

const isFew = (metric: Metric, { of }: Figure): boolean =>
  isOfOrders(metric) && of !== undefined && of.d > 0 && of.d < FEW;

/** `86.2 %`, `8 of 11` where there are few, `1 h 12`, `165 g`; `–` where there is nothing to say. */
export function figureText(metric: Metric, figure: Figure | undefined): string {
  const main = mainOf(figure);
  if (figure === undefined || main === null) return "–";
  if (isFew(metric, figure) && figure.of !== undefined)
    return `${count(figure.of.n)} of ${count(figure.of.d)}`;
  return valueText(metric, main);
}

/** What stands under a figure: what it is made of. */
export function madeOf(metric: Metric, figure: Figure | undefined): string {
  if (figure === undefined) return "";
  const { of, p90, p99 } = figure;
  if (p90 !== undefined && p90 !== null)
    return `median; p90 ${duration(p90)}${p99 ? `, p99 ${duration(p99)}` : ""}`;
  if (of === undefined || !isOfOrders(metric) || of.d === 0 || isFew(metric, figure)) return "";
  return `${count(of.n)} of ${count(of.d)}`;
}

/** How many failed: under the line what is not over it, or, where less is better, what is over it. */
export function failedOf(metric: Metric, figure: Figure | undefined): number {
  if (figure?.of === undefined || !isOfOrders(metric)) return 0;
  return metric.better === "more" ? figure.of.d - figure.of.n : figure.of.n;
}

/** Of what is shown: two figures that read alike are alike. */
const shownPoints = (share: number): number => Math.round(share * 1_000) / 10;

function difference(metric: Metric, now: number, before: number): string {
  if (metric.unit === "share")
    return `${decimals(Math.abs(shownPoints(now) - shownPoints(before)), 1)} points`;
  return valueText(metric, Math.abs(now - before));
}

/** More or less of what is only counted; else better or worse. */
function changeWord({ better, unit }: Metric, isMore: boolean): string {
  if (better === "none" || unit === "count") return isMore ? "more" : "less";
  return isMore === (better === "more") ? "better" : "worse";
}

/** A count or a sum of nothing, as of orders that nobody kept yet: it mostly says that nothing is known, not that nothing happened. */
export const isUnknown = ({ unit }: Pick<Metric, "unit">, figure: Figure | undefined): boolean =>
  mainOf(figure) === null ||
  (mainOf(figure) === 0 && (unit === "count" || (unit === "ms" && figure?.p50 === undefined)));

/** `1.4 points better (84.8 %)`: how it stands against the period before, which `than` may name; empty when there is nothing to compare. */
export function changeText(
  metric: Metric,
  now: Figure | undefined,
  before: Figure | undefined,
  than = "",
): string {
  const [a, b] = [mainOf(now), mainOf(before)];
  if (a === null || b === null || isUnknown(metric, before)) return "";
  const was = `(${figureText(metric, before)})`;
  if (valueText(metric, a) === valueText(metric, b))
    return `as ${than === "" ? "before" : `in ${than}`} ${was}`;
  const words = `${difference(metric, a, b)} ${changeWord(metric, a > b)}`;
  return `${words}${than === "" ? "" : ` than ${than}`} ${was}`;
}

/** `target 99 %, missed`; empty without a target or without a figure of enough orders. */
export function targetText(
  metric: Pick<AnalyticsMetric, "key" | "unit" | "better" | "target">,
  figure: Figure | undefined,
): string {
  const { target, better } = metric;
  const value = mainOf(figure);
  if (target === undefined) return "";
  const words = `target ${valueText(metric, target)}`;
  if (value === null || (figure !== undefined && isFew(metric, figure))) return words;
  const isMet = better === "less" ? value <= target : value >= target;
  return `${words}, ${isMet ? "met" : "missed"}`;
}
