/** Did we warn rightly, early enough, and did somebody come? The risk alarm of orders, and the incidents of each rule. */
import type {
  AlarmFigures as Quality,
  Alarms,
  RuleFigures as Rule,
} from "../../domain/contract/analytics-others.ts";
import type { Figure } from "../../domain/analytics/definition.ts";
import type { AnalyticsMetric } from "../../domain/contract/analytics.ts";
import { KIND_WORDS } from "../policies/policies-model.ts";
import { count, duration } from "../ui/format.ts";
import { ask } from "./ask.ts";
import { changeText, figureText, madeOf, percent, targetText } from "./figure-words.ts";
import {
  NOTHING,
  numberCell,
  textCell,
  type Cell,
  type Context,
  type FigureTile,
  type Panel,
  type Shown,
  type Table,
} from "./panels.ts";
import { daysWords, spanWords } from "./split-words.ts";
import type { Topic } from "./topics.ts";

type Answer = Pick<Alarms, "from" | "to" | "before" | "items" | "rules" | "areRulesWhole">;
type Spread = Rule["ackMs"];

/** A rule that is right less often is a case for repair. */
const LEAST_PRECISION = 0.5;
/** Of fewer nobody can say how good a rule is. */
const LEAST_ENDED = 5;
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

/** Orders that missed their ship-by: what alarms are judged by. */
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

function riskTable(days: Answer["items"][number]["days"]): Table {
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
        numberCell(one.report.missed, count(one.report.missed)),
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
      to: risk.days.map(() => toMissed(context, answer)),
    },
    table: riskTable(risk.days),
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

const spread = ({ n, p50, p90 }: Spread): Cell[] => [
  numberCell(p50, duration(p50 ?? 0)),
  numberCell(n < LEAST_ENDED ? null : p90, duration(p90 ?? 0)),
];
const part = (n: number, d: number): Cell =>
  numberCell(d === 0 ? null : n / d, d < LEAST_ENDED ? `${n} of ${d}` : percent(n / d));

/** Rules that were called noise too often, with enough incidents to say so. */
export const toRepair = (rules: readonly Rule[]): Rule[] =>
  rules.filter(({ precision: { n, d } }) => d >= LEAST_ENDED && n / d < LEAST_PRECISION);

function rulesTable(rules: readonly Rule[], { site }: Context): Table {
  return {
    columns: [
      { name: "Rule", isText: true },
      { name: "Raised" },
      { name: "Not noise", hint: "of those over" },
      { name: "Gone by itself" },
      { name: "Escalated" },
      { name: "Taken after", hint: "median" },
      { name: "Taken after", hint: "p90" },
      { name: "Over after", hint: "median" },
      { name: "Over after", hint: "p90" },
      { name: "Lead time", hint: "median" },
      { name: "The newest", isText: true },
    ],
    rows: rules.map((rule) => {
      const [newest] = rule.incidents;
      return {
        head: { text: KIND_WORDS[rule.kind], raw: rule.kind },
        cells: [
          numberCell(rule.raised, count(rule.raised)),
          part(rule.precision.n, rule.precision.d),
          numberCell(rule.cleared, count(rule.cleared)),
          part(rule.escalated, rule.raised),
          ...spread(rule.ackMs),
          ...spread(rule.resolveMs),
          numberCell(rule.leadMs.p50, duration(rule.leadMs.p50 ?? 0)),
          textCell(
            newest ?? "",
            newest === undefined
              ? undefined
              : { path: "/inbox", query: { site, incident: newest } },
          ),
        ],
      };
    }),
  };
}

function rulesPanel({ rules, areRulesWhole }: Answer, context: Context): Panel {
  const bad = toRepair(rules).map(({ kind }) => KIND_WORDS[kind].toLowerCase());
  const repair =
    bad.length === 0
      ? "No rule with enough incidents was noise more often than not."
      : `For repair, noise more often than not: ${bad.join(", ")}.`;
  return {
    id: "rules",
    title: "The incidents of each rule",
    words: `${repair}${areRulesWhole ? "" : " Not all of them could be read: a shorter window says more."} Precision here is what people said: what nobody called noise was worth it.`,
    chart: {
      kind: "bars",
      parts: ["Taken or still open", "Gone by itself", "Noise"],
      rows: rules.map((rule) => ({
        name: KIND_WORDS[rule.kind],
        values: [Math.max(0, rule.raised - rule.cleared - rule.noise), rule.cleared, rule.noise],
        note: count(rule.raised),
      })),
      value: count,
    },
    table: rulesTable(rules, context),
    isTableOpen: true,
    isWide: true,
  };
}

export const ALARMS: Topic = {
  name: "alarms",
  label: "Alarms and forecast",
  title: "Did we warn rightly, and early enough?",
  splits: [],
  asks: (context) => {
    const { by: _by, ...query } = ask(context, "alarms", "none").query;
    return { alarms: { path: "/api/v1/analytics/alarms", query } };
  },
  show: (answers, context): Shown => {
    const answer = answers.get("alarms") as Answer | undefined;
    if (answer === undefined) return NOTHING;
    const risk = riskPanel(answer, context);
    return {
      notes: [],
      links: [
        {
          text: "How well calibrated the forecasts are: the curve, and how far expected times were off",
          to: { path: "/forecast", query: { site: context.site } },
        },
      ],
      tiles: [
        ...tileOf(PRECISION, ({ precision }) => precision, answer, context),
        ...tileOf(RECALL, ({ recall }) => recall, answer, context),
        ...tileOf(LEAD, leadOf, answer, context),
        ...tileOf(RAISED, ({ raised }) => ({ value: raised }), answer, context),
      ],
      panels: [...(risk === null ? [] : [risk]), rulesPanel(answer, context)],
    };
  },
};
