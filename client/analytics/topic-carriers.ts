/** Which carrier keeps its word? A scorecard: on time by its own commitment, scans, damage, returns, time on the way, minutes lost. */
import type { Analytics } from "../../domain/contract/analytics.ts";
import { ask, splitOf } from "./ask.ts";
import { mainOf, minutes } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import { NOTHING, numberCell, type Context, type Panel, type Shown, type Table } from "./panels.ts";
import { metricIn, scoreTable } from "./split-panel.ts";
import { spanWords } from "./split-words.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitPanelOf } from "./usual-panels.ts";

const KEYS = [
  "carrierOnTime",
  "onTimeDelivery",
  "validTracking",
  "damageTransit",
  "returnRate",
  "transit",
];
const SPLITS = ["carrier", "day", "week", "month"] as const;

/** Minutes lost by each carrier's orders, as a last column. */
function withLost(table: Table, lost: Analytics | undefined): Table {
  const metric = lost === undefined ? undefined : metricIn(lost, "lostMs");
  if (lost === undefined || metric === undefined) return table;
  const byKey = new Map(lost.items.map((item) => [item.key, item]));
  return {
    columns: [...table.columns, { name: metric.name }],
    rows: table.rows.map(({ head, cells }) => {
      const item = byKey.get(String(head.raw));
      const ms = mainOf(item?.figures["lostMs"]) ?? 0;
      return {
        head,
        cells: [...cells, numberCell(ms, minutes(ms), item && ordersOf(item, metric))],
      };
    }),
  };
}

const scorePanel = (answer: Analytics, lost: Analytics | undefined, context: Context): Panel => ({
  id: "scorecard",
  title: "Scorecard",
  words: `Every carrier in ${spanWords(context.format, answer.from, answer.to)}, the weakest on its own commitment first. Few orders are shown as counts.`,
  chart: null,
  table: withLost(scoreTable(answer, KEYS, context, "carrierOnTime"), lost),
  isTableOpen: true,
  isWide: true,
});

export const CARRIERS: Topic = {
  name: "carriers",
  label: "Carriers",
  title: "Which carrier keeps its word?",
  splits: SPLITS,
  asks: (context) => ({
    split: ask(context, "carriers", splitOf(context, SPLITS)),
    score: ask(context, "carriers", "carrier"),
    lost: ask(context, "delays", "carrier"),
  }),
  show: (answers, context): Shown => {
    const split = answers.get("split") as Analytics | undefined;
    const score = answers.get("score") as Analytics | undefined;
    const lost = answers.get("lost") as Analytics | undefined;
    return {
      ...NOTHING,
      tiles: split === undefined ? [] : tilesOf(split, KEYS),
      panels: [
        ...(score === undefined ? [] : [scorePanel(score, lost, context)]),
        ...(split === undefined ? [] : [splitPanelOf(split, context, "carrierOnTime")]),
      ],
    };
  },
};
