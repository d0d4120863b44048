/** How much goes through, and when? Day by day, and hour by hour of the week. */
import type { Analytics, AnalyticsItem } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";
import { isTime } from "./analytics-view.ts";
import { ask, splitOf } from "./ask.ts";
import { figureText, mainOf } from "./figure-words.ts";
import { ordersOf } from "./orders-link.ts";
import {
  NOTHING,
  numberCell,
  type Context,
  type HeatChart,
  type Panel,
  type Shown,
  type Table,
  type To,
} from "./panels.ts";
import { metricIn, splitChart, splitTable } from "./split-panel.ts";
import { stageWords } from "./split-words.ts";
import { inOrder, stageFocus } from "./stage-focus.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
import { splitSentence } from "./usual-panels.ts";

const SPLITS = ["day", "hour", "week", "month"] as const;
const USUAL = "handed_over";
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

type Wip = Readonly<Record<string, { wip: number; held: number; atEnd: number }>>;

function heatOf(answer: Analytics): HeatChart {
  const metric = metricIn(answer, "throughput");
  const toOf = (key: string): To | undefined =>
    metric && ordersOf({ ...answer }, metric, { heat: key });
  const known = new Map(
    answer.items.map(({ key, figures }) => [key, figures["throughput"]?.value ?? 0]),
  );
  const cells = DAYS.flatMap((_, day) =>
    HOURS.map((_name, hour) => {
      const key = `${day + 1} ${hour}`;
      const value = known.get(key) ?? 0;
      return { day, hour, value, to: value === 0 ? undefined : toOf(key) };
    }),
  );
  return { kind: "heat", days: DAYS, hours: HOURS, cells, value: count };
}

function heatTable({ cells, days, hours }: HeatChart): Table {
  return {
    columns: [{ name: "Hour", isText: true }, ...days.map((name) => ({ name }))],
    rows: hours.map((name, hour) => ({
      head: { text: `${name}:00`, raw: name },
      cells: days.map((_, day) => {
        const cell = cells.find((one) => one.day === day && one.hour === hour);
        return numberCell(cell?.value ?? 0, count(cell?.value ?? 0), cell?.to);
      }),
    })),
  };
}

function heatPanel(answer: Analytics, stage: string): Panel {
  const chart = heatOf(answer);
  const [top] = chart.cells.toSorted((a, b) => b.value - a.value);
  return {
    id: "heat",
    title: `${stageWords(stage)}: when in the week`,
    words:
      top === undefined || top.value === 0
        ? "Nothing went through in this window."
        : `Orders by hour and weekday of the site, added up over the window. Most of them ${DAYS[top.day]} from ${HOURS[top.hour]}:00: ${count(top.value)}.`,
    chart,
    table: top === undefined || top.value === 0 ? { columns: [], rows: [] } : heatTable(chart),
    isWide: true,
  };
}

function timePanel(answer: Analytics, stages: Analytics, context: Context): Panel {
  const metric = metricIn(answer, "throughput");
  const stage = stageFocus(context, USUAL);
  return {
    id: "time",
    title: `${stageWords(stage)}: orders by ${answer.by}`,
    words: splitSentence(answer, "throughput", context),
    chart: metric === undefined ? null : splitChart(answer, metric, context),
    table: metric === undefined ? { columns: [], rows: [] } : splitTable(answer, metric, context),
    isWide: true,
    choice: {
      of: "focus",
      name: "Stage",
      value: stage,
      options: throughStages(stages).map(({ key }) => ({ id: key, label: stageWords(key) })),
    },
  };
}

const throughStages = ({ items }: Analytics): AnalyticsItem[] =>
  inOrder(items.filter(({ figures }) => (figures["throughput"]?.value ?? 0) > 0));

const one = (value: number): string => (value < 10 ? value.toFixed(1) : count(value));

/** Who stands in the stage at the end of the window. */
const toStanding = (answer: Analytics, stage: string): To => ({
  path: "/analytics/backlog/orders",
  query: { site: answer.site, metric: "backlog", from: answer.from, to: answer.to, stage },
});

function stagesTable(answer: Analytics, wips: Wip): Table {
  const metrics = answer.metrics;
  const means = ["wip", "held"] as const;
  return {
    columns: [
      { name: "Stage", isText: true },
      ...metrics.map(({ name }) => ({ name })),
      { name: "Standing in it", hint: "mean, not on hold" },
      { name: "On hold in it", hint: "mean" },
      { name: "At the end" },
    ],
    rows: throughStages(answer).map((item) => ({
      head: { text: stageWords(item.key), raw: item.key },
      cells: [
        ...metrics.map((metric) => {
          const figure = item.figures[metric.key];
          return numberCell(mainOf(figure), figureText(metric, figure), ordersOf(item, metric));
        }),
        ...means.map((name) => {
          const value = wips[item.key]?.[name] ?? null;
          return numberCell(value, one(value ?? 0));
        }),
        atEndCell(answer, item.key, wips[item.key]?.atEnd ?? null),
      ],
    })),
  };
}

const atEndCell = (answer: Analytics, stage: string, atEnd: number | null) =>
  numberCell(atEnd, count(atEnd), (atEnd ?? 0) > 0 ? toStanding(answer, stage) : undefined);

const stagesPanel = (answer: Analytics & { wip?: Wip }): Panel => ({
  id: "stages",
  title: "Every stage",
  words:
    "What went through each stage, and what stood in it. What stands there is what comes through an hour times how long it stays.",
  chart: null,
  table: stagesTable(answer, answer.wip ?? {}),
  isTableOpen: true,
  isWide: true,
});

export const THROUGHPUT: Topic = {
  name: "throughput",
  label: "Throughput",
  title: "How much goes through, and when?",
  splits: SPLITS,
  asks: (context) => {
    const stage = stageFocus(context, USUAL);
    const by = splitOf(context, SPLITS);
    const bare = { ...context, view: { ...context.view, filter: null } };
    return {
      time: ask(bare, "throughput", isTime(by) ? by : "day", { stage }),
      heat: ask(bare, "throughput", "heat", { stage }),
      stages: ask(bare, "throughput", "stage"),
    };
  },
  show: (answers, context): Shown => {
    const time = answers.get("time") as Analytics | undefined;
    const heat = answers.get("heat") as Analytics | undefined;
    const stages = answers.get("stages") as Analytics | undefined;
    return {
      ...NOTHING,
      tiles: time === undefined ? [] : tilesOf(time, ["throughput", "throughputUnits", "rework"]),
      panels: [
        ...(time === undefined || stages === undefined ? [] : [timePanel(time, stages, context)]),
        ...(heat === undefined ? [] : [heatPanel(heat, stageFocus(context, USUAL))]),
        ...(stages === undefined ? [] : [stagesPanel(stages)]),
      ],
    };
  },
};
