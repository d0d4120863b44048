/** One action on many orders: remembered as one, appended together, waited for once, answered one by one, taken back as one. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ActionName } from "../../domain/contract/api.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { audienceOf, wordsFor } from "../audience.ts";
import { notDone, orderAction } from "../audit/order-actions.ts";
import { keepBatch } from "../incidents/act-on-members.ts";
import { isProblem, problem, problemDocument, type ProblemError } from "../problem.ts";
import {
  deadLettered,
  type Did,
  idempotencyKey,
  isAppliedSoon,
  isRepeat,
  type Placed,
  prepare,
} from "./act.ts";
import { actionId, type ActionBody } from "./action-event.ts";
import { findOrder } from "./read-detail.ts";

export type ManyItem =
  | ({ id: string; status: 200 | 202; version?: number } & Placed & Did)
  | { id: string; status: number; problem: Problem };

/** `event`: what takes all of it back at once. */
export type ManyActedOn = { event: string; items: ManyItem[] };

type Prepared = { id: string; entry: InboxEvent } | { id: string; refusal: ProblemError };
/** so many orders are read from the store at a time */
const AT_ONCE = 50;

async function prepareOne(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  id: string,
  name: ActionName,
  body: ActionBody,
): Promise<Prepared> {
  try {
    const found = await findOrder(app, request, site, id);
    return { id, entry: await prepare(app, request, found, name, body) };
  } catch (error) {
    if (isProblem(error) && error.statusCode < 500) return { id, refusal: error };
    throw error;
  }
}

async function inPieces<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return done;
}

const refusedItem = (id: string, error: ProblemError): ManyItem => ({
  id,
  status: error.statusCode,
  problem: problemDocument(error),
});

const KEY_REUSED = "This Idempotency-Key was used for something else.";

/** Ids of what is only sent again: it was written down when it was done. Without a key nothing is. */
async function repeatsAmong(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  entries: InboxEvent[],
): Promise<Set<string>> {
  if (idempotencyKey(request) === undefined) return new Set();
  const repeated = await inPieces(entries, async ({ event }) =>
    (await isRepeat(app, site, event)) ? [event.id] : [],
  );
  return new Set(repeated.flat());
}

/** Written down first, then remembered, then appended: what is done can be undone. */
async function recordAll(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  prepared: readonly Prepared[],
  { name, body, event }: { name: ActionName; body: ActionBody; event: string },
): Promise<InboxEvent[]> {
  const orders: [string, string][] = [];
  const entries: InboxEvent[] = [];
  for (const one of prepared) {
    if (!("entry" in one)) continue;
    entries.push(one.entry);
    orders.push([one.id, one.entry.event.id]);
  }
  const repeated = await repeatsAmong(app, request, site, entries);
  const records = orders
    .filter(([, id]) => !repeated.has(id))
    .map(([orderId, id]) =>
      app.audit.record(orderAction(app, request, { site, orderId, name, body, event: id })),
    );
  await Promise.all(records);
  const batch = { who: request.principal.name, at: app.now(), orders };
  // remembered anew it could be taken back for another minute
  if (records.length > 0) await keepBatch(app, site, event, batch);
  return entries;
}

/** What each of them did, in their order; of one that its order could not take, the refusal. */
async function didAll(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  entries: InboxEvent[],
): Promise<(Did | ProblemError)[]> {
  const audience = audienceOf(request.principal);
  return inPieces(entries, async ({ event }) => {
    const fate = await app.inbox.fate(site, event.source, event.id);
    if (fate?.state === "dead-letter") return deadLettered(fate);
    if (fate?.effect === undefined) return {};
    const { effect, reason = "" } = fate;
    return { effect, reason: wordsFor(audience, reason) };
  });
}

/** What was written down as done, and was not. */
async function recordDead(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  dead: { orderId: string; event: string; code: string }[],
  { name, body }: { name: ActionName; body: ActionBody },
): Promise<void> {
  const lines = dead.map(({ orderId, event, code }) => {
    const input = orderAction(app, request, { site, orderId, name, body, event });
    return app.audit.record(notDone(input, code)).catch(() => undefined);
  });
  await Promise.all(lines);
}

export async function actOnMany(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  ids: string[],
  name: ActionName,
  body: ActionBody,
): Promise<ManyActedOn> {
  // also of the orders: what the same key did to others before is taken back by the id that was told then
  const event = actionId(idempotencyKey(request), [site, name, ...ids.toSorted()].join("\u0000"));
  const prepared = await inPieces(ids, (id) => prepareOne(app, request, site, id, name, body));
  const entries = await recordAll(app, request, site, prepared, { name, body, event });
  const outcomes = await app.inbox.append(site, entries);
  const last = outcomes.at(-1);
  const isApplied = last !== undefined && (await isAppliedSoon(app, site, last.position));
  const did = isApplied ? await didAll(app, request, site, entries) : [];
  const dead = prepared
    .filter((one) => "entry" in one)
    .flatMap(({ id: orderId, entry }, at) => {
      const done = did[at];
      return isProblem(done) ? [{ orderId, event: entry.event.id, code: done.code }] : [];
    });
  await recordDead(app, request, site, dead, { name, body });
  const rows = app.live.board(site)?.rows;
  let next = 0;
  const items = prepared.map((one): ManyItem => {
    if ("refusal" in one) return refusedItem(one.id, one.refusal);
    const at = next++;
    const outcome = outcomes[at];
    if (outcome === undefined || outcome.outcome === "conflict")
      return refusedItem(one.id, problem("CT_ERR_EVENT_CONFLICT", KEY_REUSED));
    const done = did[at];
    if (isProblem(done)) return refusedItem(one.id, done);
    const version = isApplied ? rows?.get(one.id)?.v : undefined;
    const { position } = outcome;
    const placed = { id: one.id, event: one.entry.event.id, position, ...done };
    return { ...placed, status: isApplied ? 200 : 202, ...(version !== undefined && { version }) };
  });
  return { event, items };
}
