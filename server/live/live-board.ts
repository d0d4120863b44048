/**
 * One site's board in the server's memory: the open rows and the sums of its log, kept current change by change.
 *
 * Rows carry the number of the commit that last changed them, so what happened since any number is found by looking at the rows themselves; only what
 * left the board has to be remembered.
 */
import type { BoardDelta, Row } from "../../domain/board.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import type { Change } from "../../domain/contract/stored.ts";
import { CANARY_SOURCE } from "../../domain/contract/jobs.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { Site } from "../../domain/site.ts";
import type { SiteBoard } from "../decorators.ts";
import { addChange, noSums } from "../../domain/contract/board-sums.ts";
import { isSetBack } from "./canary.ts";
import { createBoardView, type BoardState, type Foreseen } from "./board-view.ts";
import { createLiveIncidents } from "./live-incidents.ts";
import { createPositionWaiters } from "./position-waiters.ts";
import { createRemovals, type Removals } from "./removals.ts";
import type { SitePulse, SiteTotals } from "./site-store.ts";

/** What reading a board anew means for those who look at it. */
export type Reload = "continued" | "other-epoch";

export type LiveBoard = {
  view: SiteBoard;
  /** false until it was read for the first time */
  isLoaded(): boolean;
  /** Takes the next commit. The caller has checked that it follows directly and is of this epoch. */
  apply(change: Change): void;
  /** Replaces everything by what was read. In the same generation what left meanwhile is remembered, so that viewers go on with a delta. */
  load(totals: SiteTotals, rows: Map<string, Row>, incidents?: readonly Incident[]): Reload;
  /** incidents that changed after that number */
  incidentsSince(seq: number): Incident[];
  /** Everything since that number in one delta, each id once in its last state; null when that is no longer known. */
  since(from: number, now: number): BoardDelta | null;
  /** what left after that number and did not come back */
  goneSince(seq: number): Set<string>;
  /** calls `changed` after each commit and each load; one watcher */
  watch(changed: () => void): void;
  notePulse(pulse: SitePulse): void;
  canaryAgeMs(now: number): number | null;
  /** record time of the newest canary, 0 before the first */
  canaryAt(): number;
  /** resolves true once everything up to that inbox position is in the board */
  waitFor(position: string, timeoutMs: number): Promise<boolean>;
};

function takeRows({ model }: BoardState, change: Change): void {
  for (const row of change.rows) {
    const known = model.rows.get(row.id);
    // a row that was read after the number it follows may be newer than this change
    if (known === undefined || known.v < row.v) model.rows.set(row.id, row);
  }
  for (const id of change.removed)
    if ((model.rows.get(id)?.v ?? 0) <= change.seq) model.rows.delete(id);
  model.seq = change.seq;
}

const goneAfter = ({ model }: BoardState, removals: Removals, seq: number): Set<string> =>
  new Set([...removals.after(seq)].filter((id) => !model.rows.has(id)));

function changesSince(
  state: BoardState,
  removals: Removals,
  from: number,
  now: number,
): BoardDelta | null {
  const { site, epoch, seq, rows } = state.model;
  if (from < removals.floor() || from > seq) return null;
  const upserts = [...rows.values()].filter(({ v }) => v > from);
  const removed = [...goneAfter(state, removals, from)];
  return { site, epoch, from, to: seq, upserts, removed, at: now };
}

/** Whether what was read goes on from what is known; then what left meanwhile is remembered. */
function isContinued(
  { model }: BoardState,
  removals: Removals,
  { epoch, seq }: SiteTotals,
  rows: Map<string, Row>,
): boolean {
  if (model.epoch !== epoch || model.seq > seq) return false;
  for (const id of model.rows.keys()) if (!rows.has(id)) removals.add(seq, id);
  return true;
}

const emptyState = (site: string, incidents: BoardState["incidents"]): BoardState => ({
  incidents,
  model: { site, epoch: "", seq: 0, rows: new Map() },
  sums: noSums(),
  inboxLag: 0,
});

/**
 * How old the last proof is. Record times never go backwards, so those of a clock that was set back stand still until it is where it was: until then counts what this
 * process saw by the machine's steady clock, or a tower that died meanwhile would look alive for as long as the clock was set back.
 */
function createProof(steady = () => performance.now()) {
  /** 0 = none was seen yet */
  let at = 0;
  let seenAt: number | null = null;
  return {
    at: () => at,
    /** one that came just now */
    came(recordedAt: number): void {
      at = Math.max(at, recordedAt);
      seenAt = steady();
    },
    /** one that was read somewhere: nobody knows when it came */
    known(recordedAt: number): void {
      at = Math.max(at, recordedAt);
    },
    ageMs(now: number): number | null {
      if (at === 0) return null;
      if (!isSetBack(at, now)) return Math.max(0, now - at);
      return seenAt === null ? null : Math.round(steady() - seenAt);
    },
  };
}

export function createLiveBoard(site: () => Site, siteId: string, foreseen?: Foreseen): LiveBoard {
  const incidents = createLiveIncidents();
  const state = emptyState(siteId, incidents.all);
  const removals = createRemovals();
  const waiters = createPositionWaiters();
  let isLoaded = false;
  let changed = (): void => undefined;
  const canary = createProof();

  function moveCursor(cursor: string): void {
    if (comparePositions(cursor, state.sums.cursor) < 0) return;
    state.sums.cursor = cursor;
    waiters.reached(cursor);
  }

  return {
    view: createBoardView(site, () => state, foreseen),
    isLoaded: () => isLoaded,
    apply(change) {
      takeRows(state, change);
      incidents.apply(change);
      for (const id of change.removed) removals.add(change.seq, id);
      addChange(state.sums, change);
      if (change.canaryAt !== undefined) canary.came(change.canaryAt);
      moveCursor(change.cursor);
      changed();
    },
    load(totals, rows, found = []) {
      const { epoch, seq, ...sums } = totals;
      const goesOn = isLoaded && isContinued(state, removals, totals, rows);
      if (!goesOn) {
        removals.startAt(seq);
        waiters.giveUp();
      }
      state.model = { site: siteId, epoch, seq, rows };
      state.sums = sums;
      incidents.load(found);
      isLoaded = true;
      canary.known(sums.sources.get(CANARY_SOURCE) ?? 0);
      waiters.reached(sums.cursor);
      changed();
      return goesOn ? "continued" : "other-epoch";
    },
    since: (from, now) => changesSince(state, removals, from, now),
    goneSince: (seq) => goneAfter(state, removals, seq),
    incidentsSince: incidents.since,
    watch(next) {
      changed = next;
    },
    notePulse(pulse) {
      const { epoch, seq } = state.model;
      state.inboxLag = pulse.inboxLag;
      // a commit that changed nothing but the cursor writes no log entry
      if (pulse.epoch === epoch && pulse.seq === seq) moveCursor(pulse.cursor);
    },
    canaryAgeMs: canary.ageMs,
    canaryAt: canary.at,
    waitFor: (position, timeoutMs) =>
      comparePositions(position, state.sums.cursor) <= 0
        ? Promise.resolve(true)
        : waiters.wait(position, timeoutMs),
  };
}
