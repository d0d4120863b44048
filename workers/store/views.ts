/**
 * Orders that this process wrote itself, decoded and folded, so that the next turn need not read them. Bounded; the least recently used go first. Those that closed are kept apart and for a moment
 * only: little more is heard of them, and they would push out those that are on their way; but the forecaster learns from how they ended.
 */
import type { OrderView } from "../../domain/turn/order-view.ts";

export type Views = {
  /** One that a turn may go on from. A closed one is not: it may have been archived meanwhile. */
  get: (id: string) => OrderView | undefined;
  /** To look at only: also one that has just closed. */
  see: (id: string) => OrderView | undefined;
  keep: (views: Iterable<OrderView>) => void;
  forget: (ids: Iterable<string>) => void;
  clear: () => void;
};

/** One closed order is kept for so many that are on their way. */
const OPEN_FOR_CLOSED = 10;

type Kept = Map<string, OrderView>;

function trim(kept: Kept, limit: number): void {
  for (const id of kept.keys()) {
    if (kept.size <= limit) return;
    kept.delete(id);
  }
}

export function createViews(limit: number): Views {
  const open: Kept = new Map();
  const closed: Kept = new Map();

  function forget(id: string): void {
    open.delete(id);
    closed.delete(id);
  }

  return {
    get: (id) => open.get(id),
    see: (id) => open.get(id) ?? closed.get(id),
    keep: (views) => {
      for (const view of views) {
        forget(view.id);
        (view.folded.order?.closedAt === undefined ? open : closed).set(view.id, view);
      }
      trim(open, limit);
      trim(closed, Math.floor(limit / OPEN_FOR_CLOSED));
    },
    forget: (ids) => {
      for (const id of ids) forget(id);
    },
    clear: () => {
      open.clear();
      closed.clear();
    },
  };
}
