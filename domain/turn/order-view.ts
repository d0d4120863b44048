/** An order as one turn sees it: what is kept of it, and what the rules make of that. */
import type { Row } from "../board.ts";
import { type Counted, NOTHING_COUNTED } from "../contribution.ts";
import type { OrderRecord } from "../contract/order-record.ts";
import type { StoredOutlook } from "../contract/stored.ts";
import type { Delay } from "../delay.ts";
import type { RecordedEvent } from "../event.ts";
import { EMPTY_FOLD, type Fold } from "../fold.ts";
import { isOpenOrder, type Order } from "../order.ts";
import type { Promises } from "../promise.ts";
import type { SitePolicy } from "../site.ts";
import type { Rules } from "./rules.ts";

/** Events before their order are kept this long (architecture, rule 9). */
export const STUB_WAIT_MS = 86_400_000;
/** An order whose rules throw in a sweep is looked at again after this long. */
export const THREW_AGAIN_MS = 60_000;

export type OrderView = {
  id: string;
  record: OrderRecord;
  folded: Fold;
  promises: Promises | null;
  /** what it counts for in its site's counters */
  counted: Counted;
  /** the row as it was last written; null for stubs, or where it does not matter */
  row: Row | null;
  isOpen: boolean;
  due: number | null;
  /** what the forecast last said; undefined when it said nothing */
  outlook: StoredOutlook | undefined;
  /** the most urgent incident it stands in; undefined when it stands in none */
  incident: string | undefined;
  /** characters of the record as it is stored, roughly */
  size: number;
};

/** What the rules say of an order at `now`; the row carries version `v`. */
export type Judged = { row: Row; due: number | null; isOpen: boolean };

export function judge(
  order: Order,
  promises: Promises,
  policy: SitePolicy,
  rules: Rules,
  now: number,
  v: number,
  { outlook, incident }: Pick<OrderView, "outlook" | "incident">,
): Judged {
  const delay: Delay = rules.assessDelay(order, promises, policy, now, outlook);
  const isOpen = isOpenOrder(order);
  const row = rules.rowOf(order, delay, v);
  const due = isOpen ? delay.nextLookAt : null;
  return { row: incident === undefined ? row : { ...row, incident }, due, isOpen };
}

/** Since when its `order.received` is missed: since its first event, or, where a receipt was taken back, since the last that was heard of it. */
function waitsSince(events: readonly RecordedEvent[]): number {
  const moments = events.map(({ recordedAt }) => recordedAt);
  const hadReceipt = events.some(({ type }) => type === "order.received");
  return hadReceipt ? Math.max(...moments) : Math.min(...moments);
}

type Basis = Pick<OrderView, "id" | "record" | "folded" | "size" | "outlook" | "incident">;

/** An order as its newest events make it, and what the forecast said of it before. */
export type Seen = {
  order: Order;
  events: readonly RecordedEvent[];
  promises: Promises;
  said: StoredOutlook | undefined;
};
/** The forecast of an order as its newest events make it; undefined: as it was said before. Never throws, and leaves no trace: the turn may be refused. */
export type Foresee = (seen: Seen, policy: SitePolicy, now: number) => StoredOutlook | undefined;

/** What else is known when an order changes: its promises before, and who forecasts it. */
type Known = { promises: Promises | null; foresee: Foresee | undefined };
const NOTHING_KNOWN: Known = { promises: null, foresee: undefined };

/** Everything that follows from the folded events. Throws what the rules throw. */
export function viewOf(
  basis: Basis,
  policy: SitePolicy,
  rules: Rules,
  now: number,
  known: Known = NOTHING_KNOWN,
): OrderView {
  const { record, folded } = basis;
  const { order } = folded;
  if (order === null) {
    const due = waitsSince(record.events) + STUB_WAIT_MS;
    return {
      ...basis,
      promises: null,
      counted: NOTHING_COUNTED,
      row: null,
      isOpen: false,
      due,
    };
  }
  const promises = rules.promisesOf(order, policy, known.promises);
  const counted = rules.countedOf(order, promises);
  const seen = { order, events: record.events, promises, said: basis.outlook };
  const outlook = known.foresee?.(seen, policy, now) ?? basis.outlook;
  const said = { outlook, incident: basis.incident };
  const { row, due, isOpen } = judge(order, promises, policy, rules, now, record.v, said);
  return { ...basis, promises, counted, row, isOpen, due, outlook };
}

/** An order as it was stored, with the row as it was last written (null when that does not matter). Throws what the rules throw. */
export function loadedView(
  basis: Basis,
  row: Row | null,
  policy: SitePolicy,
  rules: Rules,
): OrderView {
  const { order } = basis.folded;
  const promises = order === null ? null : rules.promisesOf(order, policy);
  const counted = rules.countedOf(order, promises);
  const isOpen = order !== null && isOpenOrder(order);
  return { ...basis, promises, counted, row, isOpen, due: null };
}

/** An order of which nothing is known. */
export const unknownOrder = (id: string, policy: number): OrderView => ({
  id,
  record: { v: 0, policy, events: [], sent: [], encoded: { events: [], text: "" } },
  folded: EMPTY_FOLD,
  promises: null,
  counted: NOTHING_COUNTED,
  row: null,
  isOpen: false,
  due: null,
  outlook: undefined,
  incident: undefined,
  size: 0,
});

export const isUnknown = (view: OrderView): boolean => view.record.events.length === 0;
/** Some of its events are known, its `order.received` is not. */
export const isStub = (view: OrderView): boolean => !isUnknown(view) && view.folded.order === null;
