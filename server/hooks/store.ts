/** What is kept of signed webhooks: which there are, what shops told of orders, whose tracking codes are, what waits, and what deliveries became. */
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import type { DeliveryOutcome, StoredConnectors } from "../../domain/contract/connectors.ts";
import { problem } from "../problem.ts";
import { createScript, type RedisClient } from "../redis.ts";
import type { Tracking } from "../connectors/translation.ts";
import { NO_MEMORY, type OrderMemory } from "./order-memory.ts";

export type LastDelivery = { at: number; outcome: DeliveryOutcome; topic: string; words: string };
export type Activity = { last: LastDelivery; counts: Partial<Record<DeliveryOutcome, number>> };
/** Carrier news whose order nobody knows yet. `text`: as it stands there, so that only that is taken away. */
export type Unmatched = { connector: string; tracking: Tracking; at: number };
export type KeptUnmatched = Unmatched & { field: string; text: string };

export type HookStore = {
  /** of one site, as text: what a change is compared with */
  connectors(site: string): Promise<string | null>;
  all(): Promise<StoredConnectors[]>;
  memory(site: string, connector: string, order: string): Promise<OrderMemory>;
  /** one step; answers what was there before */
  remember(
    site: string,
    connector: string,
    order: string,
    change: (memory: OrderMemory) => OrderMemory,
  ): Promise<OrderMemory>;
  /** tracking code -> the order that it was met with last */
  tracked(site: string, codes: readonly string[]): Promise<Map<string, string>>;
  track(site: string, codes: readonly string[], order: string): Promise<void>;
  unmatched(site: string): Promise<KeptUnmatched[]>;
  /** one step, with what waits there already; false when there are too many others */
  wait(
    site: string,
    field: string,
    change: (before: Unmatched | undefined) => Unmatched,
  ): Promise<boolean>;
  matched(site: string, one: KeptUnmatched): Promise<void>;
  note(site: string, connector: string, last: LastDelivery): Promise<void>;
  activity(site: string): Promise<Map<string, Activity>>;
};

const KEPT_S = 60 * 86_400;
const MOST_UNMATCHED = 10_000;
const MOST_TRIES = 50;

const orRefuse = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "The store does not answer. Send the same again.", {
      retryAfterSeconds: 1,
      cause,
    });
  });

/** KEYS[1] gets ARGV[2] for ARGV[3] seconds when it holds ARGV[1]; empty: nothing. */
const SWAP = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;
/** The field ARGV[1] of KEYS[1] gets ARGV[3] when it holds ARGV[2] (empty: nothing). A new one is refused beside ARGV[4] others. */
const WAIT = `
local held = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if held ~= ARGV[2] then return 'changed' end
if held == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'ok'`;
/** The field ARGV[1] of KEYS[1] goes when it holds ARGV[2]. */
const TAKE = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`;

const decode = (text: string): OrderMemory =>
  text === "" ? NO_MEMORY : (JSON.parse(text) as OrderMemory);

function createMemory(client: RedisClient): Pick<HookStore, "memory" | "remember"> {
  const script = createScript(client, SWAP);
  async function swap(
    key: string,
    change: (memory: OrderMemory) => OrderMemory,
    triesLeft = MOST_TRIES,
  ): Promise<OrderMemory> {
    const text = (await client.get(key)) ?? "";
    const before = decode(text);
    const next = JSON.stringify(change(before));
    const isDone = await script.run([key], [text, next, String(KEPT_S)]);
    if (isDone === 1) return before;
    if (triesLeft === 0) throw new Error("what a shop told of an order does not settle");
    return swap(key, change, triesLeft - 1);
  }
  return {
    memory: async (site, connector, order) =>
      decode((await orRefuse(client.get(keysOf(site).told(connector, order)))) ?? ""),
    remember: (site, connector, order, change) =>
      orRefuse(swap(keysOf(site).told(connector, order), change)),
  };
}

function createTracked(client: RedisClient): Pick<HookStore, "tracked" | "track"> {
  return {
    async tracked(site, codes) {
      if (codes.length === 0) return new Map();
      const keys = codes.map((code) => keysOf(site).tracked(code));
      const orders = await orRefuse(client.mGet(keys));
      const met = codes.map((code, at) => [code, orders[at] ?? null] as const);
      return new Map(met.filter((one): one is readonly [string, string] => one[1] !== null));
    },
    async track(site, codes, order) {
      const expiration = { type: "EX", value: KEPT_S } as const;
      const keys = codes.map((code) => keysOf(site).tracked(code));
      await orRefuse(Promise.all(keys.map((key) => client.set(key, order, { expiration }))));
    },
  };
}

function createUnmatched(client: RedisClient): Pick<HookStore, "unmatched" | "wait" | "matched"> {
  const script = createScript(client, TAKE);
  const waiting = createScript(client, WAIT);
  async function wait(
    key: string,
    field: string,
    change: (before: Unmatched | undefined) => Unmatched,
    triesLeft = MOST_TRIES,
  ): Promise<boolean> {
    const text = (await client.hGet(key, field)) ?? "";
    const next = change(text === "" ? undefined : (JSON.parse(text) as Unmatched));
    const said = [field, text, JSON.stringify(next), String(MOST_UNMATCHED)];
    const answer = await waiting.run([key], said);
    if (answer !== "changed") return answer === "ok";
    if (triesLeft === 0) throw new Error("what waits for its order does not settle");
    return wait(key, field, change, triesLeft - 1);
  }
  return {
    async unmatched(site) {
      const found = await orRefuse(client.hGetAll(keysOf(site).unmatched));
      return Object.entries(found).map(([field, text]) => ({
        ...(JSON.parse(text) as Unmatched),
        field,
        text,
      }));
    },
    wait: (site, field, change) => orRefuse(wait(keysOf(site).unmatched, field, change)),
    async matched(site, { field, text }) {
      await orRefuse(script.run([keysOf(site).unmatched], [field, text]));
    },
  };
}

/** `<connector>` holds the last delivery, `<connector> <outcome>` how many there were. */
function activityOf(found: Record<string, string>): Map<string, Activity> {
  const all = new Map<string, Activity>();
  for (const [field, text] of Object.entries(found))
    if (!field.includes(" "))
      all.set(field, { last: JSON.parse(text) as LastDelivery, counts: {} });
  for (const [field, text] of Object.entries(found)) {
    const [connector = "", outcome] = field.split(" ");
    const known = all.get(connector);
    if (outcome !== undefined && known) known.counts[outcome as DeliveryOutcome] = Number(text);
  }
  return all;
}

function createActivity(client: RedisClient): Pick<HookStore, "note" | "activity"> {
  return {
    async note(site, connector, last) {
      const key = keysOf(site).connectorActivity;
      await orRefuse(
        Promise.all([
          client.hIncrBy(key, `${connector} ${last.outcome}`, 1),
          client.hSet(key, connector, JSON.stringify(last)),
        ]),
      );
    },
    activity: async (site) =>
      activityOf(await orRefuse(client.hGetAll(keysOf(site).connectorActivity))),
  };
}

export const createHookStore = (client: RedisClient): HookStore => ({
  connectors: async (site) => (await orRefuse(client.hGet(GLOBAL_KEYS.connectors, site))) ?? null,
  async all() {
    const texts = await orRefuse(client.hVals(GLOBAL_KEYS.connectors));
    return texts.map((text) => JSON.parse(text) as StoredConnectors);
  },
  ...createMemory(client),
  ...createTracked(client),
  ...createUnmatched(client),
  ...createActivity(client),
});
