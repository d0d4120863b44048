/** When a site's causes are looked at again: once a minute, and within seconds when something happened that a rule looks at. */
import type { Row } from "../../domain/board.ts";
import { type Habits, emptyHabits } from "../../domain/incidents/habits.ts";
import { isInTrouble } from "../../domain/incidents/standing.ts";
import { MINUTE_MS } from "../../domain/wall-clock.ts";
import type { Told } from "../forecast/log-follower.ts";

const EVERY_MS = MINUTE_MS;
const AT_ONCE_MS = 5_000;
/** Looks take a tenth of the time at most, however large the site. */
const REST_SHARE = 10;
/** So many more in trouble within five minutes are worth a look. */
const MANY_TROUBLES = 10;
const TROUBLE_MS = 5 * MINUTE_MS;

export type Watched = {
  /** rows of the open orders, as the log told them */
  rows: Map<string, Row>;
  /** epoch ms of the last look; 0 before the first. How long it took */
  lookedAt: number;
  tookMs: number;
  isStirred: boolean;
  /** when orders came into trouble since the last look */
  troubles: number[];
  /** dead letters, as of the last commit */
  dead: number;
  habits: Habits;
};

export const nothingWatched = (): Watched => ({
  rows: new Map(),
  lookedAt: 0,
  tookMs: 0,
  isStirred: false,
  troubles: [],
  dead: 0,
  habits: emptyHabits(),
});

const marksOf = ({ exceptions, holds }: Row): string =>
  `${exceptions.join()}|${holds.map(({ code }) => code).join()}`;

function takeRow(watched: Watched, row: Row, now: number): void {
  const before = watched.rows.get(row.id);
  if (before !== undefined && before.v > row.v) return;
  watched.rows.set(row.id, row);
  if (isInTrouble(row, now) && (before === undefined || !isInTrouble(before, now)))
    watched.troubles.push(now);
  if (marksOf(row) !== (before === undefined ? "|" : marksOf(before))) watched.isStirred = true;
}

/** Takes what a commit told. What the looks themselves wrote stirs nothing. */
export function hearCommit(watched: Watched, told: Told, now: number): void {
  for (const row of told.rows) takeRow(watched, row, now);
  for (const id of told.removed) watched.rows.delete(id);
  const isByPeople = told.incidents.some(
    ({ resolution }) => resolution !== null && resolution.by !== undefined,
  );
  const isMore = told.dead > watched.dead;
  watched.dead = told.dead;
  if (told.hasFacts || isMore || isByPeople) watched.isStirred = true;
}

export function isLookDue(watched: Watched, now: number): boolean {
  const since = now - watched.lookedAt;
  // a look that is still to come was before the clock was set back
  if (since >= EVERY_MS || since < 0) return true;
  const recent = watched.troubles.filter((at) => at > now - TROUBLE_MS);
  watched.troubles = recent;
  const isCalled = watched.isStirred || recent.length >= MANY_TROUBLES;
  return isCalled && since >= Math.max(AT_ONCE_MS, REST_SHARE * watched.tookMs);
}
