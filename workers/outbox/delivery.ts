/** One attempt to tell one webhook of one effect, and what comes of it. Tries again by the schedule of Standard Webhooks; a receiver that answers 410 is left alone. */
import { type DeliverWebhookJob, WEBHOOK_RETRIES_MS } from "../../domain/contract/jobs.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import {
  liveWebhookSecrets,
  type StoredDelivery,
  type StoredWebhook,
} from "../../domain/contract/webhooks.ts";
import type { Send } from "../redis.ts";
import type { Deliveries } from "./deliveries.ts";
import type { OpenSecret } from "./opened-secrets.ts";
import type { Answer, Post } from "./post.ts";
import { bodyOf, signedHeaders } from "./signature.ts";
import type { WebhookBook } from "./webhook-book.ts";

/** `again`: it failed and is worth another attempt; `over`: it was taken, or is given up. */
export type Attempted = { is: "over" } | { is: "again"; why: string };

type Deps = {
  send: Send;
  book: WebhookBook;
  open: OpenSecret;
  post: Post;
  deliveries: (site: string) => Deliveries;
  now: () => number;
};

const GONE = 410;
const UNOPENED = "its secret cannot be opened with CT_SECRET_FILE; rotate it";
const OVER: Attempted = { is: "over" };
const isTaken = ({ status }: Answer): boolean => status !== null && status >= 200 && status < 300;

type Outcome = Pick<StoredDelivery, "state" | "nextAt">;
const DEAD: Outcome = { state: "dead", nextAt: null };

function outcomeOf(answer: Answer, attempts: number, now: number): Outcome {
  const wait = WEBHOOK_RETRIES_MS[attempts - 1];
  if (isTaken(answer)) return { state: "delivered", nextAt: null };
  if (answer.status === GONE || wait === undefined) return DEAD;
  return { state: "retrying", nextAt: now + wait };
}

export function createDelivery({ send, book, open, post, deliveries, now }: Deps) {
  const isGone = async ({ id, site, generation }: StoredWebhook): Promise<boolean> =>
    (await send<string | null>("HGET", keysOf(site).webhooksGone, id)) === String(generation);

  /** null when they were sealed with another secret, or ours is not there */
  function secretsOf(webhook: StoredWebhook): string[] | null {
    try {
      return liveWebhookSecrets(webhook, now()).map(({ sealed }) => open(webhook.id, sealed));
    } catch {
      return null;
    }
  }

  async function ask(webhook: StoredWebhook, { effect }: DeliverWebhookJob): Promise<Answer> {
    const at = now();
    const secrets = secretsOf(webhook);
    if (secrets === null) return { status: null, error: UNOPENED, durationMs: 0 };
    const body = bodyOf(effect);
    const headers = {
      "content-type": "application/json",
      "user-agent": "Control-Tower-Webhooks/1",
      ...signedHeaders(secrets, effect.id, at, body),
    };
    return post(webhook.url, headers, body);
  }

  async function keep(job: DeliverWebhookJob, answer: Answer, attempts: number, came: Outcome) {
    const { delivery: id, effect, site, webhook } = job;
    const stored = { id, effect, attempts, lastAt: now(), ...came, ...answer };
    await deliveries(site).keep(webhook, stored);
  }

  /** `attempts`: with this one. Throws when the store fails: then it is made again. */
  return async (job: DeliverWebhookJob, attempts: number): Promise<Attempted> => {
    await book.refresh();
    const webhook = book.get(job.webhook);
    if (webhook === undefined) return OVER;
    if (!webhook.enabled || (await isGone(webhook))) {
      const error = "the webhook is switched off";
      await keep(job, { status: null, error, durationMs: 0 }, attempts - 1, DEAD);
      return OVER;
    }
    const answer = await ask(webhook, job);
    if (answer.status === GONE) {
      const { id, site, generation } = webhook;
      await send("HSET", keysOf(site).webhooksGone, id, String(generation));
    }
    const came = outcomeOf(answer, attempts, now());
    await keep(job, answer, attempts, came);
    if (came.state !== "retrying") return OVER;
    return { is: "again", why: answer.error ?? `answered ${answer.status}` };
  };
}
export type Delivery = ReturnType<typeof createDelivery>;
