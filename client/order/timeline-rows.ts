/** The lines of a timeline in words, so that the template only places them. Pure; `now` and instants are epoch ms. */
import { duration, type SiteFormat } from "../ui/format.ts";
import { codeWords, isStage, STAGE_WORDS } from "../ui/words.ts";
import { expiryWords, holdWords } from "./hold-words.ts";
import type { DeadlineView } from "./order-view.ts";
import type {
  ActionLine,
  ExceptionLine,
  HoldLine,
  MilestoneLine,
  NowLine,
  Normal,
  TimelineLine,
} from "./timeline-model.ts";

export type Mark =
  | "fact"
  | "inferred"
  | "now"
  | "hold"
  | "exception"
  | "action"
  | "impossible"
  | "corrected"
  | "expected";

export type TimelineRow = {
  key: string;
  mark: Mark;
  /** `13:48`, with its day when that is not the day of the line above; "" when unknown */
  time: string;
  /** for the tooltip: seconds and other zones */
  tip: string;
  title: string;
  dwell: string;
  /** `25 min – 1 h 10`, what is usual here */
  normal: string;
  isSlow: boolean;
  detail: string;
  isStruck: boolean;
  /** no dwell to show: the words may take its place */
  isWide: boolean;
};

const BLANK = { dwell: "", normal: "", isSlow: false, detail: "", isStruck: false };

const MARK_SHAPES: Record<Mark, { shape: string; word: string }> = {
  fact: { shape: "●", word: "recorded" },
  inferred: { shape: "◌", word: "inferred" },
  now: { shape: "◐", word: "now" },
  hold: { shape: "‖", word: "hold" },
  exception: { shape: "◆", word: "exception" },
  action: { shape: "–", word: "action" },
  impossible: { shape: "?", word: "impossible" },
  corrected: { shape: "×", word: "corrected" },
  expected: { shape: "┄", word: "to come" },
};
export const shapeOf = (mark: Mark) => MARK_SHAPES[mark];

const normalWords = (normal: Normal): string =>
  normal === null ? "" : `${duration(normal.p50Ms)} – ${duration(normal.p90Ms)}`;

const joined = (...parts: (string | null | undefined | false)[]): string =>
  parts.filter((part) => typeof part === "string" && part !== "").join(" · ");

/** Steps are named in words: "handed over", "on the dock". */
function stepName(name: string): string {
  const key = name.replaceAll(" ", "_");
  return isStage(key) ? STAGE_WORDS[key] : codeWords(name);
}

type Words = { format: SiteFormat; now: number };
type RowWords = Omit<TimelineRow, "key" | "time" | "tip" | "isWide">;

function milestoneWords(line: MilestoneLine): RowWords {
  const { at, inferredFrom: proof } = line;
  return {
    ...BLANK,
    mark: at === null ? "inferred" : "fact",
    title: STAGE_WORDS[line.stage],
    dwell: line.dwellMs === null ? "" : duration(line.dwellMs),
    normal: normalWords(line.normal),
    isSlow: line.slow,
    detail: joined(
      at === null &&
        (proof === null ? "inferred" : `inferred from ${STAGE_WORDS[proof].toLowerCase()}`),
      line.covers.length > 1 && `time of ${line.covers.map(stepName).join(" + ").toLowerCase()}`,
      line.attempt > 1 && `attempt ${line.attempt}`,
      line.where,
    ),
  };
}

function nowWords(line: NowLine, { now }: Words): RowWords {
  const elapsed = Math.max(0, now - line.since);
  return {
    ...BLANK,
    mark: "now",
    title: `${STAGE_WORDS[line.stage]}, now`,
    dwell: duration(elapsed),
    normal: normalWords(line.normal),
    isSlow: line.normal !== null && elapsed > line.normal.p90Ms,
    detail: joined(line.attempt > 1 && `attempt ${line.attempt}`, line.where),
  };
}

function holdRow({ hold }: HoldLine, { format, now }: Words): RowWords {
  const end = hold.releasedAt ?? now;
  const isOpen = hold.releasedAt === undefined;
  return {
    ...BLANK,
    mark: "hold",
    title: holdWords(hold.code),
    dwell: duration(end - hold.placedAt),
    detail: joined(
      hold.releasedAt === undefined ? "open" : `released ${format.near(hold.releasedAt, now)}`,
      isOpen && expiryWords(hold, format, now),
      hold.clock === "pause" ? "pauses ours, not the customer's" : "pauses nothing",
      hold.reason,
      hold.owner,
    ),
  };
}

function exceptionWords({ exception }: ExceptionLine, { format, now }: Words): RowWords {
  return {
    ...BLANK,
    mark: "exception",
    title: codeWords(exception.code),
    detail: joined(
      exception.about,
      exception.note,
      exception.clearedAt !== undefined && `cleared ${format.near(exception.clearedAt, now)}`,
    ),
  };
}

const ACTION_TITLES: Record<string, string> = {
  "note.added": "Note",
  "order.assigned": "Assigned",
  "order.expedited": "Expedited",
  "order.amended": "Amended",
  "event.corrected": "Correction",
  "hold.placed": "Hold",
  "hold.released": "Release",
  "order.cancelled": "Cancellation",
};

/** Ids of what people did are made up by the tower and say nothing to them; those of events stay, for whoever sent them. */
const withoutIds = (words: string): string =>
  words
    .replace(
      /^(took back|put right) (\S+) act-\S+/,
      (_, did: string, type: string) => `${did}: ${(ACTION_TITLES[type] ?? type).toLowerCase()}`,
    )
    .replace(/ by (?:undo-)?act-\S+$/, "");

/** What needs no more words than its name is not said twice. */
function actionWords({ type, words }: ActionLine): RowWords {
  const title = ACTION_TITLES[type] ?? type;
  const isSaid = words.toLowerCase() === title.toLowerCase();
  return { ...BLANK, mark: "action", title, detail: isSaid ? "" : withoutIds(words) };
}

/** `Packed 13:45 CET`; with the mark of what is late once that has passed. */
const latestWords = ({ name, at }: DeadlineView, { format, now }: Words): string =>
  `${at < now ? "▲ " : ""}${stepName(name)} ${format.near(at, now)}`;

function wordsOf(line: TimelineLine, words: Words): RowWords {
  switch (line.kind) {
    case "milestone":
      return milestoneWords(line);
    case "now":
      return nowWords(line, words);
    case "hold":
      return holdRow(line, words);
    case "exception":
      return exceptionWords(line, words);
    case "action":
      return actionWords(line);
    case "evidence":
      return {
        ...BLANK,
        mark: line.effect,
        title: ACTION_TITLES[line.event.type] ?? line.event.type,
        detail: joined(
          withoutIds(line.event.words),
          line.effect === "impossible" && "kept as evidence",
        ),
        isStruck: line.effect === "corrected",
      };
    case "expected":
      return {
        ...BLANK,
        mark: "expected",
        title: "At the latest",
        detail: line.steps.map((step) => latestWords(step, words)).join(" · "),
      };
  }
}

function instantOf(line: TimelineLine): number | null {
  if (line.kind === "expected") return null;
  return line.kind === "now" ? line.since : line.at;
}

/** A line's time; its day is said when the line above is of another day, and on the first line when that is not today. */
function timeWords(at: number | null, shownDay: string, format: SiteFormat): string {
  if (at === null) return "";
  return format.day(at) === shownDay ? format.clock(at) : `${format.day(at)} ${format.clock(at)}`;
}

export function timelineRows(
  lines: readonly TimelineLine[],
  format: SiteFormat,
  now: number,
): TimelineRow[] {
  let shownDay = format.day(now);
  return lines.map((line) => {
    const at = instantOf(line);
    const time = timeWords(at, shownDay, format);
    if (at !== null) shownDay = format.day(at);
    const tip = at === null ? "" : `${format.seconds(at)} · ${format.everywhere(at)}`;
    const words = wordsOf(line, { format, now });
    return { key: line.key, time, tip, ...words, isWide: words.dwell + words.normal === "" };
  });
}
