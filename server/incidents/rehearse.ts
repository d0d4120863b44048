/**
 * Rehearsing rules over what the log still holds: read page by page and played in a thread of its own, one at a time on this server, ended when whoever asked goes away or it takes too
 * long. The board itself is not touched.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { FastifyInstance } from "fastify";
import type { RehearsalView } from "../../domain/contract/policies.ts";
import type { Rehearsing, RehearsalResult } from "../../domain/incidents/rehearsal.ts";
import type { Policies } from "../../domain/incidents/policies.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { HOUR_MS } from "../../domain/wall-clock.ts";
import { decodeLogEntry } from "../live/site-store.ts";
import { boardOf } from "../orders/board-of.ts";
import { problem } from "../problem.ts";
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

async function said(thread: Worker): Promise<FromThread> {
  const [message] = (await once(thread, "message")) as [FromThread];
  return message;
}

/** Hands the log over page by page: no more of it than a page is in the memory of this thread. */
async function play(
  app: FastifyInstance,
  site: string,
  thread: Worker,
  first: LogPage,
): Promise<RehearsalResult> {
  for (let page = first; page.length > 0;) {
    thread.postMessage(page satisfies ToThread);
    await said(thread);
    page = await app.incidents.log(site, page.at(-1)?.[0] ?? "0-0", PAGE);
  }
  thread.postMessage("end" satisfies ToThread);
  const result = await said(thread);
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

async function run(
  app: FastifyInstance,
  policy: SitePolicy,
  { policies, hours = DEFAULT_HOURS }: Asked,
  signal: AbortSignal,
): Promise<RehearsalView> {
  const { site } = policy;
  const board = boardOf(app, site.id);
  const to = app.now();
  const first = await firstPage(app, site.id, to - hours * HOUR_MS);
  const [id, fields] = first[0] ?? [];
  const begun = id === undefined || fields === undefined ? to : decodeLogEntry(id, fields).at;
  const from = Math.max(begun, to - hours * HOUR_MS);
  const seq = id === undefined ? 0 : Number(id.split("-")[0]);
  const still = [...board.rows.values()].filter(({ v }) => id === undefined || v < seq);
  const { policies: current } = await app.policyDesk.current(site);
  const workerData: Rehearsing = { site: policy, proposed: policies, current, still, from, to };
  const url = new URL("./rehearsal-thread.ts", import.meta.url);
  const thread = new Worker(url, { workerData, execArgv: [] });
  const result = await within(thread, signal, play(app, site.id, thread, first));
  const iso = (at: number): string => new Date(at).toISOString();
  const short =
    begun > to - hours * HOUR_MS
      ? [`The log reaches back to ${iso(begun)}: what was before is not seen.`]
      : [];
  return { site: site.id, from: iso(from), to: iso(to), ...result, limits: [...short, ...LIMITS] };
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
