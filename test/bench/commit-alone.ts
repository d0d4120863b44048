/**
 * What one run of the commit script costs by itself: the same batches, the same payload, nothing around it.
 *
 * The turns are decided once, in this process and against a Redis of its own, and every call of the script is written down; then Redis is emptied and the calls
 * are made again, as fast as it takes them.
 */
import { createClient } from "redis";
import { encodeInboxEvent, GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import type { AnyEvent } from "../../domain/event.ts";
import type { Site } from "../../domain/site.ts";
import { createPolicyBook } from "../../workers/policies.ts";
import type { Send } from "../../workers/redis.ts";
import { createSiteWorker } from "../../workers/site-worker.ts";
import { noWatchdog } from "../../workers/watchdog.ts";
import { startRedis } from "../support/redis.ts";
import { inBatches, type LoadEvent } from "./events.ts";
import { adminOptions } from "../support/redis-client.ts";

type Call = (string | Buffer)[];

/** The event as the inbox keeps it: instants in ms, personal fields split off. */
export function inside(event: LoadEvent): AnyEvent {
  const { shipTo: _, placedAt, ...data } = event.data as { shipTo?: object; placedAt?: string };
  const facts = placedAt
    ? { placedAt: Date.parse(placedAt), shipTo: { city: "Hamburg", country: "DE" } }
    : {};
  const occurredAt = Date.parse(event.occurredAt);
  return { ...event, occurredAt, data: { ...data, ...facts } } as unknown as AnyEvent;
}

async function fillInbox(send: Send, site: string, events: readonly LoadEvent[]): Promise<void> {
  const { inbox } = keysOf(site);
  for (const batch of inBatches(events, 500))
    await Promise.all(
      batch.map((event) => {
        const hash = "0123456789abcdef";
        return send("XADD", inbox, "*", "e", encodeInboxEvent({ event: inside(event), hash }));
      }),
    );
}

const isCommit = (args: Call): boolean => args[0] === "EVALSHA" || args[0] === "EVAL";

/** Calls of the script only, each after the answer of the one before: that is how a site's turns go. */
async function repeat(send: Send, calls: readonly Call[]): Promise<number> {
  const startedAt = performance.now();
  for (const call of calls) {
    const [answer] = (await send(...call)) as string[];
    if (answer !== "ok")
      throw new Error(`the script refused a call that it took before: ${answer}`);
  }
  return (performance.now() - startedAt) / 1000;
}

export type CommitAlone = { eventsPerSecond: number; commits: number; bytesPerEvent: number };

export async function measureCommitAlone(
  site: Site,
  events: readonly LoadEvent[],
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
  try {
    await plain("SET", GLOBAL_KEYS.sites, JSON.stringify({ version: 1, sites: [site] }));
    await fillInbox(plain, site.id, events);
    const book = createPolicyBook(plain);
    await book.refresh();
    await createSiteWorker({ site: site.id, send: recording, book, watchdog: noWatchdog }).drain();
    const { epoch, run } = keysOf(site.id);
    const standing = [await plain<string>("GET", epoch), await plain<string>("GET", run)] as const;
    // The first call met an unknown run and was refused: it wrote nothing.
    const written = calls.slice(1);
    await plain("FLUSHALL");
    await plain("MSET", epoch, standing[0], run, standing[1]);
    const seconds = await repeat(plain, written);
    const bytes = written.flat().reduce((sum, text) => sum + text.length, 0);
    return {
      eventsPerSecond: events.length / seconds,
      commits: written.length,
      bytesPerEvent: bytes / events.length,
    };
  } finally {
    client.destroy();
    await redis.stop();
  }
}
