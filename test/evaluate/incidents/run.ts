/** Runs one world through the tower, a look a minute in the days that are judged. */
import { sitePlanOf } from "../../../domain/forecast/plan.ts";
import { detect } from "../../../domain/incidents/detect.ts";
import type { Policies } from "../../../domain/incidents/policies.ts";
import { shiftPlanOf } from "../../../simulator/planned-heads.ts";
import { createBook, type Episode } from "./book.ts";
import { createTower } from "./tower.ts";
import { STARTS_AT, type Told, type World } from "./world.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** While it only learns, less often. */
const LEARNING_EVERY = 10;

export type RunOptions = {
  policies: Policies;
  days: number;
  /** days of learning that are not judged */
  warmUpDays: number;
  /** the floor and the yard tell of stations and trucks themselves */
  told: boolean;
};

export type Run = {
  episodes: readonly Episode[];
  from: number;
  to: number;
  looks: number;
  detectMs: number;
  worstMs: number;
};

function* minutesOf(world: World, to: number): Iterable<[number, Told[]]> {
  let waiting: Told[] = [];
  let now = STARTS_AT;
  for (const hour of world.hours()) {
    for (const one of hour) {
      while (one.at > now) {
        yield [now, waiting];
        waiting = [];
        now += MINUTE;
        if (now > to) return;
      }
      waiting.push(one);
    }
  }
  yield [now, waiting];
}

export async function runWorld(
  world: World,
  { policies, days, warmUpDays, told }: RunOptions,
): Promise<Run> {
  const plan = sitePlanOf(world.site, shiftPlanOf(world.profile));
  const hears = (): boolean => told;
  const tower = createTower({ site: world.site, plan, hears });
  const book = createBook(policies);
  const from = STARTS_AT + warmUpDays * DAY;
  const to = STARTS_AT + days * DAY;
  let [looks, detectMs, worstMs] = [0, 0, 0];
  for (const [now, heard] of minutesOf(world, to)) {
    tower.hear(heard, now);
    const isJudged = now >= from;
    if (!isJudged && (now / MINUTE) % LEARNING_EVERY !== 0) continue;
    await tower.look(now);
    if (!isJudged) continue;
    const scene = tower.scene(now, policies, book.open(), () => 0);
    const before = performance.now();
    book.take(detect(scene), now);
    const took = performance.now() - before;
    looks += 1;
    detectMs += took;
    worstMs = Math.max(worstMs, took);
  }
  return { episodes: book.episodes, from, to, looks, detectMs, worstMs };
}
