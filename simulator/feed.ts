/** All sites of a run as one stream of reports, in the order in which their senders tell them. How the time is cut into steps changes nothing. */
import type { Site } from "../domain/site.ts";
import { type Before, heapPop, heapPush } from "./heap.ts";
import type { Report, Simulation, Sink } from "./model.ts";
import type { Preset, Profile } from "./presets.ts";
import { advance, createSimulation, planOf } from "./simulation.ts";

type Waiting = { report: Report; site: number; order: number };

const sooner: Before<Waiting> = (a, b) =>
  a.report.reportAt - b.report.reportAt < 0 ||
  (a.report.reportAt === b.report.reportAt &&
    (a.site < b.site || (a.site === b.site && a.order < b.order)));

export type FeedInput = {
  preset: Preset;
  seed: number;
  sites: readonly Site[];
  startsAt: number;
  arrivalsUntil?: number;
  /** the listeners of one site besides the reports: its truth */
  truth?: (site: number) => Omit<Sink, "report">;
};
export type Feed = {
  /** reports up to and including that moment that were not given before */
  until: (at: number) => Report[];
  simulations: readonly Simulation[];
};

const nobody: Omit<Sink, "report"> = {
  fault: () => undefined,
  ended: () => undefined,
  incident: () => undefined,
  member: () => undefined,
};

/** A site beyond the preset's profiles begins again with the first one, under a seed of its own. */
export function profileOf(preset: Preset, index: number): Profile {
  const profile = preset.profiles[index % preset.profiles.length] ?? preset.profiles[0];
  const round = Math.floor(index / preset.profiles.length);
  return { ...profile, seed: profile.seed + 100 * round };
}

export function createFeed(input: FeedInput): Feed {
  const waiting: Waiting[] = [];
  let count = 0;
  const simulations = input.sites.map((site, index) => {
    const report = (told: Report): void => {
      count += 1;
      heapPush(waiting, { report: told, site: index, order: count }, sooner);
    };
    const profile = profileOf(input.preset, index);
    const plan = planOf({ ...input, site, profile, seed: input.seed * 1_000 + profile.seed });
    return createSimulation(plan, { ...(input.truth?.(index) ?? nobody), report });
  });
  const until = (at: number): Report[] => {
    for (const simulation of simulations) advance(simulation, at);
    const due: Report[] = [];
    while (waiting[0] !== undefined && waiting[0].report.reportAt <= at) {
      const next = heapPop(waiting, sooner);
      if (next !== undefined) due.push(next.report);
    }
    return due;
  };
  return { until, simulations };
}
