/** Capture jobs as they are kept: for a week, the newest thousand of a site. */
import {
  CAPTURES_KEPT,
  CAPTURES_KEPT_MS,
  type StoredCapture,
} from "../../domain/contract/epcis.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import type { RedisClient } from "../redis.ts";

export type CaptureJobs = {
  keep(site: string, capture: StoredCapture): Promise<void>;
  get(site: string, id: string): Promise<StoredCapture | null>;
  /** the newest first */
  all(site: string): Promise<StoredCapture[]>;
};

const parsed = (text: string): StoredCapture => JSON.parse(text) as StoredCapture;

export const createCaptureJobs = (client: RedisClient): CaptureJobs => ({
  async keep(site, capture) {
    const { capture: keyOf, captures } = keysOf(site);
    const { captureID, createdAt } = capture.job;
    await client
      .multi()
      .set(keyOf(captureID), JSON.stringify(capture), {
        expiration: { type: "PX", value: CAPTURES_KEPT_MS },
      })
      .zAdd(captures, { score: Date.parse(createdAt), value: captureID })
      .zRemRangeByRank(captures, 0, -CAPTURES_KEPT - 1)
      .pExpire(captures, CAPTURES_KEPT_MS)
      .exec();
  },
  async get(site, id) {
    const text = await client.get(keysOf(site).capture(id));
    return text === null ? null : parsed(text);
  },
  async all(site) {
    const { capture: keyOf, captures } = keysOf(site);
    const ids = await client.zRange(captures, 0, -1, { REV: true });
    if (ids.length === 0) return [];
    const texts = await client.mGet(ids.map(keyOf));
    return texts.flatMap((text) => (text === null ? [] : [parsed(text)]));
  },
});
