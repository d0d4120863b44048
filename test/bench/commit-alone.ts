/**
 * What the commit script costs by itself: the same batches, the same payload, nothing around it.
 *
 * The limit is taken of the very run it is held against. The log of the run tells where each of its commits ended and the door where each event stood; so
 * the turns are decided once more over the same events in the same portions, in this process and against a Redis of its own, and every call of the script is
 * written down. Then Redis is emptied and the calls are made again, as fast as it takes them, each after the answer of the one before.
 */
import { createClient } from "@redis/client";
import { decodeDoorEntry, doorField, encodeInboxEvent } from "../../domain/contract/inbox-event.ts";
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import type { AnyEvent } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import { DOOR_BUCKET_MS } from "../../server/inbox/append.ts";
import { inboxTurn } from "../../domain/turn/inbox-turn.ts";
import { RULES } from "../../domain/turn/rules.ts";
import { orderIdsOf } from "../../workers/jobs/drain-inbox.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import type { Send } from "../../workers/redis.ts";
import { createOrderStore } from "../../workers/store/order-store.ts";
import { createViews } from "../../workers/store/views.ts";
import { startRedis } from "../support/redis.ts";
import { type LoadEvent } from "./events.ts";
import { cpuUs } from "./process-cost.ts";
import { adminOptions } from "../support/redis-client.ts";

type Call = string[];

/** The event as the inbox keeps it: instants in ms, personal fields split off. */
export function inside(event: LoadEvent): AnyEvent {
  const { shipTo: _, placedAt, ...data } = event.data as { shipTo?: object; placedAt?: string };
  const facts = placedAt
    ? { placedAt: Date.parse(placedAt), shipTo: { city: "Hamburg", country: "DE" } }
    : {};
  const occurredAt = Date.parse(event.occurredAt);
  return { ...event, occurredAt, data: { ...data, ...facts } } as unknown as AnyEvent;
}

type Entry = [id: string, fields: string[]];

/** The events as their run took them in, in the portions of its commits. A commit that took none in (a sweep, a canary) is left out. */
export async function portionsOf(
  send: Send,
  site: string,
  events: readonly LoadEvent[],
): Promise<LoadEvent[][]> {
  const { door, log } = keysOf(site);
  const bucket = Math.floor(Date.now() / DOOR_BUCKET_MS);
  const fields = events.map(({ source, id }) => doorField(source, id));
  const doors = await Promise.all(
    [bucket, bucket - 1].map((of) => send<(string | null)[]>("HMGET", door(of), ...fields)),
  );
  const placed = events.map((event, at) => {
    const text = doors[0]?.[at] ?? doors[1]?.[at];
    if (text == null) throw new Error(`the door does not know ${event.id}`);
    return { event, position: decodeDoorEntry(text).position };
  });
  placed.sort((a, b) => comparePositions(a.position, b.position));
  const commits = await send<Entry[]>("XRANGE", log, "-", "+");
  const ends = commits.map(([, kept]) => (JSON.parse(kept[3] ?? "") as { cursor: string }).cursor);
  const portions: LoadEvent[][] = [];
  let at = 0;
  for (const end of ends) {
    const from = at;
    while (at < placed.length && comparePositions(placed[at]?.position ?? "", end) <= 0) at += 1;
    if (at > from) portions.push(placed.slice(from, at).map(({ event }) => event));
  }
  if (at < placed.length) throw new Error(`${placed.length - at} events are in no commit`);
  return portions;
}

async function fillInbox(send: Send, site: string, events: readonly LoadEvent[]): Promise<void> {
  const { inbox } = keysOf(site);
  const hash = "0123456789abcdefghijkl";
  await Promise.all(
    events.map((event) =>
      send("XADD", inbox, "*", "e", encodeInboxEvent({ event: inside(event), hash })),
    ),
  );
}

/** Decides and commits each portion as one turn. */
async function takeAll(send: Send, site: string, portions: readonly LoadEvent[][]): Promise<void> {
  const book = createPolicyBook(send);
  await book.refresh();
  const views = createViews(5_000);
  const store = createOrderStore({ site, send, rules: RULES, views });
  const policies = await book.of(site);
  for (const portion of portions) {
    await fillInbox(send, site, portion);
    for (let isDone = false; !isDone;) {
      const at = await store.begin();
      const entries = await store.readInbox(at.cursor, portion.length);
      const ids = orderIdsOf(entries);
      const fetched = await store.fetch(ids);
      const last = entries.at(-1)?.position ?? "";
      const turn = inboxTurn(store.startOf(at, last, fetched, ids, policies), entries);
      // the first of all meets a run of Redis that it does not know, and is refused
      isDone = await store.commit(at, turn, fetched.personal, [at.cursor]);
    }
  }
}

const isCommit = (args: Call): boolean => args[0] === "EVALSHA" || args[0] === "EVAL";

async function repeat(send: Send, calls: readonly Call[]): Promise<number> {
  const startedAt = performance.now();
  for (const call of calls) {
    const [answer] = (await send(...call)) as string[];
    if (answer !== "ok")
      throw new Error(`the script refused a call that it took before: ${answer}`);
  }
  return (performance.now() - startedAt) / 1000;
}

const bytesOf = (calls: readonly Call[]): number =>
  calls.flat().reduce((sum, arg) => sum + arg.length, 0);

export type CommitAlone = {
  eventsPerSecond: number;
  commits: number;
  bytesPerEvent: number;
  /** CPU of Redis */
  redisUs: number;
};

export async function measureCommitAlone(
  site: Site,
  portions: readonly LoadEvent[][],
): Promise<CommitAlone> {
  const redis = await startRedis();
  const client = createClient(adminOptions(redis.socketPath) as never);
  await client.connect();
  const plain: Send = <T>(...args: Call) => client.sendCommand<T>(args);
  const calls: Call[] = [];
  const recording: Send = <T>(...args: Call) => {
    if (isCommit(args)) calls.push(args);
    return plain<T>(...args);
  };
  const events = portions.reduce((sum, portion) => sum + portion.length, 0);
  try {
    await plain(
      "HSET",
      GLOBAL_KEYS.sites,
      "current",
      JSON.stringify({ version: 1, sites: [site] }),
    );
    await takeAll(recording, site.id, portions);
    const { epoch, run } = keysOf(site.id);
    const standing = [await plain<string>("GET", epoch), await plain<string>("GET", run)] as const;
    // The first call was refused: it wrote nothing.
    const written = calls.slice(1);
    await plain("FLUSHALL");
    await plain("MSET", epoch, standing[0], run, standing[1]);
    const before = cpuUs(redis.pid);
    const seconds = await repeat(plain, written);
    return {
      eventsPerSecond: events / seconds,
      commits: written.length,
      bytesPerEvent: bytesOf(written) / events,
      redisUs: (cpuUs(redis.pid) - before) / events,
    };
  } finally {
    client.destroy();
    await redis.stop();
  }
}
