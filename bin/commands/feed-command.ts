/** What `import` and `replay` have in common: read, post with progress, wait until it is applied, say what came of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { shiftToEnd, UsageError, type Feed, type WireEvent } from "../adapters/feed.ts";
import { readFeed } from "../adapters/read-feed.ts";
import type { LiveMetrics } from "../../domain/board.ts";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import { connectionArgs, connectionOf, getJson, type Connection } from "./connection.ts";
import { postEvents, type Posted } from "./post-events.ts";
import { createProgress } from "./progress.ts";

export const feedArgs = {
  path: {
    type: "positional",
    description:
      "a file or a folder: Olist's orders.csv, an OCEL 1.0 log, events one a line (.ndjson); also .gz",
    required: true,
  },
  site: {
    type: "string",
    description: "site the orders belong to; default the first one",
    valueHint: "BER1",
  },
  zone: {
    type: "string",
    description: "IANA zone of times without offset",
    valueHint: "America/Sao_Paulo",
  },
  shift: { type: "boolean", description: "move all times so that the data end now" },
  shuffle: {
    type: "string",
    description: "send in a random order drawn from this seed",
    valueHint: "7",
  },
  ...connectionArgs,
} as const;

export type FeedArgs = {
  path: string;
  site?: string | undefined;
  zone?: string | undefined;
  shift?: boolean | undefined;
  shuffle?: string | undefined;
  url?: string | undefined;
  key?: string | undefined;
};

/** A repeatable shuffle (Fisher-Yates over a small linear congruential stream). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const mixed = [...items];
  let state = seed >>> 0;
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const pick = Math.floor((state / 2 ** 32) * (last + 1));
    [mixed[last], mixed[pick]] = [mixed[pick] as T, mixed[last] as T];
  }
  return mixed;
}

/** The site that was named, else the first one. @throws UsageError for one that is none */
export async function siteOf(connection: Connection, wanted: string | undefined): Promise<string> {
  const { sites } = await getJson<SitesConfig>(connection, "/api/v1/config/sites");
  const site = wanted ? sites.find(({ id }) => id === wanted) : sites[0];
  if (site) return site.id;
  throw new UsageError(
    `--site ${wanted ?? ""}: no such site; there are ${sites.map(({ id }) => id).join(", ")}`,
  );
}

function arranged(feed: Feed, args: FeedArgs): WireEvent[] {
  const events = args.shift ? shiftToEnd(feed.events, Date.now()) : feed.events;
  if (args.shuffle === undefined) return events;
  const seed = Number(args.shuffle);
  if (!Number.isInteger(seed))
    throw new UsageError(`--shuffle ${args.shuffle}: a whole number is needed`);
  return shuffled(events, seed);
}

const SAY_EVERY_LOOKS = 40;

/** Waits until nothing of the site's inbox is left to apply. */
async function settle(connection: Connection, site: string): Promise<LiveMetrics> {
  for (let looks = 1; ; looks += 1) {
    const metrics = await getJson<LiveMetrics>(
      connection,
      `/api/v1/metrics/live?site=${encodeURIComponent(site)}`,
    );
    if (metrics.inboxLag === 0) return metrics;
    if (looks % SAY_EVERY_LOOKS === 0)
      console.error(`all is kept; ${metrics.inboxLag} events of ${site} are still to be applied`);
    await sleep(250);
  }
}

type SiteNow = { site: string; metrics: LiveMetrics };

/** Sites that the events went to, once nothing is left to apply there. */
async function settleAll(connection: Connection, events: readonly WireEvent[]): Promise<SiteNow[]> {
  const sites = [...new Set(events.flatMap(({ site }) => site ?? []))];
  return Promise.all(
    sites.map(async (site) => ({ site, metrics: await settle(connection, site) })),
  );
}

function report(feed: Feed, posted: Posted, sites: readonly SiteNow[]): void {
  const count = (value: number): string => value.toLocaleString("en");
  console.log(
    `${feed.format}: ${count(feed.orders)} orders, ${count(feed.events.length)} events: ${count(posted.accepted)} accepted, ` +
      `${count(posted.duplicates)} known already, ${count(posted.refused.length)} refused; all accepted ones are applied`,
  );
  for (const { site, metrics } of sites) {
    const { open, closed } = metrics;
    const ended = Object.entries(closed).map(([stage, orders]) => `${stage} ${count(orders)}`);
    const after = ended.length > 0 ? `; closed: ${ended.join(", ")}` : "";
    console.log(`${site} now: ${count(open)} open${after}`);
  }
  for (const { event, path, message } of posted.refused.slice(0, 10))
    console.error(`refused ${event.id} ${path}: ${message}`);
  if (posted.refused.length > 10)
    console.error(`... and ${count(posted.refused.length - 10)} more`);
}

export async function runFeed(args: FeedArgs, speed: number): Promise<void> {
  const connection = await connectionOf(args);
  const site = await siteOf(connection, args.site);
  const feed = await readFeed(args.path, { site, ...(args.zone && { zone: args.zone }) });
  const events = arranged(feed, args);
  const progress = createProgress(feed.format, events.length);
  const posted = await postEvents(connection, events, { speed, onProgress: progress.at });
  progress.end();
  report(feed, posted, await settleAll(connection, events));
  if (posted.refused.length > 0) process.exitCode = 1;
}
