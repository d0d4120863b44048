/** How good a site's forecasts were over some days, from what the forecaster keeps of them. */
import type { ForecastQuality, QualityFigures } from "../../domain/contract/api.ts";
import type { ForecastStatus } from "../../domain/contract/stored.ts";
import type { Site } from "../../domain/site.ts";
import { reportOf, type QualityDay } from "../../domain/forecast/quality.ts";

const figuresOf = (days: readonly QualityDay[]): QualityFigures => {
  const { bins: _bins, ...figures } = reportOf(days);
  return figures;
};

/** Local dates, both inclusive; all days without them. */
export type Span = { from?: string | undefined; to?: string | undefined };

const isWithin = (day: string, { from, to }: Span): boolean =>
  (from === undefined || day >= from) && (to === undefined || day <= to);

const nameOf = ({ nodes }: Pick<Site, "nodes">, id: string): string =>
  nodes?.find((node) => node.id === id)?.name ?? id;

/** `status` is null before the forecaster looked for the first time. */
export function qualityOf(
  site: Pick<Site, "id" | "nodes">,
  status: ForecastStatus | null,
  kept: Readonly<Record<string, QualityDay>>,
  span: Span,
): ForecastQuality {
  const days = Object.entries(kept)
    .filter(([day]) => isWithin(day, span))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const all = days.map(([, sums]) => sums);
  return {
    site: site.id,
    basis: status?.basis ?? "budgets",
    since: status?.since == null ? null : new Date(status.since).toISOString(),
    settled: status?.settled ?? 0,
    providers: (status?.providers ?? []).map((one) => ({ ...one, name: nameOf(site, one.node) })),
    total: figuresOf(all),
    bins: reportOf(all).bins,
    days: days.map(([day, sums]) => ({ day, figures: figuresOf([sums]) })),
  };
}
