/** Reads the incidents of the site that is looked at into their store. */
import { ref, watch } from "vue";
import type { IncidentView } from "../../domain/contract/incidents.ts";
import { http, problemOf } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";
import { useConnection } from "../stores/connection.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";

/** `seq`: the commit up to which it is true; a server of the version before does not say it. */
type Page = { items: unknown[]; next: string | null; seq?: number };
const PAGE = 200;
/** Many more are no inbox any more; the list says how many it leaves out. */
const MOST_PAGES = 10;

type Read = { list: IncidentView[]; wholeAsOf: number | null };

async function readAll(site: string, state: string): Promise<Read> {
  const list: IncidentView[] = [];
  let asOf: number | undefined;
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ site, state, limit: String(PAGE) });
    if (cursor !== null) query.set("cursor", cursor);
    const { items, next, seq }: Page = await http("GET", `/api/v1/incidents?${query}`);
    list.push(...(withInstants(items) as IncidentView[]));
    // what changed since the first page is told by the socket
    asOf ??= seq;
    if (next === null) return { list, wholeAsOf: asOf ?? Math.max(0, ...list.map(({ v }) => v)) };
    cursor = next;
  }
  return { list, wholeAsOf: null };
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
      const { list, wholeAsOf } = await readAll(site, OPEN);
      if (incidents.site === site) incidents.load(list, wholeAsOf);
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
      if (incidents.site === site) incidents.load(withInstants(items) as IncidentView[], null);
    } catch (error) {
      incidents.problem = problemOf(error);
    }
  }

  return { read, readResolved, isReading };
}

/**
 * For as long as the page lives: read when a site is looked at, and whenever its board was opened anew. Changes are told from that opening on, so what is read after it and they leave
 * nothing out, however short the page was not live.
 */
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
  watch(
    () => connection.link.isCaughtUp,
    (isCaughtUp) => {
      if (isCaughtUp && session.state === "in") void read();
    },
  );
}
