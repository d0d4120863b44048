/** The rows of a plan while somebody edits them: text as it was typed, and what is wrong with it. */
import type { PlanBody } from "../../domain/contract/plans.ts";
import type { ItemError } from "../../domain/contract/ingest.ts";
import type { Process } from "../../domain/forecast/plan.ts";
import { capital, ruleWords } from "../ui/mistake-words.ts";

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

export type DraftRow = {
  /** of the page alone: so that a row keeps its fields when others go */
  key: number;
  days: number[];
  from: string;
  to: string;
  /** people, or for a break the percent who go on working */
  count: string;
};
export type HeadsDraft = DraftRow & { process: Process; zone: string };
export type Draft = { heads: HeadsDraft[]; breaks: DraftRow[] };
/** By `heads/0/from`. */
export type Mistakes = ReadonlyMap<string, string>;

let lastKey = 0;
const nextKey = (): number => (lastKey += 1);
const WEEKDAYS = [1, 2, 3, 4, 5];

export const newHeads = (process: Process, like?: HeadsDraft): HeadsDraft => ({
  key: nextKey(),
  process,
  zone: "",
  days: [...(like?.days ?? WEEKDAYS)],
  from: like?.from ?? "06:00",
  to: like?.to ?? "14:00",
  count: "",
});

export const newBreak = (like?: DraftRow): DraftRow => ({
  key: nextKey(),
  days: [...(like?.days ?? WEEKDAYS)],
  from: "10:00",
  to: "10:30",
  count: "0",
});

export const draftOf = ({ heads, breaks = [] }: PlanBody): Draft => ({
  heads: heads.map(({ zone = "", heads: count, ...one }) => ({
    ...one,
    key: nextKey(),
    zone,
    days: [...one.days],
    count: String(count),
  })),
  breaks: breaks.map(({ share, ...one }) => ({
    ...one,
    key: nextKey(),
    days: [...one.days],
    count: String(Math.round(share * 100)),
  })),
});

/** `6:00` is as good as `06:00`. */
const timeOf = (text: string): string => text.trim().padStart(5, "0");

const spanOf = ({ days, from, to }: DraftRow) => ({
  days: days.toSorted((a, b) => a - b),
  from: timeOf(from),
  to: timeOf(to),
});

export const planOf = ({ heads, breaks }: Draft): PlanBody => ({
  heads: heads.map((row) => ({
    process: row.process,
    ...(row.zone.trim() !== "" && { zone: row.zone.trim() }),
    ...spanOf(row),
    heads: Number(row.count),
  })),
  breaks: breaks.map((row) => ({ ...spanOf(row), share: Number(row.count) / 100 })),
});

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

function spanMistakes({ days, from, to }: DraftRow): [field: string, message: string][] {
  const time = "Give a time like 06:00.";
  return [
    ...(days.length === 0 ? [["days", "Choose at least one day."] as [string, string]] : []),
    ...(TIME.test(timeOf(from)) ? [] : [["from", time] as [string, string]]),
    ...(TIME.test(timeOf(to)) ? [] : [["to", time] as [string, string]]),
  ];
}

const isBetween = (text: string, most: number): boolean =>
  text.trim() !== "" && Number(text) >= 0 && Number(text) <= most;

/** What can be told without asking the server. */
export function mistakesOf({ heads, breaks }: Draft): Mistakes {
  const found = new Map<string, string>();
  heads.forEach((row, place) => {
    for (const [field, message] of spanMistakes(row)) found.set(`heads/${place}/${field}`, message);
    if (!isBetween(row.count, 1_000))
      found.set(`heads/${place}/heads`, "Give how many people, 0 to 1,000.");
  });
  breaks.forEach((row, place) => {
    for (const [field, message] of spanMistakes(row))
      found.set(`breaks/${place}/${field}`, message);
    if (!isBetween(row.count, 100)) found.set(`breaks/${place}/share`, "Give 0 to 100 percent.");
  });
  return found;
}

/** The server's own, each at its field. */
export function mistakesIn(errors: readonly ItemError[]): Mistakes {
  return new Map(
    errors.map(({ path, message }) => {
      const [list = "", place = "", field = ""] = path.replace(/^\/plan\//, "").split("/");
      return [`${list}/${place}/${field}`, `${capital(ruleWords(message))}.`];
    }),
  );
}

export const isSame = (draft: Draft, plan: PlanBody): boolean =>
  JSON.stringify(planOf(draft)) === JSON.stringify(planOf(draftOf(plan)));
