/** Carrying an action out: checked against the order's version, appended to the inbox, waited for until it is on the board. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ActionName } from "../../domain/contract/api.ts";
import type { AuditInput } from "../../domain/contract/audit.ts";
import type { EventFate } from "../../domain/contract/ingest.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { foldOrder } from "../../domain/fold.ts";
import type { Principal } from "../../domain/permissions.ts";
import { audienceOf } from "../audience.ts";
import { notDone } from "../audit/order-actions.ts";
import { isProblem, problem, type ProblemError } from "../problem.ts";
import { actionEvent, actionId, type ActionBody } from "./action-event.ts";
import { faultsOfAction } from "./action-faults.ts";
import type { FoundOrder } from "./read-detail.ts";

const APPLIED_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 50;
const KEY_MOST = 256;

export function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && key.length > 0 && key.length <= KEY_MOST) return key;
  throw problem("CT_ERR_BAD_REQUEST", `Idempotency-Key holds 1 to ${KEY_MOST} characters.`);
}

/** Whether the door took it before, under the same Idempotency-Key. */
export const isRepeat = async (
  app: FastifyInstance,
  site: string,
  { source, id }: Pick<InboxEvent["event"], "source" | "id">,
): Promise<boolean> => (await app.inbox.fate(site, source, id)) !== null;

/** Who has the order now, for whoever may see people, and its version. Of closed orders too, which no board has. */
function standing(app: FastifyInstance, principal: Principal, found: FoundOrder) {
  const { record, site } = found;
  const policy = found.policy ?? app.sites.get(site);
  const isFull = policy !== undefined && audienceOf(principal) === "full";
  const owner = isFull ? foldOrder(record.events, policy).order?.owner : undefined;
  return { version: record.v, owner: owner ?? null };
}

/** The order once whoever decided first is applied: who comes second is told what came of it. As it is after 2 s. */
async function afterTheFirst(app: FastifyInstance, found: FoundOrder): Promise<FoundOrder> {
  const { site, id } = found;
  for (let waited = 0; waited < APPLIED_WITHIN_MS; waited += LOOK_EVERY_MS) {
    const stored = await app.live.readOrder(site, id);
    if (stored !== null && stored.record.v !== found.record.v) return { ...stored, site, id };
    await sleep(LOOK_EVERY_MS);
  }
  return found;
}

/**
 * True when nothing happened to the order since that version was seen: of the order itself, or of its row, which is written again when time alone changes it
 * and is therefore often newer.
 */
function isSeenAsItIs(app: FastifyInstance, { site, id, record }: FoundOrder, seen: number) {
  const shown = app.live.board(site)?.rows.get(id)?.v ?? record.v;
  return record.v <= seen && seen <= Math.max(record.v, shown);
}

/** Throws 409 with who has the order now and its version; of two who decide on one version at the same moment the second is refused. */
async function checkVersion(
  app: FastifyInstance,
  principal: Principal,
  found: FoundOrder,
  entry: InboxEvent,
  ifVersion: number | undefined,
): Promise<void> {
  if (ifVersion === undefined) return;
  const { site, id, record } = found;
  const { event } = entry;
  const isNow = isSeenAsItIs(app, found, ifVersion);
  if (isNow && (await app.inbox.decide(site, id, record.v, `${event.source} ${event.id}`))) return;
  // the same action once more: it is its own change that moved the version
  if (!isNow && (await isRepeat(app, site, event))) return;
  const detail = isNow
    ? `Somebody else decided on version ${ifVersion} a moment ago.`
    : `You decided on version ${ifVersion}; the order is at version ${record.v}.`;
  const now = isNow ? await afterTheFirst(app, found) : found;
  throw problem("CT_ERR_CONFLICT", detail, { members: standing(app, principal, now) });
}

/** A repeat of what was taken is not judged again: its hold may have ended meanwhile. */
async function refuseFaults(
  app: FastifyInstance,
  found: FoundOrder,
  entry: InboxEvent,
): Promise<void> {
  const errors = await faultsOfAction(app, found, entry.event);
  if (errors.length === 0) return;
  if (await isRepeat(app, found.site, entry.event)) return;
  throw problem("CT_ERR_INVALID", "This cannot be done to the order.", { errors });
}

export async function prepare(
  app: FastifyInstance,
  request: FastifyRequest,
  found: FoundOrder,
  name: ActionName,
  body: ActionBody,
): Promise<InboxEvent> {
  const entry = actionEvent({
    name,
    body,
    principal: request.principal,
    site: found.site,
    orderId: found.id,
    id: actionId(idempotencyKey(request), found.id),
    now: app.now(),
  });
  await refuseFaults(app, found, entry);
  await checkVersion(app, request.principal, found, entry, body.ifVersion);
  return entry;
}

export type Placed = { event: string; position: string };
/** What an action did once it was applied, as `GET /events/{source}/{id}` tells it. */
export type Did = Pick<EventFate, "effect" | "reason">;

const reused = () =>
  problem("CT_ERR_EVENT_CONFLICT", "This Idempotency-Key was used for something else.");

export async function place(
  app: FastifyInstance,
  site: string,
  entry: InboxEvent,
): Promise<Placed> {
  const [outcome] = await app.inbox.append(site, [entry]);
  if (outcome === undefined || outcome.outcome === "conflict") throw reused();
  return { event: entry.event.id, position: outcome.position };
}

/** Written into the audit log first: what cannot be audited is not done. What then fails is written down too; what is only sent again was written down when it was done. */
export async function placeAudited(
  app: FastifyInstance,
  site: string,
  entry: InboxEvent,
  input: AuditInput,
): Promise<Placed> {
  if (!(await isRepeat(app, site, entry.event))) await app.audit.record(input);
  try {
    return await place(app, site, entry);
  } catch (error) {
    const code = isProblem(error) ? error.code : "CT_ERR_INTERNAL";
    await app.audit.record(notDone(input, code)).catch(() => undefined);
    throw error;
  }
}

/** Of an action that became a dead letter: nothing of it was done. An order that is full stays so, whoever tries; the rest is a fault of ours. */
export function deadLettered({ code, reason = "" }: EventFate): ProblemError {
  const detail = `It could not be applied: ${reason.replace(/^CT_ERR_\w+: /, "")}`;
  return problem(code === "CT_ERR_ORDER_TOO_LARGE" ? code : "CT_ERR_INTERNAL", detail);
}

/** True when it is on the board within 2 s; the answer is 202 otherwise, and it will be. */
export const isAppliedSoon = (
  app: FastifyInstance,
  site: string,
  position: string,
): Promise<boolean> => app.live.waitForPosition(site, position, APPLIED_WITHIN_MS);
