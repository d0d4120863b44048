/** The way in: everything behind `app.inbox`, and the queue that wakes the workers. */
import { Queue, createNodeRedisClient } from "bullmq";
import type { FastifyInstance } from "fastify";
import {
  type DrainInboxJob,
  DRAIN_JOB_OPTIONS,
  QUEUES,
  QUEUE_PREFIX,
} from "../../domain/contract/jobs.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import type { Inbox } from "../decorators.ts";
import {
  type AppendOutcome,
  type Append,
  type AppendRequest,
  type EntryOutcome,
  createAppend,
  unavailable,
} from "../inbox/append.ts";
import { createDeadLetters } from "../inbox/dead-letters.ts";
import { createDecide } from "../inbox/decide.ts";
import { createFate } from "../inbox/fate.ts";
import { createIntake } from "../inbox/intake.ts";
import { readQueues } from "../inbox/queue-watch.ts";
import { createMemoryWatch } from "../inbox/memory-watch.ts";
import { type Enqueue, createWake } from "../inbox/wake.ts";
import { createPersonal, readSecret } from "../personal.ts";
import { plugin } from "../plugin.ts";
import { isProblem } from "../problem.ts";
import { type RedisClient, createFastClient } from "../redis.ts";

export type InboxDeps = {
  /** for commands that must not wait; the server's own */
  client: RedisClient;
  redisUrl: string;
  /** another door script; the product's own when absent */
  lua?: string;
};

/**
 * BullMQ changes the client it is handed, so it gets one of its own; and it remembers a failed beginning for ever, so the queue is made when that client is
 * connected for the first time.
 */
function createQueue(redisUrl: string, onError: (error: Error) => void) {
  const raw = createFastClient(redisUrl, onError);
  let queue: Queue<DrainInboxJob> | undefined;
  raw.on("ready", () => {
    if (queue !== undefined) return;
    const adapter = createNodeRedisClient(raw as never);
    adapter.on("error", onError);
    const options = { prefix: QUEUE_PREFIX, skipWaitingForReady: true, skipVersionCheck: true };
    queue = new Queue<DrainInboxJob>(QUEUES.drainInbox, { connection: adapter, ...options });
    queue.on("error", onError);
  });
  void raw.connect().catch(onError);
  const enqueue: Enqueue = (job, jobId) =>
    raw.isReady && queue !== undefined
      ? queue.add(QUEUES.drainInbox, job, { ...DRAIN_JOB_OPTIONS, jobId })
      : Promise.reject(new Error("Redis is not connected"));
  const close = async (): Promise<void> => {
    await queue?.close().catch(() => {});
    if (raw.isOpen) raw.destroy();
  };
  return { enqueue, close };
}

/** The last one: within a call positions only grow. */
const newest = (outcomes: readonly EntryOutcome[]): string | undefined =>
  outcomes.findLast(({ outcome }) => outcome === "accepted")?.position;

const orUnavailable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw isProblem(error) ? error : unavailable(error);
  }
};

/** One door a site; made when a site is first written to. */
function createDoors({ client, lua }: InboxDeps): (site: string) => Append {
  const doors = new Map<string, Append>();
  return (site) => {
    const known = doors.get(site);
    if (known !== undefined) return known;
    const made = createAppend(site, { client, ...(lua !== undefined && { lua }) });
    doors.set(site, made);
    return made;
  };
}

function setUp(app: FastifyInstance, deps: InboxDeps): void {
  const onError = (error: unknown): void =>
    app.log.warn({ err: error instanceof Error ? error.message : error }, "the queue is away");
  const queue = createQueue(deps.redisUrl, onError);
  const wake = createWake(queue.enqueue, onError);
  const memory = createMemoryWatch(deps.client);
  const doorOf = createDoors(deps);
  const personal = createPersonal(readSecret(app.config.secretFile));

  async function append(site: string, request: AppendRequest): Promise<EntryOutcome[]> {
    memory.refuseWhenFull();
    const outcomes = await doorOf(site)(request);
    const position = newest(outcomes);
    if (position !== undefined) wake(site, position);
    return outcomes;
  }

  const { client } = deps;
  const fate = createFate({ client, policyOf: (site) => app.sites.get(site) });
  const decide = createDecide(client);
  const deadLetters = createDeadLetters({ client, append });
  const inbox: Inbox = {
    append: (site, entries: InboxEvent[]) =>
      append(site, { how: "some", entries }) as Promise<AppendOutcome[]>,
    ...createIntake({ personal, append }),
    fate: (site, source, id) => orUnavailable(fate(site, source, id)),
    decide: (...decision) => orUnavailable(decide(...decision)),
    deadLetters: (site, page) => orUnavailable(deadLetters.page(site, page)),
    replay: (site, ids) => orUnavailable(deadLetters.replay(site, ids)),
    queues: (now) => orUnavailable(readQueues(client, now)),
  };
  app.decorate("inbox", inbox);
  app.decorate("personal", personal);
  app.addHook("onClose", async () => {
    memory.stop();
    await queue.close();
  });
}

export const inboxPlugin = (deps: InboxDeps) => plugin("inbox", [], (app) => setUp(app, deps));
