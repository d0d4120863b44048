/** How orders come into the forecaster's room: all open ones at the beginning, afterwards those that the log tells of; what they teach is learned on the way. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { ToldPassage } from "../../domain/forecast/order-facts.ts";
import type { SitePlan } from "../../domain/forecast/plan.ts";
import { emptyQuality, type QualityState } from "../../domain/forecast/quality.ts";
import { DAY_MS, HOUR_MS } from "../../domain/wall-clock.ts";
import type { Send } from "../redis.ts";
import type { SiteWorker } from "../site-worker.ts";
import {
  isKnown,
  learnElsewhere,
  learnEnd,
  learnPassages,
  learnTransit,
  passagesSince,
} from "./learning.ts";
import { readThread } from "./log-follower.ts";
import { heldOf } from "./memory.ts";
import { decodeModel, newModel } from "./model.ts";
import { closedIds, openIds, readOrders, type ReadOrder } from "./order-reader.ts";
import type { Desk, Room } from "./room.ts";
import {
  collectMinutes,
  learnScansOf,
  learnVoices,
  listenAgain,
  notePassages,
  watchOf,
  type Minutes,
} from "./silence.ts";

const WARM_MS = 28 * DAY_MS;
const WARM_ORDERS = 50_000;

/** Puts what was read into memory, without learning from it. */
function take({ held, model }: Room, read: ReadOrder, { site }: SitePlan): void {
  const next = heldOf(read, held.get(read.id), site, (of) => watchOf(of, model, site));
  if (next === null) held.delete(read.id);
  else held.set(read.id, next);
}

const inOrder = (passages: ToldPassage[]): ToldPassage[] =>
  passages.sort((a, b) => a.recordedAt - b.recordedAt);

/** Of the past it does not matter when it was told: what was brought in at once is learned as if it had been told when it happened. */
const asItHappened = (passage: ToldPassage): ToldPassage => ({
  ...passage,
  recordedAt: passage.at,
});

/** Nothing was kept: learns from the orders that are still here, in the order in which they were told. How many. */
async function warmUp(send: Send, site: string, room: Room, at: Desk): Promise<number> {
  const { policies, plan, now } = at;
  const since = now - WARM_MS;
  const closed = await closedIds(send, site, since, WARM_ORDERS);
  const ids = [...closed, ...(await openIds(send, site))];
  const passages: ToldPassage[] = [];
  const minutes: Minutes = new Map();
  for await (const page of readOrders(send, site, ids, policies)) {
    const past = passagesSince(page, -1, plan.site).filter((one) => one.at >= since);
    passages.push(...past.map(asItHappened));
    for (const read of page.filter(isKnown)) {
      learnTransit(room.model, null, read, plan.site);
      learnElsewhere(room.model, null, read);
      learnScansOf(room.model, read, plan.site, -1);
      collectMinutes(minutes, read.events, since);
    }
  }
  learnPassages(room.model, inOrder(passages), plan, now);
  notePassages(room, passages, plan, now);
  learnVoices(room.model, minutes, plan.site.timeZone);
  return ids.length;
}

/** Reads all open orders, and learns from what was told after commit `since`. */
async function takeOpen(
  send: Send,
  site: string,
  room: Room,
  at: Desk,
  since: number,
): Promise<void> {
  const passages: ToldPassage[] = [];
  for await (const page of readOrders(send, site, await openIds(send, site), at.policies)) {
    for (const read of page) {
      if (isKnown(read)) learnScansOf(room.model, read, at.plan.site, since);
      take(room, read, at.plan);
    }
    passages.push(...passagesSince(page, since, at.plan.site));
  }
  learnPassages(room.model, inOrder(passages), at.plan, at.now);
  notePassages(room, passages, at.plan, at.now);
}

/** How good the forecasts were stays true, whatever is learned afresh. */
async function figuresKept(send: Send, site: string): Promise<QualityState> {
  const text = await send<string | null>("GET", keysOf(site).forecastQuality);
  const days = text === null ? {} : (JSON.parse(text) as QualityState["days"]);
  return { ...emptyQuality(), days };
}

/** Reads what was kept and all open orders. How many orders were learned from, where nothing was kept. */
export async function readIn(send: Send, site: string, room: Room, at: Desk): Promise<number> {
  const kept = decodeModel(await send<string | null>("GET", keysOf(site).forecast));
  const thread = await readThread(send, site);
  room.model = kept ?? { ...newModel(), quality: await figuresKept(send, site) };
  const learned = kept === null ? await warmUp(send, site, room, at) : 0;
  const since = room.model.epoch === thread.epoch ? room.model.seq : thread.seq;
  // a beginner has just learned from all there is
  await takeOpen(send, site, room, at, kept === null ? Infinity : since);
  if (kept !== null) listenAgain(room.model, at.now);
  Object.assign(room.model, { seq: thread.seq, epoch: thread.epoch });
  room.thread = thread;
  room.passedAt = 0;
  room.burstAt = 0;
  room.keptAt = kept === null ? 0 : at.now;
  return learned;
}

/** Older than all it ever learned by so much: somebody brings in history. */
const OLDER_MS = HOUR_MS;

/** History that is brought in late teaches nothing in passing: it is learned from the orders once it is all there. */
function noteHistory(room: Room, passages: readonly ToldPassage[], now: number): void {
  const oldest = (room.model.floor.since ?? now) - OLDER_MS;
  if (passages.some((passage) => passage.at < oldest)) room.olderAt = now;
}

function learnFrom(room: Room, read: ReadOrder, at: Desk): void {
  if (!isKnown(read)) return;
  const known = room.held.get(read.id);
  learnTransit(room.model, known?.before ?? null, read, at.plan.site);
  learnElsewhere(room.model, known?.before ?? null, read);
  learnScansOf(room.model, read, at.plan.site, room.model.seq);
  if (known?.floor != null) learnEnd(room.model, read, at.plan, at.now);
}

type Sources = { send: Send; site: string; known: SiteWorker["known"] | undefined };

/** Reads some of the orders that changed and learns from them; their ids. */
export async function readChanged(
  { send, site, known }: Sources,
  room: Room,
  at: Desk,
  most: number,
): Promise<string[]> {
  const { thread } = room;
  const ids = [...room.changed].slice(0, most);
  const passages: ToldPassage[] = [];
  const inMemory = (id: string) => (thread === null ? undefined : known?.(id, thread));
  for await (const page of readOrders(send, site, ids, at.policies, inMemory)) {
    passages.push(...passagesSince(page, room.model.seq, at.plan.site));
    for (const read of page) {
      learnFrom(room, read, at);
      take(room, read, at.plan);
      room.changed.delete(read.id);
    }
  }
  noteHistory(room, passages, at.now);
  learnPassages(room.model, inOrder(passages), at.plan, at.now);
  notePassages(room, passages, at.plan, at.now);
  // as long as some are still to be read, what they tell is newer than this
  if (room.changed.size === 0 && room.thread !== null) room.model.seq = room.thread.seq;
  return ids;
}
