/**
 * The incidents of the site that is looked at: read once, then kept current by `incident:changed`. What arrives is whole and carries the number of the commit that changed it, so that
 * a list that was read later and a change that came earlier cannot undo one another. Resolved ones stay for as long as the page does; older ones are read when somebody asks.
 */
import { defineStore } from "pinia";
import { ref, shallowReactive, shallowRef } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { IncidentView } from "../../domain/contract/incidents.ts";

/** Told about every incident that changed, with what was known of it before. */
export type IncidentListener = (after: IncidentView, before: IncidentView | undefined) => void;

export const useIncidents = defineStore("incidents", () => {
  const all = shallowReactive(new Map<string, IncidentView>());
  const site = ref("");
  /** false until the first list of this site */
  const isKnown = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let listeners: IncidentListener[] = [];

  function clear(next: string): void {
    all.clear();
    site.value = next;
    isKnown.value = false;
    problem.value = null;
  }

  function put(incident: IncidentView): IncidentView | undefined {
    const before = all.get(incident.id);
    if (before !== undefined && before.v > incident.v) return before;
    all.set(incident.id, incident);
    return before;
  }

  /** `wholeAsOf`: everything that is open up to that commit, so that what is not in it and was open is over; null for some of them. */
  function load(list: readonly IncidentView[], wholeAsOf: number | null): void {
    const named = new Set(list.map(({ id }) => id));
    if (wholeAsOf !== null)
      for (const [id, { state, v }] of all)
        if (!named.has(id) && state !== "resolved" && v <= wholeAsOf) all.delete(id);
    for (const incident of list) put(incident);
    isKnown.value = true;
    problem.value = null;
  }

  function take(change: { site: string; incident: IncidentView }): void {
    if (change.site !== site.value) return;
    const { incident } = change;
    const before = put(incident);
    if (before === undefined || before.v < incident.v)
      for (const listener of listeners) listener(incident, before);
  }

  /** Calls `listener` for each change until the returned function is called. */
  function onChange(listener: IncidentListener): () => void {
    listeners = [...listeners, listener];
    return () => {
      listeners = listeners.filter((one) => one !== listener);
    };
  }

  return { all, site, isKnown, problem, clear, load, take, onChange };
});
