/** Whose a parcel is: carriers' services know tracking codes, and orders only where they were told of them. */
import { STAGE_RANK } from "../../domain/stages.ts";
import type { Row } from "../../domain/board.ts";
import type { SiteBoard } from "../decorators.ts";
import { eventsOfScan } from "../connectors/carrier-news.ts";
import type { Scan, Told, Tracking } from "../connectors/translation.ts";

/** Shops write a number with a sign before it, and people leave that out. */
const plain = (number: string): string => number.replace(/^#/, "");

/** The open orders of a site by what may name them, in one walk over all rows: for one delivery or for all that wait. */
export function findRows(
  board: SiteBoard | undefined,
  all: readonly Tracking[],
): Map<Tracking, Row> {
  const asked = new Map<string, Tracking[]>();
  const ask = (name: string, tracking: Tracking): void => {
    asked.set(name, [...(asked.get(name) ?? []), tracking]);
  };
  for (const tracking of all) {
    for (const code of tracking.codes) ask(`code ${code}`, tracking);
    for (const reference of tracking.references) ask(`order ${plain(reference)}`, tracking);
  }
  const found = new Map<Tracking, Row>();
  const take = (name: string, row: Row): void =>
    asked.get(name)?.forEach((tracking) => {
      // a code is surer than a reference, which may be a number of another system's
      if (name.startsWith("code") || !found.has(tracking)) found.set(tracking, row);
    });
  for (const row of board?.rows.values() ?? []) {
    for (const code of row.find) take(`code ${code}`, row);
    take(`order ${plain(row.id)}`, row);
    if (row.customerOrder !== undefined) take(`order ${plain(row.customerOrder)}`, row);
  }
  return found;
}

const HANDED_OVER = STAGE_RANK.handed_over;

/** A cancelled label of an order of several parcels does not cancel the order. */
const asOfOneParcel = (scan: Scan): Scan =>
  scan.news === "cancelled" ? { ...scan, news: { code: "LABEL_FAILED" } } : scan;

/**
 * The events of all scans, for an order that is on the board (`row`) or was. The first scan under way is the hand-over too, unless somebody scanned that at the dock: whoever tells it
 * again tells the same event.
 */
export function eventsOfTracking(
  { codes, carrier, scans }: Tracking,
  orderId: string,
  row: Row | undefined,
): Told[] {
  const trackingCode = codes[0];
  const isOut = row === undefined || STAGE_RANK[row.stage] >= HANDED_OVER;
  const first = isOut ? undefined : scans.find(({ news }) => news === "in_transit");
  const isMany = (row?.parcels.total ?? 1) > 1;
  return scans.flatMap((scan) => {
    const own = isMany ? asOfOneParcel(scan) : scan;
    const events = eventsOfScan(orderId, { trackingCode }, own);
    if (scan !== first) return events;
    const handOver: Scan = { ...scan, news: "picked_up" };
    return [...eventsOfScan(orderId, { trackingCode }, handOver, carrier), ...events];
  });
}
