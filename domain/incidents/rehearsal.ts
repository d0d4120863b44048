/**
 * What rules would have done in the hours that a log still tells of: the board is played again change by change, looked at every few minutes under two sets of rules, and what they raise
 * is held against how the orders ended. Pure; changes come in their order.
 */
import { pickupStates, type PickupFacts } from "../board-model.ts";
import type { Row } from "../board.ts";
import type { SitePolicy } from "../site.ts";
import { isBeforeHandOver } from "../stages.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import { dueTrucks } from "./attributes.ts";
import type { Candidate } from "./detection.ts";
import { INCIDENT_KINDS, type IncidentKind } from "./incident.ts";
import { createPlayback, type Episode } from "./playback.ts";
import type { Policies } from "./policies.ts";
import { truckNews } from "./truck-news.ts";

const WINDOW_MS = 10 * MINUTE_MS;
/** A look costs as much as the forecaster's; a longer span is looked at less often. */
const LOOK_EVERY_MS = 5 * MINUTE_MS;
const MOST_LOOKS = 600;

type Fact = { at: number; type: string; data: unknown };
/** Of a commit what is played again. */
export type Told = {
  at: number;
  rows: readonly Row[];
  removed: readonly string[];
  facts: Readonly<Record<string, Fact>>;
};

/** When an order broke its promise; null: it kept it, or left. Absent: not known yet. */
type Ends = Map<string, number | null>;

/** What the log tells of an order besides its row: since when each hold and exception is there. */
type Seen = { row: Row; since: Map<string, number> };

export type RuleFigures = {
  raised: number;
  right: number;
  undecided: number;
  medianLeadMin: number | null;
  missedUncovered: number;
  most10Min: number;
};

function noteEnd(ends: Ends, { id, due, sev, stage }: Row, at: number): void {
  if (ends.has(id)) return;
  if (!isBeforeHandOver(stage))
    ends.set(id, due !== null && at > due && sev === "late" ? due : null);
  else if (due !== null && at > due) ends.set(id, due);
}

function candidateFrom({ row, since }: Seen, now: number): Candidate {
  const sinceOf = (what: string) => since.get(what) ?? now;
  return {
    row,
    // its SKUs are among what search finds it by; what only it has is in no cause of many
    skus: row.find,
    holds: row.holds.map(({ code, until }) => ({
      code,
      placedAt: sinceOf(`hold ${code}`),
      ...(until !== undefined && { until }),
    })),
    exceptions: row.exceptions.map((code) => ({ code, raisedAt: sinceOf(`exception ${code}`) })),
  };
}

function seenAfter(before: Seen | undefined, row: Row, at: number): Seen {
  const since = new Map<string, number>();
  const note = (what: string) => since.set(what, before?.since.get(what) ?? at);
  for (const { code } of row.holds) note(`hold ${code}`);
  for (const code of row.exceptions) note(`exception ${code}`);
  return { row, since };
}

const medianOf = (values: number[]): number | null =>
  values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;

type Verdict = { isRight: boolean | null; leadMs: number | null };

/** Right when at least half of those of its orders whose end is known missed; about no order it is taken at its word. */
function verdictOf({ members, openedAt }: Episode, ends: Ends): Verdict {
  const known = [...members.keys()].flatMap((id) => (ends.has(id) ? [ends.get(id) ?? null] : []));
  if (members.size === 0) return { isRight: true, leadMs: null };
  if (known.length === 0) return { isRight: null, leadMs: null };
  const missed = known.filter((at) => at !== null);
  const isRight = 2 * missed.length >= known.length;
  return { isRight, leadMs: isRight ? Math.min(...missed) - openedAt : null };
}

function most10MinOf(episodes: readonly Episode[]): number {
  const rings = episodes.flatMap(({ rangAt }) => rangAt).sort((a, b) => a - b);
  let [most, first] = [0, 0];
  rings.forEach((at, last) => {
    while (at - (rings[first] ?? at) >= WINDOW_MS) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

function uncoveredOf(episodes: readonly Episode[], ends: Ends): number {
  const covered = new Set<string>();
  for (const { members } of episodes)
    for (const [id, at] of members) if (at <= (ends.get(id) ?? -Infinity)) covered.add(id);
  return [...ends].filter(([id, at]) => at !== null && !covered.has(id)).length;
}

function figuresOf(episodes: readonly Episode[], ends: Ends): RuleFigures {
  const verdicts = episodes.map((episode) => verdictOf(episode, ends));
  const leads = verdicts.flatMap(({ leadMs }) => (leadMs === null ? [] : [leadMs / MINUTE_MS]));
  const median = medianOf(leads);
  return {
    raised: episodes.length,
    right: verdicts.filter(({ isRight }) => isRight === true).length,
    undecided: verdicts.filter(({ isRight }) => isRight === null).length,
    medianLeadMin: median === null ? null : Math.round(median),
    missedUncovered: uncoveredOf(episodes, ends),
    most10Min: most10MinOf(episodes),
  };
}

export type RehearsalResult = {
  frames: number;
  orders: number;
  proposed: RuleFigures;
  current: RuleFigures;
  rules: { kind: IncidentKind; proposed: RuleFigures; current: RuleFigures }[];
  words: string;
};

const said = ({ raised, right, medianLeadMin }: RuleFigures): string =>
  `${raised}, ${right} true${medianLeadMin === null ? "" : `, median ${Math.abs(medianLeadMin)} min ${medianLeadMin < 0 ? "late" : "early"}`}`;

export type Rehearsing = {
  site: SitePolicy;
  proposed: Policies;
  current: Policies;
  /** rows that did not change since the log begins */
  still: readonly Row[];
  from: number;
  to: number;
};

/** The board as far as a log tells of it. */
function sceneAt(
  policy: SitePolicy,
  held: ReadonlyMap<string, Seen>,
  facts: PickupFacts,
  now: number,
): Parameters<ReturnType<typeof createPlayback>["take"]>[0] {
  const orders = new Map([...held].map(([id, seen]) => [id, candidateFrom(seen, now)]));
  const inside = [...orders.values()].filter(({ row }) => isBeforeHandOver(row.stage));
  const rows = inside.map(({ row }) => row);
  return {
    policy,
    version: 0,
    now,
    orders,
    pickups: pickupStates(rows, facts),
    trucks: [],
    truckNews: truckNews(dueTrucks(inside, policy.site), facts, now),
    silent: [],
    dead: [],
    paces: [],
    arrivals: null,
  };
}

export function createRehearsal({ site, proposed, current, still, from, to }: Rehearsing) {
  const every = Math.max(LOOK_EVERY_MS, (to - from) / MOST_LOOKS);
  const held = new Map(still.map((row) => [row.id, seenAfter(undefined, row, from)]));
  const ends: Ends = new Map();
  const orders = new Set(held.keys());
  const facts = new Map<string, Fact>();
  const books = { proposed: createPlayback(proposed), current: createPlayback(current) };
  let [nextLook, frames] = [from, 0];

  function look(now: number): void {
    frames += 1;
    for (const { row } of held.values()) noteEnd(ends, row, now);
    const scene = sceneAt(site, held, facts, now);
    books.proposed.take(scene);
    books.current.take(scene);
  }

  const kindOf = (kind: IncidentKind) => {
    const own = (episodes: readonly Episode[]) => episodes.filter((one) => one.kind === kind);
    return {
      kind,
      proposed: figuresOf(own(books.proposed.episodes), ends),
      current: figuresOf(own(books.current.episodes), ends),
    };
  };

  return {
    /** the next commit; looks at the board as often as time has passed since the one before */
    take({ at, rows, removed, facts: told }: Told): void {
      for (; nextLook <= Math.min(at, to); nextLook += every) look(nextLook);
      for (const row of rows) {
        orders.add(row.id);
        held.set(row.id, seenAfter(held.get(row.id), row, at));
        noteEnd(ends, row, at);
      }
      for (const id of removed) {
        if (!ends.has(id)) ends.set(id, null);
        held.delete(id);
      }
      for (const [key, fact] of Object.entries(told)) facts.set(key, fact);
    },
    result(): RehearsalResult {
      for (; nextLook <= to; nextLook += every) look(nextLook);
      const all = {
        proposed: figuresOf(books.proposed.episodes, ends),
        current: figuresOf(books.current.episodes, ends),
      };
      const rules = INCIDENT_KINDS.map(kindOf).filter(
        (rule) => rule.proposed.raised + rule.current.raised > 0,
      );
      const words = `would have raised ${said(all.proposed)}; the rules in force ${said(all.current)}`;
      return { frames, orders: orders.size, ...all, rules, words };
    },
  };
}
