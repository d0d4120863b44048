/** A page of what a site's orders went through: so many orders are read a request, whatever is asked. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import { foldOrder } from "../../domain/fold.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { audienceOf } from "../audience.ts";
import { boardOf } from "../orders/board-of.ts";
import { emitted, type Emitted } from "./emit.ts";
import { DEFAULT_PER_PAGE } from "./pages.ts";
import { askedOrders, askedParcels, filterOf } from "./query.ts";
import { decodePlace, encodePlace, stopsFrom, type Place, type Rows, type Stop } from "./walk.ts";

const MOST_ORDERS = 200;
const AT_ONCE = 20;

type Query = Readonly<Record<string, unknown>> & { perPage?: number; nextPageToken?: string };
export type EventsPage = { events: Emitted[]; next: string | null };

type Kept = { events: readonly RecordedEvent[]; policy: SitePolicy };

/** An order where it stands: live, or in history when it was archived. */
async function readKept(
  app: FastifyInstance,
  current: SitePolicy,
  id: string,
  isNamed: boolean,
): Promise<Kept | null> {
  const { site } = current;
  const stored = await app.live.readOrder(site.id, id);
  if (stored !== null) return { events: stored.record.events, policy: stored.policy ?? current };
  if (!isNamed) return null;
  const archived = await app.history.ask("order", { site: site.id, id });
  if (archived === null) return null;
  const { events } = decodeOrderRecord(archived.record, site.id, id);
  return { events, policy: current };
}

function eventsOf(
  kept: Kept | null,
  zone: string,
  audience: ReturnType<typeof audienceOf>,
): Emitted[] {
  const order = kept === null ? null : foldOrder(kept.events, kept.policy).order;
  return kept === null || order === null
    ? []
    : emitted({ events: kept.events, order, zone, audience });
}

function rowsOf(app: FastifyInstance, site: string, query: Query): Rows {
  const parcels = askedParcels(query);
  return {
    open: boardOf(app, site).rows,
    async closed(offset, limit) {
      const { items, hasMore } = await app.live.closedRows(site, offset, limit);
      return { items, next: hasMore ? offset + limit : null };
    },
    isWanted: ({ find }) => parcels === null || find.some((name) => parcels.has(name)),
  };
}

/** Stops in groups, so that several orders are read at once. */
async function* grouped(stops: AsyncIterable<Stop>): AsyncGenerator<Stop[]> {
  let group: Stop[] = [];
  for await (const stop of stops) {
    group.push(stop);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

type Page = { events: Emitted[]; perPage: number };

/** Fills the page with an order's events; where the rest of them begins when not all fit. */
function fill(page: Page, found: readonly Emitted[], { place }: Stop): Place | null {
  const room = page.perPage - page.events.length;
  const rest = found.slice(place.skip);
  page.events.push(...rest.slice(0, room));
  return rest.length > room ? { ...place, skip: place.skip + room } : null;
}

async function walked(
  app: FastifyInstance,
  policy: SitePolicy,
  query: Query,
  read: (ids: readonly string[]) => Promise<Emitted[][]>,
): Promise<EventsPage> {
  const { perPage = DEFAULT_PER_PAGE } = query;
  const page: Page = { events: [], perPage };
  const stops = stopsFrom(rowsOf(app, policy.site.id, query), decodePlace(query.nextPageToken));
  let seen = 0;
  for await (const group of grouped(stops)) {
    const [first] = group;
    // enough for one request: the next one goes on here
    if (first !== undefined && (seen >= MOST_ORDERS || page.events.length >= perPage))
      return { events: page.events, next: encodePlace(first.place) };
    seen += group.length;
    const found = await read(group.map(({ id }) => id));
    for (const [place, stop] of group.entries()) {
      const rest = fill(page, found[place] ?? [], stop);
      if (rest !== null) return { events: page.events, next: encodePlace(rest) };
    }
  }
  return { events: page.events, next: null };
}

/** Of orders that are named all at once: there are few. */
function paged(
  found: readonly Emitted[],
  { perPage = DEFAULT_PER_PAGE, nextPageToken }: Query,
): EventsPage {
  const { skip } = decodePlace(nextPageToken);
  const events = found.slice(skip, skip + perPage);
  const next =
    skip + perPage < found.length ? encodePlace({ open: "", skip: skip + perPage }) : null;
  return { events, next };
}

export async function readEvents(
  app: FastifyInstance,
  request: FastifyRequest,
  policy: SitePolicy,
  query: Query,
): Promise<EventsPage> {
  const fits = filterOf(query);
  const named = askedOrders(query);
  const audience = audienceOf(request.principal);
  const zone = policy.site.timeZone;
  const read = (ids: readonly string[]): Promise<Emitted[][]> =>
    Promise.all(
      ids.map(async (id) => {
        const kept = await readKept(app, policy, id, named !== null);
        return eventsOf(kept, zone, audience).filter(fits);
      }),
    );
  if (named === null) return walked(app, policy, query, read);
  return paged((await read(named.slice(0, AT_ONCE))).flat(), query);
}
