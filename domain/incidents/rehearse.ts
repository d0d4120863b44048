/**
 * What rules would have done: the same days looked at under two sets of policies, the one in force and the one that is proposed. Frames are scenes in order of time, as the log tells
 * them; outcomes say what became of the orders. Nobody acts in a rehearsal, so an incident that people ended early goes on here for as long as its cause was seen.
 */
import { countOf } from "../counted.ts";
import { MINUTE_MS } from "../wall-clock.ts";
import { createPlayback, type Episode, type Playback } from "./playback.ts";
import type { Policies } from "./policies.ts";
import type { IncidentKind } from "./incident.ts";

export type Frame = Parameters<Playback["take"]>[0];

/** When an order broke its promise (epoch ms); null: it kept it, or was cancelled. Undefined: nobody knows yet. */
export type OutcomeOf = (orderId: string) => number | null | undefined;

export type Rehearsal = {
  /** incidents that would have been raised */
  raised: number;
  /** of those whose orders' ends are known: at least half of the orders missed, or it was about no order at all */
  judged: number;
  right: number;
  /** from raising to the first miss among its orders, of the right ones; null without any */
  medianEarlyMin: number | null;
  calls: number;
  /** 10 minutes with more than 10 calls */
  floods: number;
  /** missed orders that stood in an incident before they missed */
  missed: number;
  covered: number;
  byKind: Partial<Record<IncidentKind, { raised: number; right: number }>>;
  words: string;
};

const WINDOW_MS = 10 * MINUTE_MS;
const FLOOD = 10;

type Judged = { episode: Episode; isRight: boolean | null; earlyMs: number | null };

function judge(episode: Episode, outcomeOf: OutcomeOf): Judged {
  if (episode.members.size === 0) return { episode, isRight: true, earlyMs: null };
  let [known, missed, first] = [0, 0, Infinity];
  for (const id of episode.members.keys()) {
    const at = outcomeOf(id);
    if (at === undefined) continue;
    known += 1;
    if (at === null) continue;
    missed += 1;
    first = Math.min(first, at);
  }
  if (known === 0) return { episode, isRight: null, earlyMs: null };
  const isRight = 2 * missed >= known;
  return { episode, isRight, earlyMs: isRight ? first - episode.openedAt : null };
}

function floodsOf(episodes: readonly Episode[]): number {
  const windows = new Map<number, number>();
  for (const at of episodes.flatMap(({ rangAt }) => rangAt)) {
    const window = Math.floor(at / WINDOW_MS);
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }
  return [...windows.values()].filter((count) => count > FLOOD).length;
}

function coverageOf(episodes: readonly Episode[], outcomeOf: OutcomeOf, seen: ReadonlySet<string>) {
  const firstIn = new Map<string, number>();
  for (const { members } of episodes)
    for (const [id, at] of members) firstIn.set(id, Math.min(firstIn.get(id) ?? Infinity, at));
  let [missed, covered] = [0, 0];
  for (const id of seen) {
    const at = outcomeOf(id);
    if (at == null) continue;
    missed += 1;
    if ((firstIn.get(id) ?? Infinity) <= at) covered += 1;
  }
  return { missed, covered };
}

const medianOf = (values: readonly number[]): number | null =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;

function byKindOf(all: readonly Judged[]): Rehearsal["byKind"] {
  const kinds: Rehearsal["byKind"] = {};
  for (const { episode, isRight } of all) {
    const counts = (kinds[episode.kind] ??= { raised: 0, right: 0 });
    counts.raised += 1;
    if (isRight === true) counts.right += 1;
  }
  return kinds;
}

function summed(playback: Playback, outcomeOf: OutcomeOf, seen: ReadonlySet<string>): Rehearsal {
  const { episodes } = playback;
  const all = episodes.map((episode) => judge(episode, outcomeOf));
  const early = all.flatMap(({ earlyMs }) => (earlyMs === null ? [] : [earlyMs / MINUTE_MS]));
  const median = medianOf(early);
  const right = all.filter(({ isRight }) => isRight === true).length;
  const floods = floodsOf(episodes);
  const when =
    median === null
      ? ""
      : `, median ${Math.abs(Math.round(median))} min ${median < 0 ? "late" : "early"}`;
  return {
    raised: episodes.length,
    judged: all.filter(({ isRight }) => isRight !== null).length,
    right,
    medianEarlyMin: median === null ? null : Math.round(median),
    calls: episodes.reduce((sum, { rangAt }) => sum + rangAt.length, 0),
    floods,
    ...coverageOf(episodes, outcomeOf, seen),
    byKind: byKindOf(all),
    words: `would have raised ${episodes.length}, ${right} true${when}, ${countOf(floods, "flood")}`,
  };
}

export type Comparison = { proposed: Rehearsal; inForce: Rehearsal };

/** Goes through the frames once. */
export function rehearse(
  frames: Iterable<Frame>,
  proposed: Policies,
  inForce: Policies,
  outcomeOf: OutcomeOf,
): Comparison {
  const [one, other] = [createPlayback(proposed), createPlayback(inForce)];
  const seen = new Set<string>();
  for (const frame of frames) {
    for (const id of frame.orders.keys()) seen.add(id);
    one.take(frame);
    other.take(frame);
  }
  return { proposed: summed(one, outcomeOf, seen), inForce: summed(other, outcomeOf, seen) };
}
