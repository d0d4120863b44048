/** What a row says, cell by cell, and as one sentence for those who listen. Pure: the same row at the same second says the same. */
import type { Row } from "../../domain/board.ts";
import { callsForAction } from "../../domain/board-model.ts";
import type { ColumnId } from "../stores/board-columns.ts";
import { STAGE_RANK, type Stage } from "../../domain/stages.ts";
import { count, duration, spokenSlack, type SiteFormat } from "../ui/format.ts";
import { bareHoldWords, expiryWords, isExpired } from "../order/hold-words.ts";
import { codeWords, pickupName, SEVERITY_WORDS, STAGE_WORDS } from "../ui/words.ts";

/** `now`: the site's time to the second. `p90Of`: dwell that nine of ten orders keep, ms. */
export type RowContext = {
  now: number;
  format: SiteFormat;
  stages: readonly Stage[];
  p90Of: (stage: Stage) => number | null;
};

/** `title` is the whole of it. */
export type HoldChip = { words: string; title: string };

export type RowView = {
  /** time left to act; empty where nobody is called */
  act: string;
  left: string;
  due: string;
  dueKind: string;
  stage: string;
  /** share of the site's way that is behind the order, 0..1 */
  progress: number;
  inStage: string;
  isSlow: boolean;
  carrier: string;
  truck: string;
  holds: HoldChip[];
  flags: string[];
  /** what there is no room for, in words */
  rest: string[];
  lines: string;
  to: string;
  owner: string;
  /** short, for the list; the whole of it is the row's own */
  why: string;
  sentence: string;
};

const CHIPS = 2;
/** Of two chips; with more both would be cut to a few letters that say nothing. */
const LETTERS = 11;

/** How many of them stand in the column: the first always, a second when both are short. */
function roomFor(words: readonly string[]): number {
  const [first = "", second = ""] = words;
  return first.length + second.length > LETTERS ? 1 : CHIPS;
}

function dueWords(due: number | null, { format, now }: RowContext): string {
  if (due === null) return "";
  const time = format.time(due);
  return format.day(due) === format.day(now) ? time : `${format.day(due).slice(4)} ${time}`;
}

/** `15:00 · 53 min` today, `Mon 15:00` on another day. */
function truckWords(row: Row, { format, now }: RowContext): string {
  if (row.pickup === null) return "";
  const { at } = row.pickup;
  if (format.day(at) !== format.day(now))
    return `${format.day(at).slice(0, 3)} ${format.clock(at)}`;
  return at > now ? `${format.clock(at)} · ${duration(at - now)}` : format.clock(at);
}

type Held = Row["holds"][number];

const ON_HOLD = "On hold: ";
const toldOf = ({ title }: HoldChip): string => title.slice(ON_HOLD.length);

function holdChip(hold: Held, { format, now }: RowContext): HoldChip {
  const words = bareHoldWords(hold.code);
  if (!isExpired(hold, now)) return { words, title: `${ON_HOLD}${words}` };
  return {
    words: `expired: ${words}`,
    title: `${ON_HOLD}${words}, ${expiryWords(hold, format, now)}`,
  };
}

function linesWords(row: Row): string {
  const { total, shipped, packed } = row.parcels;
  if (total > 1) return `${Math.max(shipped, packed)} of ${total} parcels`;
  return `${count(row.lines)}/${count(row.units)}`;
}

const slackOf = (row: Row, now: number): number | null =>
  row.due === null || row.sev === "unknown" ? null : row.due - now;

/** Time to its deadline, in words; `—` where nobody knows. */
export function leftWords(row: Row, now: number): string {
  const slack = slackOf(row, now);
  return slack === null ? "—" : duration(slack);
}

const NOW = "now";

/** How long acting still keeps the promise, `now` for what is at risk past the plan's moment; by this the default order goes. */
function actWords(row: Row, now: number): string {
  if (row.actBy === null || !callsForAction(row, now, Infinity)) return "";
  return row.actBy > now ? duration(row.actBy - now) : NOW;
}

/** `act in 3 min`, `act now`, for where no head says what it is. */
export const actPhrase = (act: string): string => (act === NOW ? "act now" : `act in ${act}`);

/** From 0 to 1. One that the site does not scan is as far as the last before it that it does; of a single one it is before or behind it. */
const progressOf = (stage: Stage, stages: readonly Stage[]): number => {
  const behind = stages.filter((one) => STAGE_RANK[one] <= STAGE_RANK[stage]).length;
  return stages.length === 1 ? behind : Math.max(0, behind - 1) / Math.max(1, stages.length - 1);
};

/** `3 minutes left to act` */
function spokenAct(row: Row, now: number): string {
  const act = actWords(row, now);
  if (act === "" || row.actBy === null) return "";
  return act === NOW ? actPhrase(act) : `${spokenSlack(row.actBy - now)} to act`;
}

function sentenceOf(row: Row, now: number, holds: readonly HoldChip[]): string {
  const slack = slackOf(row, now);
  const parts = [
    row.id,
    SEVERITY_WORDS[row.sev].word,
    slack === null ? "" : spokenSlack(slack),
    spokenAct(row, now),
    STAGE_WORDS[row.stage].toLowerCase(),
    row.pickup === null ? "" : `${pickupName(row.pickup.id)} truck`,
    ...holds.map((hold) => `on hold: ${toldOf(hold)}`),
    row.owner === undefined ? "" : `owner ${row.owner}`,
    row.why ?? "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function chipsOf(holds: readonly HoldChip[], flags: readonly string[]) {
  const room = roomFor([...holds.map(({ words }) => words), ...flags]);
  const left = Math.max(0, room - holds.length);
  const rest = [...holds.slice(room).map(toldOf), ...flags.slice(left)];
  return { holds: holds.slice(0, room), flags: flags.slice(0, left), rest };
}

const toWords = (row: Row): string =>
  [row.shipTo?.city, row.shipTo?.country].filter((part) => part !== undefined).join(", ");

/** What the columns beside it say already is left out of the list, or nothing else would be read there: the moment that was missed, today's date, the site's zone. */
const shortWhy = (why: string, { format, now }: RowContext): string =>
  why
    .replace(/^Should have shipped by [^;]+; /, "")
    .replaceAll(`${format.day(now)} `, "")
    .replaceAll(` ${format.zone(now)}`, "");

export function rowView(row: Row, context: RowContext): RowView {
  const { now } = context;
  const inStageMs = Math.max(0, now - row.stageSince);
  const p90 = context.p90Of(row.stage);
  const holds = row.holds.map((hold) => holdChip(hold, context));
  const flags = [...row.exceptions, ...row.flags].map(codeWords);
  return {
    act: actWords(row, now),
    left: leftWords(row, now),
    due: dueWords(row.due, context),
    dueKind: row.dueKind === "ship" ? "s" : "d",
    stage: STAGE_WORDS[row.stage],
    progress: progressOf(row.stage, context.stages),
    inStage: duration(inStageMs),
    isSlow: p90 !== null && inStageMs > p90,
    carrier: [row.carrier, row.service].filter(Boolean).join(" "),
    truck: truckWords(row, context),
    ...chipsOf(holds, flags),
    lines: linesWords(row),
    to: toWords(row),
    owner: row.owner ?? "—",
    why: shortWhy(row.why ?? "", context),
    sentence: sentenceOf(row, now, holds),
  };
}

/** What a cell says as plain words, for paper. */
export function cellWords(column: ColumnId, row: Row, view: RowView): string {
  const said: Partial<Record<ColumnId, string>> = {
    id: row.id,
    act: view.act,
    left: view.left,
    due: view.due === "" ? "" : `${view.due} ${view.dueKind}`,
    stage: view.stage,
    inStage: view.inStage,
    station: row.station ?? "",
    carrier: view.carrier,
    truck: view.truck,
    flags: [...view.holds.map((hold) => `‖ ${toldOf(hold)}`), ...view.flags, ...view.rest].join(
      ", ",
    ),
    lines: view.lines,
    to: view.to,
    owner: view.owner,
    why: row.why ?? "",
  };
  return said[column] ?? "";
}

/** What each cell is made of, without the clock. */
const CELL_VALUES: Readonly<Record<string, (row: Row) => unknown>> = {
  severity: (row) => row.sev,
  due: (row) => row.due,
  stage: (row) => row.stage,
  station: (row) => row.station,
  truck: (row) => row.pickup?.id,
  flags: (row) => row.holds.length + row.exceptions.length,
  owner: (row) => row.owner,
  why: (row) => row.why,
};

/** Cells whose value differs, for the short tint. Clock-driven cells never count. */
export function changedCells(before: Row, after: Row): Set<string> {
  const changed = Object.entries(CELL_VALUES).filter(([, of]) => of(before) !== of(after));
  return new Set(changed.map(([cell]) => cell));
}
