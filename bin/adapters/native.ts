/** Events of the contract, one a line, as `POST /api/v1/events` takes them and the simulator writes them. */
import {
  anyInstant,
  byTime,
  readText,
  UsageError,
  type Feed,
  type FeedOptions,
  type WireEvent,
} from "./feed.ts";

type Line = Partial<WireEvent>;

function lineOf(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const isEvent = (line: Line | undefined): line is WireEvent =>
  typeof line?.id === "string" &&
  typeof line.source === "string" &&
  typeof line.type === "string" &&
  typeof line.occurredAt === "string";

const NAMED_SO = /\.(ndjson|jsonl)(\.gz)?$/i;

/** Told by its name, or by its first line with something in it. */
export const isNative = (text: string, path: string): boolean =>
  NAMED_SO.test(path) ? text.trim() !== "" : isEvent(lineOf(/\S.*/.exec(text)?.[0] ?? ""));

/** What names no site is of the one that was asked for; a time without offset is of the zone that was named. */
function eventOf(text: string, at: number, path: string, { site, zone }: FeedOptions): WireEvent {
  const line = lineOf(text);
  if (!isEvent(line))
    throw new UsageError(
      `${path}: line ${at + 1} is no event (id, source, type, occurredAt); nothing was sent`,
    );
  const occurredAt = anyInstant(line.occurredAt, zone);
  if (occurredAt === undefined)
    throw new UsageError(
      `${path}: line ${at + 1}, occurredAt: "${line.occurredAt}" is no time with an offset, as 2026-11-22T09:14:03+01:00 (or name its --zone); nothing was sent`,
    );
  return { site, ...line, occurredAt };
}

/** Reads one file of events, plain or gzipped. @throws UsageError for a line that is none */
export async function readNative(path: string, options: FeedOptions): Promise<Feed> {
  const lines = (await readText(path)).split("\n");
  const events = lines.flatMap((text, at) =>
    text.trim() === "" ? [] : [eventOf(text, at, path, options)],
  );
  const orders = new Set(events.flatMap(({ site, orderId }) => orderId && `${site} ${orderId}`));
  return {
    format: "events",
    orders: orders.size,
    events: events.toSorted(byTime),
    read: [path],
  };
}
