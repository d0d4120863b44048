/** The calls that were made at a site, as its stream keeps them. */
import type { Call } from "../../domain/incidents/call.ts";
import type { Send } from "../redis.ts";

/** More than that and the newest are told. */
const MOST_CALLS = "20000";

/** Those since a moment, the oldest first. */
export async function callsSince(send: Send, key: string, since: number): Promise<Call[]> {
  const range = ["+", String(since), "COUNT", MOST_CALLS];
  const found = await send<[string, string[]][]>("XREVRANGE", key, ...range);
  return found.map(([, fields]) => JSON.parse(fields[1] ?? "{}") as Call).reverse();
}
