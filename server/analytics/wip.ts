/** What stood in the stages: averaged over a window (M5), and hour by hour (M12). From comings and goings, so nothing has to be sampled. */
import { endOf } from "../../domain/analytics/buckets.ts";
import type { Sums } from "../../domain/analytics/sums.ts";
import { holdsNothing } from "../../domain/contribution.ts";
import { isBeforeHandOver, STAGES } from "../../domain/stages.ts";
import { HOUR_MS } from "../../domain/wall-clock.ts";
import type { SumsRow, Window } from "../../history/queries/sums.ts";
import type { Desk } from "./reading.ts";

type Level = { level: number; ms: number; at: number };

const n = ({ n: sums }: Sums, name: string): number => sums[name] ?? 0;

/** Orders in a stage (`in`, `out`) or on hold in it (`heldIn`, `heldOut`) at the beginning, and the time all of them spent there until the end of the window. `rows`: by day. */
function run(
  rows: readonly SumsRow[],
  start: Sums,
  { from, to, zone }: Window & { zone: string },
  [came, went]: [string, string],
): Level {
  const state = { level: n(start, came) - n(start, went), ms: 0, at: from };
  for (const { bucket, sums } of rows) {
    const begin = Math.max(from, bucket);
    const dayEnd = endOf(zone, "day", bucket);
    const end = Math.min(to, dayEnd);
    const change = n(sums, came) - n(sums, went);
    state.ms += state.level * (end - state.at);
    // each is counted from its moment to the end of its day; what of that lies after the window is taken off
    state.ms += n(sums, `${came}.d`) - n(sums, `${went}.d`) - change * (dayEnd - end);
    state.level += change;
    state.at = Math.max(begin, end);
  }
  state.ms += state.level * (to - state.at);
  return { ...state, at: to };
}

export type StageWip = { wip: number; held: number; atEnd: number };

async function readFlows(
  { ask, site, zone, now }: Desk,
  window: Window,
  by: "hour" | "day",
  stages: readonly string[],
) {
  const shared = { site, zone, now, dim: "stage" as const, values: stages };
  const [before, rows] = await Promise.all([
    ask("sums", { ...shared, from: 0, to: window.from, by: "none" }),
    ask("sums", { ...shared, ...window, by }),
  ]);
  const start = new Map(before.map(({ value, sums }) => [value, sums]));
  const byStage = new Map<string, SumsRow[]>([...start.keys()].map((stage) => [stage, []]));
  for (const row of rows) {
    const known = byStage.get(row.value) ?? [];
    byStage.set(row.value, known);
    known.push(row);
  }
  return { start, byStage };
}

/** Stages in which something stands. */
const STANDING = STAGES.filter((stage) => !holdsNothing(stage));
const INSIDE = STANDING.filter(isBeforeHandOver);

const NONE: Sums = { n: {}, h: {} };

/** Mean work in progress by stage, those on hold apart. The last hour that is running counts to its end. */
export async function readWip(desk: Desk, window: Window): Promise<Map<string, StageWip>> {
  const { start, byStage } = await readFlows(desk, window, "day", STANDING);
  const within = { ...window, zone: desk.zone };
  const span = Math.max(1, window.to - window.from);
  const wips = new Map<string, StageWip>();
  for (const [stage, rows] of byStage) {
    const all = run(rows, start.get(stage) ?? NONE, within, ["in", "out"]);
    const held = run(rows, start.get(stage) ?? NONE, within, ["heldIn", "heldOut"]);
    wips.set(stage, { wip: (all.ms - held.ms) / span, held: held.ms / span, atEnd: all.level });
  }
  return wips;
}

export type BacklogHour = { at: number; inside: number; held: number };

type Change = { inside: number; held: number };
const changeOf = (sums: Sums): Change => ({
  inside: n(sums, "in") - n(sums, "out"),
  held: n(sums, "heldIn") - n(sums, "heldOut"),
});

/** Comings and goings of the house as a whole: before the window (at 0), and hour by hour. */
function changesOf({ start, byStage }: Awaited<ReturnType<typeof readFlows>>): Map<number, Change> {
  const changes = new Map<number, Change>([[0, { inside: 0, held: 0 }]]);
  const note = (at: number, { inside, held }: Change): void => {
    const known = changes.get(at) ?? { inside: 0, held: 0 };
    changes.set(at, { inside: known.inside + inside, held: known.held + held });
  };
  for (const [stage, rows] of byStage) {
    note(0, changeOf(start.get(stage) ?? NONE));
    for (const { bucket, sums } of rows) note(bucket, changeOf(sums));
  }
  return changes;
}

/** Orders in the house at the end of each hour. */
export async function readBacklog(desk: Desk, window: Window): Promise<BacklogHour[]> {
  const changes = changesOf(await readFlows(desk, window, "hour", INSIDE));
  let { inside, held } = changes.get(0) ?? { inside: 0, held: 0 };
  const hours: BacklogHour[] = [];
  for (let at = window.from; at < window.to; at += HOUR_MS) {
    const change = changes.get(at);
    inside += change?.inside ?? 0;
    held += change?.held ?? 0;
    hours.push({ at: at + HOUR_MS, inside, held });
  }
  return hours;
}
