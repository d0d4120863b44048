/**
 * What this process committed last at a site, by number, for those in it who follow the log: they need not read and parse what was written from here. Bounded by rows; whoever is further
 * behind reads the log.
 */
import type { LoggedChange } from "../../domain/contract/log-entry.ts";
import type { Numbered } from "./reader.ts";

const MOST_ROWS = 10_000;

type Kept = Numbered & { change: LoggedChange };

export function createOwnCommits(mostRows = MOST_ROWS) {
  /** without a gap in their numbers, the oldest first */
  let kept: Kept[] = [];
  let rows = 0;

  function add({ epoch, seq }: Numbered, change: LoggedChange): void {
    const last = kept.at(-1);
    if (last !== undefined && (last.epoch !== epoch || last.seq !== seq - 1)) clear();
    kept.push({ epoch, seq, change });
    rows += change.rows.length;
    let gone = 0;
    while (rows > mostRows && gone < kept.length) rows -= kept[gone++]?.change.rows.length ?? 0;
    if (gone > 0) kept = kept.slice(gone);
  }

  function clear(): void {
    kept = [];
    rows = 0;
  }

  return {
    add,
    /** What that commit says; undefined when it was not made here, or is not kept any more. */
    get({ epoch, seq }: Numbered): LoggedChange | undefined {
      const found = kept[seq - (kept[0]?.seq ?? 0)];
      return found?.epoch === epoch && found.seq === seq ? found.change : undefined;
    },
  };
}
