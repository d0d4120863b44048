/**
 * Which sources are silent. A source is silent when it was not heard for longer than the sites file says is normal, or, where that says nothing, for more than
 * 15 minutes and three times the gap that 99 of 100 of its gaps stay below at this hour of the week, counted in the time in which it usually speaks.
 *
 * A source is heard in a minute or not: how many events a minute holds does not matter, so a file of a thousand is one word. By half hour of the local week it is
 * learned in how many minutes a source is heard; a gap is measured in the minutes in which it should have been heard since. That makes one distribution of gaps
 * fit every hour: a night in which nobody speaks adds nothing, five minutes of a peak add much. What is older counts half every four weeks.
 *
 * An outage is one gap among many, and its half hours are not learned from; nor are those in which the tower itself could not hear (`resume`). People, history that
 * is brought in and the canary are no sources: nobody expects them to speak.
 */
import { addWorking, calendarOf, workingBetween, type Calendar } from "./calendar.ts";
import { SLOT_MS, SLOTS_A_DAY, SLOTS_A_WEEK, slotAt, slotOfWeek } from "./forecast/grid.ts";
import type { Site } from "./site.ts";
import { DAY_MS, durationMs, HOUR_MS, MINUTE_MS } from "./wall-clock.ts";

export const SILENCE_VERSION = 1;

/** One source as it was heard so far. Plain JSON. */
export type Voice = {
  /** epoch ms of the first and of the last minute it was heard in */
  since: number;
  heardAt: number;
  /** the half hour that is counted now, since the epoch, and the minutes of it in which it was heard */
  slot: number;
  minutes: number;
  /** by half hour of the week, decayed: how often it was listened to, and in how many minutes it was heard */
  times: number[];
  heard: number[];
  /** decayed counts of gaps, by length in expected minutes */
  gaps: number[];
};

export type VoicesState = { version: number; voices: Record<string, Voice> };

export const emptyVoices = (): VoicesState => ({ version: SILENCE_VERSION, voices: {} });

/** What was stored, when this version can use it. */
export const restoreVoices = (stored: VoicesState | undefined): VoicesState =>
  stored?.version === SILENCE_VERSION ? stored : emptyVoices();

export type Silence = {
  source: string;
  name: string;
  /** epoch ms: when it was heard last, and from when on that was silence */
  since: number;
  silentAt: number;
};

const NO_SOURCES = ["ui/", "import/", "control-tower/"];
export const isExpectedToSpeak = (source: string): boolean =>
  !NO_SOURCES.some((prefix) => source.startsWith(prefix));

const KEPT_WEEKS = 4;
const WEEK_MS = 7 * DAY_MS;
const KEEP = 0.5 ** (1 / KEPT_WEEKS);
const GAP_KEEP = 1 - 1 / 2_000;
const GAP_BINS = 48;
/** Bins are half powers of two, from a sixteenth of an expected minute on. */
const FIRST_EXPONENT = -4;
const MOST_VOICES = 500;
/** So long unheard, a source is gone and not silent. */
const GONE_MS = 14 * DAY_MS;
/** Every hour of the week was heard once, and some gaps: before that nothing is expected of a source. */
const LEAST_MS = WEEK_MS;
const LEAST_GAPS = 100;
const LEAST_SILENCE_MS = 15 * MINUTE_MS;
const FACTOR = 3;
const QUANTILE = 0.99;
/** A half hour with less than this part of a source's usual rate is not one in which it usually speaks. */
const USUAL_PART = 0.25;

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function newVoice(at: number): Voice {
  return {
    since: at,
    heardAt: at,
    slot: slotAt(at),
    minutes: 1,
    times: zeros(SLOTS_A_WEEK),
    heard: zeros(SLOTS_A_WEEK),
    gaps: zeros(GAP_BINS),
  };
}

/** Monday to Friday are alike, Saturday and Sunday are not. */
const groupOf = (slot: number): number => Math.max(0, Math.floor(slot / SLOTS_A_DAY) - 4);

type Sums = { times: number[]; heard: number[] };

function sumsByGroup({ times, heard }: Voice): Sums {
  const sums = { times: zeros(3 * SLOTS_A_DAY), heard: zeros(3 * SLOTS_A_DAY) };
  for (let slot = 0; slot < SLOTS_A_WEEK; slot += 1) {
    const place = groupOf(slot) * SLOTS_A_DAY + (slot % SLOTS_A_DAY);
    sums.times[place] = (sums.times[place] ?? 0) + (times[slot] ?? 0);
    sums.heard[place] = (sums.heard[place] ?? 0) + (heard[slot] ?? 0);
  }
  return sums;
}

/** What half hours about that time of such days are like. */
function usualAt(sums: Sums, slot: number): number {
  const first = groupOf(slot) * SLOTS_A_DAY;
  let times = 0;
  let heard = 0;
  for (const step of [-1, 0, 1]) {
    const place = first + (((slot % SLOTS_A_DAY) + step + SLOTS_A_DAY) % SLOTS_A_DAY);
    times += sums.times[place] ?? 0;
    heard += sums.heard[place] ?? 0;
  }
  return times > 0 ? heard / times : 0;
}

/** Minutes in which it is expected to be heard, by half hour of the week; and from how many on it usually speaks. */
type Rates = { slot: number; expected: number[]; usual: number };
const rates = new WeakMap<Voice, Rates>();

function ratesOf(voice: Voice): Rates {
  const known = rates.get(voice);
  if (known?.slot === voice.slot) return known;
  const sums = sumsByGroup(voice);
  const expected = voice.times.map((times, slot) => {
    // half hours around it count as one week of its own
    return ((voice.heard[slot] ?? 0) + usualAt(sums, slot)) / (times + 1);
  });
  const busy = expected.filter((minutes) => minutes > 0.01);
  const usual = (USUAL_PART * busy.reduce((sum, one) => sum + one, 0)) / Math.max(1, busy.length);
  const made = { slot: voice.slot, expected, usual };
  rates.set(voice, made);
  return made;
}

/** The half hours that ended are learned from. */
function closeSlots(voice: Voice, zone: string, until: number): void {
  for (const now = slotAt(until); voice.slot < now; voice.slot += 1) {
    const place = slotOfWeek(zone, voice.slot);
    voice.times[place] = rounded((voice.times[place] ?? 0) * KEEP + 1);
    voice.heard[place] = rounded((voice.heard[place] ?? 0) * KEEP + voice.minutes);
    voice.minutes = 0;
  }
}

function expectedBetween(voice: Voice, zone: string, from: number, to: number): number {
  const { expected } = ratesOf(voice);
  let sum = 0;
  for (let slot = slotAt(from); slot * SLOT_MS < to; slot += 1) {
    const part = Math.min(to, (slot + 1) * SLOT_MS) - Math.max(from, slot * SLOT_MS);
    sum += ((expected[slotOfWeek(zone, slot)] ?? 0) * part) / SLOT_MS;
  }
  return sum;
}

const binOf = (gap: number): number =>
  Math.min(GAP_BINS - 1, Math.max(0, Math.ceil(2 * (Math.log2(gap) - FIRST_EXPONENT))));

/** In expected minutes; null while too little is known. */
function longestNormalGap({ since, heardAt, gaps }: Voice): number | null {
  const all = gaps.reduce((sum, count) => sum + count, 0);
  if (heardAt - since < LEAST_MS || all < LEAST_GAPS) return null;
  let below = 0;
  const bin = gaps.findIndex((count) => (below += count) >= QUANTILE * all);
  return FACTOR * 2 ** (FIRST_EXPONENT + bin / 2);
}

function learnGap(voice: Voice, zone: string, at: number): void {
  if (at - voice.since < LEAST_MS || at - voice.heardAt > GONE_MS) return;
  const bin = binOf(expectedBetween(voice, zone, voice.heardAt, at));
  voice.gaps = voice.gaps.map((count, place) =>
    rounded(count * GAP_KEEP + (place === bin ? 1 : 0)),
  );
}

/** A source was heard at `at` (record time). Times come in their order; older ones say nothing new. */
export function hear(state: VoicesState, zone: string, source: string, at: number): void {
  if (!isExpectedToSpeak(source)) return;
  const voice = state.voices[source];
  if (voice === undefined) {
    if (Object.keys(state.voices).length < MOST_VOICES) state.voices[source] = newVoice(at);
    return;
  }
  if (at - voice.heardAt < MINUTE_MS) return;
  learnGap(voice, zone, at);
  closeSlots(voice, zone, at);
  voice.heardAt = at;
  voice.minutes = Math.min(SLOT_MS / MINUTE_MS, voice.minutes + 1);
}

/** Time passed up to `now`; of the sources in `silent` nothing is learned from it. */
export function passVoices(
  state: VoicesState,
  zone: string,
  silent: ReadonlySet<string>,
  now: number,
): void {
  for (const [source, voice] of Object.entries(state.voices)) {
    if (now - voice.heardAt > GONE_MS) delete state.voices[source];
    else if (silent.has(source)) Object.assign(voice, { slot: slotAt(now), minutes: 0 });
    else closeSlots(voice, zone, now);
  }
}

/** Nobody listened until `now`: nothing is learned from that time, and no silence is counted in it. */
export function resume(state: VoicesState, now: number): void {
  for (const voice of Object.values(state.voices))
    Object.assign(voice, { heardAt: Math.max(voice.heardAt, now), slot: slotAt(now), minutes: 0 });
}

/** How long it takes until `left` has come together. */
function timeFor(left: number, rate: number): number {
  if (left <= 0) return 0;
  return rate > 0 ? left / rate : Infinity;
}

/** When a source that was heard last at `at` is silent by what was learned of it; null when that is too little. */
function learnedSilentAt(voice: Voice, zone: string, at: number): number | null {
  const most = longestNormalGap(voice);
  if (most === null) return null;
  const { expected, usual } = ratesOf(voice);
  let gap = 0;
  let usualMs = 0;
  for (let slot = slotAt(at); slot * SLOT_MS < at + GONE_MS; slot += 1) {
    const from = Math.max(at, slot * SLOT_MS);
    const width = (slot + 1) * SLOT_MS - from;
    const rate = expected[slotOfWeek(zone, slot)] ?? 0;
    const usualRate = rate > 0 && rate >= usual ? 1 : 0;
    const toGap = timeFor(most - gap, rate / SLOT_MS);
    const toUsual = timeFor(LEAST_SILENCE_MS - usualMs, usualRate);
    const needed = Math.max(toGap, toUsual);
    if (needed <= width) return from + needed;
    gap += (rate * width) / SLOT_MS;
    usualMs += usualRate * width;
  }
  return null;
}

/** Overtime counts as work. */
const OVERTIME_MS = HOUR_MS;

/**
 * When a source whose longest normal silence is stated becomes silent, heard last at `at`. Counted in working time, as nobody scans at night; whoever spoke while the
 * calendar says closed has hours of his own, and is counted by the clock.
 */
export function statedSilentAt(calendar: Calendar, at: number, limitMs: number): number {
  return workingBetween(calendar, at - OVERTIME_MS, at + 1) > 0
    ? addWorking(calendar, at, limitMs)
    : at + limitMs;
}

function silentAtOf(state: VoicesState, site: Site, source: string, at: number): number | null {
  const stated = site.sources?.find((one) => one.source === source);
  if (stated !== undefined)
    return statedSilentAt(calendarOf(site), at, durationMs(stated.silentAfter));
  const voice = state.voices[source];
  if (voice === undefined || !isExpectedToSpeak(source)) return null;
  return learnedSilentAt(voice, site.timeZone, Math.max(at, voice.heardAt));
}

/** The sources that are silent at `now`; `heard`: when each was heard last. A source that was never heard is not among them. */
export function silencesOf(
  state: VoicesState,
  site: Site,
  heard: ReadonlyMap<string, number>,
  now: number,
): Silence[] {
  return [...heard].flatMap(([source, since]) => {
    if (now - since < MINUTE_MS && site.sources?.every((one) => one.source !== source)) return [];
    const silentAt = silentAtOf(state, site, source, since);
    if (silentAt === null || now <= silentAt) return [];
    const name = site.sources?.find((one) => one.source === source)?.name ?? source;
    return [{ source, name, since, silentAt }];
  });
}
