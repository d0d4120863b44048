/** One action on all orders of an incident: appended in order, remembered as one, taken back as one. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ordersIn } from "../../domain/counted.ts";
import type { MemberAction, MembersActedOn, Undone } from "../../domain/contract/incidents.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { Principal } from "../../domain/permissions.ts";
import { isAppliedSoon, isRepeat } from "../orders/act.ts";
import { actionEvent, actionId, sourceOf, type ActionBody } from "../orders/action-event.ts";
import { problem } from "../problem.ts";
import { settle } from "./act.ts";
import { incidentEvent, undoEvent } from "./action-event.ts";

const AT_ONCE = 500;
/** a little longer than it may be undone for */
const KEPT_MS = 120_000;

/** What one call did; `incident` when it was about the orders of one. */
export type Batch = {
  who: string;
  incident?: string;
  at: number;
  orders: [order: string, event: string][];
};

const DONE_WORDS: Record<MemberAction, string> = {
  hold: "held",
  release: "released",
  expedite: "expedited",
  note: "noted at",
};

type Body = ActionBody & { only?: string[] };
type Chosen = { orders: string[]; refused: { id: string; code: string }[] };

/** Those that are in it and still open. */
async function chosenOf(
  app: FastifyInstance,
  incident: Incident,
  only: string[] | undefined,
): Promise<Chosen> {
  const members = (await app.incidents.members(incident.site, incident.id)) ?? incident.orders;
  const known = new Set(members);
  const rows = app.live.board(incident.site)?.rows;
  const wanted = [...new Set(only ?? members)];
  const isThere = (id: string) => known.has(id) && rows?.has(id) === true;
  return {
    orders: wanted.filter(isThere),
    refused: wanted.filter((id) => !isThere(id)).map((id) => ({ id, code: "CT_ERR_NOT_FOUND" })),
  };
}

async function append(
  app: FastifyInstance,
  site: string,
  entries: InboxEvent[],
): Promise<string | undefined> {
  let last: string | undefined;
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    const outcomes = await app.inbox.append(site, entries.slice(at, at + AT_ONCE));
    if (outcomes.some(({ outcome }) => outcome === "conflict"))
      throw problem("CT_ERR_EVENT_CONFLICT", "This Idempotency-Key was used for something else.");
    last = outcomes.at(-1)?.position ?? last;
  }
  return last;
}

export type ActOnMembers = {
  incident: Incident;
  name: MemberAction;
  body: Body;
  /** of the whole call: the same for the same Idempotency-Key */
  id: string;
};

export const keepBatch = (
  app: FastifyInstance,
  site: string,
  id: string,
  batch: Batch,
): Promise<void> => app.incidents.keepBatch(site, id, JSON.stringify(batch), KEPT_MS);

type Prepared = { record: InboxEvent; entries: InboxEvent[]; batch: Batch };

/** Each event of an order is taken only with the record of all of them: when that is refused nothing is done. */
function prepare(
  { principal, now }: { principal: Principal; now: number },
  { incident, name, body: { only: _only, ifVersion, ...body }, id }: ActOnMembers,
  orders: readonly string[],
): Prepared {
  const common = { principal, site: incident.site, now };
  const onlyWith = { incident: incident.id, event: id };
  const entries = orders.map((orderId): InboxEvent => ({
    ...actionEvent({ name, body, ...common, orderId, id: actionId(id, orderId) }),
    onlyWith,
  }));
  const result = `${DONE_WORDS[name]} ${ordersIn(orders.length)}`;
  const step = { incident: incident.id, step: `orders/${name}`, result };
  const data = { ...step, ...(ifVersion !== undefined && { ifVersion }) };
  const record = incidentEvent("incident.played", data, { ...common, id });
  const pairs = orders.map((order, at): [string, string] => [order, entries[at]?.event.id ?? ""]);
  const batch = { who: principal.name, incident: incident.id, at: now, orders: pairs };
  return { record, entries, batch };
}

/**
 * The batch is remembered before anything is appended: what is done can be undone.
 * @throws problem when the incident was another one by then than it was decided on
 */
export async function actOnMembers(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: ActOnMembers,
): Promise<MembersActedOn> {
  const { incident, body, id } = asked;
  const { site } = incident;
  const { orders, refused } = await chosenOf(app, incident, body.only);
  const doing = { principal: request.principal, now: app.now() };
  const { record, entries, batch } = prepare(doing, asked, orders);
  // remembered anew it could be taken back for another minute
  if (!(await isRepeat(app, site, record.event))) await keepBatch(app, site, id, batch);
  const done = { event: id, incident: incident.id, orders: orders.length, refused };
  const position = orders.length === 0 ? undefined : await append(app, site, [record, ...entries]);
  if (position === undefined) return { ...done, isApplied: true };
  const placed = { event: id, position };
  const settled = await settle(app, request, site, record, placed, incident.id);
  return { ...done, isApplied: settled.is === "applied" };
}

async function batchAt(
  app: FastifyInstance,
  principal: Principal,
  site: string,
  id: string,
): Promise<(Batch & { site: string })[]> {
  const text = await app.incidents.batch(site, id);
  if (text === null) return [];
  const batch = JSON.parse(text) as Batch;
  if (batch.who !== principal.name) return [];
  // nothing was done: nothing can be taken back
  const fate = await app.inbox.fate(site, sourceOf(principal), id);
  return fate?.state === "refused" ? [] : [{ ...batch, site }];
}

/** What this person did with one call under that id; null when nothing. */
export async function findBatch(
  app: FastifyInstance,
  principal: Principal,
  sites: readonly string[],
  id: string,
): Promise<(Batch & { site: string }) | null> {
  const found = await Promise.all(sites.map(async (site) => batchAt(app, principal, site, id)));
  return found.flat()[0] ?? null;
}

/** Every event of it is taken back, and with an incident that it was recorded there; however long ago it was. */
export async function undoBatch(
  app: FastifyInstance,
  { principal }: FastifyRequest,
  id: string,
  { site, orders, incident }: Batch & { site: string },
): Promise<Undone> {
  const now = app.now();
  const source = sourceOf(principal);
  const common = { principal, site, now };
  const entries = orders.map(([orderId, event]) => {
    const body = { of: { source, id: event }, reason: "did_not_occur" as const };
    return actionEvent({ name: "correct", body, ...common, orderId, id: `undo-${event}` });
  });
  const event = `undo-${id}`;
  const record = incident === undefined ? [] : [undoEvent(incident, id, { ...common, id: event })];
  const last = await append(app, site, [...entries, ...record]);
  const isApplied = last === undefined || (await isAppliedSoon(app, site, last));
  const about = incident === undefined ? {} : { incident };
  return { event, ...about, orders: orders.length, refused: [], isApplied };
}
