/** One action on many orders: appended together, waited for once, answered one by one. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ActionName } from "../../domain/contract/api.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import type { InboxEvent } from "../../domain/contract/keys.ts";
import { orderAction } from "../audit/order-actions.ts";
import { isProblem, problem, problemDocument, type ProblemError } from "../problem.ts";
import { isAppliedSoon, prepare } from "./act.ts";
import type { ActionBody } from "./action-event.ts";
import { findOrder } from "./read-detail.ts";

export type ManyItem =
  | { id: string; status: 200 | 202; event: string; position: string; version?: number }
  | { id: string; status: number; problem: Problem };

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

export async function actOnMany(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  ids: string[],
  name: ActionName,
  body: ActionBody,
): Promise<ManyItem[]> {
  const prepared = await inPieces(ids, (id) => prepareOne(app, request, site, id, name, body));
  const entries = prepared.flatMap((one) => ("entry" in one ? [one.entry] : []));
  await Promise.all(
    prepared.map(async (one) => {
      if (!("entry" in one)) return;
      const action = { site, orderId: one.id, name, body, event: one.entry.event.id };
      await app.audit.record(orderAction(app, request, action));
    }),
  );
  const outcomes = await app.inbox.append(site, entries);
  const last = outcomes.at(-1);
  const isApplied = last !== undefined && (await isAppliedSoon(app, site, last.position));
  const rows = app.live.board(site)?.rows;
  let next = 0;
  return prepared.map((one): ManyItem => {
    if ("refusal" in one) return refusedItem(one.id, one.refusal);
    const outcome = outcomes[next++];
    if (outcome === undefined || outcome.outcome === "conflict")
      return refusedItem(one.id, problem("CT_ERR_EVENT_CONFLICT", KEY_REUSED));
    const version = isApplied ? rows?.get(one.id)?.v : undefined;
    const { position } = outcome;
    const placed = { id: one.id, event: one.entry.event.id, position };
    return { ...placed, status: isApplied ? 200 : 202, ...(version !== undefined && { version }) };
  });
}
