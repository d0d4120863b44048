/** Puts what the forecast says on the board: orders judged anew with it, in batches, each its own commit. What nobody needs to see gets no number. */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import type { StoredOutlook } from "../../domain/contract/stored.ts";
import { forecastTurn } from "../../domain/turn/forecast-turn.ts";
import type { Lane } from "../lane.ts";
import type { Policies } from "../store/opener.ts";
import type { OrderStore } from "../store/order-store.ts";
import type { Watchdog } from "../watchdog.ts";

type Deps = {
  store: OrderStore;
  policies: () => Promise<Policies>;
  watchdog: Watchdog;
  /** each batch waits for its turn */
  lane: Lane;
};

/** `null` takes back what was said of an order. */
export type Said = ReadonlyMap<string, StoredOutlook | null>;

/** Refused that often in a row: others are busy with this site, and a newer forecast will come. */
const MAX_REFUSALS = 5;

export function createTelling({ store, policies, watchdog, lane }: Deps) {
  async function tellOnce(some: Said): Promise<boolean> {
    const ids = [...some.keys()];
    const at = await store.begin();
    const [rules, fetched] = await Promise.all([policies(), store.fetch(ids, { withRows: true })]);
    const turn = watchdog.guard(() =>
      forecastTurn(store.startOf(at, at.cursor, fetched, ids, rules), some),
    );
    return turn.outlooks.size === 0 || (await store.commit(at, turn));
  }

  /** How many of these were written; what a refused batch said is said again by the next forecast. */
  return async (said: Said): Promise<number> => {
    const entries = [...said];
    let told = 0;
    for (let first = 0; first < entries.length; first += BATCH_SIZE) {
      const some = new Map(entries.slice(first, first + BATCH_SIZE));
      let tries = 0;
      let isDone = false;
      while (!isDone && tries < MAX_REFUSALS) {
        isDone = await lane.run(() => tellOnce(some));
        tries += 1;
      }
      if (isDone) told += some.size;
    }
    return told;
  };
}
