/** Quantiles from the orders themselves: nearest rank, as histograms are read. */
import { DRILLS } from "../../domain/analytics/drill.ts";
import type { Definition, Figure } from "../../domain/analytics/definition.ts";
import type { Window } from "../../history/queries/sums.ts";
import type { Desk, Place } from "./reading.ts";

const rank = (sorted: readonly number[], q: number): number | null =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;

export function exactFigure(sorted: readonly number[]): Figure {
  const sum = sorted.reduce((total, ms) => total + ms, 0);
  return {
    value: sorted.length === 0 ? null : sum / sorted.length,
    of: { n: sum, d: sorted.length },
    p50: rank(sorted, 0.5),
    p90: rank(sorted, 0.9),
    p95: rank(sorted, 0.95),
    p99: rank(sorted, 0.99),
  };
}

/** Of the metrics that are durations of orders. */
export async function exactFigures(
  { ask, site, zone, now }: Desk,
  window: Window,
  { dim, value }: Place,
  definitions: readonly Definition[],
): Promise<Record<string, Figure>> {
  const figures: Record<string, Figure> = {};
  for (const { key, unit } of definitions) {
    if (unit !== "ms" || DRILLS[key] === undefined) continue;
    const asked = { site, zone, metric: key, ...window, now, dim, value };
    const query = { ...asked, isFailedOnly: false, limit: 1 };
    figures[key] = exactFigure(await ask("durations", query));
  }
  return figures;
}
