/** Everything this process does for one site: drains its inbox, sweeps what is due, keeps its log short. */
import { setTimeout as sleep } from "node:timers/promises";
import { comparePositions } from "../domain/contract/keys.ts";
import type { EffectType } from "../domain/effects.ts";
import { RULES, type Rules } from "../domain/turn/rules.ts";
import { type Drained, createDrain } from "./jobs/drain-inbox.ts";
import { createSweep } from "./jobs/sweep-due.ts";
import { type Said, createTelling } from "./jobs/tell-forecast.ts";
import { type UpkeepSettings, clearTries, closedToForget, trimLog } from "./jobs/upkeep.ts";
import { createPersonalRetention, DEFAULT_PERSONAL_DAYS } from "./jobs/personal-retention.ts";
import { createLane } from "./lane.ts";
import type { PolicyBook } from "./policies.ts";
import type { Send } from "./redis.ts";
import { createOrderStore, createTries } from "./store/order-store.ts";
import { createViews } from "./store/views.ts";
import type { Watchdog } from "./watchdog.ts";

/** Orders kept decoded for one site; at some 8 kB each. */
const VIEWS_KEPT = 5_000;
/**
 * Pause after a small turn. A turn costs the same for one event as for fifty, and boards hear of changes four times a second: the first event of a quiet site is applied
 * at once, those that follow closely go together.
 */
const GATHER_MS = 15;
/** Refused that often in a row with nobody else moving on: something is wrong, let the lookout try again. */
const MAX_REFUSALS = 5;

export type SiteWorker = {
  site: string;
  /** Takes the inbox until it is empty; returns at once when `position` has been applied already. */
  drain: (position?: string) => Promise<void>;
  sweep: () => Promise<void>;
  /** Judges these orders anew with what the forecast says of them; how many were written. */
  tell: (said: Said) => Promise<number>;
  /** Trims the log and takes away closed orders whose time is over, and personal fields of those whose shorter time is. */
  upkeep: (settings: UpkeepSettings) => Promise<void>;
  isBusy: () => boolean;
  /** More events wait than an ordinary batch takes: whatever can wait should. */
  isBehind: () => boolean;
};

export type SiteDeps = {
  site: string;
  send: Send;
  book: PolicyBook;
  watchdog: Watchdog;
  rules?: Rules;
  lua?: string;
  /** what of this site somebody outside wants to be told of, as it is known now */
  wanted?: () => ReadonlySet<EffectType>;
  isStopping?: () => boolean;
  onBatch?: (site: string, events: number, dead: number) => void;
};

const NOTHING: ReadonlySet<EffectType> = new Set();

/** What this process can do for the site, each a turn of its own. */
function createJobs(deps: SiteDeps) {
  const { site, send, book, watchdog, rules = RULES, wanted = () => NOTHING } = deps;
  const store = createOrderStore({
    site,
    send,
    rules,
    views: createViews(VIEWS_KEPT),
    ...(deps.lua !== undefined && { lua: deps.lua }),
  });
  const policies = async () => ({ ...(await book.of(site)), wanted: wanted() });
  const shared = { store, policies, watchdog };
  const drain = createDrain({
    ...shared,
    tries: createTries(site, send),
    isToldOutside: () => wanted().size > 0,
    ...(deps.onBatch !== undefined && { onBatch: deps.onBatch }),
  });
  return {
    store,
    ...drain,
    sweepBatch: createSweep(shared),
    tellForecast: createTelling(shared),
  };
}

export function createSiteWorker(deps: SiteDeps): SiteWorker {
  const { site, send, isStopping = () => false } = deps;
  const { store, drainBatch, isBehind, sweepBatch, tellForecast } = createJobs(deps);
  const lane = createLane();

  /** Until there is nothing left, or somebody else is at it: then it is theirs, and the lookout's if they fail. */
  async function untilEmpty(batch: () => Promise<Drained>): Promise<void> {
    let refusals = 0;
    while (!isStopping()) {
      const before = store.knownCursor();
      const drained = await batch();
      if (drained === "empty") break;
      if (drained === "few") await sleep(GATHER_MS);
      refusals = drained === "refused" ? refusals + 1 : 0;
      if (drained !== "refused") continue;
      const { cursor } = await store.begin();
      if (refusals >= MAX_REFUSALS || (before !== null && before !== cursor)) break;
    }
  }

  const isApplied = (position: string | undefined): boolean => {
    const cursor = store.knownCursor();
    return position !== undefined && cursor !== null && comparePositions(position, cursor) <= 0;
  };

  const retainPersonal = createPersonalRetention(send, site);
  async function endPersonal(): Promise<void> {
    const { current } = await deps.book.of(site);
    await retainPersonal(current.site.personalDays ?? DEFAULT_PERSONAL_DAYS, await store.time());
  }

  let forgetFrom = 0;
  async function forgetClosed(settings: UpkeepSettings): Promise<void> {
    const at = await store.begin();
    const now = await store.time();
    const { ids, next } = await closedToForget(send, site, settings, now, forgetFrom);
    forgetFrom = next;
    if (ids.length > 0) await store.forget(at, ids);
  }

  return {
    site,
    drain: async (position) => {
      if (isApplied(position)) return;
      await lane.run(async () => {
        if (!isApplied(position)) await untilEmpty(drainBatch);
      });
    },
    sweep: () => lane.run(() => untilEmpty(sweepBatch)),
    tell: (said) => lane.run(() => tellForecast(said)),
    upkeep: async (settings) => {
      await trimLog(send, site, settings, await store.time());
      await clearTries(send, site);
      await lane.run(() => forgetClosed(settings));
      await endPersonal();
    },
    isBusy: lane.isBusy,
    isBehind: () => lane.isBusy() && isBehind(),
  };
}
