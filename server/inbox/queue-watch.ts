/** How many jobs stand in the queues of the workers, and for how long the oldest of them waits. Read from Redis when somebody asks; a few commands of constant cost a queue. */
import { QUEUES, QUEUE_PREFIX } from "../../domain/contract/jobs.ts";
import type { QueueState } from "../decorators.ts";
import type { RedisClient } from "../redis.ts";
import { within } from "./append.ts";

/** Whoever scrapes waits at most this long; then nothing is said of the queues. */
const PATIENCE_MS = 500;

const keyOf = (queue: string, name: string): string => `${QUEUE_PREFIX}:${queue}:${name}`;

/** ms since the oldest waiting job was added; null when none waits. New jobs are put in on the left. */
async function oldestMs(client: RedisClient, queue: string, now: number): Promise<number | null> {
  const id = await client.lIndex(keyOf(queue, "wait"), -1);
  const at = id === null ? null : await client.hGet(keyOf(queue, id), "timestamp");
  return at == null ? null : Math.max(0, now - Number(at));
}

async function stateOf(client: RedisClient, queue: string, now: number): Promise<QueueState> {
  const [waiting, active, delayed, failed, oldestWaitingMs] = await Promise.all([
    client.lLen(keyOf(queue, "wait")),
    client.lLen(keyOf(queue, "active")),
    client.zCard(keyOf(queue, "delayed")),
    client.zCard(keyOf(queue, "failed")),
    oldestMs(client, queue, now),
  ]);
  return { queue, jobs: { waiting, active, delayed, failed }, oldestWaitingMs };
}

/** Rejects when Redis does not answer in time. */
export const readQueues = (client: RedisClient, now: number): Promise<QueueState[]> =>
  within(
    PATIENCE_MS,
    Promise.all(Object.values(QUEUES).map((queue) => stateOf(client, queue, now))),
  );
