/**
 * The way into the tower: its public HTTP interface and nothing else. What was posted is posted again, with the same ids, until it is answered; so a cut
 * connection, a restart or a full store loses nothing, and what arrived already is counted as a duplicate at the door.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ShiftPlan } from "../domain/forecast/plan.ts";
import type { EventEnvelope } from "../domain/event.ts";
import type { SitesConfig } from "../domain/contract/sites.ts";
import type { Accepted, Problem } from "../domain/contract/ingest.ts";
import type { Site } from "../domain/site.ts";

export const BATCH = 500;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const ANSWER_WITHIN_MS = 30_000;

export type Target = { url: string; key: string };
export type Posted = { accepted: number; duplicates: number; refused: number };
export type Tower = {
  sites: () => Promise<Site[]>;
  /** Changes the rules of the sites, and gives them as they are then: as they were where the key may not, or somebody else changed them meanwhile. */
  changeSites: (change: (site: Site) => Site) => Promise<Site[]>;
  /** At most BATCH events; resolves when all are on disk or refused for good. Rejects when the key is not allowed, or when told to stop. */
  post: (events: readonly EventEnvelope[]) => Promise<Posted>;
  /** Enters a shift plan where nobody entered one yet; false where there is one, or the key may not. */
  enterPlan: (site: string, plan: ShiftPlan) => Promise<boolean>;
  /** Whether it was ever told this event. */
  knows: (event: { source: string; id: string }) => Promise<boolean>;
};
/** Called with a sentence whenever something has to be tried again. */
export type Say = (words: string) => void;

/** Trying again would not help. */
export class RefusedError extends Error {
  override name = "RefusedError";
}

type Request = {
  path: string;
  method: "GET" | "POST" | "PUT";
  body?: string;
  /** a JSON body; else newline-delimited */
  isJson?: boolean;
  /** answers that are no failure */
  fine?: readonly number[];
};

export function createTowerClient(target: Target, signal: AbortSignal, say: Say): Tower {
  const ask = (request: Request): Promise<Response> =>
    askUntilAnswered(target, signal, say, request);
  const path = "/api/v1/config/sites";
  const readSites = async (): Promise<SitesConfig> => {
    const answer = await ask({ path, method: "GET" });
    return (await answer.json()) as SitesConfig;
  };
  return {
    sites: async () => (await readSites()).sites,
    changeSites: async (change) => {
      const { version, sites } = await readSites();
      const body = JSON.stringify({ version, sites: sites.map(change) });
      const answer = await ask({ path, method: "PUT", body, isJson: true, fine: [403, 409] });
      return answer.ok ? ((await answer.json()) as SitesConfig).sites : sites;
    },
    post: async (events) => {
      const body = events.map((event) => `${JSON.stringify(event)}\n`).join("");
      const answer = await ask({ path: "/api/v1/events?partial=true", method: "POST", body });
      return countsOf(answer, events.length, say);
    },
    enterPlan: async (site, plan) => {
      const path = `/api/v1/config/plans?site=${encodeURIComponent(site)}`;
      const body = JSON.stringify({ plan, ifVersion: 0 });
      // 409: somebody entered one; 403: the key tells events and no more
      const fine = [403, 409];
      const answer = await ask({ path, method: "PUT", body, isJson: true, fine });
      return answer.ok;
    },
    knows: async ({ source, id }) => {
      const path = `/api/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}`;
      const answer = await ask({ path, method: "GET", fine: [404] });
      return answer.status !== 404;
    },
  };
}

/** A 422 takes nothing, which with `partial` means that nothing in the batch was valid. */
async function countsOf(answer: Response, sent: number, say: Say): Promise<Posted> {
  if (answer.status === 422) {
    const problem = (await answer.json()) as Problem;
    say(`the tower refused ${sent} events: ${problem.errors?.[0]?.message ?? problem.detail}`);
    return { accepted: 0, duplicates: 0, refused: sent };
  }
  const { accepted, duplicates, errors = [] } = (await answer.json()) as Accepted;
  const [first] = errors;
  if (first !== undefined) {
    const what = `${first.path} ${first.message}`;
    say(`the tower refused ${errors.length} of ${sent} events, the first because of ${what}`);
  }
  return { accepted, duplicates, refused: errors.length };
}

const isFinal = (status: number, { fine = [] }: Request): boolean =>
  status < 300 || status === 422 || fine.includes(status);
const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;

async function askUntilAnswered(
  target: Target,
  signal: AbortSignal,
  say: Say,
  request: Request,
): Promise<Response> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const outcome = await askOnce(target, signal, request);
    signal.throwIfAborted();
    if (outcome instanceof Response && isFinal(outcome.status, request)) return outcome;
    if (outcome instanceof Response && isRefusal(outcome.status))
      throw await refusal(outcome, request);
    const why = outcome instanceof Response ? `it answers ${outcome.status}` : outcome.message;
    const waitMs = Math.max(pauseMs, retryAfterMs(outcome));
    say(`the tower does not take it (${why}); again in ${waitMs} ms`);
    await sleep(waitMs, undefined, { signal });
  }
}

const contentTypeOf = ({ isJson }: Request): string =>
  isJson === true ? "application/json" : "application/x-ndjson";

/** An answer whose body came whole, or why there is none. */
async function askOnce(
  target: Target,
  signal: AbortSignal,
  request: Request,
): Promise<Response | Error> {
  try {
    const answer = await fetch(new URL(request.path, target.url), {
      method: request.method,
      headers: {
        authorization: `Bearer ${target.key}`,
        ...(request.body !== undefined && { "content-type": contentTypeOf(request) }),
      },
      ...(request.body !== undefined && { body: request.body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    const { status, headers } = answer;
    return new Response(await answer.text(), { status, headers });
  } catch (error) {
    return error instanceof Error ? withCause(error) : new Error(String(error));
  }
}

/** fetch hides what happened in the cause. */
const withCause = (error: Error): Error =>
  error.cause instanceof Error && error.cause.message !== "" ? error.cause : error;

function retryAfterMs(outcome: Response | Error): number {
  if (!(outcome instanceof Response)) return 0;
  const seconds = Number(outcome.headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(30, Math.max(0, seconds)) * 1_000 : 0;
}

async function refusal(answer: Response, { method, path }: Request): Promise<RefusedError> {
  const text = await answer.text();
  const hint = answer.status === 401 || answer.status === 403 ? " Is CT_KEY right?" : "";
  return new RefusedError(
    `${method} ${path} is refused with ${answer.status}: ${text.slice(0, 300)}${hint}`,
  );
}
