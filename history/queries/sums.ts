/** Sums of a window from the roll-ups: whole days by day, what sticks out by hour. Of the hour that is running, what is due later than now is no failure yet. */
import { dayStartOf, endOf, hourOf, type Grain } from "../../domain/analytics/buckets.ts";
import type { OrderFacts } from "../../domain/analytics/facts.ts";
import { createLedger, type Gain } from "../../domain/analytics/ledger.ts";
import type { Dimension } from "../../domain/analytics/places.ts";
import { countDue } from "../../domain/analytics/measures.ts";
import { decodeSums, merge, type Sums } from "../../domain/analytics/sums.ts";
import type { History } from "../open.ts";

export type Window = { from: number; to: number };
export type SumsQuery = Window & {
  site: string;
  zone: string;
  now: number;
  dim: Dimension;
  /** one of the dimension's values; all when left out */
  value?: string | undefined;
  /** these values alone */
  values?: readonly string[];
  /** `none`: one sum a value */
  by: Grain | "none";
};
export type SumsRow = { value: string; bucket: number; sums: Sums };

/** The window in whole hours of the site; it ends with the hour that is running. */
export function wholeHours(zone: string, { from, to }: Window, now: number): Window {
  const start = hourOf(zone, from);
  const last = Math.min(to, now + 1);
  const end = last <= start ? start : endOf(zone, "hour", hourOf(zone, last - 1));
  return { from: start, to: end };
}

type Part = Window & { grain: Grain };

/** Whole days in the middle, hours at both ends. */
export function partsOf(zone: string, { from, to }: Window, by: SumsQuery["by"]): Part[] {
  if (by === "hour") return [{ grain: "hour", from, to }];
  const isMidnight = dayStartOf(zone, from) === from;
  const firstDay = isMidnight ? from : endOf(zone, "day", dayStartOf(zone, from));
  const lastDay = dayStartOf(zone, to);
  if (firstDay >= lastDay) return [{ grain: "hour", from, to }];
  const parts: Part[] = [
    { grain: "hour", from, to: firstDay },
    { grain: "day", from: firstDay, to: lastDay },
    { grain: "hour", from: lastDay, to },
  ];
  return parts.filter((part) => part.from < part.to);
}

type Stored = { value: string; bucket: number; sums: string };

async function readPart(
  { db }: Pick<History, "db">,
  query: SumsQuery,
  part: Part,
): Promise<Stored[]> {
  let rows = db
    .selectFrom("rollups")
    .select(["value", "bucket", "sums"])
    .where("site", "=", query.site)
    .where("grain", "=", part.grain)
    .where("dim", "=", query.dim)
    .where("bucket", ">=", part.from)
    .where("bucket", "<", part.to);
  if (query.value !== undefined) rows = rows.where("value", "=", query.value);
  if (query.values !== undefined) rows = rows.where("value", "in", query.values);
  return rows.execute();
}

/** Moments that something is counted at which may lie ahead; `but`: another that mostly is the same, and by which the order is found then. */
const DUE: readonly { by: DueColumn; but?: DueColumn }[] = [
  { by: "net_ship_by" },
  { by: "net_deliver_by" },
  { by: "ship_by", but: "net_ship_by" },
  { by: "deliver_by", but: "net_deliver_by" },
  { by: "commit_by", but: "net_deliver_by" },
];
type DueColumn = "ship_by" | "deliver_by" | "net_ship_by" | "net_deliver_by" | "commit_by";

/** Customers' orders of which something is due between both. */
async function customersDue(
  { db }: Pick<History, "db">,
  site: string,
  after: number,
  before: number,
): Promise<string[]> {
  const found = await Promise.all(
    DUE.map(({ by, but }) => {
      const due = db
        .selectFrom("orders")
        .select("customer_order")
        .where("site", "=", site)
        .where(by, ">", after)
        .where(by, "<", before);
      // as the indexes say it
      return (but === undefined ? due : due.whereRef(by, "is distinct from", but)).execute();
    }),
  );
  return [...new Set(found.flat().map((row) => row.customer_order))];
}

/** What of the window is due only after now: taken off. Of a window that begins after now nothing was added. */
async function readAhead(
  history: Pick<History, "db">,
  { site, zone, now, dim }: SumsQuery,
  { from, to }: Window,
): Promise<Gain[]> {
  if (to <= now || from >= to) return [];
  const { db } = history;
  const customers = await customersDue(history, site, now, to);
  const ledger = createLedger(zone, (at) => at > now && at < to);
  for (let first = 0; first < customers.length; first += 500) {
    const some = customers.slice(first, first + 500);
    const found = await db
      .selectFrom("orders")
      .select(["id", "customer_order", "facts"])
      .where("site", "=", site)
      .where("customer_order", "in", some)
      // being measured anew, and not among the sums either
      .where("facts", "!=", "")
      .execute();
    const groups = new Map<string, OrderFacts[]>();
    for (const { customer_order: customer, facts } of found)
      groups.set(customer, [...(groups.get(customer) ?? []), JSON.parse(facts) as OrderFacts]);
    for (const parts of groups.values()) countDue(parts, ledger, -1);
  }
  return ledger.gains().filter((gain) => gain.grain === "hour" && gain.dim === dim);
}

/** Of the window in whole hours: sums by value of the dimension and, if asked for, by hour or day. */
export async function readSums(history: Pick<History, "db">, query: SumsQuery): Promise<SumsRow[]> {
  const { zone, by, value, values } = query;
  const window = wholeHours(zone, query, query.now);
  const rows = new Map<string, SumsRow>();
  const add = (of: string, at: number, sums: Sums): void => {
    const bucket = by === "none" ? 0 : by === "day" ? dayStartOf(zone, at) : at;
    const key = `${bucket}|${of}`;
    const known = rows.get(key);
    // the first is nobody else's: of hours there is no other, and copying ninety days of them took longer than reading
    if (known === undefined) rows.set(key, { value: of, bucket, sums });
    else merge(known.sums, sums);
  };
  for (const part of partsOf(zone, window, by))
    for (const one of await readPart(history, query, part))
      add(one.value, one.bucket, decodeSums(one.sums));
  for (const gain of await readAhead(history, query, window))
    if ((value ?? gain.value) === gain.value && values?.includes(gain.value) !== false)
      add(gain.value, gain.bucket, gain.sums);
  return [...rows.values()].sort((a, b) => a.bucket - b.bucket || (a.value < b.value ? -1 : 1));
}
