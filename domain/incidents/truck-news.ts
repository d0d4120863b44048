/** Trucks of which it is known that they do not leave as planned: told by the carrier or the yard, or noticed because nobody told that they left. */
import type { PickupFacts } from "../board-model.ts";
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import type { TruckNews } from "./detection.ts";

const numberIn = (data: unknown, field: string): number | undefined => {
  if (typeof data !== "object" || data === null) return undefined;
  const value: unknown = Reflect.get(data, field);
  return typeof value === "number" ? value : undefined;
};

/** A departure is told within this time. */
const TOLD_WITHIN_MS = 5 * MINUTE_MS;
/** What left or did not leave longer ago is no news. */
const NEWS_MS = 12 * HOUR_MS;
/** Where departures are told at all, one was told within that time. */
const HABIT_MS = 96 * HOUR_MS;

/** Carriers whose departures are told here. */
function tellers(facts: PickupFacts, now: number): Set<string> {
  const known = new Set<string>();
  for (const [key, { type, at }] of facts)
    if (type === "pickup.departed" && now - at < HABIT_MS) known.add(key.split("|")[1] ?? "");
  return known;
}

type Planned = { carrier: string; at: number };

/** `planned`: trucks that orders are due with, by id. */
export function truckNews(
  planned: ReadonlyMap<string, Planned>,
  facts: PickupFacts,
  now: number,
): TruckNews[] {
  const tells = tellers(facts, now);
  return [...planned].flatMap(([id, { carrier, at }]): TruckNews[] => {
    const fact = facts.get(`pickup|${carrier}|${id}`);
    if (now - at > NEWS_MS || fact?.type === "pickup.departed") return [];
    const expected = delayedTo(fact, at);
    const isMissing = tells.has(carrier) && now > (expected ?? at) + TOLD_WITHIN_MS;
    if (!isMissing && expected === null) return [];
    return [{ id, carrier, planned: at, expected: isMissing ? null : expected }];
  });
}

function delayedTo(
  fact: { type: string; data: unknown } | undefined,
  planned: number,
): number | null {
  if (fact?.type !== "pickup.delayed") return null;
  const to = numberIn(fact.data, "at") ?? planned + (numberIn(fact.data, "byMs") ?? 0);
  return to > planned ? to : null;
}
