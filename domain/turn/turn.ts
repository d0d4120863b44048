/**
 * What one turn of a site starts from and what it decides: pure. What was loaded, what arrived or fell due, the rules, the time, the number -> everything that one commit writes.
 * Never throws: what cannot be applied becomes a dead letter of the same commit.
 */
import type { InboxEvent } from "../contract/inbox-event.ts";
import type { SealedFields } from "../contract/order-record.ts";
import type { Change, DeadLetter, SiteFact, StoredOutlook } from "../contract/stored.ts";
import type { Effect, EffectType } from "../effects.ts";
import type { ErrorCode } from "../errors.ts";
import type { AnyEvent, RecordedEvent } from "../event.ts";
import type { SitePolicy } from "../site.ts";
import { type Tally, createTally } from "../tally.ts";
import { emptyIncidentPart, type IncidentPart, type IncidentStart } from "./incident-part.ts";
import type { Arrival } from "./order-turn.ts";
import type { Foresee, OrderView } from "./order-view.ts";
import type { Rules } from "./rules.ts";

/** One inbox entry as it was read; `entry` is null when it cannot be read. */
export type InboxEntry = {
  position: string;
  recordedAt: number;
  entry: InboxEvent | null;
  size: number;
};

/** What a turn knows before it begins. */
export type TurnStart = {
  site: string;
  /** rules for new orders, and those in force when an order was first folded */
  policy: SitePolicy;
  policyOf: (version: number) => SitePolicy;
  rules: Rules;
  /** ms, Redis TIME */
  now: number;
  /** number that the commit will have */
  seq: number;
  /** inbox position after the turn */
  cursor: string;
  /** how many dead letters and stubs there are */
  dead: number;
  stubs: number;
  views: ReadonlyMap<string, OrderView>;
  /** orders whose record cannot be read, with what was wrong */
  unreadable: ReadonlyMap<string, string>;
  /** of orders that are not here: what is kept of those that were archived */
  tombstones: ReadonlyMap<string, string>;
  /** facts of the keys that these site events write */
  facts: ReadonlyMap<string, SiteFact>;
  /** the dead letters that are replayed or may be written again, by id */
  deadLetters: ReadonlyMap<string, DeadLetter>;
  /** what of this site somebody outside wants to be told of; mostly nothing */
  wanted: ReadonlySet<EffectType>;
  /** who forecasts this site's orders in this process; absent where nobody does */
  foresee?: Foresee | undefined;
  /** absent where the turn touches none */
  incidents?: IncidentStart;
};

export type Turn = {
  /** every order that is written, in its new state */
  views: Map<string, OrderView>;
  /** of those: which were what before */
  before: Map<string, OrderView>;
  /** due entries; null takes one away */
  due: Map<string, number | null>;
  personal: Map<string, SealedFields[]>;
  deadLetters: Map<string, DeadLetter>;
  /** dead letters whose replay came through */
  resolved: Set<string>;
  /** stubs that were given up */
  givenUp: string[];
  /** archived orders that more came for: to be brought back */
  toRevive: string[];
  /** those whose record was laid out: nothing more is asked for them */
  answered: string[];
  /** those of them that are back: their tombstones go */
  revived: string[];
  /** what the forecast says now; null forgets it */
  outlooks: Map<string, StoredOutlook | null>;
  /** what must happen outside, in this order */
  effects: Effect[];
  incidents: IncidentPart;
  /** what the counters gain; named in `change` at the end */
  tally: Tally;
  change: Omit<Change, "seq" | "epoch">;
};

export function emptyTurn(start: TurnStart): Turn {
  const change = {
    at: start.now,
    rows: [],
    removed: [],
    counters: {},
    totals: {},
    sources: {},
    facts: {},
    dead: start.dead,
    waiting: start.stubs,
    cursor: start.cursor,
  };
  return {
    views: new Map(),
    before: new Map(),
    due: new Map(),
    personal: new Map(),
    deadLetters: new Map(),
    resolved: new Set(),
    givenUp: [],
    toRevive: [],
    answered: [],
    revived: [],
    outlooks: new Map(),
    effects: [],
    incidents: emptyIncidentPart(),
    tally: createTally(),
    change,
  };
}

export type Failure = { code: ErrorCode; message: string };

export type Burial = {
  /** the dead letter's id; a failed replay keeps the one it had and counts one try more */
  id: string;
  cause: Failure;
  rest: Partial<Pick<DeadLetter, "event" | "hash" | "sealed" | "position" | "orderId">>;
};

/** Writes a dead letter. */
export function bury(turn: Turn, start: TurnStart, { id, cause, rest }: Burial): void {
  const tries = (turn.deadLetters.get(id) ?? start.deadLetters.get(id))?.tries ?? 0;
  turn.resolved.delete(id);
  turn.deadLetters.set(id, {
    id,
    site: start.site,
    at: start.now,
    cause,
    tries: tries + 1,
    ...rest,
  });
}

/** Writes the dead letter of an order's event. */
export function buryArrival(
  turn: Turn,
  start: TurnStart,
  { event, position, sealed, replayOf }: Arrival,
  cause: Failure,
): void {
  const { hash, orderId } = event;
  const id = replayOf ?? `dl-${position}`;
  const rest = { position, event: postedOf(event), hash, orderId };
  bury(turn, start, { id, cause, rest: sealed === undefined ? rest : { ...rest, sealed } });
}

/** An event as it was posted: without what was added when it was recorded. */
export function postedOf({
  recordedAt: _at,
  hash: _hash,
  seq: _seq,
  ...event
}: RecordedEvent): AnyEvent {
  return event as AnyEvent;
}

/** How many dead letters there are after this turn. */
export function countDead(turn: Turn, start: TurnStart): void {
  for (const id of turn.resolved) if (turn.deadLetters.has(id)) turn.resolved.delete(id);
  const added = [...turn.deadLetters.keys()].filter((id) => !start.deadLetters.has(id)).length;
  const gone = [...turn.resolved].filter((id) => start.deadLetters.has(id)).length;
  turn.change.dead = start.dead + added - gone;
}
