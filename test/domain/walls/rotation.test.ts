import { expect, test } from "vitest";
import fc from "fast-check";
import {
  bringForward,
  FORWARD_MS,
  isScheduled,
  nextIn,
  shownAt,
  START,
  turn,
  withSlides,
  type Place,
} from "../../../domain/walls/rotation.ts";
import { SLIDE_KINDS, type SlideKind, type WallSlide } from "../../../domain/walls/slides.ts";

const slides: WallSlide[] = [
  { kind: "urgent", seconds: 20 },
  { kind: "trucks", seconds: 30 },
  { kind: "stations", seconds: 10, days: [6, 7] },
  { kind: "today", seconds: 15, shifts: ["night"] },
];
const at = (now: number, weekday = 1, shift: string | null = "early") => ({ now, weekday, shift });
const always = () => true;

/** What is shown second by second. */
function play(seconds: number, says: (kind: SlideKind) => boolean, weekday = 1, shift = "early") {
  let place: Place = START;
  return Array.from({ length: seconds }, (_, second) => {
    place = turn(slides, place, at(second * 1_000, weekday, shift), says);
    return shownAt(slides, place);
  });
}

test("each slide stays for its own seconds, and those of other days and shifts are left out", () => {
  const shown = play(100, always);
  expect(shown.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => "urgent"));
  expect(shown.slice(20, 50)).toEqual(Array.from({ length: 30 }, () => "trucks"));
  expect(shown[50]).toBe("urgent");
  expect(new Set(shown)).toEqual(new Set(["urgent", "trucks"]));
  expect(new Set(play(100, always, 6, "night"))).toEqual(
    new Set(["urgent", "trucks", "stations", "today"]),
  );
});

test("a slide with nothing to say is passed over, at once when it falls silent", () => {
  let isQuiet = false;
  let place = turn(slides, START, at(0), always);
  expect(shownAt(slides, place)).toBe("urgent");
  isQuiet = true;
  place = turn(slides, place, at(1_000), (kind) => !(isQuiet && kind === "urgent"));
  expect(shownAt(slides, place)).toBe("trucks");
});

test("when none has anything to say nothing is shown, until one has", () => {
  const empty = turn(slides, START, at(0), () => false);
  expect(shownAt(slides, empty)).toBeNull();
  expect(turn(slides, empty, at(9_000), () => false)).toBe(empty);
  expect(shownAt(slides, turn(slides, empty, at(10_000), always))).toBe("urgent");
});

test("an alarm brings its slide to the front for half a minute, and the round goes on after it", () => {
  let place = turn(slides, START, at(0), always);
  place = bringForward(place, "today", 5_000);
  expect(shownAt(slides, place)).toBe("today");
  expect(turn(slides, place, at(5_000 + FORWARD_MS - 1), always)).toBe(place);
  place = turn(slides, place, at(5_000 + FORWARD_MS), always);
  expect(shownAt(slides, place)).toBe("trucks");
});

test("a slide that an alarm brought forward goes at once when it is taken from the display", () => {
  let place = turn(slides, START, at(0), always);
  place = bringForward(place, "urgent", 5_000);
  const others = slides.filter(({ kind }) => kind === "trucks");
  place = turn(others, place, at(6_000), always);
  expect(shownAt(others, place)).toBe("trucks");
});

test("other slides are shown from their first one on, but for what is on and stays", () => {
  const list = (...kinds: SlideKind[]): WallSlide[] => kinds.map((kind) => ({ kind, seconds: 20 }));
  const before = list("trucks", "urgent", "message");
  const place: Place = { at: 1, since: 5_000, forward: null };
  const shownOf = (after: WallSlide[]) =>
    shownAt(after, turn(after, withSlides(before, after, place), at(6_000), always));
  expect(shownOf(list("grid", "message"))).toBe("grid");
  expect(shownOf(list("today", "quality", "urgent"))).toBe("urgent");
  expect(withSlides(before, list("message", "urgent"), place)).toEqual({ ...place, at: 1 });
});

test("whatever happens, what is shown is scheduled and has something to say", () => {
  const slide = fc.record(
    {
      kind: fc.constantFrom(...SLIDE_KINDS),
      seconds: fc.integer({ min: 5, max: 60 }),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      shifts: fc.uniqueArray(fc.constantFrom("early", "late"), { minLength: 1 }),
    },
    { requiredKeys: ["kind", "seconds"] },
  );
  const steps = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 70_000 }),
      silent: fc.subarray([...SLIDE_KINDS]),
      weekday: fc.integer({ min: 1, max: 7 }),
      shift: fc.constantFrom("early", "late", null),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(fc.array(slide, { minLength: 1, maxLength: 8 }), steps, (list, moments) => {
      let place = START;
      let now = 0;
      for (const { after, silent, weekday, shift } of moments) {
        now += after;
        const moment = at(now, weekday, shift);
        const says = (kind: SlideKind): boolean => !silent.includes(kind);
        place = turn(list, place, moment, says);
        const one = place.at === null ? null : list[place.at];
        if (one === null) expect(nextIn(list, null, moment, says)).toBeNull();
        else expect(one !== undefined && isScheduled(one, moment) && says(one.kind)).toBe(true);
      }
    }),
  );
});
