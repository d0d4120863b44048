/** Orders of a site read for the models: in pages, decoded and folded, with a breath between pages so that turns are not kept waiting. */
import { setImmediate as breath } from "node:timers/promises";
import type { Row } from "../../domain/board.ts";
import { keysOf } from "../../domain/contract/keys.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import type { StoredOutlook } from "../../domain/contract/stored.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import { foldOrder } from "../../domain/fold.ts";
import type { Order } from "../../domain/order.ts";
import { promisesOf, type Promises } from "../../domain/promise.ts";
import type { OrderView } from "../../domain/turn/order-view.ts";
import type { Send } from "../redis.ts";
import type { Policies } from "../store/opener.ts";

const PAGE = 100;

/** One order as it stands; `order` is null for one that waits for its `order.received`, or that is gone. */
export type ReadOrder = {
  id: string;
  order: Order | null;
  events: readonly RecordedEvent[];
  promises: Promises | null;
  said: StoredOutlook | undefined;
};

function readOne(
  site: string,
  id: string,
  text: string | null | undefined,
  said: string | null | undefined,
  policies: Policies,
): ReadOrder {
  const outlook = said == null ? undefined : (JSON.parse(said) as StoredOutlook);
  const none: ReadOrder = { id, order: null, events: [], promises: null, said: outlook };
  if (text == null) return none;
  try {
    const { events, policy: version } = decodeOrderRecord(text, site, id);
    const policy = policies.of(version);
    const { order } = foldOrder(events, policy);
    return order === null ? none : { ...none, order, events, promises: promisesOf(order, policy) };
  } catch {
    // the turns name what they cannot read; nothing is learned from it
    return none;
  }
}

const orderIn = ({
  id,
  folded: { order },
  record: { events },
  promises,
  outlook,
}: OrderView): ReadOrder =>
  order === null
    ? { id, order, events: [], promises: null, said: outlook }
    : { id, order, events, promises, said: outlook };

async function readPage(
  send: Send,
  site: string,
  ids: readonly string[],
  policies: Policies,
): Promise<ReadOrder[]> {
  if (ids.length === 0) return [];
  const keys = keysOf(site);
  const [texts, said] = await Promise.all([
    send<(string | null)[]>("HMGET", keys.orders, ...ids),
    send<(string | null)[]>("HMGET", keys.outlooks, ...ids),
  ]);
  return ids.map((id, place) => readOne(site, id, texts[place], said[place], policies));
}

/** Reads these orders page by page; `known` gives those that are in memory. */
export async function* readOrders(
  send: Send,
  site: string,
  ids: readonly string[],
  policies: Policies,
  known: (id: string) => OrderView | undefined = () => undefined,
): AsyncGenerator<ReadOrder[]> {
  for (let first = 0; first < ids.length; first += PAGE) {
    const found: ReadOrder[] = [];
    const missing: string[] = [];
    for (const id of ids.slice(first, first + PAGE)) {
      const view = known(id);
      if (view === undefined) missing.push(id);
      else found.push(orderIn(view));
    }
    yield [...found, ...(await readPage(send, site, missing, policies))];
    await breath();
  }
}

/** Rows as they are on the board, page by page. */
export async function* readRows(
  send: Send,
  site: string,
  ids: readonly string[],
): AsyncGenerator<Row[]> {
  for (let first = 0; first < ids.length; first += PAGE) {
    const some = ids.slice(first, first + PAGE);
    const texts = await send<(string | null)[]>("HMGET", keysOf(site).rows, ...some);
    yield texts.flatMap((text) => (text === null ? [] : (JSON.parse(text) as Row)));
    await breath();
  }
}

export const openIds = (send: Send, site: string): Promise<string[]> =>
  send<string[]>("HKEYS", keysOf(site).rows);

/** The last closed orders that are still here and not older than `since`. */
export const closedIds = (
  send: Send,
  site: string,
  since: number,
  most: number,
): Promise<string[]> =>
  send<string[]>(
    "ZRANGE",
    keysOf(site).closed,
    "+inf",
    String(since),
    "BYSCORE",
    "REV",
    "LIMIT",
    "0",
    String(most),
  );
