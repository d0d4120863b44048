/** Posts events through the public interface, in NDJSON batches, until every one is answered for: what was unknown is sent again under the same ids. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  MAX_BODY_BYTES,
  MAX_EVENTS,
  type Accepted,
  type ItemError,
  type Problem,
} from "../../domain/contract/ingest.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import type { WireEvent } from "../adapters/feed.ts";
import { wordsOf, type Connection } from "./connection.ts";

export type Posted = {
  accepted: number;
  duplicates: number;
  refused: (ItemError & { event: WireEvent })[];
  /** site -> the last position in its inbox of what was taken or known */
  inbox: Record<string, string>;
};

const MAX_TRIES = 60;
const ANSWER_WITHIN_MS = 30_000;
const SAY_EVERY_TRIES = 10;

async function send({ url, key }: Connection, body: string): Promise<Response | undefined> {
  return fetch(`${url}/api/v1/events?partial=true`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/x-ndjson" },
    body,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => undefined);
}

const isRetryable = (status: number): boolean => status === 429 || status >= 500;

/** One event that is larger than a whole request may be: refused like any other that does not fit. */
const tooLarge = ({ detail, code }: Problem): Accepted => ({
  accepted: 0,
  duplicates: 0,
  inbox: {},
  errors: [{ index: 0, path: "", message: detail, code }],
});

/** What an answer says, or nothing when sending again may help. @throws Error when it never will */
async function verdictOf(
  response: Response | undefined,
  { length }: Batch,
): Promise<Accepted | undefined> {
  if (!response || isRetryable(response.status)) return undefined;
  // what breaks off while it is told is told again
  const body = (await response.json().catch(() => undefined)) as (Accepted & Problem) | undefined;
  if (response.status === 413 && length === 1 && body !== undefined) return tooLarge(body);
  if (!response.ok) throw new Error(wordsOf(response.status, body ?? {}));
  return body;
}

type Batch = { length: number; body: string };

/** As many of the events from `start` on, `count` at most, as fit into one request, and one at least. */
function batchOf(events: readonly WireEvent[], start: number, count: number): Batch {
  const lines: string[] = [];
  let bytes = 0;
  for (const event of events.slice(start, start + count)) {
    const line = JSON.stringify(event);
    bytes += Buffer.byteLength(line) + 1;
    if (lines.length > 0 && bytes > MAX_BODY_BYTES) break;
    lines.push(line);
  }
  return { length: lines.length, body: lines.join("\n") };
}

/** One batch; waits and repeats while the system is away or asks for patience. */
async function postBatch(connection: Connection, batch: Batch): Promise<Accepted> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const response = await send(connection, batch.body);
    const verdict = await verdictOf(response, batch);
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

function addAnswer(posted: Posted, sent: readonly WireEvent[], answer: Accepted): void {
  posted.accepted += answer.accepted;
  posted.duplicates += answer.duplicates;
  for (const [site, position] of Object.entries(answer.inbox)) {
    const last = posted.inbox[site];
    if (last === undefined || comparePositions(position, last) > 0) posted.inbox[site] = position;
  }
  for (const error of answer.errors ?? []) {
    const event = sent[error.index];
    if (event) posted.refused.push({ ...error, event });
  }
}

/** @throws Error when the rest cannot be sent; what was, is kept */
export async function postEvents(
  connection: Connection,
  events: readonly WireEvent[],
  pace: Pace,
): Promise<Posted> {
  const posted: Posted = { accepted: 0, duplicates: 0, refused: [], inbox: {} };
  const startedAt = performance.now();
  for (let done = 0; done < events.length; pace.onProgress(done)) {
    const count = dueCount(events, done, performance.now() - startedAt, pace.speed);
    if (count === 0) {
      await sleep(50);
      continue;
    }
    const batch = batchOf(events, done, count);
    const answer = await postBatch(connection, batch);
    addAnswer(posted, events.slice(done, done + batch.length), answer);
    done += batch.length;
  }
  return posted;
}
