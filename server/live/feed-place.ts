/** One site as the feed follows it: which change is next, and when its board has to be read again. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Change } from "../../domain/contract/stored.ts";
import type { LiveBoard, Reload } from "./live-board.ts";
import type { SitePulse, SiteStore } from "./site-store.ts";

export type FollowedSite = { id: string; store: SiteStore; board: LiveBoard };

export type Place = ReturnType<typeof createPlace>;

export function createPlace({ id, store, board }: FollowedSite) {
  let isStale = true;
  /** numbers of store and board at the last check: a board that was behind and has not moved since lost its way */
  let last = { store: 0, board: 0 };

  /** The store's epoch: a lost tail adds a mark of our own to it. */
  const epochInStore = (): string => board.view.epoch.split("~")[0] ?? "";

  return {
    id,
    logKey: keysOf(id).log,
    isStale: () => isStale,
    /** the board has to be read again */
    lose: (): void => void (isStale = true),
    position: () => `${board.view.seq}-0`,

    async reload(now: number): Promise<Reload> {
      const totals = await store.readTotals(now);
      const rows = await store.readRows();
      const incidents = await store.readIncidents();
      const before = board.view;
      // the same generation with a smaller number: a tail was lost, and its numbers will be used again for something else
      const isShorter = epochInStore() === totals.epoch && before.seq > totals.seq;
      if (isShorter) totals.epoch = `${totals.epoch}~${now.toString(36)}`;
      isStale = false;
      last = { store: totals.seq, board: totals.seq };
      return board.load(totals, rows, incidents);
    },

    take(change: Change): void {
      const { seq } = board.view;
      if (isStale || change.seq <= seq) return;
      const isNext = change.seq === seq + 1 && change.epoch === epochInStore();
      if (isNext) board.apply(change);
      else isStale = true;
    },

    async check(): Promise<void> {
      const before = board.view.seq;
      const pulse: SitePulse = await store.readPulse();
      const isOther = pulse.epoch !== epochInStore() || pulse.seq < before;
      const { seq } = board.view;
      const isStuck = last.store > seq && last.board === seq;
      if (isOther || isStuck) isStale = true;
      last = { store: pulse.seq, board: seq };
      board.notePulse(pulse);
    },
  };
}
