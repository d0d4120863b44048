/** Incidents as they would have been found on simulated days with every disruption, against what the simulator knows (design page 7.4 and 7.6). */
import type { Episode } from "../../../domain/incidents/playback.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { runWorld } from "./run.ts";
import {
  figuresOf,
  poolScores,
  scoresOf,
  type Figures,
  type Found,
  type Scores,
} from "./scores.ts";
import { worldOf } from "./world.ts";

export type IncidentSettings = {
  presets: readonly string[];
  seeds: readonly number[];
  sites: readonly number[];
  days: number;
  warmUpDays: number;
  /** false: neither stations nor trucks tell of themselves; everything is to be found out */
  told: boolean;
  say: (line: string) => void;
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const minutes = (value: number): string => `${Math.round(value)} min`;

function linesOf(name: string, figures: Figures, scores: Scores): string[] {
  return [
    `## ${name}`,
    `causes of 20 orders and more: ${figures.asked}; found ${percent(figures.recall)} (bar 80, aim 90)`,
    `opened ${scores.opened}, right ${percent(figures.precision)}; those of several orders ${scores.common.opened}, right ${percent(figures.commonPrecision)} (bar 70, aim 80)`,
    `median delay ${minutes(figures.medianDelayMin)}, from when it could be known ${minutes(figures.medianEvidentDelayMin)} (bar 15, aim 5)`,
    `missed promises ${scores.missed}; calls ${scores.annunciations}, ${figures.annunciationsPerMiss.toFixed(3)} a missed one (bar 0.15)`,
    `windows of 10 minutes with more than 10 calls: ${percent(figures.floodShare)} of ${scores.windows} (bar 1, in the peak week 5)`,
    `missed orders that stood in an incident by 15 min after their deadline: ${percent(figures.coverage)} (bar 95), by the deadline itself ${percent(figures.coverageBefore)}`,
  ];
}

function foundInWords({ truth, by, delayMin, evidentDelayMin }: Found): string {
  const { kind, process, pickup, carrier, region, sku, station } = truth;
  const about = process ?? pickup ?? carrier ?? sku ?? station ?? "";
  const what = `${kind} ${about}${region === undefined ? "" : ` ${region}`} ${truth.start.slice(5, 16)}, ${truth.members.length} orders`;
  if (by === null) return `- missed: ${what}`;
  return `- ${what}: after ${minutes(delayMin ?? NaN)} (${minutes(evidentDelayMin ?? NaN)}) as "${by.titles[0]}"`;
}

const moment = (at: number | null): string =>
  at === null ? "the end" : new Date(at).toISOString().slice(5, 16);

function wrongInWords({ kind, openedAt, closedAt, members, rangAt, titles }: Episode): string {
  const called = rangAt.length === 0 ? "" : `, called ${rangAt.length} times`;
  return `- wrong: ${kind} "${titles[0]}", ${members.size} orders, ${moment(openedAt)} to ${moment(closedAt)}${called}`;
}

function scoreOne(settings: IncidentSettings, preset: string, site: number, seed: number): Scores {
  const { days, warmUpDays, told } = settings;
  const world = worldOf({ preset, site, seed, days, warmUpDays });
  const run = runWorld(world, DEFAULT_POLICIES, { days, warmUpDays, told });
  const scores = scoresOf(world, run);
  const mean = run.meanMs.toFixed(1);
  process.stderr.write(`${world.name}: ${mean} ms a look, ${run.worstMs.toFixed(0)} at most\n`);
  linesOf(world.name, figuresOf(scores), scores).forEach((line) =>
    process.stderr.write(`${line}\n`),
  );
  return scores;
}

const MOST_FLOODS: Readonly<Record<string, number>> = { "peak-week": 0.05 };

export function barsMissed(preset: string, figures: Figures): string[] {
  const bars: [string, boolean][] = [
    ["recall >= 0.8", figures.recall >= 0.8],
    ["precision >= 0.7", figures.precision >= 0.7],
    ["median delay <= 15 min", figures.medianEvidentDelayMin <= 15],
    ["calls a missed promise <= 0.15", figures.annunciationsPerMiss <= 0.15],
    ["floods", figures.floodShare < (MOST_FLOODS[preset] ?? 0.01)],
    ["coverage >= 0.95", figures.coverage >= 0.95],
  ];
  return bars.filter(([, isMet]) => !isMet).map(([name]) => `${preset}: ${name}`);
}

/** Prints everything; false when a bar is missed. */
export function evaluateIncidents(settings: IncidentSettings): boolean {
  const { presets, seeds, sites, say } = settings;
  const missed: string[] = [];
  for (const preset of presets) {
    const all: Scores[] = [];
    for (const seed of seeds)
      for (const site of sites) all.push(scoreOne(settings, preset, site, seed));
    const pooled = poolScores(all);
    linesOf(preset, figuresOf(pooled), pooled).forEach(say);
    pooled.found.map(foundInWords).forEach(say);
    pooled.wrong.map(wrongInWords).forEach(say);
    say("");
    missed.push(...barsMissed(preset, figuresOf(pooled)));
  }
  say(missed.length === 0 ? "All bars met." : `Bars missed: ${missed.join("; ")}.`);
  return missed.length === 0;
}
