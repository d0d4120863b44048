/** The round of slides on this wall, turned once a second by the site's time; alarms bring theirs forward and ring where the display may. */
import { defineStore } from "pinia";
import { computed, ref, shallowRef, watch } from "vue";
import type { WallSample } from "../../domain/contract/walls.ts";
import { alarmsOf, freshAlarms, type WallAlarm } from "../../domain/walls/alarms.ts";
import {
  bringForward,
  nextIn,
  shownAt,
  START,
  turn,
  withSlides,
  type Moment,
  type Place,
} from "../../domain/walls/rotation.ts";
import type { SlideKind } from "../../domain/walls/slides.ts";
import { useConnection } from "../stores/connection.ts";
import { useWall } from "../stores/wall.ts";
import { reloadIfAsked } from "./useReloads.ts";

/** A slide that failed is left out so long, then tried again. */
const FAILED_MS = 5 * 60_000;

/** Whether a slide has anything to say of this sample. */
const SAYS: Readonly<Record<SlideKind, (sample: WallSample) => boolean>> = {
  trucks: ({ trucks }) => trucks.length > 0,
  stations: ({ stations }) => stations.some(({ waiting, perHour }) => waiting > 0 || perHour > 0),
  urgent: ({ tasks }) => tasks.some(({ state }) => state !== "done"),
  today: ({ today, shift }) => today.shipped > 0 || shift !== null,
  quality: ({ quality }) => quality.damaged + quality.rejected + quality.short > 0,
  message: ({ notice }) => notice !== null,
  grid: () => true,
};

/** What slides are chosen by. */
const momentOf = (sample: WallSample | null, now: number): Moment => ({
  now,
  weekday: sample?.weekday ?? 1,
  shift: sample?.shift?.name ?? null,
});

/** Slides that failed, and why: left out for a while, and told to the desk. */
function createFailures() {
  const failed = new Map<SlideKind, number>();
  const errors = ref<string[]>([]);
  return {
    errors,
    isWell: (kind: SlideKind, now: number): boolean =>
      now - (failed.get(kind) ?? Number.NEGATIVE_INFINITY) > FAILED_MS,
    note(kind: SlideKind, words: string, now: number): void {
      failed.set(kind, now);
      errors.value = [`${kind}: ${words}`.slice(0, 120), ...errors.value].slice(0, 5);
    },
  };
}

/** What is new since the last sample; what was there when the wall began is no news. */
function createNews() {
  let known: ReadonlySet<string> | null = null;
  return (sample: WallSample | null): WallAlarm[] => {
    const alarms = sample === null ? [] : alarmsOf(sample);
    const fresh = known === null ? [] : freshAlarms(alarms, known);
    known = sample === null ? null : new Set(alarms.map(({ id }) => id));
    return fresh;
  };
}

export const useWallRound = defineStore("wall-round", () => {
  const wall = useWall();
  const connection = useConnection();
  const place = shallowRef<Place>(START);
  const failures = createFailures();
  const newsIn = createNews();
  let onRing = (_alarm: WallAlarm): void => undefined;

  const slides = computed(() => wall.layout?.settings.slides ?? []);
  const shown = computed(() => shownAt(slides.value, place.value));
  const says = (kind: SlideKind): boolean =>
    wall.sample !== null && failures.isWell(kind, connection.now) && SAYS[kind](wall.sample);
  const moment = () => momentOf(wall.sample, connection.now);

  function move(next: Place): void {
    if (next === place.value) return;
    const before = shown.value;
    place.value = next;
    if (shown.value !== before) reloadIfAsked();
  }
  const step = (): void => move(turn(slides.value, place.value, moment(), says));
  const skip = (): void => {
    const at = nextIn(slides.value, place.value.at, moment(), says);
    move({ at, since: connection.now, forward: null });
  };

  function alarm(fresh: readonly WallAlarm[]): void {
    const [gravest] = fresh.filter(({ kind }) => slides.value.some((one) => one.kind === kind));
    if (gravest !== undefined) move(bringForward(place.value, gravest.kind, connection.now));
    const ringing = fresh.find(({ rings }) => rings);
    if (ringing !== undefined) onRing(ringing);
  }

  watch(
    () => wall.sample,
    (sample) => {
      alarm(newsIn(sample));
      step();
    },
  );
  watch(() => connection.second, step);
  watch(slides, (after, before) => {
    const next = withSlides(before, after, place.value);
    move(turn(after, next, moment(), says));
  });
  watch(() => wall.nexts, skip);

  /** where in the round, for the footer: of those that are shown at all */
  const part = computed(() => {
    const now = moment();
    const all = slides.value.flatMap((slide, at) =>
      nextIn([slide], null, now, says) === null ? [] : [at],
    );
    return { at: all.indexOf(place.value.at ?? -1) + 1, of: all.length };
  });

  return {
    shown,
    errors: failures.errors,
    part,
    fail(kind: SlideKind, words: string): void {
      failures.note(kind, words, connection.now);
      step();
    },
    onRing: (ring: (alarm: WallAlarm) => void) => void (onRing = ring),
  };
});
