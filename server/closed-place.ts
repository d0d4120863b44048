/**
 * Where a list of what is over goes on: behind the one that was read last, whatever is over since then. A count from the beginning would move with each that comes in
 * before it, and tell some of them twice.
 */
import { Type, type Static } from "typebox";
import type { RedisClient } from "./redis.ts";

export const ClosedPlace = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 256 }), at: Type.Number() },
  { additionalProperties: false },
);
export type ClosedPlace = Static<typeof ClosedPlace>;
/** A place, or how many to pass over. */
export type ClosedFrom = ClosedPlace | number;

export type ClosedIds = {
  ids: string[];
  /** how many come before the first that was not read; null when all were */
  next: number | null;
  /** the last that was read */
  last: ClosedPlace | null;
};

/** One that is not there any more, since it was opened again, has left its moment behind. */
async function passedOver(client: RedisClient, key: string, from: ClosedFrom): Promise<number> {
  if (typeof from === "number") return from;
  const rank = await client.zRevRank(key, from.id);
  return rank === null ? client.zCount(key, `(${from.at}`, "+inf") : rank + 1;
}

/** Of a sorted set by the moment at which each was over, the last first. */
export async function closedIds(
  client: RedisClient,
  key: string,
  from: ClosedFrom,
  limit: number,
): Promise<ClosedIds> {
  const offset = await passedOver(client, key, from);
  const end = offset + limit - 1;
  const found = await client.zRangeWithScores(key, offset, end, { REV: true });
  const last = found.at(-1);
  return {
    ids: found.map(({ value }) => value),
    next: found.length === limit ? offset + limit : null,
    last: last === undefined ? null : { id: last.value, at: last.score },
  };
}
