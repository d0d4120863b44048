/**
 * Keeps accepted events on disk, in the inbox of their site. When `append` resolves they are there; when it rejects they may be, and sending
 * them again is safe: the door remembers (source, id).
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { DEDUPE_WINDOW_MS } from "../../domain/contract/ingest.ts";
import {
  type InboxEvent,
  PERSONAL_KEY,
  doorField,
  encodeInboxEvent,
} from "../../domain/contract/inbox-event.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { problem } from "../problem.ts";
import { type RedisClient, createScript } from "../redis.ts";
import { createGroupCommit } from "./group-commit.ts";

/** What became of one entry at the door; `position` is the inbox position, of the first append for a duplicate. */
export type AppendOutcome = {
  outcome: "accepted" | "duplicate" | "conflict";
  position: string;
};

/** `all`: a conflict refuses the whole request. `some`: what conflicts is left out. `check`: nothing is written, only asked. */
export type How = "all" | "some" | "check";
export type AppendRequest = { how: How; entries: InboxEvent[] };
/** One outcome an entry. `refused`: it was in order, but its request was refused because of another entry (or only checked). */
export type EntryOutcome = {
  outcome: AppendOutcome["outcome"] | "refused";
  position: string;
};
export type Append = (request: AppendRequest) => Promise<EntryOutcome[]>;

/** Buckets of half the window: the current one and two before it cover the window whole. */
export const DOOR_BUCKET_MS = DEDUPE_WINDOW_MS / 2;
const MAX_WAITING = 200_000;
const MAX_IN_CALL = 500;
/** A hung Redis is answered for after this long (promise P14: at most 2.5 s). */
const DEADLINE_MS = 2_000;
const MAX_BUCKET_RETRIES = 3;

export const appendLua = readFileSync(new URL("append.lua", import.meta.url), "utf8");

const OUTCOMES: Record<string, EntryOutcome["outcome"]> = {
  a: "accepted",
  d: "duplicate",
  c: "conflict",
  n: "refused",
};

const orderIdOf = ({ event }: InboxEvent): string => ("orderId" in event ? event.orderId : "");

/** Adds what the script is told of one request to `told`. */
function tell(told: string[], { how, entries }: AppendRequest): void {
  told.push(how, String(entries.length));
  for (const entry of entries)
    told.push(
      doorField(entry.event.source, entry.event.id),
      entry.hash,
      orderIdOf(entry),
      entry.replayOf === undefined ? "new" : "replay",
      how === "check" ? "" : encodeInboxEvent(entry),
      entry[PERSONAL_KEY] ?? "",
    );
}

/** Cuts the script's flat answer into one list a request. */
function outcomesOf(requests: AppendRequest[], texts: string[]): EntryOutcome[][] {
  let at = 0;
  return requests.map(({ entries }) => {
    const own = texts.slice(at, at + entries.length);
    at += entries.length;
    return own.map((text) => ({
      outcome: OUTCOMES[text[0] ?? ""] ?? "refused",
      position: text.slice(1),
    }));
  });
}

const doorKeys = (site: string, bucket: number): string[] => {
  const { inbox, epoch, run, door, personalKeys, personalErased } = keysOf(site);
  const doors = [door(bucket), door(bucket - 1), door(bucket - 2)];
  return [inbox, epoch, run, ...doors, personalKeys, personalErased];
};

const overloaded = () =>
  problem("CT_ERR_OVERLOADED", "Too many events are waiting to be applied. Send again later.", {
    retryAfterSeconds: 2 + Math.floor(Math.random() * 4),
  });

export const unavailable = (cause: unknown) =>
  problem("CT_ERR_UNAVAILABLE", "The store does not answer. Send the same again: it is safe.", {
    retryAfterSeconds: 1 + Math.floor(Math.random() * 2),
    cause,
  });

/** Rejects after `ms` when the work has not ended by then; the work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from Redis within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

type Deps = {
  client: RedisClient;
  lua?: string;
  maxWaiting?: number;
  /** ms by which the local clock guesses the bucket; Redis decides */
  now?: () => number;
};

/** The door of one site. */
export function createAppend(site: string, deps: Deps): Append {
  const { client, lua = appendLua, maxWaiting = MAX_WAITING, now = Date.now } = deps;
  const script = createScript(client, lua);
  let bucket = Math.floor(now() / DOOR_BUCKET_MS);

  async function call(
    requests: AppendRequest[],
    told: string[],
    retriesLeft: number,
  ): Promise<string[]> {
    const reply = (await script.run(doorKeys(site, bucket), [
      String(bucket),
      String(DOOR_BUCKET_MS),
      String(maxWaiting),
      randomUUID(),
      String(requests.length),
      ...told,
    ])) as [string, ...string[]];
    if (reply[0] === "ok") return reply.slice(1);
    if (reply[0] === "overloaded") throw overloaded();
    if (retriesLeft === 0) throw new Error("the door's bucket does not settle");
    bucket = Number(reply[1]);
    return call(requests, told, retriesLeft - 1);
  }

  async function write(requests: AppendRequest[]): Promise<EntryOutcome[][]> {
    const told: string[] = [];
    for (const request of requests) tell(told, request);
    const texts = await within(DEADLINE_MS, call(requests, told, MAX_BUCKET_RETRIES));
    return outcomesOf(requests, texts);
  }

  const enqueue = createGroupCommit({
    write,
    sizeOf: (request: AppendRequest) => request.entries.length,
    maxSize: MAX_IN_CALL,
    inFlight: 2,
  });
  return async (request) => {
    if (request.entries.length === 0) return [];
    if (!client.isReady) throw unavailable(new Error("Redis is not connected"));
    try {
      return await enqueue(request);
    } catch (error) {
      throw error instanceof Error && "extra" in error ? error : unavailable(error);
    }
  };
}
