/** Queues and their jobs: names, payloads, attempts, retention. A job is a wake-up or work that may be repeated, never the only copy of anything. */
import { Type, type Static } from "typebox";
import { SiteId } from "../names-and-times.ts";
import type { Notice } from "../incidents/notice.ts";
import type { Way } from "../incidents/routing.ts";
import type { Sent } from "./webhooks.ts";

/** Names double as BullMQ queue names; the prefix keeps them apart from other users of the same Redis. */
export const QUEUE_PREFIX = "ct-jobs";
export const QUEUES = {
  drainInbox: "drain-inbox",
  sweepDue: "sweep-due",
  deliverWebhook: "deliver-webhook",
  notify: "notify",
  tell: "tell",
} as const;

export const DrainInboxJob = Type.Object({ site: SiteId, position: Type.String() });
export type DrainInboxJob = Static<typeof DrainInboxJob>;

/** Rule 2 of the commit: never deduplicated against an active job, gone when done. BullMQ forbids `:` in ids. */
export const drainJobId = (site: string, position: string): string => `drain-${site}-${position}`;

export const DRAIN_JOB_OPTIONS = {
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
} as const;

/** `delivery` is the effect's id, or that of a copy. No secret is in it: BullMQ keeps jobs in clear. */
export type DeliverWebhookJob = { site: string; webhook: string; delivery: string; effect: Sent };
/** The same for the same effect and webhook, so that relaying twice sends once. */
export const deliverJobId = (webhook: string, delivery: string): string =>
  `wh-${webhook}-${delivery}`;

/** Standard Webhooks: so long after each failed attempt, 75 hours in all. */
export const WEBHOOK_RETRIES_MS = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
] as const;
export const DELIVER_JOB_OPTIONS = {
  attempts: WEBHOOK_RETRIES_MS.length + 1,
  backoff: { type: "standard-webhooks" },
  // a relay that died before its cursor moved finds what it added still there
  removeOnComplete: { age: 3_600, count: 10_000 },
  removeOnFail: { age: 86_400, count: 10_000 },
} as const;

/** Whom a notice reaches, and how, is found when the job is done: people's own rules and duty schedules decide it then. */
export type NotifyJob = { notice: Notice };
/** The same for the same notice, so that relaying twice tells once. */
export const notifyJobId = (notice: string): string => `notice-${notice}`;
export const NOTIFY_JOB_OPTIONS = {
  attempts: 8,
  backoff: { type: "exponential", delay: 2_000 },
  // a relay that died before its cursor moved finds what it added still there
  removeOnComplete: { age: 3_600, count: 10_000 },
  removeOnFail: { age: 86_400, count: 10_000 },
} as const;

/** One message to one person by one way, or to a channel. */
export type TellJob =
  | { notice: Notice; to: "person"; person: string; way: Way }
  | { notice: Notice; to: "channel"; channel: string }
  /** what is held for that person, way and moment, as one message */
  | { to: "digest"; person: string; way: Way; at: number };
export const TELL_JOB_OPTIONS = {
  attempts: 9,
  // 5 s to 21 min: about 43 minutes in all; what was not told by then is for the next step of the ladder
  backoff: { type: "exponential", delay: 5_000 },
  removeOnComplete: { age: 86_400, count: 10_000 },
  removeOnFail: { age: 7 * 86_400, count: 10_000 },
} as const;

/** A worker that dies twice must not fail an innocent job for good; a dead worker's lock must not last. */
export const WORKER_SETTINGS = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 50,
} as const;

/** Every worker process compares inbox tail and cursor of its sites this often, and drains what is behind. */
export const LOOKOUT_INTERVAL_MS = 1_000;
export const SWEEP_INTERVAL_MS = 1_000;
export const CANARY_INTERVAL_MS = 10_000;
export const CANARY_SOURCE = "control-tower/canary";
export const BATCH_SIZE = 500;
