/** The carriers: trucks by the timetable (or late, or not at all), and the parcels' way to the door. */
import { schedule } from "./agenda.ts";
import type { Incident, Flow, Leg, Plan, Simulation, Truck } from "./model.ts";
import { journeyOf } from "./journeys.ts";
import { DAY, HOUR, localTimeOf, MINUTE } from "./local-time.ts";
import { chance, diceOf, logNormal } from "./random.ts";
import { pickupsOf } from "./timetable.ts";
import { sourceOf, tell, tellSite, wmsOf } from "./tell.ts";

/** Loading begins so long before a truck leaves. */
const LOADING_MS = 10 * MINUTE;
const SHUTTLE_YIELDS_MS = 150 * MINUTE;

const dockBufferOf = (plan: Plan): number => {
  const [, hours, minutes] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(plan.site.dockBuffer ?? "") ?? [];
  if (hours === undefined && minutes === undefined) return 15 * MINUTE;
  return Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE;
};

/** Plans the trucks whose loading begins in `[from, from + 1 h)`. */
export function planTrucks(simulation: Simulation, from: number): void {
  const { plan } = simulation;
  const begins = (truck: Truck): number => truck.leaves - LOADING_MS;
  const trucks = [...timetableTrucks(simulation, from), ...shuttles(plan, from)];
  for (const truck of trucks) {
    if (truck.incident !== undefined && truck.comes) announceDelay(simulation, truck);
    schedule(simulation, begins(truck), { kind: "truck", truck });
  }
}

/** Trucks by the timetable whose planned loading begins in that hour; a late one loads later. */
function timetableTrucks({ plan, state }: Simulation, from: number): Truck[] {
  const { day } = localTimeOf(plan.zone, from);
  return plan.site.carriers
    .flatMap((carrier) => [day, day + 1].flatMap((d) => pickupsOf(plan, carrier, d)))
    .filter(({ at }) => at - LOADING_MS >= from && at - LOADING_MS < from + HOUR)
    .map(({ id, carrier, at }) => {
      const incident = incidentOf(state.incidents, id);
      return {
        id,
        carrier,
        planned: at,
        leaves: at + (incident?.byMs ?? 0),
        isShuttle: false,
        comes: incident?.kind !== "carrier_no_show",
        ...(incident !== undefined && { incident: incident.id }),
      };
    });
}

const incidentOf = (incidents: readonly Incident[], pickup: string): Incident | undefined =>
  incidents.find((incident) => incident.pickup === pickup);

/** Trucks beside the timetable; they yield when the carrier's own truck comes soon. */
function shuttles(plan: Plan, from: number): Truck[] {
  const every = plan.preset.shuttleMinutes * MINUTE;
  if (every === 0) return [];
  return plan.site.carriers.flatMap((carrier, index) => {
    const offset = (index * every) / plan.site.carriers.length;
    const first = Math.ceil((from - offset) / every) * every + offset;
    const moments = [];
    for (let at = first; at < from + HOUR; at += every) moments.push(at + LOADING_MS);
    return moments
      .filter((at) => !leavesSoon(plan, carrier.id, at))
      .map((at) => aShuttle(carrier.id, at));
  });
}

const aShuttle = (carrier: string, at: number): Truck => ({
  id: `${carrier}-shuttle-${new Date(at).toISOString().slice(8, 16).replace(/[T:]/g, "")}`,
  carrier,
  planned: at,
  leaves: at,
  isShuttle: true,
  comes: true,
});

function leavesSoon(plan: Plan, carrierId: string, at: number): boolean {
  const { day } = localTimeOf(plan.zone, at);
  const carrier = plan.site.carriers.find(({ id }) => id === carrierId);
  if (carrier === undefined) return false;
  return [day, day + 1]
    .flatMap((d) => pickupsOf(plan, carrier, d))
    .some((pickup) => pickup.at >= at && pickup.at < at + SHUTTLE_YIELDS_MS);
}

function announceDelay(simulation: Simulation, { carrier, id, planned, leaves }: Truck): void {
  const at = new Date(leaves).toISOString();
  tellSite(simulation, "pickup.delayed", planned - LOADING_MS, {
    carrier,
    pickup: id,
    at,
    byMs: leaves - planned,
  });
}

/** Loads what stands on the dock for this truck; the scans spread over the loading. */
export function loadTruck(simulation: Simulation, truck: Truck): void {
  const { plan, state } = simulation;
  const limit = truck.leaves - dockBufferOf(plan);
  const isFor = (flow: Flow): boolean =>
    flow.carrier === truck.carrier && (flow.times.staged ?? Infinity) <= limit;
  const ready = state.staged.filter((flow) => flow.stage !== "ended" && isFor(flow));
  if (!truck.comes) return leaveBehind(ready, truck);
  state.staged = state.staged.filter((flow) => flow.stage !== "ended" && !isFor(flow));
  ready.forEach((flow, index) => {
    const at = truck.leaves - LOADING_MS + Math.floor((LOADING_MS * (index + 1)) / ready.length);
    if (
      truck.incident !== undefined &&
      (flow.times.staged ?? 0) <= truck.planned - dockBufferOf(plan)
    )
      blameTruck(flow, truck);
    handOver(simulation, flow, at, wmsOf(plan), truck.id);
  });
  if (truck.isShuttle) return;
  const { carrier, id, leaves } = truck;
  tellSite(simulation, "pickup.departed", leaves, {
    carrier,
    pickup: id,
    at: new Date(leaves).toISOString(),
  });
}

function leaveBehind(ready: readonly Flow[], truck: Truck): void {
  for (const flow of ready) blameTruck(flow, truck);
}

/** It stood on the dock in time: with the truck as planned it would have kept its ship-by. */
function blameTruck(flow: Flow, { incident, planned }: Truck): void {
  if (incident === undefined) return;
  flow.causes.push(incident);
  if (planned <= flow.shipBy) flow.savedWithout.push(incident);
}

/** The parcels leave the building; their way is planned at once. */
export function handOver(
  simulation: Simulation,
  flow: Flow,
  at: number,
  source: string,
  truck?: string,
): void {
  const { state } = simulation;
  flow.stage = "gone";
  flow.times.handedOver = at;
  for (const { parcelId, trackingCode } of flow.parcels) {
    const data = {
      parcelId,
      trackingCode,
      carrier: flow.carrier,
      ...(truck !== undefined && { truck }),
    };
    tell(simulation, flow, { type: "parcel.handed_over", at, source, data });
  }
  flow.missed = at > flow.shipBy;
  if (flow.missed) {
    state.misses.set(flow.id, flow.shipBy);
    for (const incident of flow.savedWithout) simulation.sink?.member(incident, flow);
  }
  const legs = journeyOf(simulation, flow, at);
  const [first] = legs;
  if (first !== undefined) schedule(simulation, first.at, { kind: "journey", flow, legs, next: 0 });
}

/** Tells the next scan of a journey, and ends the order with the last one. */
export function travel(simulation: Simulation, flow: Flow, legs: Leg[], next: number): void {
  const { plan } = simulation;
  const leg = legs[next];
  if (leg === undefined) return;
  const source = sourceOf(plan, "carrier", flow.carrier);
  tell(simulation, flow, { type: leg.type, at: leg.at, source, data: leg.data });
  const following = legs[next + 1];
  if (following === undefined) return endJourney(simulation, flow, leg);
  schedule(simulation, following.at, { kind: "journey", flow, legs, next: next + 1 });
}

function endJourney(simulation: Simulation, flow: Flow, last: Leg): void {
  if (last.type === "parcel.delivered") {
    flow.times.delivered = last.at;
    flow.outcome = "delivered";
    planReturn(simulation, flow);
  } else flow.outcome = last.type === "parcel.lost" ? "lost" : "returned";
  endFlow(simulation, flow);
}

const RETURN_DAYS = 9;

/** A light copy waits for its return, so that nobody carries all goods about for days. */
function planReturn(simulation: Simulation, flow: Flow): void {
  const { plan, state } = simulation;
  const dice = diceOf(plan.seed, "return", flow.id);
  if (!chance(dice, plan.preset.shop.returned)) return;
  const at = Math.floor(state.now + logNormal(dice, RETURN_DAYS * DAY, 0.8));
  schedule(simulation, at, {
    kind: "return",
    flow: { ...flow, lines: [], parcels: [], times: {} },
  });
}

export function endFlow({ state, sink }: Simulation, flow: Flow): void {
  flow.stage = "ended";
  flow.times.ended = state.now;
  state.flows.delete(flow.id);
  sink?.ended(flow);
}
