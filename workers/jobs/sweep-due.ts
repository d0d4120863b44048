/** Time passing is an event: looks again at the orders whose next moment has come by Redis TIME, and gives up stubs that waited too long. */
import { BATCH_SIZE } from "../../domain/contract/jobs.ts";
import { sweepTurn } from "../../domain/turn/sweep-turn.ts";
import type { Policies } from "../store/opener.ts";
import type { OrderStore } from "../store/order-store.ts";
import type { Watchdog } from "../watchdog.ts";
import type { Drained } from "./drain-inbox.ts";

type Deps = {
  store: OrderStore;
  policies: () => Promise<Policies>;
  watchdog: Watchdog;
};

export function createSweep({ store, policies, watchdog }: Deps) {
  return async (): Promise<Drained> => {
    const at = await store.begin();
    const ids = await store.readDue(await store.time(), BATCH_SIZE);
    if (ids.length === 0) return "empty";
    const letters = ids.map((id) => `dl-sweep-${id}`);
    const [rules, fetched] = await Promise.all([
      policies(),
      store.fetch(ids, { withRows: true, letters }),
    ]);
    const turn = watchdog.guard(() =>
      sweepTurn(store.startOf(at, at.cursor, fetched, ids, rules), ids),
    );
    return (await store.commit(at, turn)) ? "applied" : "refused";
  };
}
