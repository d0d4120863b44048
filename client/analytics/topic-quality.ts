/** How well was it done? Picking, checking, damage, exceptions, scans. */
import type { Analytics } from "../../domain/contract/analytics.ts";
import { ask, splitOf } from "./ask.ts";
import { NOTHING, type Context, type Panel, type Shown } from "./panels.ts";
import { metricIn, splitChart, splitTable } from "./split-panel.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitPanelOf, splitSentence, totalsPanel } from "./usual-panels.ts";

const TILES = [
  "firstPassYield",
  "pickAccuracyLines",
  "pickAccuracyOrders",
  "caughtInside",
  "damageInside",
  "damageTransit",
  "exceptionRate",
  "returnRate",
  "scanCompleteness",
];
const SPLITS = ["day", "week", "month", "hour", "carrier", "service", "channel", "client"] as const;

/** Only the parts of which there is anything to say. */
function valuePanel(
  answer: Analytics,
  key: string,
  id: string,
  title: string,
  context: Context,
): Panel {
  const metric = metricIn(answer, key);
  const known = {
    ...answer,
    items: answer.items.filter(
      ({ figures }) => (figures[key]?.value ?? null) !== null && figures[key]?.value !== 0,
    ),
  };
  return {
    id,
    title,
    words:
      metric?.unit === "count"
        ? "Orders closed in the window, by what was raised on them."
        : splitSentence(known, key, context),
    chart: metric === undefined ? null : splitChart(known, metric, context),
    table: metric === undefined ? { columns: [], rows: [] } : splitTable(known, metric, context),
    isTableOpen: true,
  };
}

export const QUALITY: Topic = {
  name: "quality",
  label: "Quality and damage",
  title: "How well was it done?",
  splits: SPLITS,
  asks: (context) => ({
    split: ask(context, "quality", splitOf(context, SPLITS)),
    reasons: ask(context, "quality", "reason"),
    stations: ask(context, "quality", "station"),
  }),
  show: (answers, context): Shown => {
    const split = answers.get("split") as Analytics | undefined;
    const reasons = answers.get("reasons") as Analytics | undefined;
    const stations = answers.get("stations") as Analytics | undefined;
    return {
      ...NOTHING,
      tiles: split === undefined ? [] : tilesOf(split, TILES),
      panels: [
        ...(split === undefined ? [] : [splitPanelOf(split, context, "firstPassYield")]),
        ...(reasons === undefined
          ? []
          : [valuePanel(reasons, "exceptions", "reasons", "Exceptions by code", context)]),
        ...(stations === undefined
          ? []
          : [
              valuePanel(
                stations,
                "firstPassYield",
                "stations",
                "First-pass yield by station",
                context,
              ),
            ]),
        ...(split === undefined ? [] : [totalsPanel(split, context)]),
      ],
    };
  },
};
