/**
 * One site's board in the server's memory: the open rows and the sums of its log, kept current change by change.
 *
 * Rows carry the number of the commit that last changed them, so what happened since any number is found by looking at the rows themselves; only what
 * left the board has to be remembered.
 */
import { compareUrgency, pickupStates, type BoardModel } from "../../domain/board-model.ts";
import type { BoardDelta, LiveMetrics, PickupState, Row, SourceState } from "../../domain/board.ts";
import { comparePositions, dayOf, type Change } from "../../domain/contract/keys.ts";
import { CANARY_SOURCE } from "../../domain/contract/jobs.ts";
import { liveMetrics, trendsOf, type Trends } from "../../domain/metrics.ts";
import type { Site } from "../../domain/site.ts";
import type { SiteBoard } from "../decorators.ts";
import { COUNTER_DAYS, type SitePulse, type SiteTotals } from "./site-store.ts";
import { sourceStates } from "./source-states.ts";

/** So many departures are remembered; a browser that was away for longer gets a snapshot. */
const REMEMBERED_REMOVALS = 50_000;

type Removal = { seq: number; id: string };
type Waiter = { position: string; resolve: (isThere: boolean) => void };

/** What a change to the whole board means for those who look at it. */
export type Reload = "continued" | "other-epoch";

function addAll(sums: Map<string, number>, by: Record<string, number>): void {
  for (const [field, amount] of Object.entries(by))
    sums.set(field, (sums.get(field) ?? 0) + amount);
}

/** Answers by the number of the board, so that a hundred boards that open at once cost one sorting. */
function bySeq<T>(model: () => { epoch: string; seq: number }, make: () => T): () => T {
  let key = "";
  let last: T | undefined;
  return () => {
    const { epoch, seq } = model();
    const current = `${epoch}\u0000${seq}`;
    if (last === undefined || key !== current) {
      last = make();
      key = current;
    }
    return last;
  };
}

export function createLiveBoard(site: () => Site, siteId: string) {
  let model: BoardModel = { site: siteId, epoch: "", seq: 0, rows: new Map() };
  let sums: Omit<SiteTotals, "epoch" | "seq"> | null = null;
  let canaryAt: number | null = null;
  let inboxLag = 0;
  let removals: Removal[] = [];
  /** changes after this number are all remembered */
  let floor = 0;
  let waiters: Waiter[] = [];

  const sorted = bySeq(
    () => model,
    () => [...model.rows.values()].sort(compareUrgency),
  );
  const pickups = bySeq(
    () => model,
    () => pickupStates(model.rows.values(), sums?.facts ?? new Map()),
  );

  function forget(): void {
    if (removals.length <= REMEMBERED_REMOVALS) return;
    const dropped = removals.splice(0, removals.length - REMEMBERED_REMOVALS / 2);
    floor = dropped.at(-1)?.seq ?? floor;
  }

  function settle(cursor: string): void {
    const isThere = ({ position }: Waiter) => comparePositions(position, cursor) <= 0;
    for (const waiter of waiters.filter(isThere)) waiter.resolve(true);
    waiters = waiters.filter((waiter) => !isThere(waiter));
  }

  function moveCursor(cursor: string): void {
    if (sums === null || comparePositions(cursor, sums.cursor) < 0) return;
    sums.cursor = cursor;
    settle(cursor);
  }

  function addSums(change: Change): void {
    if (sums === null) return;
    const oldest = dayOf(change.at) - COUNTER_DAYS;
    for (const [day, by] of Object.entries(change.counters)) {
      if (Number(day) < oldest) continue;
      const counters = sums.counters.get(day) ?? new Map<string, number>();
      sums.counters.set(day, counters);
      addAll(counters, by);
    }
    for (const day of sums.counters.keys()) if (Number(day) < oldest) sums.counters.delete(day);
    addAll(sums.totals, change.totals);
    for (const [source, at] of Object.entries(change.sources))
      sums.sources.set(source, Math.max(at, sums.sources.get(source) ?? 0));
    for (const [key, fact] of Object.entries(change.facts)) sums.facts.set(key, fact);
    sums.dead = change.dead;
    sums.waiting = change.waiting;
  }

  /** Takes the next commit. The caller has checked that it follows directly and is of this epoch. */
  function apply(change: Change): void {
    for (const row of change.rows) {
      const known = model.rows.get(row.id);
      if (known === undefined || known.v < row.v) model.rows.set(row.id, row);
    }
    for (const id of change.removed) {
      if ((model.rows.get(id)?.v ?? 0) <= change.seq) model.rows.delete(id);
      removals.push({ seq: change.seq, id });
    }
    forget();
    addSums(change);
    if (change.canaryAt !== undefined) canaryAt = Math.max(canaryAt ?? 0, change.canaryAt);
    model.seq = change.seq;
    moveCursor(change.cursor);
  }

  /** Replaces everything by what was read. In the same generation what left meanwhile is remembered, so that viewers go on with a delta. */
  function load(totals: SiteTotals, rows: Map<string, Row>): Reload {
    const isContinued = sums !== null && model.epoch === totals.epoch && model.seq <= totals.seq;
    if (isContinued) {
      for (const id of model.rows.keys()) if (!rows.has(id)) removals.push({ seq: totals.seq, id });
    } else {
      removals = [];
      floor = totals.seq;
      // the cursor of a waiter belongs to numbers that are gone
      for (const waiter of waiters.splice(0)) waiter.resolve(false);
    }
    const { epoch, seq, ...rest } = totals;
    model = { site: siteId, epoch, seq, rows };
    sums = rest;
    const canary = totals.sources.get(CANARY_SOURCE);
    if (canary !== undefined) canaryAt = Math.max(canaryAt ?? 0, canary);
    settle(sums.cursor);
    return isContinued ? "continued" : "other-epoch";
  }

  /** Everything since `have` in one delta, each id once in its last state; null when that is no longer known. */
  function since(from: number, now: number): BoardDelta | null {
    if (from < floor || from > model.seq) return null;
    const upserts: Row[] = [];
    for (const row of model.rows.values()) if (row.v > from) upserts.push(row);
    const left = new Set<string>();
    for (let at = removals.length - 1; at >= 0; at -= 1) {
      const removal = removals[at];
      if (removal === undefined || removal.seq <= from) break;
      if (!model.rows.has(removal.id)) left.add(removal.id);
    }
    const { epoch, seq } = model;
    return { site: siteId, epoch, from, to: seq, upserts, removed: [...left], at: now };
  }

  const facts = () => ({
    rows: model.rows.values(),
    counters: sums?.counters ?? new Map<string, Map<string, number>>(),
    totals: sums?.totals ?? new Map<string, number>(),
    dead: sums?.dead ?? 0,
    waiting: sums?.waiting ?? 0,
    inboxLag,
  });

  const view: SiteBoard = {
    site: siteId,
    get epoch() {
      return model.epoch;
    },
    get seq() {
      return model.seq;
    },
    get rows() {
      return model.rows;
    },
    sorted,
    metrics: (now): LiveMetrics => liveMetrics(facts(), site(), now),
    pickups: (): PickupState[] => pickups(),
    sources: (now): SourceState[] => sourceStates(site(), sums?.sources ?? new Map(), now),
    trends: (now, hours): Trends => trendsOf(facts(), site(), now, hours),
  };

  return {
    view,
    apply,
    load,
    since,
    isLoaded: () => sums !== null,
    notePulse(pulse: SitePulse) {
      inboxLag = pulse.inboxLag;
      // commits that changed nothing but the cursor write no log entry
      if (pulse.epoch === model.epoch && pulse.seq === model.seq) moveCursor(pulse.cursor);
    },
    canaryAgeMs: (now: number) => (canaryAt === null ? null : Math.max(0, now - canaryAt)),
    /** resolves true once everything up to that inbox position is in the board */
    waitFor(position: string, timeoutMs: number): Promise<boolean> {
      if (sums !== null && comparePositions(position, sums.cursor) <= 0)
        return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiters = waiters.filter((one) => one !== waiter);
          resolve(false);
        }, timeoutMs);
        const waiter: Waiter = {
          position,
          resolve: (isThere) => {
            clearTimeout(timer);
            resolve(isThere);
          },
        };
        waiters.push(waiter);
      });
    },
  };
}

export type LiveBoard = ReturnType<typeof createLiveBoard>;
