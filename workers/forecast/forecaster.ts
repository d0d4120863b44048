/**
 * Forecasts one site: holds its open orders in memory, follows its log, learns from what passes and says what changes.
 *
 * One process at a time does so (`lease.ts`); whoever takes over begins from what was kept and reads the open orders again. An order is forecast anew as soon
 * as the log tells of it, all of them once a minute. Nothing here is needed for an event to be applied: without a forecaster the plan decides, and
 * what was said lapses by itself.
 */
import { GLOBAL_KEYS, keysOf, type SiteKeys } from "../../domain/contract/keys.ts";
import type { StoredPlan } from "../../domain/contract/stored.ts";
import { sitePlanOf, type ShiftPlan, type SitePlan } from "../../domain/forecast/plan.ts";
import type { Site } from "../../domain/site.ts";
import { MINUTE_MS } from "../../domain/wall-clock.ts";
import type { Said } from "../jobs/tell-forecast.ts";
import type { Log } from "../log.ts";
import type { PolicyBook } from "../policies.ts";
import type { Send } from "../redis.ts";
import type { SiteWorker } from "../site-worker.ts";
import type { Foresee } from "../../domain/turn/order-view.ts";
import { foreseerOf } from "./foreseer.ts";
import { judgeAnew } from "./judging.ts";
import type { IncidentKeeper } from "../incidents/keeper.ts";
import { hearCommit } from "../incidents/stir.ts";
import { createLease } from "./lease.ts";
import { listen, readFacts } from "./listening.ts";
import { follow, type Told } from "./log-follower.ts";
import { createKeeping, type Keeping } from "./keeping.ts";
import { passOver } from "./passing.ts";
import { readChanged, readIn } from "./reading.ts";
import { emptyRoom, type Desk, type Room, type Saying } from "./room.ts";
import { hearSources, passTime, see, someToSee } from "./silence.ts";
import { statusOf } from "./status.ts";

const PASS_MS = MINUTE_MS;
const KEEP_MS = 5 * MINUTE_MS;
/** History counts as brought in whole when no more of it came for that long. */
const QUIET_MS = 20_000;
/** Orders read a step; fewer while the site is behind with its events. */
const READ_AT_ONCE = 1_000;
const READ_WHILE_BEHIND = 300;
/** So many orders changed at once are a burst: what brought them (a first import, an outage) changed more than these orders. */
const BURST = 500;
/** However much comes in, causes are looked at after so long. */
const LOOK_ANYWAY_MS = 5 * MINUTE_MS;
/** Of a look at all orders so many are said at once; then those that changed meanwhile have their turn. */
const SAY_AT_ONCE = 250;

export type ForecasterDeps = {
  site: string;
  send: Send;
  book: PolicyBook;
  tell: (said: Said) => Promise<number>;
  /** orders that were applied in this process need not be read */
  known?: SiteWorker["known"];
  ownCommit?: SiteWorker["ownCommit"];
  /** more events wait than one turn takes */
  isBehind: () => boolean;
  log: Pick<Log, "info">;
  /** what finds and keeps its incidents; absent: nobody does here */
  keeper?: IncidentKeeper;
};

export type Forecaster = {
  /** A little work, when this process is the one to do it. Rejects when Redis does. */
  step: () => Promise<void>;
  /** Forecasts orders while their events are applied; undefined while this process is not the one to do it. */
  foreseer: () => Foresee | undefined;
  /** Keeps what was learned and lets another process begin at once. */
  stop: () => Promise<void>;
};

const timeOf = async (send: Send): Promise<number> => {
  const [seconds, micros] = await send<[string, string]>("TIME");
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
};

/** A plan without anybody in it is none: rates are learned then. */
function shiftsIn(text: string | null): ShiftPlan | null {
  if (text === null) return null;
  const { plan } = JSON.parse(text) as StoredPlan;
  return plan.heads.length === 0 ? null : plan;
}

/** The plan in force. Its identity matters: what is computed from a plan is remembered by the object. */
function createPlans(send: Send, siteId: string) {
  let last: { text: string | null; site: Site; plan: SitePlan } | null = null;
  return async (site: Site): Promise<SitePlan> => {
    const text = await send<string | null>("HGET", GLOBAL_KEYS.shiftPlans, siteId);
    if (last === null || last.text !== text || last.site !== site) {
      last = { text, site, plan: sitePlanOf(site, shiftsIn(text)) };
    }
    return last.plan;
  };
}

/** Says it, and remembers what the board shows now. What was refused differs from that, so a later look says it again. */
async function say(room: Room, said: Saying, tell: ForecasterDeps["tell"]): Promise<void> {
  if (said.size === 0 || (await tell(said)) < said.size) return;
  for (const [id, outlook] of said) {
    const one = room.held.get(id);
    if (one !== undefined) one.said = outlook ?? undefined;
  }
}

/** What is kept of a room so that the next forecaster goes on from it. */
async function keep(
  keepModel: Keeping,
  { keeper }: Pick<ForecasterDeps, "keeper">,
  room: Room,
  now: number,
): Promise<void> {
  room.keptAt = now;
  await keepModel(room.model, now);
  await keeper?.save(room);
}

/** History that was brought in is whole: it is learned from afresh, from the orders themselves. */
const isHistoryWhole = ({ olderAt, changed }: Room, now: number): boolean =>
  olderAt !== null && changed.size === 0 && now - olderAt >= QUIET_MS;

/** Once a minute, and as soon as a burst was read. */
const isPassDue = ({ passedAt, burstAt, changed }: Room, now: number): boolean =>
  now - passedAt >= PASS_MS || (burstAt > passedAt && changed.size === 0);

/**
 * Causes are looked for in what the forecast said. In the middle of a burst, and before what a burst of history taught is learned, only the plan has spoken of most orders: it would
 * open an incident for each that it fears for, and minutes later they would be over. A few old events keep nobody waiting.
 */
function mayLook({ passedAt, burstAt, olderAt, watched }: Room, now: number): boolean {
  const isLearned = olderAt === null || burstAt === 0;
  return (burstAt <= passedAt && isLearned) || now - watched.lookedAt >= LOOK_ANYWAY_MS;
}

/** False when the room is of no use any more. */
type Storing = (room: Room, now: number) => Promise<boolean>;

/** What was learned is kept now and then, or forgotten to be learned afresh. A step may take longer than the lease lasts: whoever took over meanwhile is not written over. */
function createStoring(
  deps: ForecasterDeps,
  keys: SiteKeys,
  keepModel: Keeping,
  isOurs: () => Promise<boolean>,
): Storing {
  return async (room, now) => {
    const isKeepingDue = now - room.keptAt >= KEEP_MS;
    const isWhole = isHistoryWhole(room, now);
    if (!isKeepingDue && !isWhole) return true;
    if (!(await isOurs())) return false;
    if (isKeepingDue) await keep(keepModel, deps, room, now);
    if (isWhole) await deps.send("DEL", keys.forecast);
    return !isWhole;
  };
}

/** The work of one step in a room that has its orders. */
function createShift(deps: ForecasterDeps, keys: SiteKeys, ofUse: Storing) {
  const { site, send, tell, known, ownCommit, isBehind, keeper } = deps;
  /** Reads on in the log. False when the thread is lost. */
  async function hear(room: Room, { plan, now }: Desk): Promise<boolean> {
    const { thread, changed } = room;
    const hearOf = (told: Told): void => {
      const { ids, sources } = told;
      for (const id of ids) changed.add(id);
      hearSources(room, plan.site, sources);
      hearCommit(room.watched, told, now);
    };
    const isThere = thread !== null && (await follow(send, site, thread, hearOf, ownCommit));
    if (changed.size >= BURST) room.burstAt = now;
    return isThere;
  }

  async function refresh(room: Room, at: Desk): Promise<void> {
    const most = isBehind() ? READ_WHILE_BEHIND : READ_AT_ONCE;
    const ids = await readChanged({ send, site, known }, room, at, most);
    for (const id of ids) room.toSay.delete(id);
    const said: Saying = new Map();
    judgeAnew(room, ids, at, said);
    see(room, [...ids, ...someToSee(room)], at, said);
    await say(room, said, tell);
  }

  /** Says what the look at all found, and between its parts what is news. False when the thread is lost. */
  async function sayAll(room: Room, at: Desk): Promise<boolean> {
    while (room.toSay.size > 0) {
      const some: Saying = new Map([...room.toSay].slice(0, SAY_AT_ONCE));
      for (const id of some.keys()) room.toSay.delete(id);
      await say(room, some, tell);
      if (room.toSay.size === 0) return true;
      if (!(await hear(room, at))) return false;
      await refresh(room, { ...at, now: await timeOf(send) });
    }
    return true;
  }

  async function tellStatus(room: Room, at: Desk): Promise<void> {
    if (room.pass === null) return;
    const status = statusOf(room.model, room.pass, at.plan, room.silent.values());
    await send("SET", keys.forecastStatus, JSON.stringify(status));
  }

  async function passAll(room: Room, at: Desk): Promise<boolean> {
    room.facts = await readFacts(send, keys.facts);
    passTime(room, at);
    room.toSay = await passOver(room, at);
    await tellStatus(room, at);
    // and hears what was said: causes are looked for in the rows as they are then
    return (await sayAll(room, at)) && (await hear(room, at));
  }

  /** False when the room is of no use any more. */
  return async (room: Room, at: Desk): Promise<boolean> => {
    if (!(await hear(room, at))) return false;
    if (await listen(room, send, keys.sources, at)) await tellStatus(room, at);
    await refresh(room, at);
    if (isPassDue(room, at.now) && !(await passAll(room, at))) return false;
    if (mayLook(room, at.now)) await keeper?.step(room, at);
    return ofUse(room, at.now);
  };
}

export function createForecaster(deps: ForecasterDeps): Forecaster {
  const { site, send, book, log, keeper } = deps;
  const keys = keysOf(site);
  const lease = createLease(send, keys.forecaster);
  const planFor = createPlans(send, site);
  const keepModel = createKeeping(send, keys);
  const work = createShift(deps, keys, createStoring(deps, keys, keepModel, lease.hold));
  let room = emptyRoom();
  let foresee: Foresee | undefined;

  async function desk(): Promise<Desk> {
    const policies = await book.of(site);
    return { policies, plan: await planFor(policies.current.site), now: await timeOf(send) };
  }

  async function begin(at: Desk): Promise<void> {
    const orders = await readIn(send, site, room, at);
    if (orders > 0) log.info({ site, orders }, "the forecast has learned from the orders kept");
    await keeper?.begin(room, at.now);
  }

  function leave(): void {
    room = emptyRoom();
    foresee = undefined;
  }

  async function step(): Promise<void> {
    if (!(await lease.hold())) {
      if (room.thread !== null) leave();
      return;
    }
    const at = await desk();
    if (room.thread === null) await begin(at);
    foresee = foreseerOf(room, at.plan);
    if (!(await work(room, at))) leave();
  }

  return {
    step,
    foreseer: () => foresee,
    stop: async () => {
      if (room.thread !== null && (await lease.hold()))
        await keep(keepModel, deps, room, await timeOf(send));
      leave();
      await lease.giveUp();
    },
  };
}
