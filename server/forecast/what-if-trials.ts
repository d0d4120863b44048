/** A what-if as it is kept: what was asked and expected, and of which orders, so that it can be compared with what came. */
import type { WhatIfChange, WhatIfDone } from "../../domain/contract/what-if.ts";
import { laneInWords } from "../../domain/forecast/explain.ts";
import type { Simulated } from "./simulate.ts";

/** What is expected of one truck: orders with the deadline they have after the change. */
type Watched = {
  pickup: string;
  at: number;
  expectedBefore: number;
  expectedAfter: number;
  orders: [id: string, deadline: number][];
};

export type Trial = {
  id: string;
  at: number;
  words: string;
  changes: string[];
  watched: Watched[];
  /** who did it when; absent while it was only asked */
  done?: { by: string; at: number };
};

/** What came: by truck, orders that missed of those whose end is known. */
export type Outcome = { at: number; pickups: { pickup: string; missed: number; known: number }[] };

/** Trucks that are looked at afterwards: those for which it changes most. */
const MOST_TRUCKS = 3;
const MOST_ORDERS = 1_000;

const round = (value: number): number => Math.round(value * 10) / 10;

function watchedOf({ p }: Simulated): Watched[] {
  const trucks = new Map<string, Watched>();
  p.cases.forEach(({ order, pickup }, place) => {
    if (pickup === null) return;
    const known = trucks.get(pickup.id) ?? {
      pickup: pickup.id,
      at: pickup.at,
      expectedBefore: 0,
      expectedAfter: 0,
      orders: [],
    };
    known.expectedBefore += p.before[place]?.p ?? 0;
    known.expectedAfter += p.after[place]?.p ?? 0;
    known.orders.push([order.id, order.deadline]);
    trucks.set(pickup.id, known);
  });
  const gain = (one: Watched): number => Math.abs(one.expectedBefore - one.expectedAfter);
  return [...trucks.values()]
    .filter((one) => one.orders.length <= MOST_ORDERS && gain(one) > 0.05)
    .sort((a, b) => gain(b) - gain(a))
    .slice(0, MOST_TRUCKS)
    .map((one) => ({
      ...one,
      expectedBefore: round(one.expectedBefore),
      expectedAfter: round(one.expectedAfter),
    }));
}

const people = (count: number): string => `${count} ${count === 1 ? "person" : "people"}`;
const orders = (count: number): string => `${count} ${count === 1 ? "order" : "orders"}`;

export function changeInWords(change: WhatIfChange): string {
  if (change.kind === "move")
    return `Move ${people(change.people)} from ${laneInWords(change.from)} to ${laneInWords(change.to)}`;
  if (change.kind === "add")
    return `${people(change.people)} more for ${laneInWords(change.process)}`;
  if (change.kind === "delayPickup")
    return `Truck ${change.pickup} waits ${Math.round(change.byMs / 60_000)} min`;
  const whom =
    "orders" in change ? orders(change.orders.length) : `orders of truck ${change.filter.pickup}`;
  return change.kind === "release"
    ? `Release the holds of ${whom}`
    : `Upgrade savable ${whom} to ${change.service}`;
}

export const trialOf = (
  id: string,
  at: number,
  changes: readonly WhatIfChange[],
  simulated: Simulated,
): Trial => ({
  id,
  at,
  words: simulated.words,
  changes: changes.map(changeInWords),
  watched: watchedOf(simulated),
});

/** Every deadline in it has passed. */
export const isOver = ({ watched }: Trial, now: number): boolean =>
  watched.every(({ orders: all }) => all.every(([, deadline]) => deadline < now));

const iso = (at: number): string => new Date(at).toISOString();

export function doneView(trial: Trial, outcome: Outcome | null, seesPeople: boolean): WhatIfDone {
  const { id, at, words, changes, watched, done } = trial;
  const cameOf = (pickup: string) => outcome?.pickups.find((one) => one.pickup === pickup);
  return {
    id,
    at: iso(at),
    doneAt: iso(done?.at ?? at),
    ...(seesPeople && done !== undefined && { by: done.by }),
    words,
    changes,
    pickups: watched.map(({ pickup, at: leaves, expectedBefore, expectedAfter, orders: all }) => ({
      pickup,
      at: iso(leaves),
      orders: all.length,
      expectedBefore,
      expectedAfter,
      missed: cameOf(pickup)?.missed ?? null,
      known: cameOf(pickup)?.known ?? null,
    })),
  };
}
