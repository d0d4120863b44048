/** When nothing is escalated: planned work, and the hours in which a site is closed. */
import { calendarOf } from "../calendar.ts";
import type { Site } from "../site.ts";
import { inWords, instantOf, localDay } from "../wall-clock.ts";
import type { IncidentKind } from "./incident.ts";
import type { Ladder } from "./policies.ts";
import type { Rulebook } from "./rulebook.ts";

const HORIZON_DAYS = 400;
/** More windows than that, one after the other, hold nothing up: better early than never. */
const MOST_MOVES = 50;

/** Somebody works there, breaks included. A site that lists no shifts is always open. */
export function isOpenAt(site: Site, at: number): boolean {
  const calendar = calendarOf(site);
  return calendar.openOf(localDay(calendar.zone, at)).some(({ from, to }) => from <= at && at < to);
}

/** When it opens next, or `at` when it is open or never opens again. */
export function nextOpening(site: Site, at: number): number {
  const calendar = calendarOf(site);
  const first = localDay(calendar.zone, at);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1)
    for (const { from, to } of calendar.openOf(day)) if (to > at) return Math.max(from, at);
  return at;
}

/** The end of the shift after the one that runs at `at` (or of the next, while it is closed); null for a site that never closes. */
export function endOfNextShift(site: Site, at: number): number | null {
  if (site.shifts.length === 0) return null;
  const calendar = calendarOf(site);
  const first = localDay(calendar.zone, at);
  let isNext = !isOpenAt(site, at);
  for (let day = first; day <= first + HORIZON_DAYS; day += 1)
    for (const { from, to } of calendar.openOf(day)) {
      if (to <= at) continue;
      if (isNext && from >= at) return to;
      isNext = true;
    }
  return null;
}

type Hold = { until: number; words: string };

function plannedWork({ policies, site }: Rulebook, kind: IncidentKind, at: number): Hold | null {
  for (const { from, to, kinds, reason } of policies.maintenance ?? []) {
    const until = instantOf(to);
    const isIn = instantOf(from) <= at && at < until;
    if (!isIn || (kinds !== undefined && !kinds.includes(kind))) continue;
    return { until, words: `planned work until ${inWords(site.timeZone, until)}: ${reason}` };
  }
  return null;
}

function closedHours({ site }: Rulebook, { offHours }: Ladder, at: number): Hold | null {
  if (offHours !== "hold_until_open" || isOpenAt(site, at)) return null;
  const until = nextOpening(site, at);
  return until === at
    ? null
    : { until, words: `the site is closed until ${inWords(site.timeZone, until)}` };
}

/** The first moment from `at` on at which this may be escalated, and what it waited for. */
export function releasedAt(
  book: Rulebook,
  ladder: Ladder,
  kind: IncidentKind,
  at: number,
): { at: number; waits?: string } {
  let moved: { at: number; waits?: string } = { at };
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    const hold = plannedWork(book, kind, moved.at) ?? closedHours(book, ladder, moved.at);
    if (hold === null) return moved;
    moved = { at: hold.until, waits: hold.words };
  }
  return moved;
}
