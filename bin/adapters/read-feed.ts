/** Finds out what a file or folder is and reads it. */
import { byTime, filesAt, readText, UsageError, type Feed, type FeedOptions } from "./feed.ts";
import { isNative, readNative } from "./native.ts";
import { isOcel, readOcel } from "./ocel.ts";
import { isOlistOrders, readOlist } from "./olist.ts";

const READABLE = /\.(csv|json|jsonocel|ndjson|jsonl)(\.gz)?$/;

async function readOne(
  file: string,
  near: readonly string[],
  options: FeedOptions,
): Promise<Feed | undefined> {
  const text = await readText(file);
  if (isOlistOrders(text)) return readOlist(file, near, options);
  if (isNative(text)) return readNative(file, options);
  return isOcel(text) ? readOcel(file, options) : undefined;
}

const joined = (feeds: readonly Feed[]): Feed => ({
  format: feeds.map((feed) => feed.format).join(" + "),
  orders: feeds.reduce((sum, feed) => sum + feed.orders, 0),
  events: feeds.flatMap((feed) => feed.events).toSorted(byTime),
});

/** Everything readable at `path`, as one feed. @throws UsageError when nothing there is of a known format */
export async function readFeed(path: string, options: FeedOptions): Promise<Feed> {
  const { chosen, near } = await filesAt(path);
  const readable = chosen.filter((candidate) => READABLE.test(candidate));
  const feeds = await Promise.all(readable.map((file) => readOne(file, near, options)));
  const found = feeds.filter((feed) => feed !== undefined);
  if (found.length > 0) return joined(found);
  throw new UsageError(
    `${path}: nothing here that can be read. Known: Olist's orders.csv (a column "order_purchase_timestamp", with order_items.csv and ` +
      `customers.csv beside it), OCEL 1.0 JSON ("ocel:events") and this tower's own events, one a line (.ndjson), each also as .gz`,
  );
}
