/**
 * Rehearsing rules over what history kept of the time before, and what the log still holds: read piece by piece and played in a thread of its own, one at a time on this server, ended
 * when whoever asked goes away or it takes too long. The board itself is not touched.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { FastifyInstance } from "fastify";
import type { RehearsalView } from "../../domain/contract/policies.ts";
import type { Rehearsing, RehearsalResult, Told } from "../../domain/incidents/rehearsal.ts";
import type { Policies } from "../../domain/incidents/policies.ts";
import type { Row } from "../../domain/board.ts";
import type { Site, SitePolicy } from "../../domain/site.ts";
import { HOUR_MS } from "../../domain/wall-clock.ts";
import { decodeLogEntry } from "../live/site-store.ts";
import { boardOf } from "../orders/board-of.ts";
import { problem } from "../problem.ts";
import { pastChanges, pastOf, type Past } from "./past-log.ts";
import type { FromThread, LogPage, ToThread } from "./rehearsal-thread.ts";

const PAGE = 256;
const MOST_MS = 120_000;
const DEFAULT_HOURS = 24;

const LIMITS = [
  "Nobody acts in a rehearsal: an incident that people ended early goes on for as long as its cause was seen.",
  "Silent sources, poison events, the pace of stations, clients and providers are not in the log: rules about them raise nothing here.",
];

let isRunning = false;

const aborted = () => problem("CT_ERR_UNAVAILABLE", "The rehearsal was stopped.");
const tooLong = () =>
  problem(
    "CT_ERR_OVERLOADED",
    "The rehearsal took longer than two minutes and was stopped. Ask for fewer hours.",
  );

/** The first entry that is not older than `from`: what stood still since then is on the board as it was. */
async function firstPage(app: FastifyInstance, site: string, from: number): Promise<LogPage> {
  let after = "0-0";
  for (;;) {
    const page = await app.incidents.log(site, after, PAGE);
    const [id, fields] = page.at(-1) ?? [];
    if (id === undefined || fields === undefined) return page;
    if (decodeLogEntry(id, fields).at >= from) return page;
    after = id;
  }
}

/** Hands it to the thread; what that answers. */
async function tell(thread: Worker, told: ToThread): Promise<FromThread> {
  thread.postMessage(told);
  const [message] = (await once(thread, "message")) as [FromThread];
  return message;
}

type Playing = {
  app: FastifyInstance;
  site: Site;
  thread: Worker;
  /** what history tells of the time before the log */
  past: Past | null;
  /** the first page of the log */
  first: LogPage;
  /** rows that did not change since the log begins */
  still: Row[];
  signal: AbortSignal;
};

/** Boards of history one after the other, then what the log does not tell because it stood still. */
async function playPast({ app, site, thread, past, still, signal }: Playing): Promise<void> {
  if (past === null) return;
  const isStopped = () => signal.aborted || thread.threadId === -1;
  for await (const told of pastChanges(app, { site, isStopped }, past)) {
    await tell(thread, { past: told });
  }
  const rest: Told = { at: past.to, rows: still, removed: [], facts: {} };
  await tell(thread, { past: rest });
}

/** Hands the log over page by page: no more of it than a page is in the memory of this thread. */
async function play(playing: Playing): Promise<RehearsalResult> {
  const { app, thread, first } = playing;
  const site = playing.site.id;
  await playPast(playing);
  for (let page = first; page.length > 0;) {
    await tell(thread, page);
    page = await app.incidents.log(site, page.at(-1)?.[0] ?? "0-0", PAGE);
  }
  const result = await tell(thread, "end");
  if (result === "next") throw new Error("a rehearsal ended without a result");
  return result;
}

/** Rejects when the thread fails, the time is over or it was stopped; the thread is ended in any case. */
async function within<T>(thread: Worker, signal: AbortSignal, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong()), MOST_MS);
    if (signal.aborted) reject(aborted());
    signal.addEventListener("abort", () => reject(aborted()), { once: true });
    thread.once("error", reject);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    // what still waits for it fails, and nobody listens any more
    work.catch(() => undefined);
    void thread.terminate();
  }
}

type Asked = { policies: Policies; hours?: number | undefined };

/** When the log begins, and the number it begins with. */
function beginning(first: LogPage, now: number): { begun: number; seq: number } {
  const [id, fields] = first[0] ?? [];
  if (id === undefined || fields === undefined) return { begun: now, seq: Infinity };
  return { begun: decodeLogEntry(id, fields).at, seq: Number(id.split("-")[0]) };
}

/** Without history the log alone is played. */
async function pastBefore(app: FastifyInstance, site: string, span: Past): Promise<Past | null> {
  if (span.from >= span.to) return null;
  return pastOf(app, site, span).catch(() => null);
}

const shortWords = (from: number, asked: number): string[] =>
  from > asked
    ? [`What is kept reaches back to ${new Date(from).toISOString()}: what was before is not seen.`]
    : [];
const pastWords = (past: Past | null): string[] =>
  past === null
    ? []
    : [
        `Until ${new Date(past.to).toISOString()} boards of history are looked at, ten minutes apart: what trucks told of themselves is not seen.`,
      ];

async function run(
  app: FastifyInstance,
  policy: SitePolicy,
  { policies, hours = DEFAULT_HOURS }: Asked,
  signal: AbortSignal,
): Promise<RehearsalView> {
  const { site } = policy;
  const board = boardOf(app, site.id);
  const to = app.now();
  const asked = to - hours * HOUR_MS;
  const first = await firstPage(app, site.id, asked);
  const { begun, seq } = beginning(first, to);
  const past = await pastBefore(app, site.id, { from: asked, to: begun });
  const from = past?.from ?? Math.max(begun, asked);
  const still = [...board.rows.values()].filter(({ v }) => v < seq);
  const { policies: current } = await app.policyDesk.current(site);
  const held = past === null ? still : [];
  const workerData: Rehearsing = {
    site: policy,
    proposed: policies,
    current,
    still: held,
    from,
    to,
  };
  const url = new URL("./rehearsal-thread.ts", import.meta.url);
  const thread = new Worker(url, { workerData, execArgv: [] });
  const playing: Playing = { app, site, thread, past, first, still, signal };
  const result = await within(thread, signal, play(playing));
  const iso = (at: number): string => new Date(at).toISOString();
  const limits = [...shortWords(from, asked), ...pastWords(past), ...LIMITS];
  return { site: site.id, from: iso(from), to: iso(to), ...result, limits };
}

export async function rehearse(
  app: FastifyInstance,
  policy: SitePolicy,
  asked: Asked,
  signal: AbortSignal,
): Promise<RehearsalView> {
  if (isRunning)
    throw problem(
      "CT_ERR_TOO_MANY_REQUESTS",
      "Somebody rehearses already. Try again in a moment.",
      {
        retryAfterSeconds: 10,
      },
    );
  isRunning = true;
  try {
    return await run(app, policy, asked, signal);
  } finally {
    isRunning = false;
  }
}
