/** What came of the what-ifs that were done: once the last deadline of one has passed, its orders are looked up and counted. */
import { floorOutcome } from "../../domain/forecast/order-facts.ts";
import { foldOrder } from "../../domain/fold.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { StoredOrder } from "../live/site-store.ts";
import type { ForesightStore } from "./store.ts";
import { decodeTrial, isOver, type Came, type Outcome, type Trial } from "./what-if-trials.ts";

type Deps = {
  store: Pick<ForesightStore, "done" | "outcomes" | "keepOutcome">;
  readOrder: (site: string, id: string) => Promise<StoredOrder | null>;
  now: () => number;
};

const AT_ONCE = 50;

/** null: cancelled, or not here any more. */
function missedOf(stored: StoredOrder | null, deadline: number, own: SitePolicy): boolean | null {
  if (stored === null) return null;
  const policy = stored.policy ?? own;
  const { order } = foldOrder(stored.record.events, policy);
  if (order === null) return null;
  const end = floorOutcome(order, policy.site);
  if (end?.isCancelled === true) return null;
  return end === null || end.readyAt === null || end.readyAt > deadline;
}

export function createOutcomes({ store, readOrder, now }: Deps) {
  async function count(policy: SitePolicy, orders: Trial["saved"]["orders"]): Promise<Came> {
    const missed: boolean[] = [];
    for (let first = 0; first < orders.length; first += AT_ONCE) {
      const some = orders.slice(first, first + AT_ONCE);
      const stored = await Promise.all(some.map(([id]) => readOrder(policy.site.id, id)));
      for (const [place, [, deadline]] of some.entries()) {
        const one = missedOf(stored[place] ?? null, deadline, policy);
        if (one !== null) missed.push(one);
      }
    }
    return { missed: missed.filter((one) => one).length, known: missed.length };
  }

  async function settle(policy: SitePolicy, trial: Trial): Promise<void> {
    const pickups: Outcome["pickups"] = [];
    for (const { pickup, orders } of trial.watched)
      pickups.push({ pickup, ...(await count(policy, orders)) });
    const saved = await count(policy, trial.saved.orders);
    const lost = await count(policy, trial.lost.orders);
    const outcome: Outcome = { at: now(), saved, lost, pickups };
    await store.keepOutcome(policy.site.id, trial.id, JSON.stringify(outcome));
  }

  return {
    /** Counts what is over and was not counted yet. */
    async settleAll(policy: SitePolicy): Promise<void> {
      const { id } = policy.site;
      const [done, known] = await Promise.all([store.done(id), store.outcomes(id)]);
      for (const [name, text] of Object.entries(done)) {
        if (known[name] !== undefined) continue;
        const trial = decodeTrial(text);
        if (isOver(trial, now())) await settle(policy, trial);
      }
    },
  };
}
