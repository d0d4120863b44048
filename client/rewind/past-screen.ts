/** Puts frames on the board of the past: whole ones in the place of what was shown, changes upon it. */
import type { BoardScene } from "../board/useBoardScene.ts";
import type { PastFrame } from "./past-frame.ts";

/** `isAll`: every row is here, so that changes can be told instead of boards */
export type Shown = { at: number; epoch: string; seq: number; isAll: boolean };

/** Puts frames on the board of the past. */
export function createPastScreen(site: () => string, { board, list, metrics }: BoardScene) {
  function takeNumbers(frame: PastFrame): void {
    metrics.clear();
    metrics.take(frame.metrics);
    metrics.takePickups(frame.pickups);
  }

  function takeWhole(frame: PastFrame): Shown {
    const { rows = [], more = false, at, ...rest } = frame;
    // rows of an earlier moment are older ones: the board would not take them over newer
    board.clear(site());
    board.load(frame, { rows, more, ...rest });
    return { at, epoch: frame.epoch, seq: frame.seq, isAll: !more };
  }

  return {
    /** Null when it does not go on from what is shown. */
    take(frame: PastFrame, shown: Shown | null): Shown | null {
      const { delta, epoch, seq, at } = frame;
      if (delta === undefined) shown = takeWhole(frame);
      else {
        const fate = board.apply({ site: site(), epoch, at, ...delta });
        if (fate === "gap" || fate === "other-epoch") return null;
        shown = { at, epoch, seq, isAll: shown?.isAll ?? false };
      }
      takeNumbers(frame);
      list.place();
      return shown;
    },
    takePage({ epoch, seq, rows = [], more = false }: PastFrame): boolean {
      board.page({ site: site(), epoch, seq, rows, last: !more });
      list.place();
      return !more;
    },
    clear: () => board.clear(site()),
  };
}
export type PastScreen = ReturnType<typeof createPastScreen>;
