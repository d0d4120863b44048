/**
 * How fresh the picture is, computed from `tower:pulse` and this machine's clocks, never from "connected" (screens, 3; promise P10).
 *
 * The age of what is shown = time since the newest pulse was SENT, plus how old the server said its own data was. When it was sent on our clock
 * is known through the smallest delay ever seen between the server's `at` and our arrival time: a pulse that lay in a queue (thawed tab, slow line)
 * arrives with a larger delay and thereby counts as old, whatever its number.
 */
import type { SourceState } from "../../domain/board.ts";
import type { TowerPulse } from "../../domain/contract/realtime.ts";

export const LIVE_MS = 2_500;
export const STALE_MS = 5_000;
export const CANARY_LIVE_MS = 15_000;
export const CANARY_STALE_MS = 30_000;

/** Two clocks of this machine, both in ms: one that never jumps but may sleep, one that jumps but never sleeps. */
export type Moment = { mono: number; wall: number };

export type Proof = {
  /** on our clocks, when the newest pulse left the server */
  sentAt: Moment;
  /** server time of that pulse */
  at: number;
  feedAgeMs: number;
  canaryAgeMs: number | null;
  sources: readonly SourceState[];
};

export type Offset = {
  /** smallest `arrival - at` seen: our monotonic clock against the server's, plus the shortest delay */
  least: number;
  /** the latest `arrival - at`s, to notice that the server's clock was set */
  recent: readonly number[];
};

// A server's clock set back makes every later pulse look delayed. Thirty pulses with the same "delay" are a clock, not a queue.
const REBASE_AFTER = 30;
const REBASE_SPREAD_MS = 500;

export function nextOffset(offset: Offset | null, delay: number): Offset {
  const recent = [...(offset?.recent ?? []), delay].slice(-REBASE_AFTER);
  const isSteady =
    recent.length === REBASE_AFTER && Math.max(...recent) - Math.min(...recent) < REBASE_SPREAD_MS;
  const least = isSteady ? Math.min(...recent) : Math.min(offset?.least ?? delay, delay);
  return { least, recent };
}

/** A pulse that is older than the one we have proves nothing new. */
export function nextProof(
  proof: Proof | null,
  pulse: TowerPulse,
  now: Moment,
  offset: Offset,
): Proof {
  const delay = Math.max(0, now.mono - pulse.at - offset.least);
  if (proof !== null && now.mono - delay < proof.sentAt.mono) return proof;
  return {
    sentAt: { mono: now.mono - delay, wall: now.wall - delay },
    at: pulse.at,
    feedAgeMs: pulse.feedAgeMs,
    canaryAgeMs: pulse.canaryAgeMs,
    sources: pulse.sources,
  };
}

/** Time since then by whichever clock says more: one of them may have slept or been set back. */
export const since = (then: Moment, now: Moment): number =>
  Math.max(0, now.mono - then.mono, now.wall - then.wall);

export const dataAge = (proof: Proof, now: Moment): number =>
  since(proof.sentAt, now) + proof.feedAgeMs;

export type Link = {
  isOnline: boolean;
  isConnected: boolean;
  /** false while a snapshot is on its way */
  isCaughtUp: boolean;
};

export type Freshness =
  | { state: "connecting" }
  | { state: "live" | "catching_up"; ageMs: number }
  /** the picture itself, or the way of an event to it; `ageMs` is that one's */
  | { state: "slow"; what: "picture" | "events"; ageMs: number }
  | { state: "blind"; ageMs: number; silent: readonly SourceState[] }
  | ({ state: "stale"; why: Broken } & NotLive)
  | ({ state: "offline" } & NotLive);

/** Where it is broken: the connection, the server that says nothing, its way to the data, the way of events into them. */
export type Broken = "line" | "server" | "feed" | "events";
/** `sinceAt`: server time of the last moment that was true; null when nothing was ever proven. `forMs`: how long ago that was. */
type NotLive = { sinceAt: number | null; forMs: number };

/** The age of the canary now; before the first one it ages from the first pulse on, so that a dead pipe shows within 30 s. */
const canaryAge = (proof: Proof, firstPulse: Moment, now: Moment): number =>
  proof.canaryAgeMs === null
    ? since(firstPulse, now)
    : proof.canaryAgeMs + since(proof.sentAt, now);

function whileProven(proof: Proof, canaryMs: number, ageMs: number, link: Link): Freshness {
  if (!link.isCaughtUp) return { state: "catching_up", ageMs };
  if (canaryMs > CANARY_LIVE_MS) return { state: "slow", what: "events", ageMs: canaryMs };
  if (ageMs > LIVE_MS) return { state: "slow", what: "picture", ageMs };
  const silent = proof.sources.filter((source) => source.state === "silent");
  return silent.length > 0 ? { state: "blind", ageMs, silent } : { state: "live", ageMs };
}

/** What of it is broken, and for how long; null while all of it may be believed. */
function brokenOf(
  proof: Proof,
  ages: { ageMs: number; canaryMs: number },
  { isConnected }: Link,
): { why: Broken; forMs: number } | null {
  const { ageMs, canaryMs } = ages;
  if (!isConnected) return { why: "line", forMs: ageMs };
  if (ageMs > STALE_MS)
    return { why: proof.feedAgeMs > STALE_MS ? "feed" : "server", forMs: ageMs };
  return canaryMs > CANARY_STALE_MS ? { why: "events", forMs: canaryMs } : null;
}

/** The one answer to "may I believe this?". */
export function freshnessOf(
  proof: Proof | null,
  firstPulse: Moment | null,
  now: Moment,
  link: Link,
): Freshness {
  if (proof === null || firstPulse === null)
    return link.isOnline ? { state: "connecting" } : { state: "offline", sinceAt: null, forMs: 0 };
  const ageMs = dataAge(proof, now);
  const sinceAt = (forMs: number): number => proof.at + since(proof.sentAt, now) - forMs;
  if (!link.isOnline) return { state: "offline", sinceAt: sinceAt(ageMs), forMs: ageMs };
  const canaryMs = canaryAge(proof, firstPulse, now);
  const broken = brokenOf(proof, { ageMs, canaryMs }, link);
  if (broken !== null) return { state: "stale", ...broken, sinceAt: sinceAt(broken.forMs) };
  return whileProven(proof, canaryMs, ageMs, link);
}
