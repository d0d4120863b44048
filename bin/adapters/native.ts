/** Events of the contract, one a line, as `POST /api/v1/events` takes them and the simulator writes them. */
import {
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
  !Number.isNaN(Date.parse(line.occurredAt ?? ""));

/** Told by its first line. */
export const isNative = (text: string): boolean =>
  isEvent(lineOf(text.slice(0, text.search(/\n|$/))));

/** What names no site is of the one that was asked for. */
function eventOf(text: string, at: number, path: string, { site }: FeedOptions): WireEvent {
  const line = lineOf(text);
  if (!isEvent(line))
    throw new UsageError(`${path}: line ${at + 1} is no event (id, source, type, occurredAt)`);
  return { site, ...line, occurredAt: new Date(line.occurredAt).toISOString() };
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
  };
}
