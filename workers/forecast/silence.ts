/** What is noticed of orders besides their forecast: who depends on a silent source, which scan did not come, who was overtaken. Said with the outlook. */
import {
  isInService,
  laneOf,
  processesOf,
  processIndex,
  type SitePlan,
} from "../../domain/forecast/plan.ts";
import { isElsewhere, type ToldPassage } from "../../domain/forecast/order-facts.ts";
import type { SaidOutlook } from "../../domain/forecast/saying.ts";
import { disciplineSeen, type OpenOrder } from "../../domain/forecast/state.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { hear, passVoices, resume } from "../../domain/silence.ts";
import { dependenceOf, noteTellers, sourceOf } from "../../domain/silence/depends.ts";
import type { Evidence, Finding } from "../../domain/silence/evidence.ts";
import {
  learnPacking,
  learnScans,
  missingOf,
  notLoaded,
  truckOf,
} from "../../domain/silence/missing.ts";
import {
  isUnseen,
  keepFinished,
  leftBehindOf,
  overtakenOf,
  type Finished,
} from "../../domain/silence/overtaken.ts";
import type { Site } from "../../domain/site.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/wall-clock.ts";
import { carrierOf, transitCalendarOf, type KnownOrder } from "./learning.ts";
import type { Held, Watch } from "./memory.ts";
import type { Model } from "./model.ts";
import type { Desk, Room, Saying } from "./room.ts";

/** What is said holds so long without being said again; a source that speaks ends it at once. */
const HOLDS_MS = 30 * MINUTE_MS;
/** What begins sooner than the next look at all is said beforehand, so that it begins at its moment. */
const SOON_MS = 3 * MINUTE_MS;
/** Orders looked at a step when a source falls silent or speaks. */
const SEEN_AT_ONCE = 2_000;
/** A forecaster that was away longer cannot know whether the tower could hear. */
const AWAY_MS = 10 * MINUTE_MS;
/** Starts that were watched before a lane's order of work is believed. */
const LEAST_STARTS = 100;

/** The minutes in which a source was heard. */
export type Minutes = Map<string, Set<number>>;

export function collectMinutes(
  minutes: Minutes,
  events: readonly RecordedEvent[],
  since: number,
): void {
  for (const { source, recordedAt } of events) {
    if (recordedAt < since) continue;
    const known = minutes.get(source) ?? new Set<number>();
    minutes.set(source, known.add(Math.floor(recordedAt / MINUTE_MS)));
  }
}

export function learnVoices({ voices }: Model, minutes: Minutes, zone: string): void {
  for (const [source, heard] of minutes)
    for (const minute of [...heard].sort((a, b) => a - b))
      hear(voices, zone, source, minute * MINUTE_MS);
}

export function hearSources({ model }: Room, site: Site, sources: Record<string, number>): void {
  for (const [source, at] of Object.entries(sources)) hear(model.voices, site.timeZone, source, at);
}

/** What was kept is gone on from: nobody listened for it meanwhile. */
export function listenAgain({ voices, listenedAt }: Model, now: number): void {
  if (now - (listenedAt ?? 0) > AWAY_MS) resume(voices, now);
}

export function passTime({ model, silent }: Room, { plan, now }: Desk): void {
  passVoices(model.voices, plan.site.timeZone, new Set(silent.keys()), now);
}

export function learnScansOf(model: Model, read: KnownOrder, site: Site, seq: number): void {
  const { order, events } = read;
  const news = events.filter((event) => (event.seq ?? 0) > seq);
  if (news.length === 0) return;
  const carrier = carrierOf(order, site);
  noteTellers(model.tellers, order, news, carrier);
  learnScans(model.transit, transitCalendarOf(site), { order, events, carrier }, seq);
}

/** What there is to notice of it, by what is known now. */
export function watchOf({ order, events }: KnownOrder, model: Model, site: Site): Watch {
  const carrier = carrierOf(order, site);
  const { touches, transit } = model;
  const known = { touches, transit, calendar: transitCalendarOf(site) };
  return {
    dependence: dependenceOf(order, events, carrier),
    missing: missingOf({ order, site, carrier, known }, events),
    truck: truckOf(order, site),
  };
}

function noteCompleted(room: Room, passage: ToldPassage, { site }: SitePlan, now: number): void {
  const { id, process, at, startedAt, zone, deadline, receivedAt, queuedAt } = passage;
  if (process === "pack" && startedAt !== undefined)
    learnPacking(room.model.touches, site, startedAt, at);
  if (now - at > DAY_MS || passage.isElsewhere === true) return;
  if (deadline === undefined || receivedAt === undefined) return;
  const lane = laneOf(process, zone);
  const kept = room.finished.get(lane) ?? [];
  room.finished.set(lane, kept);
  const priority = passage.priority ?? "~";
  const ranked = { id, deadline, receivedAt, queuedAt: queuedAt ?? receivedAt, priority };
  keepFinished(kept, { at, ranked });
}

export function notePassages(
  room: Room,
  passages: readonly ToldPassage[],
  plan: SitePlan,
  now: number,
): void {
  for (const passage of passages)
    if (passage.kind === "completed") noteCompleted(room, passage, plan, now);
}

const SAMPLED = "check";
const BEYOND = "stage";

const isWaiting = ({ stage, hold, inService }: OpenOrder): boolean =>
  hold == null && inService !== true && !isInService(stage);

const waitingOf = ({ id, deadline, receivedAt, stageSince, priority }: OpenOrder) => ({
  ranked: { id, deadline, receivedAt, queuedAt: stageSince, priority: priority ?? "~" },
  since: stageSince,
});

/** Those that wait for a process, by lane. */
function waitingByLane(held: ReadonlyMap<string, Held>, site: Site): Map<string, OpenOrder[]> {
  const processes = processesOf(site);
  const byLane = new Map<string, OpenOrder[]>();
  for (const { floor, before } of held.values()) {
    if (floor === null || !isWaiting(floor) || isElsewhere(before)) continue;
    const process = processes[processIndex(processes, floor.stage)];
    if (process === undefined) continue;
    const lane = laneOf(process, floor.zone);
    const others = byLane.get(lane);
    if (others === undefined) byLane.set(lane, [floor]);
    else others.push(floor);
  }
  return byLane;
}

/** Only some are checked: whoever went on to the dock without it went past as well. */
function finishedPast({ finished }: Room, lane: string): readonly Finished[] {
  const here = finished.get(lane) ?? [];
  if (lane !== SAMPLED) return here;
  const known = new Set(here.map(({ ranked }) => ranked.id));
  const beyond = finished.get(BEYOND) ?? [];
  return [...here, ...beyond.filter(({ ranked }) => !known.has(ranked.id))];
}

/** Finds those that were overtaken since they came to wait where they are. */
export function noteOvertaken(room: Room, { plan, now }: Desk): void {
  for (const one of room.held.values()) one.passed = undefined;
  for (const [lane, orders] of waitingByLane(room.held, plan.site)) {
    const { current, starts, isPredictable } = disciplineSeen(room.model.floor, lane);
    // where nobody watched the order of work, nobody is passed
    if (room.model.floor.stated === null && starts < LEAST_STARTS) continue;
    const finished = finishedPast(room, lane);
    const waiting = orders.map(waitingOf);
    const found = isPredictable
      ? overtakenOf(waiting, finished, current, now)
      : leftBehindOf(waiting, finished, now);
    for (const [id, passed] of found) {
      const one = room.held.get(id);
      if (one !== undefined) one.passed = passed;
    }
  }
}

function overtaken({ before, passed, said }: Held, now: number): Finding[] {
  if (passed === undefined) return [];
  const { stage, stageSince } = before;
  const code = isUnseen(passed) ? "PASSED_UNSEEN" : "OVERTAKEN";
  const known = said?.evidence?.findings.find(
    (one) => one.code === code && one.stageSince === stageSince,
  );
  const counted = `of ${passed.of} that went on since it came to wait, ${passed.by} should have come after it`;
  const words =
    code === "OVERTAKEN" ? `Overtaken: ${counted}` : `Its next scan is missing: ${counted}`;
  return [{ code, stage, stageSince, from: known?.from ?? now, words }];
}

/** What is to be said of it besides its forecast; undefined when there is nothing. */
function evidenceOf(room: Room, one: Held, { plan, now }: Desk): Evidence | undefined {
  const { before, watch } = one;
  const { site } = plan;
  const until = now + HOLDS_MS;
  const source = sourceOf(watch.dependence, room.model.tellers, site);
  const silence = source === null ? undefined : room.silent.get(source);
  if (silence !== undefined) {
    const { name, since } = silence;
    return { until, blind: { source: silence.source, name, since }, findings: [] };
  }
  const { truck, missing } = watch;
  // most of them, at every look at all
  if (truck === null && missing.length === 0 && one.passed === undefined) return undefined;
  const fact = truck === null ? undefined : room.facts.get(`pickup|${truck.carrier}|${truck.id}`);
  const left = truck === null ? [] : [notLoaded(before, truck, fact, site.timeZone)];
  const all = [...missing, ...left, ...overtaken(one, now)];
  const findings = all.filter(({ from }) => from <= now + SOON_MS);
  return findings.length === 0 ? undefined : { until, findings };
}

const keyOf = ({ blind, findings }: Evidence): string =>
  JSON.stringify([
    blind?.source,
    blind?.since,
    findings.map(({ code, stageSince, from }) => [code, stageSince, from]),
  ]);

/** What was said already, when that still says it. */
function stillSaid(said: Evidence | undefined, next: Evidence, now: number): Evidence | undefined {
  const isFresh = said !== undefined && said.until - now > HOLDS_MS / 2;
  return isFresh && keyOf(said) === keyOf(next) ? said : undefined;
}

/** Evidence where nothing is forecast: a forecast that has lapsed already. */
const LAPSED = { p: 0, isRaised: false, until: 0, words: [], alarm: null };
const isLapsed = ({ until }: SaidOutlook): boolean => until === 0;

function withoutEvidence(said: Saying, { id, said: before }: Held): void {
  // what is newly said has none
  if (said.has(id) || before?.evidence === undefined) return;
  const { evidence: _over, ...rest } = before;
  said.set(id, isLapsed(rest) ? null : rest);
}

function withEvidence(said: Saying, one: Held, next: Evidence, now: number): void {
  const { id } = one;
  const still = stillSaid(one.said?.evidence, next, now);
  const forecast = said.has(id) ? said.get(id) : one.said;
  const of = forecast ?? { ...LAPSED, at: now };
  const isAsSaid = still !== undefined && one.said !== undefined && isSameForecast(of, one.said);
  if (isAsSaid) said.delete(id);
  else said.set(id, { ...of, evidence: still ?? next });
}

const isSameForecast = (a: SaidOutlook, b: SaidOutlook): boolean =>
  a === b || (isLapsed(a) && isLapsed(b));

/** Puts what was noticed of these orders to what is said, and says what changed of it. */
export function see(room: Room, ids: Iterable<string>, at: Desk, said: Saying): void {
  for (const id of ids) {
    const one = room.held.get(id);
    if (one === undefined) continue;
    room.toSee.delete(id);
    const next = evidenceOf(room, one, at);
    if (next === undefined) withoutEvidence(said, one);
    else withEvidence(said, one, next, at.now);
  }
}

/** Some of those that a silent source concerns: the rest in the next steps. */
export function someToSee({ toSee }: Room): string[] {
  const some = [...toSee].slice(0, SEEN_AT_ONCE);
  for (const id of some) toSee.delete(id);
  return some;
}
