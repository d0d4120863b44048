/** Process entry of the workers: takes the inboxes, sweeps what is due. Any number of them may run; they need nothing from one another. */
import { Queue, Worker, createNodeRedisClient } from "bullmq";
import closeWithGrace from "close-with-grace";
import {
  type DrainInboxJob,
  QUEUES,
  QUEUE_PREFIX,
  SWEEP_INTERVAL_MS,
  WORKER_SETTINGS,
} from "../domain/contract/jobs.ts";
import { fromEnvironment } from "./config.ts";
import { createForecasting } from "./forecast/forecasting.ts";
import { startProjecting } from "./history/projecting.ts";
import { createIncidentClock } from "./incidents/clock.ts";
import { createLog } from "./log.ts";
import { restWhenRefused } from "./jobs/rest-when-refused.ts";
import { createOutboxJobs } from "./jobs/deliver-webhook.ts";
import { createNotifyJobs } from "./jobs/notify.ts";
import { createLookout } from "./lookout.ts";
import { createWebhookBook } from "./outbox/webhook-book.ts";
import { createPolicyBook } from "./policies.ts";
import { shownRedisUrl } from "../domain/contract/redis-address.ts";
import { createPatientClient, senderOf } from "./redis.ts";
import { type SiteWorker, createSiteWorker } from "./site-worker.ts";
import { createWatchdog } from "./watchdog.ts";

const CONCURRENCY = 8;
const UPKEEP_INTERVAL_MS = 30_000;
/** Turns under way may end; then it is over (promise P16: exit within 15 s). */
const GRACE_MS = 10_000;

const config = fromEnvironment();
const log = createLog(config.logLevel);
const onError = (error: Error): void => log.warn({ err: error.message }, "Redis is out of reach");

const client = createPatientClient(config.redisUrl, onError);
// Not awaited: without Redis it goes on trying, and what is sent meanwhile waits.
void client.connect().catch(onError);
const send = senderOf(client);
const book = createPolicyBook(send);
const webhooks = createWebhookBook(send);
const watchdog = createWatchdog();
const workers = new Map<string, SiteWorker>();
let isStopping = false;

const onBatch = (site: string, events: number, dead: number): void => {
  if (dead > 0) log.warn({ site, dead }, "events went to the dead letters");
  log.debug({ site, events }, "a batch was applied");
  forecasting?.call(site);
};

function workerOf(site: string): SiteWorker {
  const known = workers.get(site);
  if (known !== undefined) return known;
  const isOver = () => isStopping;
  const wanted = () => webhooks.wanted(site);
  const made = createSiteWorker({
    site,
    send,
    book,
    watchdog,
    wanted,
    log,
    foreseer: () => forecasting?.foreseerOf(site),
    isStopping: isOver,
    onBatch,
  });
  workers.set(site, made);
  return made;
}

/** Before every turn: what is read here goes together with what the turn itself asks first. */
async function sites(): Promise<SiteWorker[]> {
  const [ids] = await Promise.all([book.refresh(), webhooks.refresh()]);
  return ids.map(workerOf);
}

/** BullMQ's own client: it blocks on it and duplicates it. */
function connection() {
  const raw = createPatientClient(config.redisUrl, onError);
  const adapter = createNodeRedisClient(raw as never);
  adapter.on("error", onError);
  return { raw, adapter };
}

const settings = { prefix: QUEUE_PREFIX, concurrency: CONCURRENCY, ...WORKER_SETTINGS };
const links = [
  connection(),
  connection(),
  connection(),
  connection(),
  connection(),
  connection(),
  connection(),
] as const;

const drains = new Worker<DrainInboxJob>(
  QUEUES.drainInbox,
  async ({ data }) => {
    const known = await sites();
    await known.find(({ site }) => site === data.site)?.drain(data.position);
  },
  { connection: links[0].adapter, ...settings },
);
const sweeps = new Worker(
  QUEUES.sweepDue,
  async () => {
    await Promise.all((await sites()).map((worker) => worker.sweep()));
  },
  { connection: links[1].adapter, ...settings, concurrency: 1 },
);
const schedule = new Queue(QUEUES.sweepDue, { connection: links[2].adapter, prefix: QUEUE_PREFIX });
for (const queue of [drains, sweeps]) restWhenRefused(queue, onError);
schedule.on("error", onError);
for (const part of [drains, sweeps])
  part.on("failed", (job, error) =>
    log.warn({ jobId: job?.id, err: error }, "a job failed; the lookout tries again"),
  );

void schedule
  .upsertJobScheduler(
    QUEUES.sweepDue,
    { every: SWEEP_INTERVAL_MS },
    { name: QUEUES.sweepDue, opts: { removeOnComplete: true, removeOnFail: true } },
  )
  .catch(onError);

const lookout = createLookout({ send, log, sites });
const clock = createIncidentClock({ log, sites });
const forecasting = config.forecast ? createForecasting({ send, book, log, sites }) : undefined;
const { redisUrl, logLevel, archiveHours, rewindDays, history: address } = config;
const projecting =
  address === null
    ? null
    : startProjecting({ redisUrl, logLevel, address, archiveHours, rewindDays }, log);
const outbox = createOutboxJobs({
  send,
  log,
  book: webhooks,
  sites: () => book.refresh(),
  connections: [links[3].adapter, links[4].adapter],
  secretFile: config.secretFile,
  allowed: config.webhookAllow,
});
const notices = createNotifyJobs({
  send,
  log,
  book,
  connections: [links[2].adapter, links[5].adapter, links[6].adapter],
  secretFile: config.secretFile,
  allowed: config.webhookAllow,
  ...config.notices,
});
const upkeep = setInterval(() => {
  const { logHours, logBytes, closedDays } = config;
  for (const worker of workers.values())
    void worker
      .upkeep({ logHours, logBytes, closedDays, isArchived: config.history !== null })
      .catch((error: unknown) => log.warn({ err: error, site: worker.site }, "upkeep failed"));
}, UPKEEP_INTERVAL_MS);

const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });

async function stop(): Promise<void> {
  isStopping = true;
  lookout.stop();
  clock.stop();
  clearInterval(upkeep);
  const ended = Promise.all([
    forecasting?.stop(),
    projecting?.stop(),
    outbox.stop(),
    notices.stop(),
    drains.close(),
    sweeps.close(),
    schedule.close(),
  ]);
  await Promise.race([ended, wait(GRACE_MS)]);
  for (const { raw } of links) if (raw.isOpen) raw.destroy();
  if (client.isOpen) client.destroy();
  await watchdog.stop();
}

closeWithGrace({ delay: GRACE_MS + 3_000, logger: false }, async ({ err }) => {
  if (err !== undefined) log.fatal({ err }, "an error nobody expected");
  await stop();
});
log.info({ redis: shownRedisUrl(config.redisUrl) }, "workers are running");
