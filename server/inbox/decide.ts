/** Who decided first on a version of an order, from the check of the version until the version has moved on. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { RedisClient } from "../redis.ts";

/** Longer than it takes until an action is applied; when nothing came of it the version is free again. */
const DECIDED_MS = 30_000;

export function createDecide(client: RedisClient) {
  return async (
    site: string,
    orderId: string,
    version: number,
    action: string,
  ): Promise<boolean> => {
    const key = keysOf(site).decided(orderId, version);
    const expiration = { type: "PX", value: DECIDED_MS } as const;
    const set = await client.set(key, action, { expiration, condition: "NX" });
    return set !== null || (await client.get(key)) === action;
  };
}
