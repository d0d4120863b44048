/** How long does an order take, and where does it stand? Working, waiting, on hold, at night. */
import type { Analytics, AnalyticsItem } from "../../domain/contract/analytics.ts";
import { durationStep } from "../trends/dwell-option.ts";
import { duration } from "../ui/format.ts";
import { ask, splitOf } from "./ask.ts";
import { isTime } from "./analytics-view.ts";
import { figureText, mainOf, valueText } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import {
  NOTHING,
  numberCell,
  type BarsChart,
  type Context,
  type LinesChart,
  type Panel,
  type Shown,
  type Table,
} from "./panels.ts";
import { metricIn, splitTable } from "./split-panel.ts";
import { inOrder, isInHouse, stageFocus } from "./stage-focus.ts";
import { partWords, stageWords } from "./split-words.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitPanelOf, totalsPanel } from "./usual-panels.ts";

const TILES = ["clickToShip", "clickToShipWorking", "cycleGross", "cycleNet", "transit"];
const SPLITS = ["day", "hour", "week", "month", "carrier", "service", "channel", "client"] as const;
const SECOND = 1_000;
const PARTS = ["Waiting", "In hands", "Working, not told apart", "On hold", "Nights and weekends"];

const sumOf = ({ figures }: AnalyticsItem, key: string): number => figures[key]?.of?.n ?? 0;
const timesOf = ({ figures }: AnalyticsItem): number => figures["elapsed"]?.of?.d ?? 0;

/** Mean ms an order spent there, by what it was; where nobody scans a start, work cannot be told from waiting. */
export function partsOf(item: AnalyticsItem): number[] {
  const times = timesOf(item);
  if (times === 0) return PARTS.map(() => 0);
  const [wait, touch] = [sumOf(item, "wait"), sumOf(item, "touch")];
  const untold = Math.max(0, sumOf(item, "work") - wait - touch);
  return [wait, touch, untold, sumOf(item, "hold"), sumOf(item, "night")].map((ms) => ms / times);
}

const stagesIn = (answer: Analytics): AnalyticsItem[] =>
  inOrder(answer.items.filter((item) => timesOf(item) > 0));

/** In the house, and of those ways that more than a few took. */
const FEW_SHARE = 0.01;
function stagesDrawn(answer: Analytics): AnalyticsItem[] {
  const inside = stagesIn(answer).filter(({ key }) => isInHouse(key));
  const most = Math.max(0, ...inside.map(timesOf));
  return inside.filter((item) => timesOf(item) >= most * FEW_SHARE);
}

function stackOf(answer: Analytics): BarsChart {
  const work = metricIn(answer, "work");
  return {
    kind: "bars",
    parts: PARTS,
    step: durationStep,
    rows: stagesDrawn(answer).map((item) => ({
      name: stageWords(item.key),
      values: partsOf(item),
      note: duration(partsOf(item).reduce((sum, ms) => sum + ms, 0)),
      to: work && ordersOf(item, work),
    })),
    value: duration,
  };
}

const SHOWN = ["throughput", "elapsed", "work", "wait", "touch", "waitShare", "hold", "night"];

function stagesTable(answer: Analytics): Table {
  const metrics = SHOWN.flatMap((key) => metricIn(answer, key) ?? []);
  const quantiles = ["p90", "p99"] as const;
  return {
    columns: [
      { name: "Stage", isText: true },
      ...metrics.flatMap(({ key, name }) =>
        key === "work"
          ? [
              { name, hint: "median" },
              { name, hint: "p90" },
              { name, hint: "p99" },
            ]
          : [{ name, hint: key === "hold" || key === "night" ? "mean" : "" }],
      ),
    ],
    rows: stagesIn(answer).map((item) => ({
      head: { text: stageWords(item.key), raw: item.key },
      cells: metrics.flatMap((metric) => {
        const figure = item.figures[metric.key];
        const to = ordersOf(item, metric);
        const own = numberCell(mainOf(figure), figureText(metric, figure), to);
        if (metric.key !== "work") return [own];
        const rest = quantiles.map((q) =>
          numberCell(figure?.[q] ?? null, valueText(metric, figure?.[q] ?? 0), to),
        );
        return [own, ...rest];
      }),
    })),
  };
}

function stagesWords(answer: Analytics): string {
  const spent = stagesDrawn(answer).map((item) => {
    const [wait = 0, , , hold = 0, night = 0] = partsOf(item);
    return { name: stageWords(item.key), wait, idle: wait + hold + night };
  });
  const [most] = spent.toSorted((a, b) => b.idle - a.idle);
  if (most === undefined || most.idle === 0)
    return "Mean time an order spends on the way to each stage.";
  return `Mean time an order spends on the way to each stage of the house. Most of it stands still before “${most.name}”: ${duration(most.idle)} waiting, on hold or at night.`;
}

const stagesPanel = (answer: Analytics): Panel => ({
  id: "stages",
  title: "Where the time goes",
  words: stagesWords(answer),
  chart: stackOf(answer),
  table: stagesTable(answer),
  isTableOpen: true,
  isWide: true,
});

function quantileChart(answer: Analytics, context: Context): LinesChart {
  const { items } = answer;
  const metric = metricIn(answer, "work");
  const valuesOf = (q: "p50" | "p90" | "p99") =>
    items.map(({ figures }) => figures["work"]?.[q] ?? null);
  return {
    kind: "lines",
    labels: items.map((item) =>
      partWords(answer.by, item, context.format, Date.parse(item.to ?? answer.to) <= context.now),
    ),
    lines: [
      { name: "median", values: valuesOf("p50"), look: "main" },
      { name: "p90", values: valuesOf("p90"), look: "other" },
      { name: "p99", values: valuesOf("p99"), look: "other" },
    ],
    value: duration,
    step: durationStep,
    isFromZero: true,
    isLastOpen: Date.parse(answer.to) > context.now,
    to: items.map((item) => metric && ordersOf(item, metric)),
  };
}

function stagePanel(answer: Analytics, stages: Analytics, context: Context): Panel {
  const metric = metricIn(answer, "work");
  const stage = stageFocus(context, "picked");
  const figure = answer.total["work"];
  const known = metric === undefined ? "–" : figureText(metric, figure);
  return {
    id: "stage",
    title: `${stageWords(stage)}: working time over the window`,
    words:
      figure?.p90 === undefined || figure.p90 === null
        ? "No order came through this stage."
        : (figure.p50 ?? 0) < SECOND
          ? `Half of the orders took no working time at all: they waited for it on hold or at night. One in ten took more than ${duration(figure.p90)}.`
          : `Half of the orders took less than ${known} of working time, one in ten more than ${duration(figure.p90)}.`,
    chart: quantileChart(answer, context),
    table: metric === undefined ? { columns: [], rows: [] } : splitTable(answer, metric, context),
    isWide: true,
    choice: {
      of: "focus",
      name: "Stage",
      value: stage,
      options: stagesIn(stages).map(({ key }) => ({ id: key, label: stageWords(key) })),
    },
  };
}

export const CYCLE: Topic = {
  name: "cycle-times",
  label: "Cycle times",
  title: "How long does an order take?",
  splits: SPLITS,
  asks: (context) => {
    const by = splitOf(context, SPLITS);
    const time = isTime(by) ? by : "day";
    const stage = stageFocus(context, "picked");
    return {
      whole: ask(context, "cycle-times", by),
      stages: ask(context, "cycle-times", "stage"),
      stage: ask({ ...context, view: { ...context.view, filter: null } }, "cycle-times", time, {
        stage,
      }),
    };
  },
  show: (answers, context): Shown => {
    const whole = answers.get("whole") as Analytics | undefined;
    const stages = answers.get("stages") as Analytics | undefined;
    const stage = answers.get("stage") as Analytics | undefined;
    return {
      ...NOTHING,
      tiles: whole === undefined ? [] : tilesOf(whole, TILES),
      panels: [
        ...(stages === undefined ? [] : [stagesPanel(stages)]),
        ...(stage === undefined || stages === undefined
          ? []
          : [stagePanel(stage, stages, context)]),
        ...(whole === undefined
          ? []
          : [splitPanelOf(whole, context, "clickToShip"), totalsPanel(whole, context)]),
      ],
    };
  },
};
