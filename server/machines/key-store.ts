/** Where machine keys are kept: one hash of keys, one of when each was last used. Keys are written by the audit's `change` alone, never here. */
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { RedisClient } from "../redis.ts";

export type KeyStore = {
  /** changes with every change of users and keys */
  version(): Promise<string>;
  /** key id -> stored key */
  keys(): Promise<Record<string, string>>;
  /** key id -> ms */
  used(): Promise<Record<string, string>>;
  noteUsed(id: string, at: number): Promise<void>;
};

export const createKeyStore = (client: RedisClient): KeyStore => ({
  version: async () => (await client.get(GLOBAL_KEYS.accessVersion)) ?? "",
  keys: () => client.hGetAll(GLOBAL_KEYS.machineKeys),
  used: () => client.hGetAll(GLOBAL_KEYS.machineKeysUsed),
  noteUsed: async (id, at) => {
    await client.hSet(GLOBAL_KEYS.machineKeysUsed, id, String(at));
  },
});
