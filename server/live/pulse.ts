/** Once a second, to everybody who looks at a site: how fresh everything is (`tower:pulse`) and how it flows (`metrics:sample`); to walls what they show (`wall:sample`). */
import type { MetricsSample, TowerPulse } from "../../domain/contract/realtime.ts";
import type { WallSample } from "../../domain/contract/walls.ts";
import type { LiveBoard } from "./live-board.ts";

const EVERY_MS = 1_000;

export type PulseOutlet = {
  hasAnybody(site: string): boolean;
  sendPulse(site: string, pulse: TowerPulse): void;
  sendSample(site: string, sample: MetricsSample): void;
  hasWalls(site: string): boolean;
  sendWall(site: string, sample: WallSample): void;
};

export function pulseOf(
  site: string,
  board: LiveBoard,
  feedAgeMs: number,
  now: number,
): TowerPulse {
  const { epoch, seq } = board.view;
  return {
    site,
    epoch,
    seq,
    at: now,
    canaryAgeMs: board.canaryAgeMs(now),
    feedAgeMs,
    sources: board.view.sources(now),
    pickups: board.view.pickups(),
  };
}

export function createPulse(
  boards: ReadonlyMap<string, LiveBoard>,
  outlet: PulseOutlet,
  feedAgeMs: (now: number) => number,
  wall: (site: string, now: number) => WallSample | null,
  now: () => number,
) {
  let timer: NodeJS.Timeout | undefined;
  function beat(): void {
    const at = now();
    for (const [site, board] of boards) {
      if (!board.isLoaded() || !outlet.hasAnybody(site)) continue;
      outlet.sendPulse(site, pulseOf(site, board, feedAgeMs(at), at));
      outlet.sendSample(site, { site, ...board.view.metrics(at) });
      const sample = outlet.hasWalls(site) ? wall(site, at) : null;
      if (sample !== null) outlet.sendWall(site, sample);
    }
  }
  return {
    beat,
    start() {
      timer = setInterval(beat, EVERY_MS);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
