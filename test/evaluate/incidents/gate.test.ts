import { expect, test } from "vitest";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { makeFrames, playFrames } from "./run.ts";
import { figuresOf, scoresOf } from "./scores.ts";
import { smallAndRough } from "./small.ts";
import type { Frame } from "./tower.ts";
import { simulatedWorld } from "./world.ts";

/** A small, rough floor: two days to learn, two to be judged. `npm run evaluate -- --incidents` is the whole of it. */
const OF = { preset: "normal", site: 1, seed: 401, days: 4, warmUpDays: 2 };

test("of the disruptions of a small floor those that cost orders are found early, by few calls, and most missed orders stand in one", () => {
  const world = simulatedWorld(OF, smallAndRough);
  const frames: Frame[] = [];
  const options = { days: OF.days, warmUpDays: OF.warmUpDays, told: true };
  makeFrames(world, options, (frame) => void frames.push(frame));
  const run = playFrames(world, frames, DEFAULT_POLICIES, options);
  const scores = scoresOf(world, run);
  const figures = figuresOf(scores);
  // Held where this floor stands, to see it fall: one disruption asked for, precision 0.425, 20.9 min. The goals (0.6, 15 min) are missed here.
  expect(scores.missed).toBeGreaterThan(50);
  expect(figures.asked).toBeGreaterThan(0);
  expect(figures.recall).toBeGreaterThanOrEqual(0.75);
  expect(figures.precision).toBeGreaterThanOrEqual(0.4);
  expect(figures.medianEvidentDelayMin).toBeLessThanOrEqual(25);
  expect(figures.coverage).toBeGreaterThanOrEqual(0.9);
  expect(figures.floodShare).toBeLessThan(0.02);
}, 240_000);
