/** The orders among which a common cause is looked for, and what is found: each order is explained once. */
import { DAY_MS } from "../wall-clock.ts";
import { truckOf } from "./attributes.ts";
import type { Candidate, Detection } from "./detection.ts";
import { detectionOf, type Finding, type Look } from "./finding.ts";
import type { CutOffShare } from "./severity.ts";
import { isInTrouble, type Standing } from "./standing.ts";

/** Orders due later than this are not looked at for a common cause; nor are those that were due so long ago. */
const HORIZON_MS = DAY_MS;
export type Search = {
  look: Look;
  taken: Set<string>;
  found: Detection[];
  /** orders on the floor and on the way that a common cause may explain, in trouble or not */
  floor: readonly Candidate[];
  way: readonly Candidate[];
  /** those of them in trouble */
  onFloor: readonly Standing[];
  onWay: readonly Standing[];
  /** in trouble on the floor, but due later, or long ago: no statistics, but their truck may be named */
  far: readonly Standing[];
};

export const isFree = ({ taken }: Search, { id }: { id: string }): boolean => !taken.has(id);
export const free = (search: Search, orders: readonly Standing[]): Standing[] =>
  orders.filter((one) => isFree(search, one));

/** On the way, the carrier's own word for the day of delivery counts as the forecast's alarm does. */
export function isTroubled({ row, eta }: Candidate, now: number): boolean {
  if (isInTrouble(row, now)) return true;
  return row.dueKind === "deliver" && row.due !== null && eta !== undefined && eta > row.due;
}

type Place = "floor" | "way" | "far";

function placeOf({ row }: Candidate, now: number): Place | null {
  if (row.due === null || row.sev === "unknown") return null;
  if (row.dueKind === "deliver") return "way";
  return Math.abs(row.due - now) > HORIZON_MS ? "far" : "floor";
}

export function startSearch(look: Look, taken: Set<string>): Search {
  const all = { floor: [] as Candidate[], way: [] as Candidate[], far: [] as Candidate[] };
  const troubled = { floor: [] as Standing[], way: [] as Standing[], far: [] as Standing[] };
  for (const [id, candidate] of look.orders) {
    const place = placeOf(candidate, look.now);
    if (place === null) continue;
    all[place].push(candidate);
    const standing = isTroubled(candidate, look.now) ? look.standing(id) : undefined;
    if (standing !== undefined) troubled[place].push(standing);
  }
  const { floor, way } = all;
  const { floor: onFloor, way: onWay, far } = troubled;
  return { look, taken, found: [], floor, way, onFloor, onWay, far };
}

/** Share of a truck's orders that are members, when all of them are about one truck. */
function cutOffOf({ look }: Search, members: readonly Standing[]): CutOffShare | null {
  const counts = new Map<string, number>();
  for (const { candidate } of members) {
    const truck = truckOf(candidate, look.policy.site);
    if (truck !== null) counts.set(truck, (counts.get(truck) ?? 0) + 1);
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  const pickup = first === undefined ? undefined : look.pickups.find(({ id }) => id === first[0]);
  if (first === undefined || pickup === undefined || pickup.due === 0) return null;
  return { share: first[1] / pickup.due, leftMs: pickup.at - look.now };
}

type Cause = Omit<Finding, "members" | "cutOff">;

/** Its orders are explained from now on. */
export function take(search: Search, members: readonly Standing[], cause: Cause): void {
  for (const { id } of members) search.taken.add(id);
  const finding = { ...cause, members, cutOff: cutOffOf(search, members) };
  search.found.push(detectionOf(finding, search.look));
}

export function grouped(orders: readonly Standing[], keyOf: (one: Standing) => string | null) {
  const groups = new Map<string, Standing[]>();
  for (const one of orders) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
