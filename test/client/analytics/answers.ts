/** Answers of the interface as the screens get them, for tests: small, and with every kind of figure. */
import type { Figure } from "../../../domain/analytics/definition.ts";
import type {
  Analytics,
  AnalyticsItem,
  AnalyticsMetric,
} from "../../../domain/contract/analytics.ts";
import { viewOf, type View } from "../../../client/analytics/analytics-view.ts";
import type { Context } from "../../../client/analytics/panels.ts";
import { createSiteFormat } from "../../../client/ui/format.ts";

export const NOW = Date.parse("2026-11-30T10:30:00Z");

export const aMetric = (more: Partial<AnalyticsMetric> = {}): AnalyticsMetric => ({
  id: "M7",
  key: "onTimeShip",
  name: "On-time ship",
  unit: "share",
  formula: "orders that left by their ship-by / orders due",
  window: "by ship-by",
  clock: "none",
  rules: "Cancelled by the customer: not counted.",
  better: "more",
  target: 0.99,
  hasOrders: true,
  ...more,
});
export const LOST = aMetric({
  id: "L1",
  key: "lostMs",
  name: "Lost time",
  unit: "ms",
  better: "less",
});

export const shareOf = (n: number, d: number): Figure => ({
  value: d === 0 ? null : n / d,
  of: { n, d },
});

export const anItem = (
  key: string,
  figures: Record<string, Figure>,
  more: Partial<AnalyticsItem> = {},
): AnalyticsItem => ({
  key,
  figures,
  orders: `/api/v1/analytics/otif/orders?site=BER1&carrier=${key}`,
  ...more,
});

export const anAnswer = (more: Partial<Analytics> = {}): Analytics => ({
  site: "BER1",
  name: "otif",
  by: "carrier",
  zone: "Europe/Berlin",
  from: "2026-11-23T23:00:00.000Z",
  to: "2026-11-30T11:00:00.000Z",
  metrics: [aMetric()],
  total: { onTimeShip: shareOf(90, 100) },
  orders: "/api/v1/analytics/otif/orders?site=BER1&from=a&to=b",
  before: {
    from: "2026-11-16T23:00:00.000Z",
    to: "2026-11-23T11:00:00.000Z",
    total: { onTimeShip: shareOf(95, 100) },
  },
  items: [
    anItem("DHL", { onTimeShip: shareOf(50, 50) }, { before: { onTimeShip: shareOf(40, 50) } }),
    anItem("UPS", { onTimeShip: shareOf(40, 50) }, { before: { onTimeShip: shareOf(45, 50) } }),
  ],
  next: null,
  quantileError: 0.05,
  ...more,
});

/** Three days, the last of which is running. */
export const byDay = (): Analytics =>
  anAnswer({
    by: "day",
    items: ["28", "29", "30"].map((day, place) =>
      anItem(
        `2026-11-${day}`,
        { onTimeShip: shareOf(40 - place, 40) },
        {
          from: `2026-11-${Number(day) - 1}T23:00:00.000Z`,
          to: day === "30" ? "2026-11-30T11:00:00.000Z" : `2026-11-${day}T23:00:00.000Z`,
          before: { onTimeShip: shareOf(39, 40) },
        },
      ),
    ),
  });

export const aContext = (view: Partial<View> = {}): Context => ({
  site: "BER1",
  format: createSiteFormat("Europe/Berlin"),
  now: NOW,
  view: { ...viewOf({}), ...view },
});
