/** What is over, in memory: read as `closed-place.ts` reads it from Redis. */
import type { ClosedFrom } from "../../server/closed-place.ts";

export function pageOfClosed<T extends { id: string }>(
  all: readonly T[],
  from: ClosedFrom,
  limit: number,
) {
  const offset = typeof from === "number" ? from : all.findIndex(({ id }) => id === from.id) + 1;
  const items = all.slice(offset, offset + limit);
  const last = items.at(-1);
  return {
    items,
    last: last === undefined ? null : { id: last.id, at: 0 },
    hasMore: offset + limit < all.length,
  };
}
