/**
 * Causes that many orders have in common, in this order: trucks of which it is known that they leave later; lanes that do much less than planned; more orders than usual; what the
 * statistics find (`items.ts`); then, of what is left, the truck or the carrier that most of it is about. What an open incident was about stays with it while it is in trouble and
 * nothing else explains it better. Orders in `taken` have another cause and stay out.
 */
import type { Pace } from "../forecast/pace.ts";
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import {
  floorParts,
  IN_TRANSIT,
  isInTransit,
  laneAhead,
  needsLane,
  truckOf,
  wayParts,
} from "./attributes.ts";
import { causeTexts, hintsOf } from "./cause-words.ts";
import type { Site } from "../site.ts";
import type { Candidate, Detection, OpenCause } from "./detection.ts";
import type { Look } from "./finding.ts";
import type { Attribute, IncidentKind } from "./incident.ts";
import { findItems, itemKey, type Found, type ItemPart } from "./items.ts";
import { thresholdsOf } from "./policies.ts";
import { free, grouped, isFree, isTroubled, startSearch, take, type Search } from "./search.ts";
import type { Standing } from "./standing.ts";
import { isEnabled } from "./conditions.ts";
import { lateTrucks } from "./late-trucks.ts";
import { truckHabit } from "./words.ts";

/** A lane that stands still is worth a call when at least so many orders need it soon. */
const EXPOSED = { orders: 20, withinMs: 4 * HOUR_MS };

const attribute = (name: string, value: string): Attribute => ({ name, value });

const lanesOf = (paces: readonly Pace[], slowBelow: number): Pace[] =>
  paces
    .filter(({ perHour, planned }) => planned > 0 && perHour < slowBelow * planned)
    .sort((a, b) => a.perHour / a.planned - b.perHour / b.planned);

/**
 * Lanes that do much less than planned. Their orders: those in trouble that wait for them. What the floor tells is listed as soon as any order needs the lane, what was measured when
 * some need it soon.
 */
function slowLanes(search: Search): void {
  const { look } = search;
  const { slowBelow, minimumOrders } = thresholdsOf(look.policies, "common_cause");
  const { site } = look.policy;
  for (const pace of lanesOf(look.paces, slowBelow)) {
    const needing = search.floor.filter(
      (one) => isFree(search, one.row) && needsLane(one, pace.lane, site),
    );
    const members = free(search, search.onFloor).filter(
      (one) => needsLane(one.candidate, pace.lane, site) && waitsAt(one, pace.lane, search),
    );
    const exposed = needing.filter(
      ({ row }) => (row.due ?? 0) - look.now < EXPOSED.withinMs,
    ).length;
    const isLoud = members.length >= minimumOrders || exposed >= EXPOSED.orders;
    take(search, members, {
      kind: "common_cause",
      cause: laneCause(pace),
      attributes: laneAttributes(pace),
      ...causeTexts.slowLane(look, pace, members, exposed),
      inputs: {
        orders: members.length,
        exposed,
        perHour: Math.round(pace.perHour),
        planned: Math.round(pace.planned),
        since: pace.since,
      },
      isQuiet: !isLoud,
      isFaint: members.length === 0 && (pace.told ? needing.length : exposed) === 0,
      atLeast: isLoud ? minimumOrders : 0,
      habit: laneCause(pace),
    });
  }
}

/** The forecast's own word for where it waits; without one, that it still has to pass there. */
const waitsAt = ({ candidate }: Standing, lane: string, { look }: Search): boolean =>
  candidate.waitsFor === undefined || laneAhead(candidate, look.policy.site) === lane;

const laneCause = ({ lane, station }: Pace): string =>
  station === undefined ? `lane|${lane}` : `lane|${lane}|${station}`;
const laneAttributes = ({ lane, station }: Pace): Attribute[] => [
  attribute("process", lane),
  ...(station === undefined ? [] : [attribute("station", station)]),
];

/** More orders than usual: who is in trouble now is in trouble because of that, unless something else is known. It is listed before anybody is. */
function surge(search: Search): void {
  const { look } = search;
  const { surgeFrom, minimumOrders } = thresholdsOf(look.policies, "common_cause");
  const { arrivals } = look;
  if (arrivals === null || arrivals.perHour < surgeFrom * arrivals.usual) return;
  const members = free(search, search.onFloor).filter(
    ({ row }) => row.holds.length === 0 && row.stage !== "backordered",
  );
  take(search, members, {
    kind: "common_cause",
    cause: "arrivals|surge",
    attributes: [attribute("arrivals", "surge")],
    ...causeTexts.surge(look, arrivals, members),
    inputs: {
      orders: members.length,
      perHour: Math.round(arrivals.perHour),
      usual: Math.round(arrivals.usual),
    },
    isQuiet: members.length < minimumOrders,
    habit: null,
  });
}

/** A truck alone is the truck's incident, under the same cause whoever finds it. */
function causeOf(parts: readonly ItemPart[]): { kind: IncidentKind; cause: string; habit: string } {
  const [first] = parts;
  if (parts.length === 1 && first?.name === "pickup")
    return {
      kind: "pickup_endangered",
      cause: `pickup|${first.value}`,
      habit: `pickup|${truckHabit(first.value)}`,
    };
  const habit = itemKey(
    parts.map(({ name, value }) => ({
      name,
      value: name === "pickup" ? truckHabit(value) : value,
    })),
  );
  return { kind: "common_cause", cause: `item|${itemKey(parts)}`, habit: `item|${habit}` };
}

const isChronic = ({ look }: Search, habit: string, orders: number): boolean =>
  orders < thresholdsOf(look.policies, "common_cause").chronicFactor * look.usual(habit);

/** Of a truck alone: too small a part of what is due with it, or leaving too late, for a call by what the site decided. It is listed all the same. */
function isMinor({ look }: Search, parts: readonly Attribute[], orders: number): boolean {
  const { minimumShare, withinMin } = thresholdsOf(look.policies, "pickup_endangered");
  const [only, ...others] = parts;
  if (only?.name !== "pickup" || others.length > 0) return false;
  const truck = look.pickups.find(({ id }) => id === only.value);
  if (truck === undefined) return false;
  const isLater = withinMin > 0 && truck.at - look.now > withinMin * MINUTE_MS;
  return isLater || orders < minimumShare * truck.due;
}

function takeItem(
  search: Search,
  { item, size, ...found }: Found,
  place: readonly Attribute[],
): void {
  const { look } = search;
  const parts = [...item.parts, ...place];
  const members = found.troubled.flatMap((id) => look.standing(id) ?? []);
  const { kind, cause, habit } = causeOf(parts);
  take(search, members, {
    kind,
    cause,
    habit,
    attributes: parts,
    ...causeTexts.item(look, parts, members, size, hintsOf(look, members)),
    inputs: {
      orders: members.length,
      of: size,
      lift: Math.round(found.lift * 10) / 10,
      excess: Math.round(found.excess * 10) / 10,
      pValue: found.pValue,
    },
    isQuiet: isChronic(search, habit, members.length) || isMinor(search, parts, members.length),
  });
}

/** Floor and way apart: a parcel has other causes on its way, whatever it shares with those on the shelf. */
type Place = {
  orders: readonly Candidate[];
  inTrouble: readonly Standing[];
  partsOf: (one: Candidate, site: Site) => readonly ItemPart[];
  isWay: boolean;
};

/** Items of the open incidents of one place. */
function knownItems({ open }: Look, isWay: boolean): Set<string> {
  const here = open.filter(({ attributes }) => attributes.some(isInTransit) === isWay);
  return new Set(
    here.map(({ attributes }) => itemKey(attributes.filter((one) => !isInTransit(one)))),
  );
}

function items(search: Search, { orders, inTrouble, partsOf, isWay }: Place): void {
  const { look } = search;
  const rules = thresholdsOf(look.policies, "common_cause");
  if (free(search, inTrouble).length < rules.minimumOrders) return;
  const known = knownItems(look, isWay);
  const sampled = orders.flatMap((one) =>
    isFree(search, one.row)
      ? [
          {
            id: one.row.id,
            isInTrouble: isTroubled(one, look.now),
            parts: partsOf(one, look.policy.site),
          },
        ]
      : [],
  );
  const found = findItems(sampled, { ...rules, isKnown: (key) => known.has(key) });
  for (const one of found) takeItem(search, one, isWay ? [IN_TRANSIT] : []);
}

/** What is left by truck, on the way by carrier: a floor works truck by truck, whatever the cause. */
function folds(search: Search): void {
  const { look } = search;
  const onFloor = free(search, [...search.onFloor, ...search.far]);
  const byTruck = grouped(onFloor, ({ candidate }) => truckOf(candidate, look.policy.site));
  for (const [truck, members] of byTruck) takePart(search, members, [attribute("pickup", truck)]);
  const byCarrier = grouped(free(search, search.onWay), ({ row }) => row.carrier);
  for (const [carrier, members] of byCarrier)
    takePart(search, members, [attribute("carrier", carrier), IN_TRANSIT]);
}

const isFold = (attributes: readonly Attribute[]): boolean => {
  const names = attributes.filter((one) => !isInTransit(one)).map(({ name }) => name);
  return names.length === 1 && names[0] === (attributes.some(isInTransit) ? "carrier" : "pickup");
};

function takePart(search: Search, members: readonly Standing[], parts: readonly Attribute[]): void {
  const { look } = search;
  const { minimumOrders } = thresholdsOf(look.policies, "pickup_endangered");
  const { closeBelowOrders } = thresholdsOf(look.policies, "common_cause");
  const { kind, cause, habit } = causeOf(parts);
  const isOpen = look.open.some((open) => open.cause === cause);
  const isFaint = members.length < minimumOrders;
  // one that is open keeps what is left of it
  if (isFaint && !(isOpen && members.length >= closeBelowOrders)) return;
  if (search.found.some((found) => found.cause === cause)) return;
  take(search, members, {
    kind,
    cause,
    habit,
    attributes: [...parts],
    ...causeTexts.item(look, parts, members, members.length, hintsOf(look, members)),
    inputs: { orders: members.length },
    isFaint,
    // parcels that have nothing in common but their carrier are no cause: listed, and nobody is called
    isQuiet:
      isFaint ||
      parts.length > 1 ||
      isChronic(search, habit, members.length) ||
      isMinor(search, parts, members.length),
  });
}

/** What an open incident was about, is still in trouble and is not found otherwise: it stays there, and the incident stays open while there is enough of it. */
function remains(search: Search): void {
  const { look } = search;
  const { closeBelowOrders } = thresholdsOf(look.policies, "common_cause");
  const seen = new Set(search.found.map(({ cause }) => cause));
  const left = free(search, [...search.onFloor, ...search.far, ...search.onWay]);
  for (const open of look.open) {
    if (seen.has(open.cause) || !isCommon(open) || isFold(open.attributes)) continue;
    const members = left.filter((one) => open.members.has(one.id) && isFree(search, one));
    if (members.length < closeBelowOrders) continue;
    take(search, members, {
      kind: open.kind,
      cause: open.cause,
      attributes: open.attributes,
      ...causeTexts.remains(look, open, members),
      inputs: { orders: members.length },
      isFaint: true,
      isQuiet: true,
      habit: null,
    });
  }
}

const isCommon = ({ kind }: OpenCause): boolean =>
  kind === "common_cause" || kind === "pickup_endangered";

/** Adds the orders that it explains to `taken`. */
export function commonCauses(look: Look, taken: Set<string>): Detection[] {
  const search = startSearch(look, taken);
  if (isEnabled(look, "pickup_endangered")) lateTrucks(search);
  if (isEnabled(look, "common_cause")) {
    slowLanes(search);
    surge(search);
    const { floor, onFloor } = search;
    items(search, { orders: floor, inTrouble: onFloor, partsOf: floorParts, isWay: false });
    // what left late comes late whoever takes it: it would hide what happens to the others
    const way = search.way.filter(({ leftLate }) => leftLate !== true);
    const onWay = search.onWay.filter(({ candidate }) => candidate.leftLate !== true);
    items(search, { orders: way, inTrouble: onWay, partsOf: wayParts, isWay: true });
    remains(search);
  }
  if (isEnabled(look, "pickup_endangered")) folds(search);
  return search.found;
}
