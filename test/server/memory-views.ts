/** Saved views in memory, of the same contract as in Redis. */
import type { ViewBody } from "../../domain/contract/views.ts";
import type { Shelf, ViewStore } from "../../server/views/store.ts";

export function memoryViews(): ViewStore {
  const shelves = new Map<string, Map<string, ViewBody>>();
  const defaults = new Map<string, string>();
  const keyOf = ({ site, person }: Shelf) => JSON.stringify([person ?? null, site]);
  const shelfOf = (of: Shelf): Map<string, ViewBody> => {
    const shelf = shelves.get(keyOf(of)) ?? new Map<string, ViewBody>();
    shelves.set(keyOf(of), shelf);
    return shelf;
  };
  return {
    all: async (of) => new Map(shelfOf(of)),
    put: async (of, id, view) => void shelfOf(of).set(id, view),
    drop: async (of, id) => shelfOf(of).delete(id),
    defaultOf: async (site) => defaults.get(site) ?? null,
    async setDefault(site, id) {
      if (id === null) defaults.delete(site);
      else defaults.set(site, id);
    },
    async forget(person) {
      for (const key of shelves.keys())
        if ((JSON.parse(key) as string[])[0] === person) shelves.delete(key);
    },
  };
}
