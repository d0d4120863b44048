/** Deliveries of one order to one webhook, one after the other: the receiver hears of a hand-over before it hears of the delivery, also when the first had to be tried again. */
import { keysOf } from "../../domain/contract/keys.ts";
import type { Send } from "../redis.ts";

/** Longer than the last attempt of whatever stands before. */
const KEPT_SECONDS = String(8 * 86_400);

export type Line = {
  enter: (webhook: string, order: string, delivery: string, position: string) => Promise<void>;
  /** true when nothing that is still under way stands before it */
  isFirst: (webhook: string, order: string, delivery: string) => Promise<boolean>;
  leave: (webhook: string, order: string, delivery: string) => Promise<void>;
};

const placeOf = (position: string): string => {
  const [ms = "0", number = "0"] = position.split("-");
  return String(Number(ms) * 1_000 + Math.min(Number(number), 999));
};

/** `isUnderWay`: whether there is still a job of that delivery. One that was relayed twice may stand here though it is done. */
export function createLine(
  site: string,
  send: Send,
  isUnderWay: (webhook: string, delivery: string) => Promise<boolean>,
): Line {
  const { deliveryLine } = keysOf(site);
  return {
    async enter(webhook, order, delivery, position) {
      const key = deliveryLine(webhook, order);
      await send("ZADD", key, "NX", placeOf(position), delivery);
      await send("EXPIRE", key, KEPT_SECONDS);
    },
    async isFirst(webhook, order, delivery) {
      const key = deliveryLine(webhook, order);
      for (;;) {
        const [first] = await send<string[]>("ZRANGE", key, "0", "0");
        if (first === undefined || first === delivery) return true;
        if (await isUnderWay(webhook, first)) return false;
        await send("ZREM", key, first);
      }
    },
    async leave(webhook, order, delivery) {
      await send("ZREM", deliveryLine(webhook, order), delivery);
    },
  };
}
