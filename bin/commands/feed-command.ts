/** What `import` and `replay` have in common: read, post with progress, wait until it is applied, say what came of it. */
import {
  anyInstant,
  checkZone,
  shiftToEnd,
  UsageError,
  type Feed,
  type WireEvent,
} from "../adapters/feed.ts";
import { readFeed } from "../adapters/read-feed.ts";
import type { SitesConfig } from "../../domain/contract/sites.ts";
import {
  connectionArgs,
  connectionOf,
  getJson,
  isForbidden,
  type Connection,
} from "./connection.ts";
import { postEvents, type Posted } from "./post-events.ts";
import { createProgress } from "./progress.ts";
import { settleAll, type SiteNow } from "./settle.ts";

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
  "shift-to": {
    type: "string",
    description: "the same, so that they end at this instant: to go on with what was begun",
    valueHint: "2026-11-22T09:14:03Z",
  },
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
  "shift-to"?: string | undefined;
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

function nameIt(): never {
  throw new UsageError("--site: name it; this key may not ask which sites there are");
}

/** The site that was named, else the first one. A key that may only send is not told which there are: the door checks it. @throws UsageError for one that is none */
export async function siteOf(connection: Connection, wanted: string | undefined): Promise<string> {
  const { sites } = await getJson<SitesConfig>(connection, "/api/v1/config/sites").catch(
    (error: unknown) => {
      if (isForbidden(error)) return { sites: null };
      throw error;
    },
  );
  if (sites === null) return wanted ?? nameIt();
  const site = wanted ? sites.find(({ id }) => id === wanted) : sites[0];
  if (site) return site.id;
  throw new UsageError(
    `--site ${wanted ?? ""}: no such site; there are ${sites.map(({ id }) => id).join(", ")}`,
  );
}

/** When the data are to end; undefined: as they are. */
function endOf(args: FeedArgs): number | undefined {
  const given = args["shift-to"];
  if (given === undefined) return args.shift === true ? Date.now() : undefined;
  const end = anyInstant(given, undefined);
  if (end !== undefined) return Date.parse(end);
  throw new UsageError(
    `--shift-to ${given}: an instant with its offset is needed, as 2026-11-22T09:14:03Z`,
  );
}

/** Moved a second time, an event is another one under the same id: whoever goes on says the same end again. */
function moved(feed: Feed, args: FeedArgs): WireEvent[] {
  const end = endOf(args);
  if (end === undefined) return feed.events;
  const again = new Date(end).toISOString();
  console.error(`all times are moved to end at ${again}; to send these again: --shift-to ${again}`);
  return shiftToEnd(feed.events, end);
}

function arranged(feed: Feed, args: FeedArgs): WireEvent[] {
  const events = moved(feed, args);
  if (args.shuffle === undefined) return events;
  const seed = Number(args.shuffle);
  if (!Number.isInteger(seed))
    throw new UsageError(`--shuffle ${args.shuffle}: a whole number is needed`);
  return shuffled(events, seed);
}

const count = (value: number): string => value.toLocaleString("en");

/** What a site stands at afterwards. */
function sayOfSite({ site, metrics }: SiteNow): void {
  if (metrics === null)
    return console.log(`${site}: this key may not see what became of it (board:read)`);
  const { open, closed } = metrics;
  const ended = Object.entries(closed).map(([stage, orders]) => `${stage} ${count(orders)}`);
  const after = ended.length > 0 ? `; closed: ${ended.join(", ")}` : "";
  return console.log(`${site} now: ${count(open)} open${after}`);
}

const MOST_REFUSALS_SAID = 10;

function sayRefused({ refused }: Posted): void {
  for (const { event, path, message } of refused.slice(0, MOST_REFUSALS_SAID))
    console.error(`refused ${event.id} ${path}: ${message}`);
  if (refused.length > MOST_REFUSALS_SAID)
    console.error(`... and ${count(refused.length - MOST_REFUSALS_SAID)} more`);
}

function report(feed: Feed, posted: Posted, sites: readonly SiteNow[]): void {
  // an event with several mistakes is one event
  const refused = new Set(posted.refused.map(({ event }) => event)).size;
  const applied = sites.every(({ metrics }) => metrics !== null) ? "applied" : "kept";
  console.log(
    `${feed.format}: ${count(feed.orders)} orders, ${count(feed.events.length)} events: ${count(posted.accepted)} accepted, ` +
      `${count(posted.duplicates)} known already, ${count(refused)} refused; all accepted ones are ${applied}`,
  );
  sites.forEach(sayOfSite);
}

const BY_CTRL_C = 130;

/** Sends them with progress; whatever ends it early says that what was sent is kept. */
async function sendAll(
  connection: Connection,
  { format }: Feed,
  events: readonly WireEvent[],
  speed: number,
): Promise<Posted> {
  const progress = createProgress(format, events.length);
  let sent = 0;
  const kept = (): string =>
    sent === 0
      ? "nothing was sent"
      : `${count(sent)} of ${count(events.length)} events were sent and are kept; the same again sends the rest`;
  const stop = (): never => {
    console.error(`\nstopped: ${kept()}`);
    process.exit(BY_CTRL_C);
  };
  process.once("SIGINT", stop);
  const onProgress = (done: number): void => progress.at((sent = done));
  const posted = await postEvents(connection, events, { speed, onProgress })
    .catch((error: Error) => {
      throw new Error(`${error.message}\n${kept()}`);
    })
    .finally(() => process.off("SIGINT", stop));
  progress.end();
  return posted;
}

export async function runFeed(args: FeedArgs, speed: number): Promise<void> {
  if (args.zone !== undefined) checkZone(args.zone);
  const connection = await connectionOf(args);
  const site = await siteOf(connection, args.site);
  const feed = await readFeed(args.path, { site, ...(args.zone && { zone: args.zone }) });
  for (const note of feed.notes ?? []) console.error(`note: ${note}`);
  const events = arranged(feed, args);
  const posted = await sendAll(connection, feed, events, speed);
  sayRefused(posted);
  if (posted.refused.length > 0) process.exitCode = 1;
  report(feed, posted, await settleAll(connection, posted.inbox));
}
