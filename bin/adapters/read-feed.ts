/** Finds out what a file or folder is and reads it. */
import { basename } from "node:path";
import { byTime, filesAt, readText, UsageError, type Feed, type FeedOptions } from "./feed.ts";
import { isNative, readNative } from "./native.ts";
import { isOcel, readOcel } from "./ocel.ts";
import { isOlistOrders, readOlist } from "./olist.ts";

const READABLE = /\.(csv|json|jsonocel|ndjson|jsonl)(\.gz)?$/i;

async function readOne(
  file: string,
  near: readonly string[],
  options: FeedOptions,
): Promise<Feed | undefined> {
  const text = await readText(file);
  if (isOlistOrders(text)) return readOlist(file, near, options);
  if (isNative(text, file)) return readNative(file, options);
  return isOcel(text) ? readOcel(file, options) : undefined;
}

/** In a folder the rest is not looked at; that is said, since somebody may have meant it. */
function leftOut(chosen: readonly string[], feeds: readonly Feed[]): string[] {
  const read = new Set(feeds.flatMap((feed) => feed.read));
  const left = chosen.filter((file) => !read.has(file)).map((file) => basename(file));
  return left.length === 0 ? [] : [`not read: ${left.join(", ")}`];
}

const joined = (feeds: readonly Feed[], chosen: readonly string[]): Feed => ({
  format: feeds.map((feed) => feed.format).join(" + "),
  orders: feeds.reduce((sum, feed) => sum + feed.orders, 0),
  events: feeds.flatMap((feed) => feed.events).toSorted(byTime),
  read: feeds.flatMap((feed) => feed.read),
  notes: [...feeds.flatMap(({ notes = [] }) => notes), ...leftOut(chosen, feeds)],
});

/** Everything readable at `path`, as one feed. @throws UsageError when nothing there is of a known format */
export async function readFeed(path: string, options: FeedOptions): Promise<Feed> {
  const { chosen, near } = await filesAt(path);
  const readable = chosen.filter((candidate) => READABLE.test(candidate));
  const feeds = await Promise.all(readable.map((file) => readOne(file, near, options)));
  const found = feeds.filter((feed) => feed !== undefined);
  if (found.length > 0) return joined(found, chosen);
  throw new UsageError(
    `${path}: nothing here that can be read. Known: Olist's orders.csv (a column "order_purchase_timestamp", with order_items.csv and ` +
      `customers.csv beside it), OCEL 1.0 JSON ("ocel:events") and this tower's own events, one a line (.ndjson), each also as .gz`,
  );
}
