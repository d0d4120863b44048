/** What an order may have in common with others, as name and value: on the floor and on the way, which have causes of different kinds. */
import { calendarOf, pickupIdOf, type Departure } from "../calendar.ts";
import {
  laneOf,
  processesOf,
  processIndex,
  processOf,
  type Lane,
  type Process,
} from "../forecast/plan.ts";
import type { Site } from "../site.ts";
import { localDay, wallMinutes } from "../wall-clock.ts";
import type { Candidate } from "./detection.ts";
import type { Attribute } from "./incident.ts";
import type { ItemPart } from "./items.ts";

const BACKORDER = "backorder";
/** On the way to the customer. */
const TRANSIT = "transit";
export const IN_TRANSIT: Attribute = { name: "process", value: TRANSIT };
export const isInTransit = ({ name, value }: Attribute): boolean =>
  name === IN_TRANSIT.name && value === TRANSIT;
/** On the dock: nothing is left to do but to load it. */
const DOCK = "dock";

const part = (name: string, value: string | undefined): ItemPart[] =>
  value === undefined || value === "" ? [] : [{ name, value }];

/** The truck of its carrier that leaves then: a promise that a shop gave names a moment, and not always a truck's. */
function departureAt({ row }: Candidate, due: number, site: Site): Departure | undefined {
  const carrier = site.carriers.find(({ id }) => id === row.carrier);
  if (carrier === undefined) return undefined;
  const departures = calendarOf(site).pickupsOf(carrier, localDay(site.timeZone, due), row.service);
  return departures.find(({ at }) => at === due);
}

const idOfMoment = (carrier: string, at: number, zone: string): string =>
  pickupIdOf(carrier, localDay(zone, at), wallMinutes(zone, at));

/** The truck whose leaving is its deadline: the one it aims at, or, once that has left without it, the one it was due with. */
export function truckOf(candidate: Candidate, site: Site): string | null {
  const { carrier, due, dueKind, pickup } = candidate.row;
  if (dueKind !== "ship" || due === null) return null;
  if (pickup !== null && pickup.at <= due) return pickup.id;
  return departureAt(candidate, due, site)?.id ?? idOfMoment(carrier, due, site.timeZone);
}

function isOfTruck(candidate: Candidate, due: number, site: Site): boolean {
  const { pickup } = candidate.row;
  return (pickup !== null && pickup.at <= due) || departureAt(candidate, due, site) !== undefined;
}

/** The trucks that orders in the house are due with, and when those leave as planned. */
export function dueTrucks(
  orders: Iterable<Candidate>,
  site: Site,
): Map<string, { carrier: string; at: number }> {
  const trucks = new Map<string, { carrier: string; at: number }>();
  for (const candidate of orders) {
    const id = truckOf(candidate, site);
    const { carrier, due, pickup } = candidate.row;
    if (id === null || due === null || trucks.has(id) || !isOfTruck(candidate, due, site)) continue;
    trucks.set(id, { carrier, at: pickup?.id === id ? pickup.at : due });
  }
  return trucks;
}

/** Processes that an order still has to pass, the next one first. */
export function processesAhead({ row }: Candidate, site: Site): readonly Process[] {
  const processes = processesOf(site);
  return processes.slice(processIndex(processes, row.stage));
}

/** Where it waits longest as the forecast sees it, else what comes next. */
export function laneAhead(candidate: Candidate, site: Site): Lane | null {
  if (candidate.waitsFor !== undefined) return candidate.waitsFor;
  const [next] = processesAhead(candidate, site);
  return next === undefined ? null : laneOf(next, candidate.row.zone);
}

/** Whether what that lane does still concerns it. */
export function needsLane(candidate: Candidate, lane: Lane, site: Site): boolean {
  const process = processOf(lane);
  if (!processesAhead(candidate, site).includes(process)) return false;
  return lane === process || laneOf(process, candidate.row.zone) === lane;
}

function holdParts({ row, holds }: Candidate): ItemPart[] {
  const codes = holds.map(({ code }) => code);
  if (row.stage === "backordered") codes.push(BACKORDER);
  return codes.flatMap((code) => part("hold", code));
}

const exceptionParts = ({ exceptions }: Candidate): ItemPart[] =>
  exceptions.flatMap(({ code }) => part("exception", code));

/** A candidate that did not change has what it had: remembered by the object. */
function remembered(partsOf: (candidate: Candidate, site: Site) => ItemPart[]) {
  const known = new WeakMap<Candidate, ItemPart[]>();
  return (candidate: Candidate, site: Site): readonly ItemPart[] => {
    const before = known.get(candidate);
    if (before !== undefined) return before;
    const made = partsOf(candidate, site);
    known.set(candidate, made);
    return made;
  };
}

export const floorParts = remembered((candidate, site) => {
  const { row } = candidate;
  return [
    ...part("pickup", truckOf(candidate, site) ?? undefined),
    ...part("carrier", row.carrier),
    ...part("service", row.service),
    ...part("process", laneAhead(candidate, site) ?? DOCK),
    ...part("zone", row.zone),
    ...part("station", row.station),
    ...part("client", candidate.client),
    ...part("region", candidate.region),
    ...part("provider", candidate.provider),
    ...holdParts(candidate),
    ...exceptionParts(candidate),
    ...candidate.skus.flatMap((sku) => part("sku", sku)),
  ];
});

export const wayParts = remembered((candidate) => [
  ...part("carrier", candidate.row.carrier),
  ...part("service", candidate.row.service),
  ...part("region", candidate.region),
  ...part("country", candidate.row.shipTo?.country),
  ...part("client", candidate.client),
]);
