/**
 * Runs one world through the tower, a look a minute in the days that are judged, and keeps the frames: rules are then tried on them in seconds, since neither events are folded nor
 * orders forecast again. Frames are kept under a name that changes with the code that made them.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  globSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calendarOf, workingBetween } from "../../../domain/calendar.ts";
import { sitePlanOf } from "../../../domain/forecast/plan.ts";
import type { Candidate, Scene } from "../../../domain/incidents/detection.ts";
import { createPlayback, type Episode } from "../../../domain/incidents/playback.ts";
import type { Policies } from "../../../domain/incidents/policies.ts";
import { shiftPlanOf } from "../../../simulator/planned-heads.ts";
import { createTower, type Frame } from "./tower.ts";
import { linesOf, STARTS_AT, type Told, type World } from "./world.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** While it only learns, and while the site is closed, it looks less often. */
const SELDOM = 10;

export type RunOptions = {
  days: number;
  /** days of learning that are not judged */
  warmUpDays: number;
  /** the floor and the yard tell of stations and trucks themselves */
  told: boolean;
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

/** A site of the peak week takes an hour. */
function sayHowFar({ name }: World, now: number): void {
  const day = new Date(now).toISOString().slice(0, 10);
  const minutes = (performance.now() / MINUTE).toFixed(1);
  process.stderr.write(`${name}: ${day} begins, after ${minutes} minutes\n`);
}

export function makeFrames(
  world: World,
  { days, warmUpDays, told }: RunOptions,
  keep: (frame: Frame) => void,
): void {
  const { site } = world;
  const plan = sitePlanOf(site, shiftPlanOf(world.profile));
  const tower = createTower({
    site,
    plan,
    hears: ({ type }) => told || type === "pickup.departed",
  });
  const calendar = calendarOf(site);
  const from = STARTS_AT + warmUpDays * DAY;
  for (const [now, heard] of minutesOf(world, STARTS_AT + days * DAY)) {
    if (now % DAY === 0) sayHowFar(world, now);
    tower.hear(heard, now);
    const isClosed = workingBetween(calendar, now - 60 * MINUTE, now + 60 * MINUTE) === 0;
    const isSeldom = now < from || isClosed;
    if (isSeldom && (now / MINUTE) % SELDOM !== 0) continue;
    tower.look(now);
    if (now >= from) keep(tower.frame(now));
  }
}

function codeHash(): string {
  const root = join(import.meta.dirname, "../../..");
  const files = [
    "domain/**/*.ts",
    "workers/forecast/*.ts",
    "test/evaluate/incidents/{tower,world}.ts",
  ]
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    // what is decided from frames does not change them
    .filter(
      (file) =>
        !file.includes("incidents/") || /candidates|attributes|truck-news|tower|world/.test(file),
    );
  const hash = createHash("sha256");
  for (const file of files.toSorted()) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 12);
}

function keptFrames(world: World, options: RunOptions): string {
  const { days, warmUpDays, told } = options;
  const name = `${world.key}-${days}-${warmUpDays}-${told ? "told" : "untold"}-${codeHash()}`;
  const path = join(tmpdir(), "control-tower-evaluate", `${name}.frames`);
  if (existsSync(path)) return path;
  const file = openSync(`${path}.part`, "w");
  makeFrames(world, options, (frame) => void writeSync(file, `${JSON.stringify(frame)}\n`));
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

/** Scenes out of frames; the map of orders is one and the same, and changes from one to the next. */
function* scenesOf(
  site: World["site"],
  frames: Iterable<Frame>,
): Iterable<Omit<Scene, "policies" | "open" | "usual">> {
  const orders = new Map<string, Candidate>();
  for (const { changed, removed, ...frame } of frames) {
    for (const id of removed) orders.delete(id);
    for (const candidate of changed) orders.set(candidate.row.id, candidate);
    const policy = { version: 1, site };
    yield { ...frame, policy, version: 1, orders, trucks: [], dead: [] };
  }
}

export type Run = {
  episodes: readonly Episode[];
  from: number;
  to: number;
  looks: number;
  meanMs: number;
  worstMs: number;
};

function* parsed(path: string): Iterable<Frame> {
  for (const line of linesOf(path)) yield JSON.parse(line) as Frame;
}

export function playFrames(
  world: World,
  frames: Iterable<Frame>,
  policies: Policies,
  options: RunOptions,
): Run {
  const playback = createPlayback(policies);
  let [looks, ms, worstMs] = [0, 0, 0];
  for (const scene of scenesOf(world.site, frames)) {
    const before = performance.now();
    playback.take(scene);
    const took = performance.now() - before;
    looks += 1;
    ms += took;
    worstMs = Math.max(worstMs, took);
  }
  const from = STARTS_AT + options.warmUpDays * DAY;
  const to = STARTS_AT + options.days * DAY;
  return { episodes: playback.episodes, from, to, looks, meanMs: ms / looks, worstMs };
}

/** Frames are made now, and kept for the next time. */
export function runWorld(world: World, policies: Policies, options: RunOptions): Run {
  return playFrames(world, parsed(keptFrames(world, options)), policies, options);
}
