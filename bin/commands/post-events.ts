/** Posts events through the public interface, in NDJSON batches, until every one is answered for: what was unknown is sent again under the same ids. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  MAX_EVENTS,
  type Accepted,
  type ItemError,
  type Problem,
} from "../../domain/contract/ingest.ts";
import type { WireEvent } from "../adapters/feed.ts";
import type { Connection } from "./connection.ts";

export type Posted = {
  accepted: number;
  duplicates: number;
  refused: (ItemError & { event: WireEvent })[];
};

const MAX_TRIES = 60;
const ANSWER_WITHIN_MS = 30_000;
const SAY_EVERY_TRIES = 10;

async function send(
  { url, key }: Connection,
  batch: readonly WireEvent[],
): Promise<Response | undefined> {
  return fetch(`${url}/api/v1/events?partial=true`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson" },
    body: batch.map((event) => JSON.stringify(event)).join("\n"),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => undefined);
}

const isRetryable = (status: number): boolean => status === 429 || status >= 500;

/** What an answer says, or nothing when sending again may help. @throws Error when it never will */
async function verdictOf(response: Response | undefined): Promise<Accepted | undefined> {
  if (!response || isRetryable(response.status)) return undefined;
  const body = (await response.json()) as Partial<Accepted> & Problem;
  if (!response.ok && !body.errors)
    throw new Error(`${response.status} ${body.title}: ${body.detail}`);
  return { accepted: 0, duplicates: 0, inbox: {}, ...body };
}

/** One batch; waits and repeats while the system is away or asks for patience. */
async function postBatch(connection: Connection, batch: readonly WireEvent[]): Promise<Accepted> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const response = await send(connection, batch);
    const verdict = await verdictOf(response);
    if (verdict) return verdict;
    if (tries % SAY_EVERY_TRIES === 0)
      console.error(`not taken yet (${response?.status ?? "no answer"}): trying again`);
    const askedMs = Number(response?.headers.get("retry-after") ?? 0) * 1000;
    await sleep(Math.max(askedMs, Math.min(5_000, 100 * tries)));
  }
  throw new Error(`no answer to a batch after ${MAX_TRIES} tries; all of it is safe to send again`);
}

export type Pace = {
  /** how many times faster than real time; Infinity posts at once */
  speed: number;
  onProgress: (done: number) => void;
};

/** How many of the events, from `start`, are due `elapsedMs` after the first one was sent. */
export function dueCount(
  events: readonly WireEvent[],
  start: number,
  elapsedMs: number,
  speed: number,
): number {
  const first = events[0];
  if (!first || !Number.isFinite(speed)) return Math.min(MAX_EVENTS, events.length - start);
  const until = Date.parse(first.occurredAt) + elapsedMs * speed;
  let count = 0;
  while (count < MAX_EVENTS) {
    const next = events[start + count];
    if (!next || Date.parse(next.occurredAt) > until) break;
    count += 1;
  }
  return count;
}

export async function postEvents(
  connection: Connection,
  events: readonly WireEvent[],
  pace: Pace,
): Promise<Posted> {
  const posted: Posted = { accepted: 0, duplicates: 0, refused: [] };
  const startedAt = performance.now();
  for (let done = 0; done < events.length; pace.onProgress(done)) {
    const count = dueCount(events, done, performance.now() - startedAt, pace.speed);
    if (count === 0) {
      await sleep(50);
      continue;
    }
    const batch = events.slice(done, done + count);
    const answer = await postBatch(connection, batch);
    posted.accepted += answer.accepted;
    posted.duplicates += answer.duplicates;
    for (const error of answer.errors ?? []) {
      const event = batch[error.index];
      if (event) posted.refused.push({ ...error, event });
    }
    done += count;
  }
  return posted;
}
