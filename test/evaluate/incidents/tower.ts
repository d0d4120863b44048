/**
 * The tower over one site without Redis: the rules of turns, the forecaster's own learning, forecasts and listening, minute by minute, and at each look the scene that incidents
 * are found in. Knows nothing that was not told by then.
 */
import { pickupStates } from "../../../domain/board-model.ts";
import type { SiteFact } from "../../../domain/contract/stored.ts";
import type { RecordedEvent, SiteEvent } from "../../../domain/event.ts";
import { EMPTY_FOLD, type Fold } from "../../../domain/fold.ts";
import { arrivalsNow } from "../../../domain/forecast/arrivals.ts";
import type { ToldPassage } from "../../../domain/forecast/order-facts.ts";
import { forecastAll } from "../../../domain/forecast/pass.ts";
import { slowPaces } from "../../../domain/forecast/pace.ts";
import type { SitePlan } from "../../../domain/forecast/plan.ts";
import type { SaidOutlook } from "../../../domain/forecast/saying.ts";
import { remember } from "../../../domain/forecast/settle.ts";
import { passTransitTime } from "../../../domain/forecast/transit.ts";
import { dueTrucks } from "../../../domain/incidents/attributes.ts";
import { candidateOf, hasLeftLate } from "../../../domain/incidents/candidates.ts";
import type { Candidate, Scene } from "../../../domain/incidents/detection.ts";
import { truckNews } from "../../../domain/incidents/truck-news.ts";
import type { Order } from "../../../domain/order.ts";
import type { Promises } from "../../../domain/promise.ts";
import { silencesOf } from "../../../domain/silence.ts";
import type { Site } from "../../../domain/site.ts";
import { DAY_MS, HOUR_MS, localDay, MINUTE_MS } from "../../../domain/wall-clock.ts";
import { isBeforeHandOver } from "../../../domain/stages.ts";
import { RULES } from "../../../domain/turn/rules.ts";
import { judgeAnew, judgeFloor, judgeTransit } from "../../../workers/forecast/judging.ts";
import {
  isKnown,
  learnEnd,
  learnOverdue,
  learnPassages,
  learnTransit,
  learnTransitOutcomes,
  passagesSince,
  transitCalendarOf,
} from "../../../workers/forecast/learning.ts";
import { heldOf } from "../../../workers/forecast/memory.ts";
import type { ReadOrder } from "../../../workers/forecast/order-reader.ts";
import { emptyRoom, type Desk, type Room, type Saying } from "../../../workers/forecast/room.ts";
import {
  hearSources,
  learnScansOf,
  noteOvertaken,
  notePassages,
  passTime,
  see,
  watchOf,
} from "../../../workers/forecast/silence.ts";
import type { Told } from "./world.ts";

type Kept = {
  id: string;
  events: readonly RecordedEvent[];
  folded: Fold;
  promises: Promises | null;
  outlook: SaidOutlook | undefined;
  candidate: Candidate | null;
  nextLookAt: number;
};

/** A scene as it is kept: only the orders that changed since the one before. */
export type Frame = Pick<
  Scene,
  "now" | "pickups" | "truckNews" | "silent" | "paces" | "arrivals"
> & { changed: Candidate[]; removed: string[] };

/** Trucks are said to have left, and stations to be slow, only where `hears` says so. */
export type TowerOptions = { site: Site; plan: SitePlan; hears: (event: SiteEvent) => boolean };

const VERSION = 1;
/** A week of silence's learning, and the first days of rates, are not looked at. */
const factKey = ({ type, data }: SiteEvent): string | null => {
  if (type === "station.changed") return `station|${data.station}`;
  if (type === "system.canary") return null;
  return `pickup|${data.carrier}|${data.pickup}`;
};

export type Tower = {
  /** takes what was told in the last minute */
  hear: (told: readonly Told[], now: number) => void;
  /** forecasts everything anew */
  look: (now: number) => void;
  /** what changed since the last frame, and everything else that rules look at */
  frame: (now: number) => Frame;
};

/** What is noticed besides forecasts changes slowly: looked at less often than the product does, since that is most of the cost of a look. */
const NOTICE_EVERY_MS = 5 * MINUTE_MS;

function passFloor(room: Room, at: Desk, said: Saying): void {
  const onFloor = [...room.held.values()].filter((one) => one.floor !== null);
  const orders = onFloor.flatMap((one) => one.floor ?? []);
  const { model } = room;
  const isOverdue = (deadline: number): boolean => deadline <= at.now && deadline > at.now - DAY_MS;
  learnOverdue(
    model,
    orders.filter(({ deadline }) => isOverdue(deadline)),
    at.plan,
    at.now,
  );
  learnPassages(model, [], at.plan, at.now);
  room.pass = forecastAll(model.floor, orders, at.plan, at.now);
  remember(model.floor, room.pass, orders);
  for (const [place, one] of onFloor.entries())
    if (one.floor !== null) judgeFloor(room, one, one.floor, room.pass.forecasts[place], at, said);
}

function passWay(room: Room, at: Desk, said: Saying): void {
  const { model } = room;
  const calendar = transitCalendarOf(at.plan.site);
  learnTransitOutcomes(model, at.now);
  const underWay = [...room.held.values()].filter((one) => one.transit !== null);
  judgeTransit(
    room,
    underWay.filter((one) => at.now - one.transitAt >= HOUR_MS),
    at,
    said,
  );
  const day = localDay(at.plan.site.timeZone, at.now);
  if (day === model.transitDay) return;
  model.transitDay = day;
  passTransitTime(
    model.transit,
    calendar,
    underWay.flatMap((one) => one.transit ?? []),
    at.now,
  );
}

/** The look at all open orders as the workers take it (`workers/forecast/passing.ts`), without its pauses for others. */
function pass(room: Room, at: Desk): Saying {
  const said: Saying = new Map();
  passFloor(room, at, said);
  passWay(room, at, said);
  const isNoticing = at.now % NOTICE_EVERY_MS === 0;
  if (isNoticing) noteOvertaken(room, at);
  // a new forecast of an order goes with what was noticed of it before
  see(room, isNoticing ? room.held.keys() : [...said.keys()], at, said);
  return said;
}

export function createTower({ site, plan, hears }: TowerOptions): Tower {
  const policy = { version: VERSION, site };
  const policies = { current: policy, of: () => policy };
  const room = emptyRoom();
  const kept = new Map<string, Kept>();
  const facts = new Map<string, SiteFact>();
  const heard = new Map<string, number>();
  const candidates = new Map<string, Candidate>();
  const dirty = new Set<string>();
  let seq = 0;
  room.facts = facts;
  room.thread = { epoch: "", seq: 0 };

  const deskAt = (now: number): Desk => ({ policies, plan, now });

  const keptOf = (id: string): Kept => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const made: Kept = {
      id,
      events: [],
      folded: EMPTY_FOLD,
      promises: null,
      outlook: undefined,
      candidate: null,
      nextLookAt: Infinity,
    };
    kept.set(id, made);
    return made;
  };

  const readOf = ({ id, folded, events, promises, outlook }: Kept): ReadOrder => ({
    id,
    order: folded.order,
    events,
    promises,
    said: outlook,
  });

  function place(one: Kept, event: RecordedEvent): void {
    const placed = RULES.placeEvent(one.events, { ...event, seq });
    if (placed.kind === "new") one.events = placed.events;
  }

  function fold(one: Kept): void {
    one.folded = RULES.foldOn(one.folded, one.events, policy);
    const { order } = one.folded;
    one.promises = order === null ? null : RULES.promisesOf(order, policy, one.promises);
  }

  function learn(ids: readonly string[], at: Desk): void {
    const reads = ids.map((id) => readOf(keptOf(id)));
    const passages: ToldPassage[] = passagesSince(reads, seq - 1, site);
    for (const read of reads) {
      if (!isKnown(read)) continue;
      const known = room.held.get(read.id);
      learnTransit(room.model, known?.before ?? null, read, site);
      learnScansOf(room.model, read, site, seq - 1);
      if (known?.floor != null) learnEnd(room.model, read, plan, at.now);
      const next = heldOf(read, known, site, (of) => watchOf(of, room.model, site));
      if (next === null) room.held.delete(read.id);
      else room.held.set(read.id, next);
    }
    learnPassages(room.model, passages, plan, at.now);
    notePassages(room, passages, plan, at.now);
  }

  /** Judges one order anew; the row is what the board would show. */
  function judge(one: Kept, now: number): void {
    const { order } = one.folded;
    dirty.add(one.id);
    if (order === null || one.promises === null || order.closedAt !== undefined) {
      candidates.delete(one.id);
      if (order !== null && order.closedAt !== undefined) kept.delete(one.id);
      return;
    }
    const delay = RULES.assessDelay(order, one.promises, policy, now, one.outlook);
    one.nextLookAt = delay.nextLookAt ?? Infinity;
    candidates.set(one.id, candidateOf(order, RULES.rowOf(order, delay, seq), besides(one, order)));
  }

  function besides(one: Kept, order: Order) {
    const floor = room.held.get(order.id)?.floor;
    const isRisky = (one.outlook?.p ?? 0) >= 0.5;
    const forecast = isRisky && floor != null ? room.pass?.one(floor) : undefined;
    const held = room.held.get(order.id);
    return {
      blind: one.outlook?.evidence?.blind?.source,
      waitsFor: forecast?.bottleneck,
      leftLate: hasLeftLate(held?.transit ?? null),
      alarmedAt: one.outlook?.alarm?.raisedAt,
    };
  }

  function say(said: Saying, now: number): void {
    for (const [id, outlook] of said) {
      const one = kept.get(id);
      if (one === undefined) continue;
      one.outlook = outlook ?? undefined;
      const held = room.held.get(id);
      if (held !== undefined) held.said = one.outlook;
      judge(one, now);
    }
  }

  function hearSite(event: SiteEvent): void {
    const key = factKey(event);
    if (key !== null && hears(event))
      facts.set(key, { at: event.occurredAt, type: event.type, data: event.data });
  }

  function listen(now: number): void {
    const silences = silencesOf(room.model.voices, site, heard, now);
    room.silent = new Map(silences.map((one) => [one.source, one]));
  }

  return {
    hear: (told, now) => {
      seq += 1;
      const changed = new Set<string>();
      const sources: Record<string, number> = {};
      for (const one of told) {
        const { source } = "order" in one ? one.order : one.site;
        sources[source] = one.at;
        heard.set(source, one.at);
        if ("site" in one) hearSite(one.site);
        else {
          place(keptOf(one.order.orderId), one.order);
          changed.add(one.order.orderId);
        }
      }
      const ids = [...changed];
      for (const id of ids) fold(keptOf(id));
      hearSources(room, site, sources);
      const at = deskAt(now);
      learn(ids, at);
      const said: Saying = new Map();
      judgeAnew(room, ids, at, said);
      see(room, ids, at, said);
      for (const id of ids) judge(keptOf(id), now);
      say(said, now);
    },
    look: (now) => {
      const at = deskAt(now);
      passTime(room, at);
      listen(now);
      say(pass(room, at), now);
      for (const one of kept.values()) if (one.nextLookAt <= now) judge(one, now);
    },
    frame: (now) => {
      const inside = [...candidates.values()].filter(({ row }) => isBeforeHandOver(row.stage));
      const rows = inside.map(({ row }) => row);
      const { pass, model } = room;
      const changed = [...dirty].flatMap((id) => candidates.get(id) ?? []);
      const removed = [...dirty].filter((id) => !candidates.has(id));
      dirty.clear();
      return {
        now,
        changed,
        removed,
        pickups: pickupStates(rows, facts),
        truckNews: truckNews(dueTrucks(inside, site), facts, now),
        silent: [...room.silent.values()],
        paces: pass === null ? [] : slowPaces(model.floor, plan, pass.floor, facts),
        arrivals: arrivalsNow(model.floor.arrivals, site.timeZone, now),
      };
    },
  };
}
