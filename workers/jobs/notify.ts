/** The jobs of notices: each is spread over people and channels, and each message is sent by whoever takes it. At least once, with ids that are always the same. */
import { type Job, Queue, type QueueOptions, UnrecoverableError, Worker } from "bullmq";
import {
  type NotifyJob,
  QUEUES,
  QUEUE_PREFIX,
  TELL_JOB_OPTIONS,
  type TellJob,
  WORKER_SETTINGS,
} from "../../domain/contract/jobs.ts";
import type { Log } from "../log.ts";
import { restWhenRefused } from "./rest-when-refused.ts";
import { createLinks } from "../notices/links.ts";
import { createMail, type Sent } from "../notices/mail.ts";
import { createPeople } from "../notices/people.ts";
import { createPush } from "../notices/push.ts";
import { createResults } from "../notices/results.ts";
import { createSpread } from "../notices/spread.ts";
import { createTeller } from "../notices/tell.ts";
import { createOpenSecret } from "../outbox/opened-secrets.ts";
import { createPost } from "../outbox/post.ts";
import type { PolicyBook } from "../policies.ts";
import type { Send } from "../redis.ts";

const CONCURRENCY = 8;
/** A dead worker's message goes on after so long. */
const LOCK_MS = 30_000;

type Connection = QueueOptions["connection"];
export type NotifyDeps = {
  send: Send;
  log: Log;
  book: PolicyBook;
  connections: [queue: Connection, notify: Connection, tell: Connection];
  secretFile: string;
  allowed: ReadonlySet<string>;
  /** where people reach the tower */
  origin: string;
  smtpUrl: string | undefined;
  mailFrom: string;
};

function createWork(
  { send, book, secretFile, allowed, origin, ...deps }: NotifyDeps,
  tells: Queue<TellJob>,
) {
  const people = createPeople(send);
  const results = createResults(send, Date.now);
  const post = createPost({ allowed });
  const open = createOpenSecret(secretFile);
  const mail = createMail(deps.smtpUrl, deps.mailFrom);
  const subject = origin.startsWith("https://") ? origin : `mailto:${deps.mailFrom}`;
  const zoneOf = async (site: string): Promise<string> =>
    (await book.of(site)).current.site.timeZone;
  const add = async (job: TellJob, jobId: string, delay: number): Promise<void> => {
    await tells.add(QUEUES.tell, job, { ...TELL_JOB_OPTIONS, jobId, delay });
  };
  const shared = { send, people, results, zoneOf };
  return {
    mail,
    spread: createSpread({ ...shared, add, now: Date.now }),
    tell: createTeller({
      ...shared,
      links: createLinks(origin, secretFile),
      mail,
      push: createPush({ send, post, open, subject }),
      post,
      open,
    }),
  };
}

const isLastTry = ({ attemptsMade, opts }: Job): boolean =>
  attemptsMade + 1 >= (opts.attempts ?? 1);

/** What was sent, or never will be, is over; anything else is tried again. */
function concluded(sent: Sent): void {
  if (sent.ok) return;
  throw sent.final ? new UnrecoverableError(sent.words) : new Error(sent.words);
}

export function createNotifyJobs(deps: NotifyDeps) {
  const { log, connections } = deps;
  const [queueConnection, notifyConnection, tellConnection] = connections;
  const onError = (error: Error): void => log.warn({ err: error.message }, "the queue of notices");
  const tells = new Queue<TellJob>(QUEUES.tell, {
    connection: queueConnection,
    prefix: QUEUE_PREFIX,
  });
  const { mail, spread, tell } = createWork(deps, tells);
  const settings = { prefix: QUEUE_PREFIX, ...WORKER_SETTINGS, lockDuration: LOCK_MS };
  const spreading = new Worker<NotifyJob>(QUEUES.notify, ({ data }) => spread(data.notice), {
    connection: notifyConnection,
    ...settings,
    concurrency: CONCURRENCY,
  });
  const telling = new Worker<TellJob>(
    QUEUES.tell,
    async (job) => concluded(await tell(job.data, job.id ?? "", isLastTry(job))),
    {
      connection: tellConnection,
      ...settings,
      concurrency: CONCURRENCY,
    },
  );
  tells.on("error", onError);
  for (const queue of [spreading, telling]) restWhenRefused(queue, onError);
  spreading.on("failed", (job, error) =>
    log.warn({ jobId: job?.id, err: error }, "a notice was not spread to all whom it is for"),
  );
  telling.on("failed", (job, error) =>
    log.warn({ jobId: job?.id, err: error.message }, "a message did not go out"),
  );
  return {
    stop: async (): Promise<void> => {
      await Promise.all([spreading.close(), telling.close(), tells.close()]);
      mail.close();
    },
  };
}
