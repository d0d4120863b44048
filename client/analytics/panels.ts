/** What a topic shows, as data: figures, and panels with a chart and the table that says the same. Topics make it, one page draws it. */
import type { RouteLocationRaw } from "vue-router";
import type { AnalyticsMetric } from "../../domain/contract/analytics.ts";
import type { SiteFormat } from "../ui/format.ts";
import type { View } from "./analytics-view.ts";

export type To = RouteLocationRaw;

export type Cell = {
  text: string;
  /** for CSV: the bare number or instant */
  raw: string | number | null;
  to?: To | undefined;
};
export type Row = { head: Cell; cells: Cell[] };
export type Column = { name: string; hint?: string | undefined; isText?: boolean };
export type Table = { columns: readonly Column[]; rows: readonly Row[] };

export type Line = {
  name: string;
  values: readonly (number | null)[];
  /** `main` is the one thing to see; `past` is the period before */
  look: "main" | "past" | "other" | "target";
};
export type LinesChart = {
  kind: "lines";
  labels: readonly string[];
  lines: readonly Line[];
  value: (value: number) => string;
  /** the axis ends there: shares at 1 */
  most?: number;
  /** distance of grid lines where the chart's own choice reads badly */
  step?: ((top: number) => number) | undefined;
  /** begin the axis at zero */
  isFromZero: boolean;
  /** the last one is not over yet */
  isLastOpen: boolean;
  /** moments that are marked: by place in `labels` */
  marks?: readonly { at: number; name: string }[];
  /** bars instead of a line, for what is counted */
  isBars?: boolean;
  to: readonly (To | undefined)[];
};
export type BarsChart = {
  kind: "bars";
  /** one bar a row, in these parts; the first part is the darkest */
  parts: readonly string[];
  rows: readonly {
    name: string;
    values: readonly (number | null)[];
    /** written at the end of the bar */
    note: string;
    /** the same in the period before: a mark across the bar */
    before?: number | null;
    to?: To | undefined;
  }[];
  value: (value: number) => string;
  most?: number;
  step?: ((top: number) => number) | undefined;
};
export type HeatChart = {
  kind: "heat";
  days: readonly string[];
  hours: readonly string[];
  cells: readonly { day: number; hour: number; value: number; to?: To | undefined }[];
  value: (value: number) => string;
};
export type Chart = LinesChart | BarsChart | HeatChart;

export type Choice = { name: string; value: string; options: { id: string; label: string }[] };

export type Panel = {
  id: string;
  title: string;
  /** the answer in one sentence */
  words: string;
  chart: Chart | null;
  table: Table;
  /** the table says more than the chart: both are shown */
  isTableOpen?: boolean;
  /** spans the page */
  isWide?: boolean;
  /** what of it may be chosen, and how the address says it */
  choice?: Choice & { of: "metric" | "focus" };
};

export type FigureTile = {
  metric: AnalyticsMetric;
  text: string;
  made: string;
  to: To | undefined;
  failed: { text: string; to: To } | null;
  change: string;
  target: string;
};

export type Shown = {
  tiles: FigureTile[];
  panels: Panel[];
  /** sentences above the rest */
  notes: string[];
  links?: { text: string; to: To }[];
};

export const NOTHING: Shown = { tiles: [], panels: [], notes: [] };

/** What a topic needs to know beside its answers. */
export type Context = { site: string; format: SiteFormat; now: number; view: View };

export const textCell = (text: string, to?: To): Cell => ({ text, raw: text, to });
export const numberCell = (raw: number | null, text: string, to?: To): Cell => ({
  text: raw === null ? "–" : text,
  raw,
  to: raw === null ? undefined : to,
});
