/** Writes a run to files, as fast as possible: the events as they would be told, and what truly happened. The same seed writes the same bytes. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { SitesFile } from "../domain/contract/sites.ts";
import type { Site } from "../domain/site.ts";
import { createFeed, type Feed } from "./feed.ts";
import { DAY, HOUR } from "./local-time.ts";
import type { Report } from "./model.ts";
import type { Preset } from "./presets.ts";
import { referenceSite } from "./sites.ts";
import { createTruth, type Truth, type TruthSink } from "./truth.ts";

export type GenerateInput = {
  preset: Preset;
  seed: number;
  days: number;
  startsAt: number;
  out: string;
  truth: string | undefined;
  sitesFile: string | undefined;
  sitesOut: string | undefined;
};

const FLUSH_AT = 1 << 20;
/** No order takes longer once the shop is closed. */
const LONGEST_TAIL_MS = 45 * DAY;

/** A file of JSON lines. */
function createLines(file: string) {
  const handle = openSync(file, "w");
  let waiting = "";
  const flush = (): void => {
    writeSync(handle, waiting);
    waiting = "";
  };
  return {
    write: (line: unknown): void => {
      waiting += `${JSON.stringify(line)}\n`;
      if (waiting.length > FLUSH_AT) flush();
    },
    close: (): void => {
      flush();
      closeSync(handle);
    },
  };
}

type TruthFiles = TruthSink & { told: (report: Report) => void; close: () => void };

function openTruth(dir: string): TruthFiles {
  mkdirSync(dir, { recursive: true });
  const [orders, incidents, scans, reports] = ["orders", "incidents", "scans", "reports"].map(
    (name) => createLines(join(dir, `${name}.jsonl`)),
  );
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    order: (order) => orders?.write(order),
    incident: (incident) => incidents?.write(incident),
    scan: ({ at, reportAt, ...fault }) =>
      scans?.write({
        ...fault,
        at: iso(at),
        ...(reportAt !== undefined && { reportAt: iso(reportAt) }),
      }),
    told: ({ reportAt, event: { source, id } }) =>
      reports?.write({ reportAt: iso(reportAt), source, id }),
    close: () => {
      for (const file of [orders, incidents, scans, reports]) file?.close();
    },
  };
}

function sitesOf({ preset, sitesFile }: GenerateInput): Site[] {
  if (sitesFile === undefined) return preset.profiles.map(referenceSite);
  return (JSON.parse(readFileSync(sitesFile, "utf8")) as SitesFile).sites;
}

const hasOpenOrders = ({ simulations }: Feed): boolean =>
  simulations.some(({ state }) => state.flows.size > 0);

export function runGenerate(input: GenerateInput, say: (words: string) => void): void {
  const sites = sitesOf(input);
  if (input.sitesOut !== undefined)
    writeFileSync(input.sitesOut, `${JSON.stringify({ sites }, null, 2)}\n`);
  const closesAt = input.startsAt + input.days * DAY;
  const files = input.truth === undefined ? null : openTruth(input.truth);
  const truths: Truth[] = files === null ? [] : sites.map(() => createTruth(files));
  const truth = (site: number): Truth["sink"] => truths[site]?.sink ?? UNHEARD;
  const feed = createFeed({ ...input, sites, arrivalsUntil: closesAt, truth });
  const events = createLines(input.out);
  let told = 0;
  const tell = (until: number): void => {
    for (const report of feed.until(until)) {
      told += 1;
      events.write(report.event);
      files?.told(report);
    }
    feed.simulations.forEach((simulation, site) => truths[site]?.compare(simulation));
    say(`${told} events up to ${new Date(until).toISOString().slice(0, 16)}`);
  };
  run(feed, input.startsAt, closesAt, tell);
  feed.simulations.forEach((simulation, site) => truths[site]?.finish(simulation));
  events.close();
  files?.close();
}

/** Hour by hour until the shop closes, and on until the last order has ended. */
function run(feed: Feed, from: number, closesAt: number, tell: (until: number) => void): void {
  let at = from;
  const isGoingOn = (): boolean =>
    at < closesAt || (hasOpenOrders(feed) && at < closesAt + LONGEST_TAIL_MS);
  while (isGoingOn()) tell((at += HOUR));
  // what is told late
  tell(at + 2 * DAY);
}

const UNHEARD: Truth["sink"] = {
  fault: () => undefined,
  ended: () => undefined,
  incident: () => undefined,
  member: () => undefined,
};
