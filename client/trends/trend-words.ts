/** What each chart shows, in one sentence: its description for readers and its line of words under the title. Pure. */
import type { StageMetrics } from "../../domain/board.ts";
import { count, duration } from "../ui/format.ts";

const HOUR_MS = 3_600_000;

export const throughputWords = (stage: string, live: StageMetrics | null): string =>
  live === null
    ? `Orders that left each stage, an hour; ${stage} stands out.`
    : `${count(live.outPerHour)} ${live.outPerHour === 1 ? "order an hour leaves" : "orders an hour leave"} ${stage}, ${count(live.inPerHour)} ${live.inPerHour === 1 ? "comes" : "come"} in.`;

export function backlogWords(stage: string, live: StageMetrics | null, now: number): string {
  if (live === null) return `Orders in each stage; ${stage} stands out.`;
  const standing = `${count(live.wip)} ${live.wip === 1 ? "order stands" : "orders stand"} in ${stage}`;
  if (live.wip === 0) return `No order stands in ${stage}.`;
  if (live.emptiesAt === null) return `${standing}; at these rates it never empties.`;
  const left = Math.max(0, live.emptiesAt - now);
  return left > 48 * HOUR_MS
    ? `${standing}; at these rates it does not empty in two days.`
    : `${standing}; at these rates it is empty in ${duration(left)}.`;
}

export function dwellWords(stage: string, live: StageMetrics | null): string {
  if (live === null || live.p50Ms === null || live.p90Ms === null)
    return `No order has left ${stage} in the last 24 hours.`;
  return `Half of the orders spend less than ${duration(live.p50Ms)} in ${stage}, one in ten more than ${duration(live.p90Ms)}.`;
}
