/** The figures of the quality page in the words of somebody who has to rely on them. */
import type { ForecastQuality, QualityFigures } from "../../domain/contract/api.ts";
import { count } from "../ui/format.ts";

const percent = (part: number | null): string =>
  part === null ? "–" : `${Math.round(part * 100)} %`;
const decimal = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
const minutes = (value: number | null): string => (value === null ? "–" : `${count(value)} min`);

export type Figure = { id: string; label: string; value: string; meaning: string };

export const basisWords = ({
  basis,
  settled,
}: Pick<ForecastQuality, "basis" | "settled">): string => {
  if (basis === "budgets")
    return "Not enough history: the planned budgets decide, and nothing is forecast yet.";
  const learned = settled === 1 ? "1 order" : `${count(settled)} orders`;
  return basis === "learning"
    ? `Still learning: it rests on ${learned} so far.`
    : `It has learned from ${learned} in four weeks and more.`;
};

/** What is known of the 3PLs, one sentence each. */
export const providerWords = ({ providers }: Pick<ForecastQuality, "providers">): string[] =>
  providers.map(({ name, orders, isEnough }) =>
    isEnough
      ? `Orders at ${name} are forecast by how long its last orders took (about ${count(orders)} weigh in).`
      : `Orders at ${name}: not enough history (about ${count(orders)}), its plan is used.`,
  );

/** How much smaller the error is than that of always saying the base rate. */
export const skillOf = ({ brier, baseBrier }: QualityFigures): number | null =>
  brier === null || baseBrier === null || baseBrier === 0 ? null : 1 - brier / baseBrier;

export function figuresOf(total: QualityFigures): Figure[] {
  const { alarms } = total;
  return [
    {
      id: "precision",
      label: "Alarms that were right",
      value: percent(alarms.precision),
      meaning: `Of ${count(alarms.right + alarms.wrong)} alarms, ${count(alarms.right)} orders did miss. Acting on an alarm saves orders, which makes this look worse than it is.`,
    },
    {
      id: "recall",
      label: "Misses we warned of",
      value: percent(alarms.recall),
      meaning: `${count(alarms.silent)} orders missed without an alarm.`,
    },
    {
      id: "lead",
      label: "How early",
      value: minutes(total.leadMinutes),
      meaning: "Half of the right alarms came at least about so long before the deadline.",
    },
    {
      id: "eta",
      label: "Expected time off by",
      value: minutes(total.etaErrorMinutes),
      meaning: "Half of the expected times were closer than this.",
    },
    {
      id: "skill",
      label: "Better than the base rate",
      value: percent(skillOf(total)),
      meaning: `Squared error (Brier) ${decimal(total.brier)} against ${decimal(total.baseBrier)} for always saying that ${percent(total.baseRate)} miss.`,
    },
    {
      id: "auc",
      label: "Puts misses first",
      value: percent(total.auc),
      meaning:
        "So often an order that missed had been shown a higher risk than one that did not (AUC).",
    },
  ];
}

/** One sentence for those who cannot see the picture. */
export function calibrationWords(points: readonly { shown: number; seen: number }[]): string {
  if (points.length === 0) return "Not enough orders have ended yet to compare.";
  const worst = points.reduce((a, b) =>
    Math.abs(a.shown - a.seen) >= Math.abs(b.shown - b.seen) ? a : b,
  );
  return `Largest distance: where we said ${Math.round(worst.shown)} %, ${Math.round(worst.seen)} % came.`;
}

export const dayFigures = (figures: QualityFigures) => ({
  orders: count(figures.orders),
  missed: count(figures.missed),
  precision: percent(figures.alarms.precision),
  recall: percent(figures.alarms.recall),
  brier: decimal(figures.brier),
  skill: percent(skillOf(figures)),
});
