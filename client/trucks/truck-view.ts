/** What a truck's card shows: the counts of the live board, and beside them what the server worked out of every station, which is some seconds older. */
import type { PickupState, Row } from "../../domain/board.ts";
import { standing } from "../../domain/board-model.ts";
import { isBeforeHandOver, STAGE_RANK, type Stage } from "../../domain/stages.ts";
import type { TruckOutlook } from "../../domain/truck-outlook.ts";
import { STAGE_ORDER } from "../ui/words.ts";

/** A truck as `GET /pickups` gives it: instants are text, and what is endless is null. Trucks further ahead carry the counts alone. */
export type WireTruck = Omit<PickupState, "at"> & { at: string } & Partial<
    Omit<TruckOutlook, keyof PickupState | "readyBy">
  > & { readyBy?: string };

export type TruckView = PickupState & {
  outlook: WireTruck | null;
  /** orders that somebody can still save for it, the one to act on first on top */
  savableOrders: readonly Row[];
  /** orders that do not stand on the dock yet */
  missing: number;
  hasLeft: boolean;
};

const SHOWN_ORDERS = 6;
/** A truck that has left stays so long, so that who looked away sees what was not on it. */
const LEFT_MS = 2 * 60_000;
const AHEAD_MS = 36 * 3_600_000;

const byActBy = (a: Row, b: Row): number =>
  (a.actBy ?? Infinity) - (b.actBy ?? Infinity) || (a.id < b.id ? -1 : 1);

/** Orders by the truck for which they count as savable; only the first of each are kept. `trucks`: as they leave, which may be later than planned. */
export function savableByTruck(
  rows: Iterable<Row>,
  trucks: readonly PickupState[],
): Map<string, Row[]> {
  const known = new Map(trucks.map((truck) => [truck.id, truck]));
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.pickup === null) continue;
    const truck = known.get(row.pickup.id) ?? row.pickup;
    if (standing(row, truck, false) !== "savable") continue;
    const list = found.get(row.pickup.id);
    if (list === undefined) found.set(row.pickup.id, [row]);
    else list.push(row);
  }
  for (const [id, list] of found) found.set(id, list.sort(byActBy).slice(0, SHOWN_ORDERS));
  return found;
}

/** Where an order is that must still come to the dock; of a site that scans none, to the last stage that it does scan. None where it scans nothing in the house. */
export function stagesBeforeDock(scanned: readonly Stage[]): Stage[] {
  const ranks = scanned.filter(isBeforeHandOver).map((stage) => STAGE_RANK[stage]);
  const dock = Math.max(-Infinity, ...ranks);
  return STAGE_ORDER.filter((stage) => isBeforeHandOver(stage) && STAGE_RANK[stage] < dock);
}

/** How many orders of each truck are in one of these stages. */
export function countByTruck(rows: Iterable<Row>, stages: ReadonlySet<Stage>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { pickup, stage } of rows)
    if (pickup !== null && stages.has(stage))
      counts.set(pickup.id, (counts.get(pickup.id) ?? 0) + 1);
  return counts;
}

/** The trucks of the next hours, soonest first. */
export function truckViews(
  trucks: readonly PickupState[],
  outlooks: ReadonlyMap<string, WireTruck>,
  savable: ReadonlyMap<string, readonly Row[]>,
  missing: ReadonlyMap<string, number>,
  now: number,
): TruckView[] {
  return trucks
    .filter(({ at }) => at > now - LEFT_MS && at - now < AHEAD_MS)
    .map((truck) => ({
      ...truck,
      outlook: outlooks.get(truck.id) ?? null,
      savableOrders: savable.get(truck.id) ?? [],
      missing: missing.get(truck.id) ?? 0,
      hasLeft: truck.at <= now,
    }));
}

/** Part of `total` in whole percent; nothing of nothing is all done. */
export const percentOf = (part: number, total: number): number =>
  total <= 0 ? 100 : Math.round((Math.min(part, total) / total) * 100);

/** `87 %`; what is nearly sure is not called certain. */
export function oddsWords(probability: number): string {
  if (probability > 0.995) return "> 99 %";
  if (probability < 0.005) return "< 1 %";
  return `${Math.round(probability * 100)} %`;
}

const PROCESS_WORDS: Readonly<Record<string, string>> = {
  allocate: "Allocation",
  pick: "Picking",
  pack: "Packing",
  check: "Quality control",
  stage: "Dock",
};
export const processWords = (process: string): string => PROCESS_WORDS[process] ?? process;
