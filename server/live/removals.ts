/** What left a board, newest last: rows know when they changed, but what is gone has to be remembered. */

/** So many departures are remembered; a browser that was away for longer gets a snapshot. */
const AT_MOST = 50_000;

export function createRemovals(atMost = AT_MOST) {
  let list: { seq: number; id: string }[] = [];
  let floor = 0;

  return {
    /** changes after this number are all remembered */
    floor: (): number => floor,
    add(seq: number, id: string): void {
      list.push({ seq, id });
      if (list.length <= atMost) return;
      // half at a time: shifting one by one would cost as much as the list is long
      const dropped = list.splice(0, list.length - Math.floor(atMost / 2));
      floor = dropped.at(-1)?.seq ?? floor;
    },
    /** forgets everything: a board that was read anew begins here */
    startAt(seq: number): void {
      list = [];
      floor = seq;
    },
    /** ids that left after this number; one may be back since */
    after(seq: number): Set<string> {
      const ids = new Set<string>();
      for (let at = list.length - 1; at >= 0; at -= 1) {
        const removal = list[at];
        if (removal === undefined || removal.seq <= seq) break;
        ids.add(removal.id);
      }
      return ids;
    },
  };
}

export type Removals = ReturnType<typeof createRemovals>;
