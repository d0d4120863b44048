/** What-ifs asked, marked as done, and compared with what came. One is worked out at a time: it looks at every open order. */
import { randomUUID } from "node:crypto";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { WhatIfChange, WhatIfDone, WhatIfView } from "../../domain/contract/what-if.ts";
import { casesOf } from "../../domain/forecast/what-if.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { Audit, AuditWrite } from "../audit.ts";
import type { SiteBoard } from "../decorators.ts";
import type { StoredOrder } from "../live/site-store.ts";
import { problem } from "../problem.ts";
import type { Models } from "./models.ts";
import { orderChanges } from "./order-changes.ts";
import { createOutcomes } from "./outcomes.ts";
import { simulate, type Simulated } from "./simulate.ts";
import type { ForesightStore } from "./store.ts";
import { decodeTrial, doneView, trialOf, type Outcome, type Trial } from "./what-if-trials.ts";

const MOST_ORDERS = 50_000;
const MOST_WAITING = 5;
const TRIAL_MS = 3_600_000;
/** Done ones that are kept of a site. */
const MOST_DONE = 20;
const SHOWN = 200;

export type Asker = { name: string; where: string; seesPeople: boolean };

type Deps = {
  store: ForesightStore;
  models: Models;
  audit: () => Pick<Audit, "change">;
  readOrder: (site: string, id: string) => Promise<StoredOrder | null>;
  now: () => number;
};

/** One after the other; with too many waiting the next is refused. */
function createTurnstile() {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= MOST_WAITING)
      throw problem("CT_ERR_OVERLOADED", "Others are trying things too. Try again in a moment.", {
        retryAfterSeconds: 2,
      });
    waiting += 1;
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine.finally(() => (waiting -= 1));
  };
}

const viewOf = (id: string, site: string, at: number, done: Simulated, ms: number): WhatIfView => {
  const { basis, before, after, saved, lost, words, notes, p } = done;
  const told = (tally: Simulated["before"]): WhatIfView["before"] => ({
    ...tally,
    pickups: tally.pickups.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
  });
  return {
    id,
    site,
    at: new Date(at).toISOString(),
    basis,
    orders: p.cases.length,
    before: told(before),
    after: told(after),
    saved: saved.slice(0, SHOWN),
    savedCount: saved.length,
    lost: lost.slice(0, SHOWN),
    lostCount: lost.length,
    words,
    notes,
    ms,
  };
};

/** The oldest make room for one more. */
function forgotten(done: Readonly<Record<string, string>>, key: string): AuditWrite[] {
  const trials = Object.values(done).map((text) => decodeTrial(text));
  const old = trials.sort((a, b) => (b.done?.at ?? 0) - (a.done?.at ?? 0)).slice(MOST_DONE - 1);
  return old.map(({ id }) => ({ key, field: id, value: null }));
}

const decodeOutcome = (text: string | undefined): Outcome | null =>
  text === undefined ? null : (JSON.parse(text) as Outcome);

function createMarking({ store, audit, now }: Deps) {
  async function mark(site: string, { name, where }: Asker, trial: Trial): Promise<Trial> {
    const key = GLOBAL_KEYS.whatIfs(site);
    const marked: Trial = { ...trial, done: { by: name, at: now() } };
    const dropped = forgotten(await store.done(site), key);
    const { id, words, changes } = trial;
    await audit().change(
      { who: name, what: "what-if.done", where, site, subject: id, after: { changes, words } },
      [{ key, field: id, value: JSON.stringify(marked), was: null }, ...dropped],
    );
    await store.dropOutcomes(
      site,
      dropped.map(({ field }) => field),
    );
    return marked;
  }
  return async (site: string, asker: Asker, id: string): Promise<WhatIfDone> => {
    const known = (await store.done(site))[id];
    if (known !== undefined) return doneView(decodeTrial(known), null, asker.seesPeople);
    const text = await store.trial(site, id);
    if (text === null)
      throw problem("CT_ERR_NOT_FOUND", "There is no such what-if, or it is older than an hour.");
    return doneView(await mark(site, asker, decodeTrial(text)), null, asker.seesPeople);
  };
}

export function createWhatIfDesk(deps: Deps) {
  const { store, models, readOrder, now } = deps;
  const inTurn = createTurnstile();
  const outcomes = createOutcomes(deps);

  async function ask(
    policy: SitePolicy,
    board: SiteBoard,
    changes: readonly WhatIfChange[],
  ): Promise<WhatIfView> {
    const { site } = policy;
    const [began, at] = [performance.now(), now()];
    const cases = casesOf(board.rows.values(), site);
    if (cases.length > MOST_ORDERS)
      throw problem("CT_ERR_TOO_LARGE", `At most ${MOST_ORDERS} open orders can be simulated.`);
    const read = (id: string) => readOrder(site.id, id);
    const forOrders = await orderChanges(changes, board.rows, policy, read);
    const known = await models.of(site);
    const done = await simulate(known, cases, changes, forOrders, at);
    const id = randomUUID();
    const trial = trialOf(id, at, changes, done);
    await store.keepTrial(site.id, id, JSON.stringify(trial), TRIAL_MS);
    return viewOf(id, site.id, at, done, Math.round(performance.now() - began));
  }

  return {
    ask: (policy: SitePolicy, board: SiteBoard, changes: readonly WhatIfChange[]) =>
      inTurn(() => ask(policy, board, changes)),
    /** marks one as done; the same again changes nothing */
    mark: createMarking(deps),
    async list(policy: SitePolicy, seesPeople: boolean): Promise<WhatIfDone[]> {
      const site = policy.site.id;
      await outcomes.settleAll(policy);
      const [done, known] = await Promise.all([store.done(site), store.outcomes(site)]);
      return Object.entries(done)
        .map(([id, text]) => doneView(decodeTrial(text), decodeOutcome(known[id]), seesPeople))
        .sort((a, b) => (a.doneAt < b.doneAt ? 1 : -1));
    },
    settle: outcomes.settleAll,
  };
}
export type WhatIfDesk = ReturnType<typeof createWhatIfDesk>;
