/** Why were orders late, and what did it cost? Minutes, not counts: by reason, stage and owner. */
import type { Figure } from "../../domain/analytics/definition.ts";
import type { Analytics, AnalyticsItem, AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";
import { ask, splitOf } from "./ask.ts";
import { changeText, isUnknown, mainOf, minutes, percent } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import {
  NOTHING,
  numberCell,
  textCell,
  type Context,
  type Panel,
  type Shown,
  type Table,
} from "./panels.ts";
import { metricIn, ranked } from "./split-panel.ts";
import { stepOf } from "./scale-step.ts";
import { GROUP_WORDS, sentenceOf, spanWords, valueWords } from "./split-words.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitPanelOf } from "./usual-panels.ts";

const SPLITS = ["day", "week", "month", "carrier"] as const;
const MOST_BARS = 12;

export type Loss = {
  item: AnalyticsItem;
  name: string;
  ms: number;
  share: number;
  /** with everything before it */
  upTo: number;
};

/** The most expensive first. */
export function lossesOf(answer: Analytics): Loss[] {
  const metric = metricIn(answer, "lostMs");
  if (metric === undefined) return [];
  const costly = ranked(answer.items, metric).filter(
    ({ figures }) => (mainOf(figures["lostMs"]) ?? 0) > 0,
  );
  const all = costly.reduce((sum, { figures }) => sum + (mainOf(figures["lostMs"]) ?? 0), 0);
  let upTo = 0;
  return costly.map((item) => {
    const ms = mainOf(item.figures["lostMs"]) ?? 0;
    upTo += ms;
    return { item, name: valueWords(answer.by, item.key), ms, share: ms / all, upTo: upTo / all };
  });
}

/** Whole percents: a Pareto is read from afar. */
const rough = (share: number): string =>
  share < 0.005 ? "under 1 %" : `${Math.round(share * 100)} %`;

/** Of a period before that lost nothing at all nothing is known; of one that lost minutes, a reason that cost none did not. */
function changeOf(
  metric: AnalyticsMetric,
  now: Figure | undefined,
  before: Figure | undefined,
  allBefore: Figure | undefined,
): string {
  if (isUnknown(metric, allBefore)) return "nothing known of the period before";
  return isUnknown(metric, before) ? "none before" : changeText(metric, now, before);
}

function paretoTable(answer: Analytics, losses: readonly Loss[]): Table {
  const metric = metricIn(answer, "lostMs");
  const times = metricIn(answer, "lostCount");
  return {
    columns: [
      { name: sentenceOf(GROUP_WORDS[answer.by]), isText: true },
      { name: "Lost minutes" },
      { name: "Share" },
      { name: "Up to here" },
      { name: "Times" },
      { name: "Change", isText: true },
    ],
    rows: losses.map(({ item, name, ms, share, upTo }) => {
      const [now, before] = [item.figures["lostMs"], item.before?.["lostMs"]];
      return {
        head: { text: name, raw: item.key },
        cells: [
          numberCell(ms / 60_000, minutes(ms), metric && ordersOf(item, metric)),
          numberCell(share, percent(share)),
          numberCell(upTo, percent(upTo)),
          numberCell(
            mainOf(item.figures["lostCount"]),
            count(mainOf(item.figures["lostCount"])),
            times && ordersOf(item, times),
          ),
          textCell(
            metric === undefined
              ? ""
              : changeOf(metric, now, before, answer.before.total["lostMs"]),
          ),
        ],
      };
    }),
  };
}

function paretoWords(losses: readonly Loss[]): string {
  const [first, second] = losses;
  if (first === undefined) return "No order that was due in this window was late.";
  const more = second === undefined ? "" : `, then ${second.name} with ${rough(second.share)}`;
  return `${first.name} cost ${minutes(first.ms)}, ${rough(first.share)} of all lost minutes${more}.`;
}

function paretoPanel(answer: Analytics, title: string): Panel {
  const losses = lossesOf(answer);
  const metric = metricIn(answer, "lostMs");
  return {
    id: answer.by,
    title,
    words: paretoWords(losses),
    chart: {
      kind: "bars",
      parts: ["Lost minutes"],
      rows: losses.slice(0, MOST_BARS).map(({ item, name, ms, share, upTo }) => ({
        name,
        values: [ms],
        note: losses.length > 2 ? `${rough(share)}, up to here ${rough(upTo)}` : rough(share),
        before: mainOf(item.before?.["lostMs"]),
        to: metric && ordersOf(item, metric),
      })),
      value: minutes,
      step: metric && stepOf(metric),
    },
    table: paretoTable(answer, losses),
    isTableOpen: true,
    isWide: answer.by === "reason",
  };
}

const TITLES = {
  reason: "Lost minutes by reason",
  owner: "Whose minutes they were",
  lossStage: "Lost minutes by stage",
} as const;

export const DELAYS: Topic = {
  name: "delays",
  label: "Delays",
  title: "Why were orders late, and what did it cost?",
  splits: SPLITS,
  asks: (context) => ({
    reason: ask(context, "delays", "reason"),
    owner: ask(context, "delays", "owner"),
    lossStage: ask(context, "delays", "lossStage"),
    time: ask(context, "delays", splitOf(context, SPLITS)),
  }),
  show: (answers, context): Shown => {
    const time = answers.get("time") as Analytics | undefined;
    const paretos = (["reason", "owner", "lossStage"] as const).flatMap((by) => {
      const answer = answers.get(by) as Analytics | undefined;
      return answer === undefined ? [] : [paretoPanel(answer, TITLES[by])];
    });
    return {
      ...NOTHING,
      notes:
        time === undefined
          ? []
          : [
              `The lateness of each late order is shared over what took longer than planned; against ${spanWords(context.format, time.before.from, time.before.to)}.`,
            ],
      tiles: time === undefined ? [] : tilesOf(time, ["lostMs", "lostCount"]),
      panels: [...paretos, ...(time === undefined ? [] : [lostPanel(time, context)])],
    };
  },
};

const lostPanel = (answer: Analytics, context: Context): Panel =>
  splitPanelOf(answer, context, "lostMs");
