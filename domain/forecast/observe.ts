/** Learning from what passes on the floor. The state is changed in place; who owns it stores it. */
import { closeArrivals, countArrival } from "./arrivals.ts";
import { FLOOR_WEIGHT, decayCalibration, refit } from "./calibration.ts";
import { countCompletion, type LaneState } from "./lane.ts";
import { closeSlots, fadeOutside } from "./lane-learning.ts";
import { countStart, decideDiscipline, noLongerWaits, type Ranked } from "./discipline.ts";
import { slotAt } from "./grid.ts";
import { laneOf, processesOf, rosterOf, type Lane, type SitePlan } from "./plan.ts";
import { decayResiduals, HALF_LIFE_DAYS } from "./residuals.ts";
import {
  checkShare,
  disciplineOf,
  laneStateOf,
  type ForecastState,
  type Passage,
} from "./state.ts";
import { localDay, MINUTE_MS } from "../wall-clock.ts";

/**
 * Learns from passages in the order in which they were told (late ones are counted where they still can be), up to `now`. A passage that was observed before
 * must not come again.
 */
export function observe(
  state: ForecastState,
  passages: readonly Passage[],
  plan: SitePlan,
  now: number,
): void {
  for (const passage of passages) {
    advanceTo(state, plan, passage.recordedAt);
    learn(state, passage, plan);
  }
  advanceTo(state, plan, now);
}

/** Half hours and days that have ended are learned from. */
function advanceTo(state: ForecastState, plan: SitePlan, now: number): void {
  const roster = rosterOf(plan);
  state.since ??= now;
  const before = state.observedAt ?? now;
  if (now < before) return;
  state.observedAt = now;
  // three minutes of grace lie in the slots themselves
  const settled = slotAt(now - 3 * MINUTE_MS);
  if (settled === slotAt(before - 3 * MINUTE_MS)) return;
  for (const [name, lane] of Object.entries(state.lanes)) closeSlots(lane, name, roster, now);
  closeArrivals(state.arrivals, roster.calendar.zone, now);
  const day = localDay(roster.calendar.zone, now);
  if (state.upkeepDay !== null && day > state.upkeepDay) upkeep(state, day - state.upkeepDay);
  state.upkeepDay = day;
}

const SHARE_HALF_LIFE_DAYS = 14;

function upkeep(state: ForecastState, days: number): void {
  refit(state.calibration, FLOOR_WEIGHT);
  decayCalibration(state.calibration, 0.5 ** (days / HALF_LIFE_DAYS));
  decayResiduals(state.residuals, days);
  const shares = 0.5 ** (days / SHARE_HALF_LIFE_DAYS);
  state.received *= shares;
  state.packed *= shares;
  state.checked *= shares;
  for (const zone of Object.keys(state.zones))
    state.zones[zone] = (state.zones[zone] ?? 0) * shares;
  for (const lane of Object.values(state.lanes)) fadeOutside(lane, days);
  for (const discipline of Object.values(state.disciplines)) {
    if (state.stated === null) decideDiscipline(discipline, days);
  }
}

function learn(state: ForecastState, passage: Passage, plan: SitePlan): void {
  switch (passage.kind) {
    case "received":
      return received(state, passage);
    case "started":
      return started(state, passage);
    case "completed":
    case "failed":
      return ended(state, passage, plan);
    case "released":
      return released(state, passage);
    case "held":
    case "cancelled":
      // what waits is counted anew by the next pass
      return;
  }
}

function received(state: ForecastState, { at, deadline, zone }: Passage): void {
  state.received += 1;
  if (zone !== undefined) state.zones[zone] = (state.zones[zone] ?? 0) + 1;
  if (deadline !== undefined) countArrival(state.arrivals, at, deadline);
}

function rankedOf({ id, deadline, receivedAt, queuedAt, priority }: Passage): Ranked | null {
  if (deadline === undefined || receivedAt === undefined) return null;
  return { id, deadline, receivedAt, queuedAt: queuedAt ?? receivedAt, priority: priority ?? "~" };
}

function watchOrder(state: ForecastState, lane: Lane, passage: Passage): void {
  const ranked = rankedOf(passage);
  if (ranked === null || state.stated !== null) return;
  const own = disciplineOf(state, lane);
  for (const other of Object.values(state.disciplines)) {
    // whoever was begun elsewhere, or needs no check, does not wait here
    if (other !== own) noLongerWaits(other, ranked.id);
  }
  countStart(own, ranked);
}

function started(state: ForecastState, passage: Passage): void {
  const name = laneOf(passage.process, passage.zone);
  const lane = laneStateOf(state, name);
  lane.waiting = Math.max(0, lane.waiting - 1);
  watchOrder(state, name, passage);
}

const TOUCH_SHARE = 0.01;
const LONGEST_TOUCH_MS = 120 * MINUTE_MS;

function learnTouch(lane: LaneState, { startedAt, at }: Passage): void {
  const isScanned = startedAt !== undefined;
  lane.startShare += TOUCH_SHARE * ((isScanned ? 1 : 0) - lane.startShare);
  if (startedAt === undefined || at < startedAt) return;
  const touch = Math.min(LONGEST_TOUCH_MS, at - startedAt);
  lane.touchMs = lane.touchMs === 0 ? touch : lane.touchMs + TOUCH_SHARE * (touch - lane.touchMs);
}

/** Without start scans those in service are among the waiting: only what is more than the people shows that work waits. */
function idleBelow(lane: LaneState, name: Lane, plan: SitePlan, at: number): number {
  return lane.startShare > 0.5 ? 0 : Math.max(1, Math.ceil(rosterOf(plan).headsAt(name, at)));
}

function ended(state: ForecastState, passage: Passage, plan: SitePlan): void {
  const processes = processesOf(plan.site);
  const { process, zone, at, recordedAt, kind } = passage;
  const name = laneOf(process, zone);
  const lane = laneStateOf(state, name);
  learnTouch(lane, passage);
  if (passage.startedAt === undefined) {
    lane.waiting = Math.max(0, lane.waiting - 1);
    watchOrder(state, name, passage);
  }
  countCompletion(lane, at, recordedAt, idleBelow(lane, name, plan, at));
  if (process === "pack") state.packed += 1;
  if (process === "check") state.checked += 1;
  const next = kind === "failed" ? passage.to : processes[processes.indexOf(process) + 1];
  if (next === undefined) return;
  // whether a packed order is checked shows when its check begins
  const share = next === "check" ? checkShare(state) : 1;
  laneStateOf(state, laneOf(next, zone)).waiting += share;
  if (share < 1 && processes.includes("stage")) laneStateOf(state, "stage").waiting += 1 - share;
}

const HOLD_SHARE = 0.05;

function released(state: ForecastState, { hold, at }: Passage): void {
  if (hold === undefined || at <= hold.since) return;
  const known = (state.holds[hold.type] ??= { logMs: 0, ofStated: 1, seen: 0 });
  known.seen += 1;
  const share = Math.max(HOLD_SHARE, 1 / known.seen);
  known.logMs += share * (Math.log(at - hold.since) - known.logMs);
  if (hold.until !== undefined && hold.until > hold.since) {
    const ofStated = Math.min(3, (at - hold.since) / (hold.until - hold.since));
    known.ofStated += share * (ofStated - known.ofStated);
  }
}
