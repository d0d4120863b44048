/** Did we keep our promises? On time, in full, perfect. */
import type { Analytics } from "../../domain/contract/analytics.ts";
import { ask, splitOf } from "./ask.ts";
import { NOTHING, type Shown } from "./panels.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitPanelOf, totalsPanel } from "./usual-panels.ts";

const TILES = [
  "onTimeShip",
  "otif",
  "perfectOrder",
  "onTimeDelivery",
  "inFull",
  "cutOffAttainment",
  "fillOrders",
  "sellerCancelRate",
];
const SPLITS = ["day", "hour", "week", "month", "carrier", "service", "channel", "client"] as const;

export const ON_TIME: Topic = {
  name: "otif",
  label: "On time, in full",
  title: "Did we keep our promises?",
  splits: SPLITS,
  asks: (context) => ({ otif: ask(context, "otif", splitOf(context, SPLITS)) }),
  show: (answers, context): Shown => {
    const answer = answers.get("otif") as Analytics | undefined;
    if (answer === undefined) return NOTHING;
    return {
      tiles: tilesOf(answer, TILES),
      panels: [splitPanelOf(answer, context, "onTimeShip"), totalsPanel(answer, context)],
      notes: [],
    };
  },
};
