/** The jobs of the outbox: every process relays the sites that it holds the lease of, and every process delivers. */
import { DelayedError, type Job, Queue, type QueueOptions, Worker } from "bullmq";
import {
  DELIVER_JOB_OPTIONS,
  type DeliverWebhookJob,
  NOTIFY_JOB_OPTIONS,
  type NotifyJob,
  QUEUES,
  QUEUE_PREFIX,
  WEBHOOK_RETRIES_MS,
  WORKER_SETTINGS,
  deliverJobId,
} from "../../domain/contract/jobs.ts";
import { restWhenRefused } from "./rest-when-refused.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { createLease, type Lease } from "../forecast/lease.ts";
import type { Log } from "../log.ts";
import { createDeliveries } from "../outbox/deliveries.ts";
import { createDelivery } from "../outbox/delivery.ts";
import { createLine, type Line } from "../outbox/line.ts";
import { createOpenSecret } from "../outbox/opened-secrets.ts";
import { createPost } from "../outbox/post.ts";
import { createRelay } from "../outbox/relay.ts";
import { relayAlways } from "../outbox/relay-always.ts";
import type { WebhookBook } from "../outbox/webhook-book.ts";
import type { Send } from "../redis.ts";

/** A site whose relay died is relayed by another after so long. */
const LEASE_MS = 3_000;
const CONCURRENCY = 16;
/** One receiver that takes its ten seconds must not keep the others waiting. */
const MOST_AT_ONCE = 8;
/** Attempts are up to a tenth later than their time, so that those of an outage do not all come back together. */
const SPREAD = 0.1;
const SHORTEST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 60_000;
/** A dead worker's delivery goes on after so long. */
const LOCK_MS = 6_000;

type Connection = QueueOptions["connection"];
type Deps = {
  send: Send;
  log: Log;
  book: WebhookBook;
  /** ids of the sites */
  sites: () => Promise<readonly string[]>;
  connections: [queue: Connection, worker: Connection];
  secretFile: string;
  allowed: ReadonlySet<string>;
};

const backoffMs = (attempts: number): number => {
  const wait = WEBHOOK_RETRIES_MS[attempts - 1] ?? LONGEST_WAIT_MS;
  return Math.round(wait * (1 + Math.random() * SPREAD));
};

/** Sites at hand, each with its line and its relay. */
function createSites(deps: Deps, queue: Queue<DeliverWebhookJob>, notices: Queue<NotifyJob>) {
  const { send, log, book } = deps;
  type Site = { line: Line; lease: Lease; relay: () => Promise<number> };
  const known = new Map<string, Site>();

  async function isUnderWay(webhook: string, delivery: string): Promise<boolean> {
    const job = await queue.getJob(deliverJobId(webhook, delivery));
    return job !== undefined && !(await job.isCompleted()) && !(await job.isFailed());
  }

  function make(site: string): Site {
    const line = createLine(site, send, isUnderWay);
    const lease = createLease(send, keysOf(site).outboxRelay, LEASE_MS);
    const relay = createRelay({
      site,
      send,
      book,
      line,
      hold: lease.hold,
      add: async (job, jobId) => {
        await queue.add(QUEUES.deliverWebhook, job, { ...DELIVER_JOB_OPTIONS, jobId });
      },
      notify: async (job, jobId) => {
        await notices.add(QUEUES.notify, job, { ...NOTIFY_JOB_OPTIONS, jobId });
      },
      onUnreadable: (position, err) =>
        log.error({ site, position, err }, "an entry of the outbox cannot be read; left out"),
    });
    return { line, lease, relay };
  }

  function of(site: string): Site {
    const found = known.get(site) ?? make(site);
    known.set(site, found);
    return found;
  }
  return { of, all: () => known.values() };
}
type Sites = ReturnType<typeof createSites>;

/** Later, without counting as an attempt: the longer it has been waiting, the less often it is looked at. */
async function postpone(job: Job<DeliverWebhookJob>, token: string | undefined): Promise<never> {
  const age = Date.now() - job.timestamp;
  const wait = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, age / 4));
  await job.moveToDelayed(Date.now() + wait, token);
  throw new DelayedError();
}

function createProcessor({ send, book, secretFile, allowed }: Deps, sites: Sites) {
  const attempt = createDelivery({
    send,
    book,
    open: createOpenSecret(secretFile),
    post: createPost({ allowed }),
    deliveries: (site) => createDeliveries(site, send),
    now: Date.now,
  });
  const underWay = new Map<string, number>();

  async function deliver(job: Job<DeliverWebhookJob>): Promise<void> {
    const { site, webhook, delivery, effect } = job.data;
    const done = await attempt(job.data, job.attemptsMade + 1);
    if (done.is === "again") throw new Error(done.why);
    await sites.of(site).line.leave(webhook, effect.orderId, delivery);
  }

  return async (job: Job<DeliverWebhookJob>, token?: string): Promise<void> => {
    const { site, webhook, delivery, effect } = job.data;
    const busy = underWay.get(webhook) ?? 0;
    if (busy >= MOST_AT_ONCE) return postpone(job, token);
    underWay.set(webhook, busy + 1);
    try {
      // a copy was asked for by hand, and waits for nobody
      const isTurn =
        delivery !== effect.id ||
        (await sites.of(site).line.isFirst(webhook, effect.orderId, delivery));
      if (!isTurn) return await postpone(job, token);
      await deliver(job);
    } finally {
      const left = (underWay.get(webhook) ?? 1) - 1;
      if (left > 0) underWay.set(webhook, left);
      else underWay.delete(webhook);
    }
  };
}

export function createOutboxJobs(deps: Deps) {
  const { log, connections } = deps;
  const [queueConnection, workerConnection] = connections;
  const onError = (error: Error): void => log.warn({ err: error.message }, "the queue of webhooks");
  const queue = new Queue<DeliverWebhookJob>(QUEUES.deliverWebhook, {
    connection: queueConnection,
    prefix: QUEUE_PREFIX,
  });
  const notices = new Queue<NotifyJob>(QUEUES.notify, {
    connection: queueConnection,
    prefix: QUEUE_PREFIX,
  });
  const sites = createSites(deps, queue, notices);
  const worker = new Worker<DeliverWebhookJob>(
    QUEUES.deliverWebhook,
    createProcessor(deps, sites),
    {
      connection: workerConnection,
      prefix: QUEUE_PREFIX,
      concurrency: CONCURRENCY,
      ...WORKER_SETTINGS,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS / 2,
      settings: { backoffStrategy: backoffMs },
    },
  );
  queue.on("error", onError);
  notices.on("error", onError);
  restWhenRefused(worker, onError);
  const stopRelaying = relayAlways({ ...deps, relay: (site) => sites.of(site).relay() });
  async function stopRelays(): Promise<void> {
    await stopRelaying();
    for (const { lease } of sites.all()) await lease.giveUp().catch(() => undefined);
  }
  return {
    stop: async (): Promise<void> => {
      await Promise.all([stopRelays(), worker.close(), queue.close(), notices.close()]);
    },
  };
}
