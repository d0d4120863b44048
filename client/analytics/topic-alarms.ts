/** Did we warn rightly, early enough, and did somebody come? The risk alarm of orders, and the incidents of each rule. */
import type { AlarmFigures as Quality, Alarms } from "../../domain/contract/analytics-others.ts";
import type { Figure } from "../../domain/analytics/definition.ts";
import type { Analytics, AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";
import { ask, splitOf } from "./ask.ts";
import { changeText, figureText, madeOf, percent, targetText } from "./figure-words.ts";
import {
  numberCell,
  textCell,
  type Context,
  type FigureTile,
  type Panel,
  type Shown,
  type Table,
} from "./panels.ts";
import { metricIn, scoreTable, splitChart } from "./split-panel.ts";
import { daysWords, spanWords, valueWords } from "./split-words.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topics.ts";
import { splitPanelOf } from "./usual-panels.ts";

type Answer = Pick<Alarms, "from" | "to" | "before" | "items">;

/** A rule that is noise more often is a case for repair. */
const MOST_NOISE = 0.5;
/** Of fewer nobody can say how good a rule is. */
const LEAST_RAISED = 5;
const INCIDENT_TILES = [
  "toAcknowledge",
  "toResolve",
  "escalationRate",
  "noiseShare",
  "clearedUntaken",
  "alarmLoad",
  "floodedWindows",
  "mostCalls",
];
const RULE_COLUMNS = [
  "raised",
  "toAcknowledge",
  "toResolve",
  "escalatedByClock",
  "escalatedByHand",
  "clearedUntaken",
  "noiseShare",
];
const SPLITS = ["day", "week", "month", "kind", "severity"] as const;
const MINUTE = 60_000;

const metric = (
  more: Pick<AnalyticsMetric, "id" | "key" | "name" | "unit" | "formula"> &
    Partial<AnalyticsMetric>,
): AnalyticsMetric => ({
  window: "by the day of the deadline",
  clock: "elapsed",
  rules: "Acting on an alarm saves orders, which makes it look wrong.",
  better: "more",
  hasOrders: true,
  ...more,
});

const RAISED = metric({
  id: "I4",
  key: "alarmsRaised",
  name: "Alarms raised",
  unit: "count",
  formula: "orders that an alarm was raised for before their deadline",
  better: "none",
});
const PRECISION = metric({
  id: "I4",
  key: "alarmPrecision",
  name: "Alarms that were right",
  unit: "share",
  formula: "alarms whose order missed its deadline / alarms",
  target: 0.5,
});
const RECALL = metric({
  id: "I4",
  key: "alarmRecall",
  name: "Misses we warned of",
  unit: "share",
  formula: "missed orders with an alarm / missed orders",
});
const LEAD = metric({
  id: "I4",
  key: "alarmLead",
  name: "How early",
  unit: "ms",
  formula: "from the alarm to the deadline, median of the alarms that were right",
});

/** Orders that missed their ship-by: what alarms are judged by. `from` and `to`: instants, or days of the site. */
const toMissed = ({ site }: Context, { from, to }: Pick<Answer, "from" | "to">) => ({
  path: "/analytics/otif/orders",
  query: { site, from, to, metric: "onTimeShip", failed: "true" },
});

const leadOf = ({ report }: Quality): Figure => ({
  value: report.leadMinutes === null ? null : report.leadMinutes * MINUTE,
});

function tileOf(
  of: AnalyticsMetric,
  read: (quality: Quality) => Figure,
  answer: Answer,
  context: Context,
): FigureTile[] {
  const [risk] = answer.items;
  if (risk === undefined) return [];
  const [now, before] = [read(risk), read(risk.before)];
  const isMissed = of.key === "alarmRecall" && risk.report.missed > 0;
  return [
    {
      metric: of,
      text: figureText(of, now),
      made: madeOf(of, now),
      to: undefined,
      failed: isMissed
        ? { text: `${count(risk.report.missed)} missed orders`, to: toMissed(context, answer) }
        : null,
      change: changeText(of, now, before),
      target: targetText(of, now),
    },
  ];
}

type Day = Answer["items"][number]["days"][number];
const toMissedOn = (context: Context, { day, report }: Day) =>
  report.missed > 0 ? toMissed(context, { from: day, to: day }) : undefined;

function riskTable(days: readonly Day[], context: Context): Table {
  return {
    columns: [
      { name: "Day of the deadline", isText: true },
      { name: "Orders" },
      { name: "Missed" },
      { name: "Alarms" },
      { name: PRECISION.name },
      { name: RECALL.name },
      { name: LEAD.name },
    ],
    rows: days.toReversed().map((one) => ({
      head: textCell(one.day),
      cells: [
        numberCell(one.report.orders, count(one.report.orders)),
        numberCell(one.report.missed, count(one.report.missed), toMissedOn(context, one)),
        numberCell(one.raised, count(one.raised)),
        numberCell(one.precision.value, figureText(PRECISION, one.precision)),
        numberCell(one.recall.value, figureText(RECALL, one.recall)),
        numberCell(leadOf(one).value, figureText(LEAD, leadOf(one))),
      ],
    })),
  };
}

function riskPanel(answer: Answer, context: Context): Panel | null {
  const [risk] = answer.items;
  if (risk === undefined) return null;
  const past = spanWords(context.format, answer.before.from, answer.before.to);
  return {
    id: "risk",
    title: "“Order will miss its next deadline”, day by day",
    words:
      risk.report.orders === 0
        ? "No order of this window has come to its end with a forecast yet."
        : risk.raised === 0 && risk.report.missed === 0
          ? "No alarm was raised, and no order missed."
          : `${rightWords(risk)} ${missedWords(risk)} ${sentence(changeText(PRECISION, risk.precision, risk.before.precision, past))}`,
    chart: {
      kind: "lines",
      labels: risk.days.map(({ day }) => daysWords(context.format, { from: day, to: day }, "")),
      lines: [
        { name: "right", values: risk.days.map(({ precision }) => precision.value), look: "main" },
        { name: "warned of", values: risk.days.map(({ recall }) => recall.value), look: "other" },
      ],
      value: percent,
      most: 1,
      isFromZero: true,
      isLastOpen: Date.parse(answer.to) > context.now,
      to: risk.days.map((one) => toMissedOn(context, one)),
    },
    table: riskTable(risk.days, context),
    isWide: true,
  };
}

const rightWords = ({ raised, precision }: Quality): string =>
  raised === 0
    ? "No alarm was raised."
    : `Of ${count(raised)} alarms ${figureText(PRECISION, precision)} were right.`;
const missedWords = ({ report, recall }: Quality): string =>
  report.missed === 0
    ? "No order missed."
    : `Of ${count(report.missed)} misses ${figureText(RECALL, recall)} had been warned of.`;
const sentence = (words: string): string => (words === "" ? "" : `Precision: ${words}.`);

/** Rules whose incidents were called noise too often, with enough of them to say so. */
export const toRepair = (answer: Analytics): string[] =>
  answer.items
    .filter(({ figures }) => {
      const { n = 0, d = 0 } = figures["noiseShare"]?.of ?? {};
      return d >= LEAST_RAISED && n / d > MOST_NOISE;
    })
    .map(({ key }) => valueWords("kind", key));

function rulesPanel(answer: Analytics, context: Context): Panel {
  const bad = toRepair(answer).map((words) => words.toLowerCase());
  const repair =
    bad.length === 0
      ? `No rule with ${LEAST_RAISED} incidents or more was noise more often than not.`
      : `For repair, noise more often than not: ${bad.join(", ")}.`;
  const raised = metricIn(answer, "raised");
  return {
    id: "rules",
    title: "The incidents of each rule",
    words: `${repair} What is noise is what people said.`,
    chart: raised === undefined ? null : splitChart(answer, raised, context),
    table: scoreTable(answer, RULE_COLUMNS, context, "raised"),
    isTableOpen: true,
    isWide: true,
  };
}

export const ALARMS: Topic = {
  name: "alarms",
  label: "Alarms and forecast",
  title: "Did we warn rightly, and early enough?",
  splits: SPLITS,
  asks: (context) => {
    const { by: _by, ...query } = ask(context, "alarms", "none").query;
    return {
      alarms: { path: "/api/v1/analytics/alarms", query: withoutFilter(query) },
      rules: ask(context, "incidents", "kind"),
      incidents: ask(context, "incidents", splitOf(context, SPLITS)),
    };
  },
  show: (answers, context): Shown => {
    const alarms = answers.get("alarms") as Answer | undefined;
    const rules = answers.get("rules") as Analytics | undefined;
    const incidents = answers.get("incidents") as Analytics | undefined;
    const risk = alarms === undefined ? null : riskPanel(alarms, context);
    return {
      notes: [],
      links: [
        {
          text: "How well calibrated the forecasts are: the curve, and how far expected times were off",
          to: { path: "/forecast", query: { site: context.site } },
        },
      ],
      tiles: [
        ...(alarms === undefined ? [] : riskTiles(alarms, context)),
        ...(incidents === undefined ? [] : tilesOf(incidents, INCIDENT_TILES)),
      ],
      panels: [
        ...(risk === null ? [] : [risk]),
        ...(rules === undefined ? [] : [rulesPanel(rules, context)]),
        ...(incidents === undefined ? [] : [splitPanelOf(incidents, context, "toAcknowledge")]),
      ],
    };
  },
};

const riskTiles = (answer: Answer, context: Context): FigureTile[] => [
  ...tileOf(PRECISION, ({ precision }) => precision, answer, context),
  ...tileOf(RECALL, ({ recall }) => recall, answer, context),
  ...tileOf(LEAD, leadOf, answer, context),
  ...tileOf(RAISED, ({ raised }) => ({ value: raised }), answer, context),
];

/** What the risk alarm was right about is not kept by anything but days. */
const withoutFilter = ({ site = "", from = "", to = "" }: Record<string, string>) => ({
  site,
  from,
  to,
});
