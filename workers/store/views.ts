/** Orders that this process wrote itself, decoded and folded, so that the next turn need not read them. Bounded; the least recently used go first. */
import type { OrderView } from "../../domain/turn/order-view.ts";

export type Views = {
  get: (id: string) => OrderView | undefined;
  keep: (views: Iterable<OrderView>) => void;
  forget: (ids: Iterable<string>) => void;
  clear: () => void;
};

export function createViews(limit: number): Views {
  const kept = new Map<string, OrderView>();
  return {
    get: (id) => kept.get(id),
    keep: (views) => {
      for (const view of views) {
        kept.delete(view.id);
        // Little more is heard of a closed order: it would only push out those that are on their way.
        if (view.folded.order?.closedAt === undefined) kept.set(view.id, view);
      }
      for (const id of kept.keys()) {
        if (kept.size <= limit) return;
        kept.delete(id);
      }
    },
    forget: (ids) => {
      for (const id of ids) kept.delete(id);
    },
    clear: () => kept.clear(),
  };
}
