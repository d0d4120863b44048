/**
 * A site's incidents in the server's memory: all that are not resolved, and for a day those that are. Kept current change by change; the number of the commit that changed one decides which of
 * two states is the newer.
 */
import type { Change } from "../../domain/contract/stored.ts";
import { isOpenIncident, type Incident } from "../../domain/incidents/incident.ts";
import { DAY_MS } from "../../domain/wall-clock.ts";

const FORGET_EVERY_MS = 60_000;

export type LiveIncidents = {
  all(): ReadonlyMap<string, Incident>;
  /** replaces everything by what was read */
  load(incidents: readonly Incident[]): void;
  apply(change: Pick<Change, "incidents" | "at">): void;
  /** those that changed after that number, in the order in which they did */
  since(seq: number): Incident[];
};

/** Resolved so long ago that its page looks it up. */
const isPast = (incident: Incident, now: number): boolean =>
  !isOpenIncident(incident) && now - (incident.resolution?.at ?? incident.changedAt) > DAY_MS;

export function createLiveIncidents(): LiveIncidents {
  let known = new Map<string, Incident>();
  let forgotAt = 0;

  function forget(now: number): void {
    if (now - forgotAt < FORGET_EVERY_MS) return;
    forgotAt = now;
    for (const [id, incident] of known) if (isPast(incident, now)) known.delete(id);
  }

  return {
    all: () => known,
    load(incidents) {
      known = new Map(incidents.map((incident) => [incident.id, incident]));
    },
    apply({ incidents, at }) {
      if (incidents === undefined) return;
      for (const incident of incidents) {
        const before = known.get(incident.id);
        if (before === undefined || before.v <= incident.v) known.set(incident.id, incident);
      }
      forget(at);
    },
    since: (seq) => [...known.values()].filter(({ v }) => v > seq).sort((a, b) => a.v - b.v),
  };
}
