/** Channels, browsers that take pushes, and the pair of keys that pushes are signed with. Channels are written by the audit's `change` alone. */
import {
  pushField,
  pushPrefix,
  type StoredChannel,
  type StoredPush,
  type StoredPushKeys,
} from "../../domain/contract/channels.ts";
import { GLOBAL_KEYS, keysOf } from "../../domain/contract/keys.ts";
import {
  encodeOutboxEntry,
  OUTBOX_FIELD,
  type OutboxEntry,
} from "../../domain/contract/webhooks.ts";
import { problem } from "../problem.ts";
import type { RedisClient } from "../redis.ts";

export type ChannelStore = {
  all(): Promise<StoredChannel[]>;
  get(id: string): Promise<StoredChannel | null>;
  /** on disk when it resolves */
  tell(site: string, entry: OutboxEntry): Promise<void>;
  pushKeys(): Promise<StoredPushKeys | null>;
  /** those of whoever was first */
  keepPushKeys(keys: StoredPushKeys): Promise<StoredPushKeys>;
  /** marks of the browsers of a person */
  pushes(name: string): Promise<string[]>;
  putPush(name: string, mark: string, push: StoredPush): Promise<void>;
  dropPushes(name: string, marks: readonly string[]): Promise<void>;
};

const orRefuse = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    throw problem("CT_ERR_UNAVAILABLE", "The store does not answer. Try again.", {
      retryAfterSeconds: 1,
      cause,
    });
  });

export const createChannelStore = (client: RedisClient): ChannelStore => ({
  async all() {
    const texts = await orRefuse(client.hVals(GLOBAL_KEYS.channels));
    return texts.map((text) => JSON.parse(text) as StoredChannel);
  },
  async get(id) {
    const text = await orRefuse(client.hGet(GLOBAL_KEYS.channels, id));
    return text == null ? null : (JSON.parse(text) as StoredChannel);
  },
  async tell(site, entry) {
    await orRefuse(
      client.xAdd(keysOf(site).outbox, "*", { [OUTBOX_FIELD]: encodeOutboxEntry(entry) }),
    );
  },
  async pushKeys() {
    const text = await orRefuse(client.get(GLOBAL_KEYS.pushKeys));
    return text === null ? null : (JSON.parse(text) as StoredPushKeys);
  },
  async keepPushKeys(keys) {
    await orRefuse(client.set(GLOBAL_KEYS.pushKeys, JSON.stringify(keys), { condition: "NX" }));
    return JSON.parse((await orRefuse(client.get(GLOBAL_KEYS.pushKeys))) ?? "{}") as StoredPushKeys;
  },
  async pushes(name) {
    const fields = await orRefuse(client.hKeys(GLOBAL_KEYS.pushes));
    const prefix = pushPrefix(name);
    return fields.flatMap((field) =>
      field.startsWith(prefix) ? [field.slice(prefix.length)] : [],
    );
  },
  async putPush(name, mark, push) {
    await orRefuse(client.hSet(GLOBAL_KEYS.pushes, pushField(name, mark), JSON.stringify(push)));
  },
  async dropPushes(name, marks) {
    if (marks.length === 0) return;
    await orRefuse(
      client.hDel(
        GLOBAL_KEYS.pushes,
        marks.map((mark) => pushField(name, mark)),
      ),
    );
  },
});
