/** Looks for people: by what is open at once, by what is sealed one order after the other. */
import { keysOf } from "../../domain/contract/keys.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import type { Row } from "../../domain/board.ts";
import { openPersonal } from "../orders/open-personal.ts";
import type { Personal } from "../personal.ts";
import type { RedisClient } from "../redis.ts";

/** Who is meant. Exactly one of them: an order, all orders of a customer's number, or whoever has this name, e-mail or other personal value. */
export type Whose =
  | { orderId: string }
  | { customerOrder: string }
  /** compared with every personal value, without case and outer blanks */
  | { customer: string };

export type KeptOrder = {
  site: string;
  id: string;
  customerOrder: string | null;
  personal: Record<string, unknown> | null;
  /** ms; null while they were not erased */
  erasedAt: number | null;
};

const SCAN_COUNT = 500;

const folded = (value: unknown): string =>
  typeof value === "string" ? value.trim().toLowerCase() : "";

function holdsValue(value: unknown, wanted: string): boolean {
  if (typeof value === "object" && value !== null)
    return Object.values(value).some((inner) => holdsValue(inner, wanted));
  return folded(value) === wanted;
}

/** Nothing of a record that cannot be read: its personal fields are found and erased all the same. */
function eventsIn(text: string, site: string, id: string) {
  try {
    return decodeOrderRecord(text, site, id).events;
  } catch {
    return [];
  }
}

function customerOrderOf(text: string, site: string, id: string): string | null {
  const events = eventsIn(text, site, id);
  for (const { type, data } of events.toReversed()) {
    if (type !== "order.received" && type !== "order.amended") continue;
    const { customerOrder } = data as { customerOrder?: string };
    if (customerOrder !== undefined) return customerOrder;
  }
  return null;
}

export type SearchDeps = {
  client: RedisClient;
  personal: Pick<Personal, "open">;
  /** ids of a customer's orders that history has: those that were archived stand nowhere else by that number */
  archived: (site: string, customerOrder: string) => Promise<readonly string[]>;
};

/** A hash in pieces: a large site must not hold up Redis for everybody. */
async function* fieldsOf(client: RedisClient, key: string): AsyncGenerator<[string, string][]> {
  let cursor = "0";
  do {
    const page = await client.hScan(key, cursor, { COUNT: SCAN_COUNT });
    cursor = page.cursor;
    yield page.entries.map(({ field, value }) => [field, value]);
  } while (cursor !== "0");
}

/** What is kept of whom; of orders that were erased, that they were. */
export function createSearch({ client, personal, archived }: SearchDeps) {
  async function kept(site: string, id: string): Promise<KeptOrder | null> {
    const keys = keysOf(site);
    const [order, stub, sealed, sealKeys, erasedAt] = await Promise.all([
      client.hGet(keys.orders, id),
      client.hGet(keys.stubs, id),
      client.hGet(keys.personal, id),
      client.hGet(keys.personalKeys, id),
      client.hGet(keys.personalErased, id),
    ]);
    const text = order ?? stub;
    if (text == null && sealed == null && sealKeys == null && erasedAt == null) return null;
    const open = (one: string) => personal.open(site, id, one, sealKeys ?? "");
    return {
      site,
      id,
      customerOrder: text == null ? null : customerOrderOf(text, site, id),
      personal: sealed == null ? null : openPersonal(open, sealed),
      erasedAt: erasedAt == null ? null : Number(erasedAt),
    };
  }

  async function idsOfCustomerOrder(site: string, wanted: string): Promise<string[]> {
    const { rows, closedRows } = keysOf(site);
    const ids = new Set(await archived(site, wanted));
    for (const key of [rows, closedRows])
      for await (const page of fieldsOf(client, key))
        for (const [id, text] of page)
          if ((JSON.parse(text) as Row).customerOrder === wanted) ids.add(id);
    return [...ids];
  }

  async function idsOfCustomer(site: string, customer: string): Promise<string[]> {
    const wanted = folded(customer);
    const ids: string[] = [];
    for await (const page of fieldsOf(client, keysOf(site).personal))
      for (const [id] of page)
        if (holdsValue((await kept(site, id))?.personal, wanted)) ids.push(id);
    return ids;
  }

  function idsOf(site: string, whose: Whose): Promise<string[]> {
    if ("orderId" in whose) return Promise.resolve([whose.orderId]);
    if ("customerOrder" in whose) return idsOfCustomerOrder(site, whose.customerOrder);
    return idsOfCustomer(site, whose.customer);
  }

  return async (sites: string[], whose: Whose): Promise<KeptOrder[]> => {
    const found: KeptOrder[] = [];
    for (const site of sites)
      for (const id of await idsOf(site, whose)) {
        const one = await kept(site, id);
        if (one !== null) found.push(one);
      }
    return found;
  };
}
