/** How often a cause was here before, for how long, and how it ended. */
import type { IncidentDetail } from "../../domain/contract/incidents.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { minutesInWords } from "../../domain/incidents/ladder-words.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/wall-clock.ts";

export const BEFORE_DAYS = 30;
/** resolved incidents that are looked through: a site with more has its causes in the newest */
const MOST = 2_000;
const KEPT_MS = 30_000;

type Past = { id: string; cause: string; at: number; minutes: number; code: string };
type Before = IncidentDetail["before"];

function pastOf({ id, cause, openedAt, resolution }: Incident): Past[] {
  if (resolution === null) return [];
  const minutes = (resolution.at - openedAt) / MINUTE_MS;
  return [{ id, cause, at: resolution.at, minutes, code: resolution.code }];
}

function median(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function wordsOf(count: number, minutes: number | null, code: string | undefined): string {
  if (count === 0) return `For the first time in ${BEFORE_DAYS} days.`;
  const times = count === 1 ? "Once" : `${count} times`;
  const lasted = minutes === null ? "" : `, median ${minutesInWords(minutes)}`;
  const ended = code === undefined || code === "cleared" ? "" : `, mostly resolved as ${code}`;
  return `${times} in ${BEFORE_DAYS} days${lasted}${ended}.`;
}

export function beforeOf(past: readonly Past[], { id, cause }: Incident): Before {
  const same = past.filter((one) => one.cause === cause && one.id !== id);
  const medianMinutes = median(same.map(({ minutes }) => minutes).sort((a, b) => a - b));
  const counts = new Map<string, number>();
  for (const { code } of same) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count);
  return {
    days: BEFORE_DAYS,
    count: same.length,
    medianMinutes,
    lastAt: same.length === 0 ? null : Math.max(...same.map(({ at }) => at)),
    codes,
    words: wordsOf(same.length, medianMinutes, codes[0]?.code),
  };
}

type ReadClosed = (site: string, from: number, most: number) => Promise<Incident[]>;

/** Reads a site's resolved incidents at most twice a minute: an inbox opens one after the other. */
export function createPastReader(read: ReadClosed, now: () => number) {
  const known = new Map<string, { at: number; past: Promise<Past[]> }>();
  return (site: string): Promise<Past[]> => {
    const at = now();
    const kept = known.get(site);
    if (kept !== undefined && at - kept.at < KEPT_MS) return kept.past;
    const past = read(site, at - BEFORE_DAYS * DAY_MS, MOST).then((all) => all.flatMap(pastOf));
    // a reading that failed is not kept
    past.catch(() => known.delete(site));
    known.set(site, { at, past });
    return past;
  };
}
