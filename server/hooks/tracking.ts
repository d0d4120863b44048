/** Whose a parcel is: carriers' services know tracking codes, and orders only where they were told of them. */
import { STAGE_RANK } from "../../domain/stages.ts";
import type { Row } from "../../domain/board.ts";
import type { SiteBoard } from "../decorators.ts";
import { canonical } from "../connectors/canonical.ts";
import { eventsOfScan } from "../connectors/carrier-news.ts";
import { parcelNamesOf } from "../known-parcels.ts";
import type { Scan, Told, Tracking } from "../connectors/translation.ts";

const lastAt = ({ scans }: Tracking): number => Math.max(0, ...scans.map(({ at }) => at));

/**
 * What two deliveries say of one parcel. A delivery that failed comes again after a later one, and tells less: nothing that either says is lost, and when both say something else of
 * the day it is expected, that of the later one counts.
 */
export function together(one: Tracking, other: Tracking): Tracking {
  const [older, newer] = lastAt(one) > lastAt(other) ? [other, one] : [one, other];
  const scans = new Map(
    [...older.scans, ...newer.scans].map((scan) => [canonical({ ...scan, eta: null }), scan]),
  );
  return {
    ...newer,
    codes: [...new Set([...newer.codes, ...older.codes])],
    references: [...new Set([...newer.references, ...older.references])],
    scans: [...scans.values()].toSorted((a, b) => a.at - b.at),
  };
}

/** Shops write a number with a sign before it, and people leave that out. */
const plain = (number: string): string => number.replace(/^#/, "");

type Asked = Map<string, Tracking[]>;

function askedBy(all: readonly Tracking[], names: (one: Tracking) => string[]): Asked {
  const asked: Asked = new Map();
  for (const tracking of all)
    for (const name of names(tracking)) asked.set(name, [...(asked.get(name) ?? []), tracking]);
  return asked;
}

/** The open orders of a site by what may name them, in one walk over all rows: for one delivery or for all that wait. A code is surer than a number, which may be another system's. */
export function findRows(
  board: SiteBoard | undefined,
  all: readonly Tracking[],
): Map<Tracking, Row> {
  const byCode = askedBy(all, ({ codes }) => codes);
  const byNumber = askedBy(all, ({ references }) => references.map(plain));
  const numbered = new Map<Tracking, Row>();
  const coded = new Map<Tracking, Row>();
  for (const row of board?.rows.values() ?? []) {
    for (const code of parcelNamesOf(row)) byCode.get(code)?.forEach((one) => coded.set(one, row));
    if (byNumber.size === 0) continue;
    for (const number of [row.id, row.customerOrder ?? row.id])
      byNumber.get(plain(number))?.forEach((one) => numbered.set(one, row));
  }
  return new Map([...numbered, ...coded]);
}

/**
 * Whose it is. The order that the code was met with is looked at first: walking over all rows for each scan of each parcel would cost a large site milliseconds every time. But carriers
 * use codes again, so it counts before what the board says only while it still has that code.
 */
export function orderOf(
  board: SiteBoard | undefined,
  tracking: Tracking,
  met: string | null,
  find: () => ReadonlyMap<Tracking, Row>,
): { id: string; row: Row | undefined } | null {
  const before = met === null ? undefined : board?.rows.get(met);
  const isSame =
    before !== undefined && parcelNamesOf(before).some((name) => tracking.codes.includes(name));
  const row = isSame ? before : (find().get(tracking) ?? before);
  const id = row?.id ?? met;
  return id === null ? null : { id, row };
}

const HANDED_OVER = STAGE_RANK.handed_over;

/** Its parcels have codes, and none of these: there is another label by now. */
function isReplaced({ codes }: Tracking, row: Row | undefined): boolean {
  const names = row === undefined ? [] : parcelNamesOf(row);
  return names.length > (row?.parcels.total ?? 0) && !names.some((name) => codes.includes(name));
}

/**
 * A label that was cancelled is no order that was: mostly another one is bought. Whoever packs has to know of it, unless that has happened already. That the customer wants nothing any
 * more is said by the shop.
 */
function ofLabel(scan: Scan, tracking: Tracking, row: Row | undefined): Scan {
  if (scan.news !== "cancelled") return scan;
  return { ...scan, news: isReplaced(tracking, row) ? "unknown" : { code: "LABEL_FAILED" } };
}

/**
 * The events of all scans, for an order that is on the board (`row`) or was. The first scan under way is the hand-over too, unless somebody scanned that at the dock: whoever tells it
 * again tells the same event.
 */
export function eventsOfTracking(
  tracking: Tracking,
  orderId: string,
  row: Row | undefined,
): Told[] {
  const { codes, carrier, scans } = tracking;
  const trackingCode = codes[0];
  const isOut = row === undefined || STAGE_RANK[row.stage] >= HANDED_OVER;
  const first = isOut ? undefined : scans.find(({ news }) => news === "in_transit");
  return scans.flatMap((scan) => {
    const events = eventsOfScan(orderId, { trackingCode }, ofLabel(scan, tracking, row));
    if (scan !== first) return events;
    const handOver: Scan = { ...scan, news: "picked_up" };
    return [...eventsOfScan(orderId, { trackingCode }, handOver, carrier), ...events];
  });
}
