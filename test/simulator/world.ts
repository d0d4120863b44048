/** Small worlds for the simulator's tests. */
import type { EventEnvelope } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import { createFeed, type Feed, type FeedInput } from "../../simulator/feed.ts";
import type { Flow, Report, ScanFault } from "../../simulator/model.ts";
import { type Preset, presetNamed } from "../../simulator/presets.ts";
import { planOf } from "../../simulator/simulation.ts";
import { referenceSite } from "../../simulator/sites.ts";

/** A Monday. */
export const MONDAY = Date.UTC(2026, 0, 5);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function preset(name: string): Preset {
  const found = presetNamed(name);
  if (found === undefined) throw new Error(`There is no preset ${name}.`);
  return found;
}

/** A preset with its first site only, of a given size. */
export const oneSite = (of: Preset, volume: number): Preset => ({
  ...of,
  profiles: [{ ...of.profiles[0], volume }],
});

export const planFor = (of: Preset, site: Site = referenceSite(of.profiles[0])) =>
  planOf({ preset: of, profile: of.profiles[0], site, seed: of.seed, startsAt: MONDAY });

export type Ran = { feed: Feed; reports: Report[]; flows: Flow[]; faults: ScanFault[] };

/** Runs a preset for so many days, in steps of so many hours. */
export function run(
  of: Preset,
  days: number,
  { stepHours = 24, ...input }: Partial<FeedInput> & { stepHours?: number } = {},
): Ran {
  const reports: Report[] = [];
  const flows: Flow[] = [];
  const faults: ScanFault[] = [];
  const truth = () => ({
    fault: (fault: ScanFault) => void faults.push(fault),
    ended: (flow: Flow) => void flows.push(flow),
    incident: () => undefined,
    member: () => undefined,
  });
  const sites = of.profiles.map(referenceSite);
  const feed = createFeed({ preset: of, seed: of.seed, sites, startsAt: MONDAY, truth, ...input });
  for (let at = 0; at <= days * 24; at += stepHours)
    reports.push(...feed.until((input.startsAt ?? MONDAY) + at * HOUR));
  return { feed, reports, flows, faults };
}

export const bytesOf = (reports: readonly Report[]): string =>
  reports.map(({ event }) => JSON.stringify(event)).join("\n");

export const ofType = (reports: readonly Report[], type: string): EventEnvelope[] =>
  reports.flatMap(({ event }) => (event.type === type ? [event] : []));
