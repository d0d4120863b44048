/** A what-if as it is kept: what was asked and expected, and of which orders, so that it can be compared with what came. */
import { ordersIn, peopleIn } from "../../domain/counted.ts";
import type { WhatIfChange, WhatIfDone } from "../../domain/contract/what-if.ts";
import { laneInWords } from "../../domain/forecast/explain.ts";
import type { Simulated } from "./simulate.ts";

/** What is expected of one truck: orders with the deadline they have after the change. */
type Watched = {
  pickup: string;
  at: number;
  expectedBefore: number;
  expectedAfter: number;
  orders: Due[];
};

/** An order with the deadline that it has after the change. */
type Due = [id: string, deadline: number];
/** Orders whose verdict was to turn: how many, and the first of them. */
type Turned = { count: number; orders: Due[] };

export type Trial = {
  id: string;
  at: number;
  words: string;
  changes: string[];
  watched: Watched[];
  saved: Turned;
  lost: Turned;
  /** who did it when; absent while it was only asked */
  done?: { by: string; at: number };
};

/** Orders that missed, of those whose end is known. */
export type Came = { missed: number; known: number };
/** What came: of the orders that were to be saved and lost, and by truck. */
export type Outcome = {
  at: number;
  saved: Came;
  lost: Came;
  pickups: (Came & { pickup: string })[];
};

const NONE: Turned = { count: 0, orders: [] };
/** As it was kept; one of an older version knew nothing of single orders. */
export function decodeTrial(text: string): Trial {
  const kept = JSON.parse(text) as Omit<Trial, "saved" | "lost"> & Partial<Trial>;
  return { ...kept, saved: kept.saved ?? NONE, lost: kept.lost ?? NONE };
}

/** Trucks that are looked at afterwards: those for which it changes most. */
const MOST_TRUCKS = 3;
const MOST_ORDERS = 1_000;
const MOST_TURNED = 500;

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

function turnedOf(ids: readonly string[], { p }: Simulated): Turned {
  const wanted = new Set(ids.slice(0, MOST_TURNED));
  const orders = p.cases
    .filter(({ order }) => wanted.has(order.id))
    .map(({ order }): Due => [order.id, order.deadline]);
  return { count: ids.length, orders };
}

export function changeInWords(change: WhatIfChange): string {
  if (change.kind === "move")
    return `Move ${peopleIn(change.people)} from ${laneInWords(change.from)} to ${laneInWords(change.to)}`;
  if (change.kind === "add")
    return `${peopleIn(change.people)} more for ${laneInWords(change.process)}`;
  if (change.kind === "delayPickup")
    return `Truck ${change.pickup} waits ${Math.round(change.byMs / 60_000)} min`;
  const whom =
    "orders" in change ? ordersIn(change.orders.length) : `orders of truck ${change.filter.pickup}`;
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
  saved: turnedOf(simulated.saved, simulated),
  lost: turnedOf(simulated.lost, simulated),
});

/** Every deadline in it has passed. */
export const isOver = ({ watched, saved, lost }: Trial, now: number): boolean =>
  [...watched, saved, lost].every(({ orders: all }) => all.every(([, deadline]) => deadline < now));

const iso = (at: number): string => new Date(at).toISOString();

const cameOrNot = (came: Came | undefined) => ({
  missed: came?.missed ?? null,
  known: came?.known ?? null,
});

export function doneView(trial: Trial, outcome: Outcome | null, seesPeople: boolean): WhatIfDone {
  const { id, at, words, changes, watched, saved, lost, done } = trial;
  const cameOf = (pickup: string) => outcome?.pickups.find((one) => one.pickup === pickup);
  return {
    id,
    at: iso(at),
    doneAt: iso(done?.at ?? at),
    ...(seesPeople && done !== undefined && { by: done.by }),
    words,
    changes,
    saved: { orders: saved.count, ...cameOrNot(outcome?.saved) },
    lost: { orders: lost.count, ...cameOrNot(outcome?.lost) },
    pickups: watched.map(({ pickup, at: leaves, expectedBefore, expectedAfter, orders: all }) => ({
      pickup,
      at: iso(leaves),
      orders: all.length,
      expectedBefore,
      expectedAfter,
      ...cameOrNot(cameOf(pickup)),
    })),
  };
}
