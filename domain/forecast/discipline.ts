/**
 * In which order a floor works, found out by watching: each start is compared with orders that are known to wait. The key by which the started one is most
 * often the better is the discipline. Knowing it matters more than anything else (a wrong one costs most of the forecast's worth).
 *
 * Another key takes the place of the one in use by the pairs on which the two disagree alone. On some days they hardly do: when all that waits is for the same trucks, the earliest
 * deadline is the oldest order is the longest in the queue, and whichever leads then leads by chance. So what days tell fades by the day, not by the start, and a day that can tell
 * nothing takes nothing from those that did.
 */
export const DISCIPLINES = ["due", "fifo", "queued", "priority"] as const;
/** Earliest deadline; oldest order; longest in this queue; priority, then deadline. Ties: the older order. */
export type Discipline = (typeof DISCIPLINES)[number];

/** What an order is ranked by. */
export type Ranked = {
  id: string;
  deadline: number;
  receivedAt: number;
  queuedAt: number;
  priority: string;
};

export type DisciplineState = {
  /** the one in use */
  current: Discipline;
  /** false from below 60 % of pairs in order until 70 % again: the order of work is unpredictable */
  isPredictable: boolean;
  /** decayed pairs in which the started order had the better key, by discipline, and all pairs */
  better: Record<Discipline, number>;
  pairs: Record<Discipline, number>;
  starts: number;
  /** absent where a version that did not keep it has stored the state */
  rivalry?: Rivalry;
  /** some orders that wait now, from the last pass */
  waiting: Ranked[];
};

/** Of the last days: pairs on which a discipline disagrees with the one in use, and those of them in which it was right. */
type Rivalry = {
  disagreed: Record<Discipline, number>;
  right: Record<Discipline, number>;
};

const none = (): Record<Discipline, number> => ({ due: 0, fifo: 0, queued: 0, priority: 0 });

const noRivalry = (): Rivalry => ({ disagreed: none(), right: none() });

export const emptyDiscipline = (current: Discipline = "due"): DisciplineState => ({
  current,
  isPredictable: true,
  better: none(),
  pairs: none(),
  starts: 0,
  waiting: [],
});

/** Negative when `a` is worked before `b`. */
export function compareBy(discipline: Discipline, a: Ranked, b: Ranked): number {
  switch (discipline) {
    case "due":
      return a.deadline - b.deadline || a.receivedAt - b.receivedAt;
    case "fifo":
      return a.receivedAt - b.receivedAt;
    case "queued":
      return a.queuedAt - b.queuedAt;
    case "priority":
      return comparePriority(a.priority, b.priority) || compareBy("due", a, b);
  }
}

const comparePriority = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of how far the work is in order, the last 500 starts count most. */
const MEMORY = 1 - 1 / 500;

export function noLongerWaits(state: DisciplineState, id: string): void {
  const place = state.waiting.findIndex((other) => other.id === id);
  if (place !== -1) state.waiting.splice(place, 1);
}

/** An order of this lane was begun: every sampled one that still waits is a pair. */
export function countStart(state: DisciplineState, started: Ranked): void {
  noLongerWaits(state, started.id);
  if (state.waiting.length === 0) return;
  state.starts += 1;
  for (const discipline of DISCIPLINES) {
    let better = state.better[discipline] * MEMORY;
    let pairs = state.pairs[discipline] * MEMORY;
    for (const other of state.waiting) {
      const order = compareBy(discipline, started, other);
      if (order !== 0) pairs += 1;
      if (order < 0) better += 1;
    }
    state.better[discipline] = better;
    state.pairs[discipline] = pairs;
  }
  const rivalry = (state.rivalry ??= noRivalry());
  for (const other of state.waiting) countRivals(rivalry, state.current, started, other);
}

function countRivals(rivalry: Rivalry, current: Discipline, started: Ranked, other: Ranked): void {
  const used = compareBy(current, started, other);
  if (used === 0) return;
  for (const discipline of DISCIPLINES) {
    const order = compareBy(discipline, started, other);
    if (order === 0 || order < 0 === used < 0) continue;
    rivalry.disagreed[discipline] += 1;
    if (order < 0) rivalry.right[discipline] += 1;
  }
}

const SAMPLE = 12;

/** A few of the orders that wait, spread over all of them: `waiting` in any order. */
export function sampleWaiting<T>(
  state: DisciplineState,
  waiting: readonly T[],
  toRanked: (one: T) => Ranked,
): void {
  const step = Math.max(1, waiting.length / SAMPLE);
  state.waiting = [];
  for (let place = 0; place < waiting.length; place += step) {
    const one = waiting[Math.floor(place)];
    if (one !== undefined) state.waiting.push(toRanked(one));
  }
}

export const shareOf = (state: DisciplineState, discipline: Discipline): number =>
  state.pairs[discipline] < 1 ? 0 : state.better[discipline] / state.pairs[discipline];

const LEAST_STARTS = 300;
/** Half of the pairs are right by chance. Between the two limits a lane stays what it was called: to call one with 69 % unpredictable cost more than it saved. */
const UNPREDICTABLE_BELOW = 0.6;
const PREDICTABLE_FROM = 0.7;
/** A rival takes the place of the one in use when so many pairs tell the two apart, and it is right in so much of them. */
const TELLING_PAIRS = 300;
const RIGHT_SHARE = 0.75;
const RIVALRY_HALF_LIFE_DAYS = 2;

/** The rival that is right most often where it disagrees with the one in use; null when none is by enough. */
function betterOf({ disagreed, right }: Rivalry): Discipline | null {
  const shareRight = (one: Discipline): number => right[one] / disagreed[one];
  const [best = null] = DISCIPLINES.filter(
    (one) => disagreed[one] >= TELLING_PAIRS && shareRight(one) >= RIGHT_SHARE,
  ).toSorted((a, b) => shareRight(b) - shareRight(a));
  return best;
}

function fadeRivalry(rivalry: Rivalry, days: number): Rivalry {
  const left = 0.5 ** (days / RIVALRY_HALF_LIFE_DAYS);
  const faded = (counts: Record<Discipline, number>): Record<Discipline, number> => ({
    due: counts.due * left,
    fifo: counts.fifo * left,
    queued: counts.queued * left,
    priority: counts.priority * left,
  });
  return { disagreed: faded(rivalry.disagreed), right: faded(rivalry.right) };
}

/** The daily look, `days` after the one before. With too few starts everything stays as it is. */
export function decideDiscipline(state: DisciplineState, days = 1): void {
  const rivalry = (state.rivalry ??= noRivalry());
  if (state.starts >= LEAST_STARTS) {
    const better = betterOf(rivalry);
    state.current = better ?? state.current;
    state.rivalry = better === null ? rivalry : noRivalry();
    state.isPredictable =
      shareOf(state, state.current) >=
      (state.isPredictable ? UNPREDICTABLE_BELOW : PREDICTABLE_FROM);
  }
  state.rivalry = fadeRivalry(state.rivalry, days);
}

/** Share of starts that take any order instead of the first, as the pairs show it: 0 when all are in order. */
export function randomShare(state: DisciplineState): number {
  if (state.starts < LEAST_STARTS) return 0;
  return Math.min(1, Math.max(0, 2 * (1 - shareOf(state, state.current))));
}
