/** Reads the incidents of the site that is looked at into their store. */
import { ref, watch } from "vue";
import type { IncidentView } from "../../domain/contract/incidents.ts";
import { http, problemOf } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";
import { useConnection } from "../stores/connection.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";

type Page = { items: unknown[]; next: string | null };
const PAGE = 200;
/** Many more are no inbox any more; the list says how many it leaves out. */
const MOST_PAGES = 10;

async function readAll(site: string, state: string): Promise<IncidentView[]> {
  const found: IncidentView[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ site, state, limit: String(PAGE) });
    if (cursor !== null) query.set("cursor", cursor);
    const { items, next }: Page = await http("GET", `/api/v1/incidents?${query}`);
    found.push(...(withInstants(items) as IncidentView[]));
    if (next === null) break;
    cursor = next;
  }
  return found;
}

const OPEN = "open,acknowledged,shelved";

/** One reading at a time; an answer for a site that is not looked at any more is dropped. */
export function useInbox() {
  const session = useSession();
  const incidents = useIncidents();
  const isReading = ref(false);

  async function read(): Promise<void> {
    const site = session.siteId;
    if (site === "" || !session.may("incidents:read")) return;
    if (incidents.site !== site) incidents.clear(site);
    isReading.value = true;
    try {
      const list = await readAll(site, OPEN);
      if (incidents.site === site) incidents.load(list, true);
    } catch (error) {
      if (incidents.site === site) incidents.problem = problemOf(error);
    } finally {
      isReading.value = false;
    }
  }

  /** The last that were resolved, for who asks. */
  async function readResolved(): Promise<void> {
    const site = session.siteId;
    const query = new URLSearchParams({ site, state: "resolved", sort: "changedAt", limit: "100" });
    try {
      const { items } = await http<Page>("GET", `/api/v1/incidents?${query}`);
      if (incidents.site === site) incidents.load(withInstants(items) as IncidentView[], false);
    } catch (error) {
      incidents.problem = problemOf(error);
    }
  }

  return { read, readResolved, isReading };
}

/** For as long as the page lives: read when a site is looked at, and whenever the page is live again after it was not. */
export function useInboxFeed(): void {
  const session = useSession();
  const connection = useConnection();
  const { read } = useInbox();
  watch(
    () => [session.siteId, session.state, connection.isNotLive] as const,
    ([, state, isNotLive]) => {
      if (state === "in" && !isNotLive) void read();
    },
    { immediate: true },
  );
}
