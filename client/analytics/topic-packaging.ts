/** What do we send around the goods? Grams, air and CO2e. */
import type { Analytics } from "../../domain/contract/analytics.ts";
import { ask, splitOf } from "./ask.ts";
import { NOTHING, type Shown } from "./panels.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitPanelOf, totalsPanel } from "./usual-panels.ts";

const TILES = [
  "packagingPerOrder",
  "emptySpace",
  "overHalfEmpty",
  "voidFill",
  "dimRatio",
  "billableExcess",
  "carbonPerOrder",
  "transportCarbon",
  "packagingCarbon",
  "recyclable",
];
const SPLITS = ["day", "week", "month", "carrier", "service", "channel", "client"] as const;

export const PACKAGING: Topic = {
  name: "packaging",
  label: "Packaging and CO2e",
  title: "What do we send around the goods?",
  splits: SPLITS,
  asks: (context) => ({ split: ask(context, "packaging", splitOf(context, SPLITS)) }),
  show: (answers, context): Shown => {
    const split = answers.get("split") as Analytics | undefined;
    if (split === undefined) return NOTHING;
    return {
      notes: [
        "CO2e is estimated: default factors for material, and for the way of a parcel unless its legs were told. Boxes nobody weighed count by their sides.",
      ],
      tiles: tilesOf(split, TILES),
      panels: [splitPanelOf(split, context, "packagingPerOrder"), totalsPanel(split, context)],
    };
  },
};
