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
  /** the last that was read */
  last: ClosedPlace | null;
  hasMore: boolean;
};

type Scored = { value: string; score: number };

/** As Redis orders those of one moment: by bytes. */
const isBehind = ({ id, at }: ClosedPlace, { value, score }: Scored): boolean =>
  score < at || Buffer.compare(Buffer.from(value), Buffer.from(id)) < 0;

/** One command a page: between looking for the place and reading on, others would come in. Those of the same moment that come before it are read once more. */
async function readBehind(
  client: RedisClient,
  key: string,
  place: ClosedPlace,
  limit: number,
): Promise<{ found: Scored[]; hasMore: boolean }> {
  // the place itself comes first, mostly alone
  const count = limit + 1;
  for (let offset = 0; ; offset += count) {
    const read = await client.zRangeWithScores(key, place.at, "-inf", {
      BY: "SCORE",
      REV: true,
      LIMIT: { offset, count },
    });
    const found = read.filter((one) => isBehind(place, one)).slice(0, limit);
    const hasMore = read.length === count;
    if (found.length > 0 || !hasMore) return { found, hasMore };
  }
}

async function readFrom(client: RedisClient, key: string, from: number, limit: number) {
  const found = await client.zRangeWithScores(key, from, from + limit - 1, { REV: true });
  return { found, hasMore: found.length === limit };
}

/** Of a sorted set by the moment at which each was over, the last first; at most so many. */
export async function closedIds(
  client: RedisClient,
  key: string,
  from: ClosedFrom,
  limit: number,
): Promise<ClosedIds> {
  const { found, hasMore } =
    typeof from === "number"
      ? await readFrom(client, key, from, limit)
      : await readBehind(client, key, from, limit);
  const last = found.at(-1);
  return {
    ids: found.map(({ value }) => value),
    last: last === undefined ? null : { id: last.value, at: last.score },
    hasMore,
  };
}
