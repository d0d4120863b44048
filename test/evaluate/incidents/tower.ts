/**
 * The tower over one site without Redis: the rules of turns, the forecaster's own learning, forecasts and listening, minute by minute, and at each look the scene that incidents
 * are found in. Knows nothing that was not told by then.
 */
import type { Row } from "../../../domain/board.ts";
import { pickupStates } from "../../../domain/board-model.ts";
import type { SiteFact } from "../../../domain/contract/keys.ts";
import type { RecordedEvent, SiteEvent } from "../../../domain/event.ts";
import { EMPTY_FOLD, type Fold } from "../../../domain/fold.ts";
import { arrivalsNow } from "../../../domain/forecast/arrivals.ts";
import type { ToldPassage } from "../../../domain/forecast/order-facts.ts";
import { slowPaces } from "../../../domain/forecast/pace.ts";
import type { SitePlan } from "../../../domain/forecast/plan.ts";
import type { SaidOutlook } from "../../../domain/forecast/saying.ts";
import { dueTrucks } from "../../../domain/incidents/attributes.ts";
import { candidateOf } from "../../../domain/incidents/candidates.ts";
import type { Candidate, OpenCause, Scene } from "../../../domain/incidents/detection.ts";
import type { Policies as Rules } from "../../../domain/incidents/policies.ts";
import { truckNews } from "../../../domain/incidents/truck-news.ts";
import type { Order } from "../../../domain/order.ts";
import type { Promises } from "../../../domain/promise.ts";
import { silencesOf } from "../../../domain/silence.ts";
import type { Site } from "../../../domain/site.ts";
import { isBeforeHandOver } from "../../../domain/stages.ts";
import { RULES } from "../../../domain/turn/rules.ts";
import { judgeAnew } from "../../../workers/forecast/judging.ts";
import {
  isKnown,
  learnEnd,
  learnPassages,
  learnTransit,
  passagesSince,
} from "../../../workers/forecast/learning.ts";
import { heldOf } from "../../../workers/forecast/memory.ts";
import type { ReadOrder } from "../../../workers/forecast/order-reader.ts";
import { passOver } from "../../../workers/forecast/passing.ts";
import { emptyRoom, type Desk, type Saying } from "../../../workers/forecast/room.ts";
import {
  hearSources,
  learnScansOf,
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
  look: (now: number) => Promise<void>;
  scene: (now: number, rules: Rules, open: readonly OpenCause[], usual: Scene["usual"]) => Scene;
  rowOf: (id: string) => Row | undefined;
};

export function createTower({ site, plan, hears }: TowerOptions): Tower {
  const policy = { version: VERSION, site };
  const policies = { current: policy, of: () => policy };
  const room = emptyRoom();
  const kept = new Map<string, Kept>();
  const facts = new Map<string, SiteFact>();
  const heard = new Map<string, number>();
  const candidates = new Map<string, Candidate>();
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
    return { blind: one.outlook?.evidence?.blind?.source, waitsFor: forecast?.bottleneck };
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
    look: async (now) => {
      const at = deskAt(now);
      passTime(room, at);
      listen(now);
      say(await passOver(room, at), now);
      for (const one of kept.values()) if (one.nextLookAt <= now) judge(one, now);
    },
    scene: (now, rules, open, usual) => {
      const inside = [...candidates.values()].filter(({ row }) => isBeforeHandOver(row.stage));
      const rows = inside.map(({ row }) => row);
      const { pass, model } = room;
      return {
        policy,
        policies: rules,
        version: VERSION,
        now,
        orders: candidates,
        pickups: pickupStates(rows, facts),
        trucks: [],
        truckNews: truckNews(dueTrucks(inside, site), facts, now),
        silent: [...room.silent.values()],
        dead: [],
        paces: pass === null ? [] : slowPaces(model.floor, plan, pass.floor, facts),
        arrivals: arrivalsNow(model.floor.arrivals, site.timeZone, now),
        open,
        usual,
      };
    },
    rowOf: (id) => candidates.get(id)?.row,
  };
}
