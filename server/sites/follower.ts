/** Keeps the book of this server as the store has it, whoever changed that. */
import type { SitesConfig, StoredSites } from "../../domain/contract/sites.ts";
import type { SitesBook } from "./book.ts";
import type { SitesStore } from "./store.ts";

export type SitesFollower = {
  /** reads again when something changed; `state` as it was read last */
  follow(): Promise<void>;
  /** what is kept, as of the last reading; null before the first */
  last(): StoredSites | null;
};

export function createSitesFollower(
  book: SitesBook,
  store: Pick<SitesStore, "stamp" | "read" | "tellBefore">,
  onStrange: (sites: string[]) => void,
): SitesFollower {
  let seen: string | null = null;
  let last: StoredSites | null = null;
  return {
    async follow() {
      const stamp = await store.stamp();
      // a store that has nothing has lost it: what holds here goes on, and is written again
      if (stamp === null || stamp === seen) return;
      const read = await store.read();
      if (read.current === null || read.state === null) return;
      const { strange } = book.take(JSON.parse(read.current) as SitesConfig);
      last = JSON.parse(read.state) as StoredSites;
      if (strange.length > 0) onStrange(strange);
      await store.tellBefore(read.current);
      seen = read.stamp;
    },
    last: () => last,
  };
}
