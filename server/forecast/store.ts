/** What the server reads of the forecast, and the little that it keeps for it. Shift plans and what-ifs that were done are written by the audit alone. */
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";

/** What the forecaster says of a site: what it rests on, how good it was, all it has learned. */
export type Told = "status" | "quality" | "model";

export type ForesightStore = {
  told(site: string, what: Told): Promise<string | null>;
  /** `StoredPlan` as JSON */
  plan(site: string): Promise<string | null>;
  keepTrial(site: string, id: string, text: string, ttlMs: number): Promise<void>;
  trial(site: string, id: string): Promise<string | null>;
  /** what-ifs that were done, by id */
  done(site: string): Promise<Record<string, string>>;
  outcomes(site: string): Promise<Record<string, string>>;
  /** the first outcome stands */
  keepOutcome(site: string, id: string, text: string): Promise<void>;
  dropOutcomes(site: string, ids: readonly string[]): Promise<void>;
};

async function orRefuse<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "The store does not answer. Try again.", {
      retryAfterSeconds: 1,
      cause,
    });
  });
}

function keyOf(site: string, what: Told): string {
  const { forecast, forecastQuality, forecastStatus } = keysOf(site);
  return { status: forecastStatus, quality: forecastQuality, model: forecast }[what];
}

export const createForesightStore = (client: RedisClient): ForesightStore => ({
  told: (site, what) => orRefuse(client.get(keyOf(site, what))),
  plan: (site) => orRefuse(client.hGet(GLOBAL_KEYS.shiftPlans, site)),
  async keepTrial(site, id, text, ttlMs) {
    const expiration = { type: "PX", value: ttlMs } as const;
    await orRefuse(client.set(keysOf(site).trial(id), text, { expiration }));
  },
  trial: (site, id) => orRefuse(client.get(keysOf(site).trial(id))),
  done: (site) => orRefuse(client.hGetAll(GLOBAL_KEYS.whatIfs(site))),
  outcomes: (site) => orRefuse(client.hGetAll(keysOf(site).whatIfOutcomes)),
  async keepOutcome(site, id, text) {
    await orRefuse(client.hSetNX(keysOf(site).whatIfOutcomes, id, text));
  },
  async dropOutcomes(site, ids) {
    if (ids.length > 0) await orRefuse(client.hDel(keysOf(site).whatIfOutcomes, [...ids]));
  },
});
