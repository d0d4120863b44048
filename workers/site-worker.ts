/** Everything this process does for one site: drains its inbox, sweeps what is due, keeps its log short. */
import { comparePositions } from "../domain/contract/positions.ts";
import type { EffectType } from "../domain/effects.ts";
import type { Foresee } from "../domain/turn/order-view.ts";
import type { Detection } from "../domain/incidents/detection.ts";
import type { Rulebook } from "../domain/incidents/rulebook.ts";
import { RULES, type Rules } from "../domain/turn/rules.ts";
import { createDrain, type Drained } from "./jobs/drain-inbox.ts";
import { createIncidentKeeping } from "./jobs/keep-incidents.ts";
import { createReviving } from "./jobs/revive.ts";
import { createSweep } from "./jobs/sweep-due.ts";
import { type Said, createTelling } from "./jobs/tell-forecast.ts";
import { type UpkeepSettings, clearTries, closedToForget, trimLog } from "./jobs/upkeep.ts";
import { createPersonalRetention, DEFAULT_PERSONAL_DAYS } from "./jobs/personal-retention.ts";
import { createIncidentSweep } from "./jobs/sweep-incidents.ts";
import { createRulebooks } from "./incidents/book.ts";
import { createAuditor } from "./incidents/auditor.ts";
import { createFloodWatch } from "./incidents/floods.ts";
import { leavingIncidents, trimIncidentTraces } from "./incidents/retention.ts";
import { currentBook } from "./incidents/loading.ts";
import { createPassing, untilWritten } from "./incidents/passing.ts";
import { createLane, type Lane } from "./lane.ts";
import type { Log } from "./log.ts";
import type { PolicyBook } from "./policies.ts";
import type { Send } from "./redis.ts";
import { createOrderStore, createTries, type OrderStore } from "./store/order-store.ts";
import { createViews } from "./store/views.ts";
import { createTurns } from "./turns.ts";
import type { Watchdog } from "./watchdog.ts";

/** Orders kept decoded for one site; at some 8 kB each. */
const VIEWS_KEPT = 5_000;
/** A job goes on for so long, and until what it was woken for is applied, as long as more comes; then the next may, and other sites have their turn. */
const LINGER_MS = 500;

export type SiteWorker = {
  site: string;
  /** Takes the inbox until it is empty; returns at once when `position` has been applied already, or somebody here is at it. */
  drain: (position?: string) => Promise<void>;
  /** Everything that fell due. */
  sweep: () => Promise<void>;
  /** What fell due of incidents, which orders do not keep waiting. */
  passTime: () => Promise<void>;
  /** Judges these orders anew with what the forecast says of them; how many were written. */
  tell: (said: Said) => Promise<number>;
  /** Once a minute over all processes: what was due against what was fired. True when it looked. */
  audit: () => Promise<boolean>;
  /** Opens, changes and closes incidents by what was found; false when others were too busy. */
  keepIncidents: (detections: readonly Detection[]) => Promise<boolean>;
  /** the rules on incidents in force */
  rulebook: () => Promise<Rulebook>;
  /** Trims the log and takes away closed orders whose time is over, and personal fields of those whose shorter time is. */
  upkeep: (settings: UpkeepSettings) => Promise<void>;
  /** What a commit of this process says; undefined when it has to be read from the log. */
  ownCommit: OrderStore["ownCommit"];
  /** An order as it stands after that commit, or a later one; undefined when it would have to be read. */
  known: OrderStore["known"];
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
  /** who forecasts the site's orders, while this process does */
  foreseer?: () => Foresee | undefined;
  isStopping?: () => boolean;
  log?: Pick<Log, "error">;
  onBatch?: (site: string, events: number, dead: number) => void;
};

const NOTHING: ReadonlySet<EffectType> = new Set();
const SILENT: Pick<Log, "error"> = { error: () => undefined };

type Minute = Omit<Parameters<typeof createAuditor>[0], "mend"> & {
  lane: Lane;
  watchdog: Watchdog;
};

/** What is looked at once a minute over all processes: the clock of escalation, and whether people can answer what it calls them for. */
function createMinute(shared: Minute, mend: (ids: readonly string[]) => Promise<Drained>) {
  const { lane } = shared;
  const audit = createAuditor({ ...shared, mend: (ids) => untilWritten(lane, () => mend(ids)) });
  const watchFloods = createFloodWatch(shared);
  return async (): Promise<boolean> => {
    if (!(await audit())) return false;
    await watchFloods();
    return true;
  };
}

/** What this process can do for the site, each a turn of its own. */
function createJobs(deps: SiteDeps, lane: Lane) {
  const { site, send, book, watchdog, rules = RULES, wanted = () => NOTHING, foreseer } = deps;
  const { log = SILENT } = deps;
  const store = createOrderStore({
    site,
    send,
    rules,
    views: createViews(VIEWS_KEPT),
    ...(deps.lua !== undefined && { lua: deps.lua }),
  });
  const policies = async () => ({
    ...(await book.of(site)),
    wanted: wanted(),
    foresee: foreseer?.(),
  });
  const shared = { store, policies, watchdog, rulebooks: createRulebooks(send, site) };
  const incidentSweep = createIncidentSweep(shared);
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
    incidentSweep,
    audit: createMinute({ ...shared, site, send, lane, log }, incidentSweep.mend),
    tellForecast: createTelling({ ...shared, lane }),
    keepIncidents: createIncidentKeeping({ ...shared, lane }),
    rulebook: () => currentBook(shared),
    revive: createReviving({ ...shared, site, send }),
  };
}

type Turns = ReturnType<typeof createTurns>;
type Draining = { store: OrderStore; drainBatch: () => Promise<Drained>; untilEmpty: Turns };

/** One job drains, others that come meanwhile only say so: it reads once more for them before it ends. */
function createDraining({ store, drainBatch, untilEmpty }: Draining, isStopping: () => boolean) {
  let isDraining = false;
  let isAskedAgain = false;
  const isApplied = (position: string | undefined): boolean => {
    const cursor = store.knownCursor();
    return position !== undefined && cursor !== null && comparePositions(position, cursor) <= 0;
  };
  const oneBatch = () => {
    isAskedAgain = false;
    return drainBatch();
  };

  return async (position?: string): Promise<void> => {
    if (isApplied(position)) return;
    isAskedAgain = true;
    if (isDraining) return;
    isDraining = true;
    const lingerUntil = performance.now() + LINGER_MS;
    const isEnough = () => !isAskedAgain && isApplied(position) && performance.now() > lingerUntil;
    try {
      while (isAskedAgain && !isStopping()) await untilEmpty(oneBatch, isEnough);
    } finally {
      isDraining = false;
    }
  };
}

/** What a site leaves behind is kept within bounds. */
function createUpkeep({ site, send, book }: SiteDeps, store: OrderStore, lane: Lane) {
  const retainPersonal = createPersonalRetention(send, site);
  let forgetFrom = 0;

  async function endPersonal(): Promise<void> {
    const { current } = await book.of(site);
    await retainPersonal(current.site.personalDays ?? DEFAULT_PERSONAL_DAYS, await store.time());
  }

  async function forgetClosed(settings: UpkeepSettings): Promise<void> {
    const at = await store.begin();
    const now = await store.time();
    const { ids, next } = await closedToForget(send, site, settings, now, forgetFrom);
    forgetFrom = next;
    if (ids.length > 0) await store.forget(at, ids);
  }

  async function retireIncidents(): Promise<void> {
    const at = await store.begin();
    const leaving = await leavingIncidents(send, site, await store.time());
    if (leaving.whole.size + leaving.gone.length > 0) await store.retire(at, leaving);
  }

  const stepsOf = (settings: UpkeepSettings): (() => Promise<unknown>)[] => [
    async () => trimLog(send, site, settings, await store.time()),
    () => clearTries(send, site),
    // what history keeps leaves by its archive, which knows that it has it
    ...(settings.isArchived ? [] : [() => lane.run(() => forgetClosed(settings))]),
    () => lane.run(retireIncidents),
    async () => trimIncidentTraces(send, site, await store.time()),
    endPersonal,
  ];

  /** Each of them, also when one before it failed: personal fields end, whatever is wrong with the log. */
  return async (settings: UpkeepSettings): Promise<void> => {
    const failures: unknown[] = [];
    for (const step of stepsOf(settings))
      await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
}

export function createSiteWorker(deps: SiteDeps): SiteWorker {
  const { site, isStopping = () => false } = deps;
  const lane = createLane();
  const jobs = createJobs(deps, lane);
  const { store, isBehind, sweepBatch, tellForecast } = jobs;
  const untilEmpty = createTurns({ lane, store, isStopping });
  const passTime = createPassing({ lane, isStopping }, jobs.incidentSweep.sweep);

  return {
    site,
    drain: createDraining({ ...jobs, untilEmpty }, isStopping),
    sweep: async () => {
      await Promise.all([passTime(), untilEmpty(sweepBatch, () => false)]);
      await untilEmpty(jobs.revive, () => false);
    },
    passTime,
    // batch by batch, so that events have their turn in between
    tell: tellForecast,
    ownCommit: store.ownCommit,
    known: store.known,
    keepIncidents: jobs.keepIncidents,
    audit: jobs.audit,
    rulebook: jobs.rulebook,
    upkeep: createUpkeep(deps, store, lane),
    isBehind: () => lane.isBusy() && isBehind(),
  };
}
