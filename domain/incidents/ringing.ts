/** When somebody is called about an incident, and when not again (design page 4.4). */
import { HOUR_MS } from "../wall-clock.ts";
import type { Detection } from "./detection.ts";
import type { Incident } from "./incident.ts";
import type { KnownIncident } from "./matching.ts";
import { isGraver } from "./severity.ts";

const RINGS_FROM = { factor: 1.5, orders: 10 };

/** What somebody is called for is remembered: it rings again only when it is worse than that. */
export const rung = (incident: Incident): Incident => ({
  ...incident,
  announcedOrders: incident.counts.orders,
  announcedSeverity: incident.severity,
});

export const hasGrown = (orders: number, before: number): boolean =>
  orders >= before * RINGS_FROM.factor && orders - before >= RINGS_FROM.orders;

/** Orders of which somebody was told, in an incident that is open or was until lately. */
export type TellsOf = (id: string) => boolean;
const KNOWN_SHARE = 0.5;

export function isNews({ members, counts }: Detection, isTold: TellsOf): boolean {
  if (counts.orders === 0) return true;
  return members.filter(isTold).length < KNOWN_SHARE * members.length;
}

/** Whether anybody is to be called: not for what is quiet, and again only for what got worse. */
export function isToRing(incident: Incident, detection: Detection, isTold: TellsOf): boolean {
  const { isQuiet, counts, severity } = detection;
  if (isQuiet) return false;
  const { announcedOrders, announcedSeverity } = incident;
  if (announcedSeverity === undefined && announcedOrders === 0) return isNews(detection, isTold);
  return (
    hasGrown(counts.orders, announcedOrders) ||
    isGraver(severity, announcedSeverity ?? incident.severity)
  );
}

export function toldOrders(known: readonly KnownIncident[], now: number): TellsOf {
  const told = new Set<string>();
  for (const { incident, members } of known) {
    const ended = incident.resolution?.at ?? now;
    if (incident.announcedOrders === 0 || now - ended > HOUR_MS) continue;
    for (const id of members) told.add(id);
  }
  return (id) => told.has(id);
}
