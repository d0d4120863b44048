/** A parcel's way from the dock to the door, as the carrier scans it: in days by the carrier's calendar, or in hours. Planned once, at hand-over. */
import type { EventType } from "../domain/event.ts";
import { countryOf } from "./catalog.ts";
import { goingOn } from "./disruptions.ts";
import type { Incident, Flow, Leg, ParcelPlan, Plan, Simulation } from "./model.ts";
import { DAY, HOUR, instantOf, localTimeOf, MINUTE, weekdayOf } from "./local-time.ts";
import {
  between,
  chance,
  diceOf,
  type Dice,
  geometric,
  logNormal,
  throwDice,
  wholeBetween,
} from "./random.ts";

/** Share that a carrier delivers on the day it said; published figures lie between 90 and 98 %. */
const ON_TIME = 0.96;
const DELAYED_BY_NETWORK = 0.4;
const HUBS = ["hub north", "hub central", "depot", "regional hub"];

/** When the parcel comes to the door and when the van leaves for it. */
type Arrival = { outAt: number; doorAt: number };
type Delay = { days: number; hours: number };

/** Legs of all parcels of an order in the order of time; the last one ends the order and says what became of it. */
export function journeyOf(simulation: Simulation, flow: Flow, from: number): Leg[] {
  const { plan, state } = simulation;
  const delay = goingOn(
    state.incidents,
    from,
    (i) => i.region === flow.region && i.carrier === flow.carrier,
  );
  const legs = flow.parcels.flatMap((parcel, index) => {
    const dice = diceOf(plan.seed, "journey", flow.id, index);
    return legsOf(plan, { flow, parcel, from, dice, delay });
  });
  const sorted = legs.toSorted((a, b) => a.at - b.at);
  noteNetworkDelay(simulation, flow, from, sorted, delay);
  return sorted;
}

type Trip = {
  flow: Flow;
  parcel: ParcelPlan;
  from: number;
  dice: Dice;
  delay: Incident | undefined;
};

function networkDelay({ flow, delay }: Trip, plan: Plan): Delay {
  if (delay === undefined) return { days: 0, hours: 0 };
  const dice = diceOf(plan.seed, "network", delay.id, flow.id);
  if (!chance(dice, DELAYED_BY_NETWORK)) return { days: 0, hours: 0 };
  return { days: wholeBetween(dice, 1, 2), hours: between(dice, 6, 24) };
}

function arrivalOf(plan: Plan, trip: Trip, extra: Delay): Arrival {
  const dice = diceOf(plan.seed, "transit", trip.flow.id);
  return plan.preset.sameDayTransit
    ? arrivalInHours(trip.from, dice, extra)
    : arrivalInDays(plan, trip, dice, extra);
}

function arrivalInHours(from: number, dice: Dice, extra: Delay): Arrival {
  const late = chance(dice, 1 - ON_TIME) ? logNormal(dice, 16, 0.5) : 0;
  const outAt = from + (1.1 + logNormal(dice, 0.8, 0.5) + late + extra.hours) * HOUR;
  return { outAt, doorAt: outAt + between(dice, 0.3, 1.4) * HOUR };
}

function arrivalInDays(plan: Plan, { flow, from }: Trip, dice: Dice, extra: Delay): Arrival {
  const carrier = plan.site.carriers.find(({ id }) => id === flow.carrier);
  const planned = carrier?.transitDays ?? 2;
  const late = chance(dice, 1 - ON_TIME) ? 1 + geometric(dice, 0.5) : 0;
  const delivers = carrier?.deliveryDays ?? [1, 2, 3, 4, 5, 6];
  let { day } = localTimeOf(plan.zone, from);
  for (let left = Math.max(1, planned) + late + extra.days; left > 0;) {
    day += 1;
    if (delivers.includes(weekdayOf(day))) left -= 1;
  }
  const doorAt = instantOf(plan.zone, day, between(dice, 9 * 60, 18 * 60));
  return { outAt: instantOf(plan.zone, day, between(dice, 7 * 60, 8 * 60 + 45)), doorAt };
}

const dataOf = (parcel: ParcelPlan, status: string, location: string): Record<string, unknown> => ({
  parcelId: parcel.parcelId,
  trackingCode: parcel.trackingCode,
  carrierStatus: status,
  location,
});

function legsOf(plan: Plan, trip: Trip): Leg[] {
  const { parcel, from, dice } = trip;
  const arrival = arrivalOf(plan, trip, networkDelay(trip, plan));
  const eta = { eta: new Date(Math.ceil(arrival.doorAt / HOUR) * HOUR).toISOString() };
  const leg = (at: number, type: EventType, status: string, location: string): Leg => ({
    at: Math.floor(at),
    type,
    data: { ...dataOf(parcel, status, location), ...eta },
  });
  const town = countryOf(plan.site.timeZone) === "US" ? "city depot" : "delivery base";
  const first = from + between(dice, 0.2, 1) * HOUR;
  const luck = throwDice(dice);
  if (luck < 0.0015) return lostLegs(leg, first, plan);
  return [
    ...scansBetween(plan, dice, first, arrival.outAt).map((at, index) =>
      leg(
        at,
        "parcel.in_transit",
        index === 0 ? "accepted" : "sorted",
        HUBS[index % HUBS.length] ?? "hub",
      ),
    ),
    leg(arrival.outAt, "parcel.out_for_delivery", "with driver", town),
    ...doorLegs(plan, leg, luck, arrival.doorAt, dice),
  ];
}

type MakeLeg = (at: number, type: EventType, status: string, location: string) => Leg;

/** Three to six scans before the van, the first at acceptance; fewer on a short way. */
function scansBetween(plan: Plan, dice: Dice, first: number, until: number): number[] {
  const count = plan.preset.sameDayTransit ? wholeBetween(dice, 2, 3) : wholeBetween(dice, 3, 6);
  const others = Array.from({ length: count - 1 }, () => between(dice, first, until - 10 * MINUTE));
  return [first, ...others.toSorted((a, b) => a - b)];
}

function lostLegs(leg: MakeLeg, first: number, plan: Plan): Leg[] {
  const after = plan.preset.sameDayTransit ? 30 * HOUR : 10 * DAY;
  return [
    leg(first, "parcel.in_transit", "accepted", "hub central"),
    leg(first + after, "parcel.lost", "not found", "hub central"),
  ];
}

/** At the door: delivered, or first failed, kept for pickup, refused, or found damaged. */
function doorLegs(plan: Plan, leg: MakeLeg, luck: number, doorAt: number, dice: Dice): Leg[] {
  const again = plan.preset.sameDayTransit ? between(dice, 3, 7) * HOUR : DAY;
  if (luck < 0.0045) {
    const back = plan.preset.sameDayTransit ? 20 * HOUR : 4 * DAY;
    return [
      leg(doorAt, "parcel.returning", "refused", "door"),
      leg(doorAt + back, "parcel.returned", "back at the sender", "returns desk"),
    ];
  }
  if (luck < 0.03)
    return [
      leg(doorAt, "parcel.delivery_failed", "nobody there", "door"),
      leg(doorAt + again, "parcel.delivered", "delivered at the second try", "door"),
    ];
  if (luck < 0.05)
    return [
      leg(doorAt, "parcel.available_for_pickup", "in the parcel shop", "parcel shop"),
      leg(doorAt + again + HOUR, "parcel.delivered", "collected", "parcel shop"),
    ];
  const delivered = leg(doorAt, "parcel.delivered", "delivered", "door");
  if (luck > 1 - plan.preset.disruptions.damagedInTransit) {
    const damaged = leg(doorAt - 20 * MINUTE, "parcel.exception", "damaged", "depot");
    return [{ ...damaged, data: { ...damaged.data, code: "DAMAGED_IN_TRANSIT" } }, delivered];
  }
  return [delivered];
}

/** The carrier's own delay, alone, made it miss its promise to the customer. */
function noteNetworkDelay(
  simulation: Simulation,
  flow: Flow,
  from: number,
  legs: readonly Leg[],
  delay: Incident | undefined,
): void {
  const arrived = legs.at(-1)?.at ?? from;
  const [parcel] = flow.parcels;
  if (delay === undefined || parcel === undefined || arrived <= flow.deliverBy) return;
  const dice = diceOf(simulation.plan.seed, "journey", flow.id, 0);
  const trip = { flow, parcel, from, dice, delay: undefined };
  const otherwise = legsOf(simulation.plan, trip).at(-1)?.at ?? from;
  if (otherwise > flow.deliverBy) return;
  flow.causes.push(delay.id);
  simulation.sink?.member(delay.id, flow);
}
