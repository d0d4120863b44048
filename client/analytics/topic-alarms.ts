/** Did we warn rightly, early enough, and did somebody come? The risk alarm of orders, and the incidents of each rule. */
import type { AlarmFigures as Quality, Alarms } from "../../domain/contract/analytics-others.ts";
import { LEAD, PRECISION, RAISED, RECALL } from "../../domain/analytics/alarm-metrics.ts";
import type { Figure } from "../../domain/analytics/definition.ts";
import type { Analytics, AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { count } from "../ui/format.ts";
import { ask, splitOf } from "./ask.ts";
import { changeText, figureText, madeOf, percent, targetText } from "./figure-words.ts";
import { alarmOrders } from "./orders-link.ts";
import {
  numberCell,
  type Context,
  type FigureTile,
  type Panel,
  type Row,
  type Shown,
  type Table,
  type To,
} from "./panels.ts";
import { metricIn, scoreTable, splitChart } from "./split-panel.ts";
import { daysWords, spanWords, valueWords } from "./split-words.ts";
import { tilesOf } from "./tiles.ts";
import type { Topic } from "./topic.ts";
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

const FAILED = { failed: "true" };
/** Of what a figure is made, and what of it counts against it. */
const badOf = (report: Quality["report"]): Record<string, { many: number; noun: string }> => ({
  [PRECISION.key]: { many: report.alarms.wrong, noun: "wrong alarms" },
  [RECALL.key]: { many: report.alarms.silent, noun: "misses without an alarm" },
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
  const bad = badOf(risk.report)[of.key];
  const isNone = now.value === null || (now.of?.d ?? now.value) === 0;
  return [
    {
      metric: of,
      text: figureText(of, now),
      made: madeOf(of, now),
      to: isNone ? undefined : alarmOrders(context.site, answer, of.key),
      failed:
        bad === undefined || bad.many === 0
          ? null
          : {
              text: `${count(bad.many)} ${bad.noun}`,
              to: alarmOrders(context.site, answer, of.key, FAILED),
            },
      change: changeText(of, now, before),
      target: targetText(of, now),
    },
  ];
}

type Day = Answer["items"][number]["days"][number];
/** The orders behind a figure of one day; nothing to open where it has none. */
const onDay = (context: Context, { day }: Day, many: number, metric: string): To | undefined =>
  many > 0 ? alarmOrders(context.site, { from: day, to: day }, metric) : undefined;

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
    rows: days.toReversed().map((one) => riskRow(one, context)),
  };
}

const dayText = ({ format }: Context, day: string): string =>
  daysWords(format, { from: day, to: day }, "");

function riskRow(one: Day, context: Context): Row {
  const { missed, alarms } = one.report;
  const to = (many: number, { key }: AnalyticsMetric) => onDay(context, one, many, key);
  return {
    head: { text: dayText(context, one.day), raw: one.day },
    cells: [
      numberCell(one.report.orders, count(one.report.orders)),
      numberCell(missed, count(missed), to(missed, RECALL)),
      numberCell(one.raised, count(one.raised), to(one.raised, RAISED)),
      numberCell(
        one.precision.value,
        figureText(PRECISION, one.precision),
        to(one.raised, PRECISION),
      ),
      numberCell(one.recall.value, figureText(RECALL, one.recall), to(missed, RECALL)),
      numberCell(leadOf(one).value, figureText(LEAD, leadOf(one)), to(alarms.right, LEAD)),
    ],
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
      labels: risk.days.map(({ day }) => dayText(context, day)),
      lines: [
        { name: "right", values: risk.days.map(({ precision }) => precision.value), look: "main" },
        { name: "warned of", values: risk.days.map(({ recall }) => recall.value), look: "other" },
      ],
      value: percent,
      most: 1,
      isFromZero: true,
      isLastOpen: Date.parse(answer.to) > context.now,
      to: risk.days.map((one) => onDay(context, one, one.report.missed, RECALL.key)),
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

/** Alarms are counted by day and by nothing else. */
const withoutFilter = ({ site = "", from = "", to = "" }: Record<string, string>) => ({
  site,
  from,
  to,
});
