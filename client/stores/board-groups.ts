/** Rows under headers: what the board can be grouped by, and its rows in groups. Pure. */
import { compareUrgency } from "../../domain/board-model.ts";
import type { Row } from "../../domain/board.ts";
import { inPlainWords } from "../../domain/codes.ts";
import type { Severity } from "../../domain/stages.ts";
import { codeWords, pickupName, STAGE_WORDS } from "../ui/words.ts";
import { byText, COMPARE, type Compare } from "./board-sorts.ts";

/** As they stand in an address, and in words. */
export const GROUP_WORDS = {
  none: "none",
  stage: "stage",
  truck: "departing truck",
  station: "station",
  cause: "cause",
  owner: "owner",
} as const;
export type GroupKey = keyof typeof GROUP_WORDS;
export const GROUP_KEYS = Object.keys(GROUP_WORDS) as readonly GroupKey[];
export const isGrouping = (word: unknown): word is GroupKey =>
  typeof word === "string" && Object.hasOwn(GROUP_WORDS, word);

export type GroupOf = {
  /** "" for those that have none */
  key: (row: Row) => string;
  label: (key: string, row: Row) => string;
  /** puts the rows of a group beside one another */
  compare: Compare;
  /** groups stand by their most urgent order, those that have none last; otherwise as `compare` has them */
  isByUrgency?: boolean;
  incident?: (row: Row) => string | undefined;
};

/** What holds it up, as far as many orders can have it in common: their own sentences name moments and minutes of each. */
function causeInWords({ incident, holds, exceptions, sev, why }: Row): string {
  if (incident !== undefined) return incident;
  const [hold] = holds;
  if (hold !== undefined) return `On hold: ${inPlainWords(hold.code)}`;
  const [code] = exceptions;
  if (code !== undefined) return codeWords(code);
  // whose source is silent, up to what follows from it
  return sev === "unknown" ? (why?.split(": ")[0] ?? "") : "";
}
const causes = new WeakMap<Row, string>();
/** Asked for at each comparison of a sort. */
function causeOf(row: Row): string {
  const known = causes.get(row);
  if (known !== undefined) return known;
  const cause = causeInWords(row);
  causes.set(row, cause);
  return cause;
}
const or = (none: string) => (key: string) => (key === "" ? none : key);

export const GROUPS: Readonly<Record<Exclude<GroupKey, "none">, GroupOf>> = {
  stage: {
    key: (row) => row.stage,
    label: (_, row) => STAGE_WORDS[row.stage],
    compare: COMPARE.stage,
  },
  truck: {
    key: (row) => row.pickup?.id ?? "",
    label: (key) => (key === "" ? "No truck" : pickupName(key)),
    compare: (a, b) => COMPARE.pickup(a, b) || byText((row) => row.pickup?.id)(a, b),
  },
  station: {
    key: (row) => row.station ?? "",
    label: or("No station"),
    compare: COMPARE.station,
    isByUrgency: true,
  },
  cause: {
    key: causeOf,
    label: or("No cause known"),
    compare: byText(causeOf),
    isByUrgency: true,
    incident: (row) => row.incident,
  },
  owner: {
    key: (row) => row.owner ?? "",
    label: or("Nobody"),
    compare: COMPARE.owner,
    isByUrgency: true,
  },
};

export type Group = {
  group: string;
  label: string;
  /** its rows stand in this incident; whoever shows it knows its title */
  incident?: string;
  count: number;
  severities: Partial<Record<Severity, number>>;
  isClosed: boolean;
};
export type Entry = Row | Group;
export const isGroup = (entry: Entry): entry is Group => "group" in entry;

/** Rows of one group in a list: from here up to the next run. */
type Run = { head: Group; from: number; to: number; first: Row };

function runOf(row: Row, from: number, by: GroupOf, isClosed: (group: string) => boolean): Run {
  const group = by.key(row);
  const incident = by.incident?.(row);
  const head: Group = {
    group,
    label: by.label(group, row),
    ...(incident === undefined ? {} : { incident }),
    count: 0,
    severities: {},
    isClosed: isClosed(group),
  };
  return { head, from, to: from, first: row };
}

/** Done with every change that is published, for up to 50,000 rows: one pass, nothing made but the runs. */
function runsOf(rows: readonly Row[], by: GroupOf, isClosed: (group: string) => boolean): Run[] {
  const { isByUrgency = false } = by;
  const runs: Run[] = [];
  let run: Run | undefined;
  let at = 0;
  for (const row of rows) {
    if (run?.head.group !== by.key(row)) runs.push((run = runOf(row, at, by, isClosed)));
    const { head } = run;
    at += 1;
    run.to = at;
    head.count += 1;
    head.severities[row.sev] = (head.severities[row.sev] ?? 0) + 1;
    if (isByUrgency && compareUrgency(row, run.first) < 0) run.first = row;
  }
  return runs;
}

const isNameless = ({ head }: Run): number => Number(head.group === "");
const byUrgency = (a: Run, b: Run): number =>
  isNameless(a) - isNameless(b) || compareUrgency(a.first, b.first);

/** Rows that are sorted by their group first, in the order of the groups; and the same under their heads, without the rows of the closed. */
export function groupRows(
  rows: readonly Row[],
  by: GroupOf,
  isClosed: (group: string) => boolean,
): { rows: readonly Row[]; entries: Entry[] } {
  const runs = runsOf(rows, by, isClosed);
  if (by.isByUrgency === true) runs.sort(byUrgency);
  const entries: Entry[] = [];
  for (const { head, from, to } of runs) {
    entries.push(head);
    for (let at = from; !head.isClosed && at < to; at += 1) entries.push(rows[at] as Row);
  }
  if (by.isByUrgency !== true) return { rows, entries };
  return { rows: runs.flatMap(({ from, to }) => rows.slice(from, to)), entries };
}
