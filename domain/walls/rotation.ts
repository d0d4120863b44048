/**
 * Which slide a wall shows when. Slides that are not for this day or shift, that have nothing to say or that failed are passed over; one whose alarm fires comes
 * forward for half a minute, or until it is taken from the display, and the round goes on after it. Pure: the clock is handed in, and a browser loads this file without the schemas.
 */
import type { SlideKind, WallSlide } from "./slides.ts";

export type Moment = {
  now: number;
  /** ISO, in the site's time */
  weekday: number;
  shift: string | null;
};

export type Place = {
  /** index in the display's slides; null when none has anything to say */
  at: number | null;
  since: number;
  /** a slide that came forward, until when */
  forward: { kind: SlideKind; until: number } | null;
};

export const FORWARD_MS = 30_000;

export const START: Place = { at: null, since: 0, forward: null };

/** Whether a slide is for this day and this shift. */
export const isScheduled = ({ days, shifts }: WallSlide, { weekday, shift }: Moment): boolean =>
  (days === undefined || days.includes(weekday)) &&
  (shifts === undefined || (shift !== null && shifts.includes(shift)));

export type Says = (kind: SlideKind) => boolean;

const isShown = (slide: WallSlide, moment: Moment, says: Says): boolean =>
  isScheduled(slide, moment) && says(slide.kind);

/** The next one in the round after `from` that has something to say, `from` itself last; null when there is none. */
export function nextIn(
  slides: readonly WallSlide[],
  from: number | null,
  moment: Moment,
  says: Says,
): number | null {
  const start = from ?? -1;
  for (let step = 1; step <= slides.length; step += 1) {
    const at = (start + step) % slides.length;
    const slide = slides[at];
    if (slide !== undefined && isShown(slide, moment, says)) return at;
  }
  return null;
}

function isOver(slides: readonly WallSlide[], place: Place, moment: Moment, says: Says): boolean {
  const slide = place.at === null ? undefined : slides[place.at];
  if (slide === undefined || !isShown(slide, moment, says)) return true;
  return moment.now - place.since >= slide.seconds * 1_000;
}

/** Where the round is now. The same object while nothing changes. */
export function turn(
  slides: readonly WallSlide[],
  place: Place,
  moment: Moment,
  says: Says,
): Place {
  const { forward } = place;
  if (forward !== null) {
    const isStillThere = slides.some(({ kind }) => kind === forward.kind);
    if (isStillThere && moment.now < forward.until && says(forward.kind)) return place;
    return { at: nextIn(slides, place.at, moment, says), since: moment.now, forward: null };
  }
  if (!isOver(slides, place, moment, says)) return place;
  const at = nextIn(slides, place.at, moment, says);
  return at === null && place.at === null ? place : { at, since: moment.now, forward: null };
}

/** Other slides are shown from now on: the one that is on stays when it is among them, else their round begins. */
export function withSlides(
  before: readonly WallSlide[],
  after: readonly WallSlide[],
  place: Place,
): Place {
  const kind = place.at === null ? undefined : before[place.at]?.kind;
  const at = after.findIndex((slide) => slide.kind === kind);
  return at < 0 ? { ...START, forward: place.forward } : { ...place, at };
}

/** An alarm brings its slide to the front, whatever is scheduled. */
export const bringForward = (place: Place, kind: SlideKind, now: number): Place => ({
  ...place,
  forward: { kind, until: now + FORWARD_MS },
});

/** What is on the screen. */
export const shownAt = (slides: readonly WallSlide[], { at, forward }: Place): SlideKind | null =>
  forward?.kind ?? (at === null ? null : (slides[at]?.kind ?? null));
