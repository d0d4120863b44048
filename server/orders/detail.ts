/** Everything known about one order, from its stored events: folded here as the workers fold it, so that every state comes with its explanation. */
import type { OrderDetail, OrderForecast, TimelineEntry } from "../../domain/contract/api.ts";
import type { OrderRecord } from "../../domain/contract/order-record.ts";
import type { StoredOutlook } from "../../domain/contract/stored.ts";
import { explainDelay, hasPassed, type Delay } from "../../domain/delay.ts";
import { leftAt, type EventOutcome, type Order } from "../../domain/order.ts";
import { likelihoodOf, percentInWords } from "../../domain/forecast/explain.ts";
import { foldOrder } from "../../domain/fold.ts";
import { milestoneLimits, promisesOf, type Promises } from "../../domain/promise.ts";
import type { DeadlineFact } from "../../domain/deadline-fact.ts";
import { foundExceptions, seenAt } from "../../domain/silence/evidence.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { Static } from "typebox";
import { orderFor, outcomeFor, type Audience } from "../audience.ts";
import { toHttp } from "../http-instants.ts";
import { promiseChanges, type PromiseChanges } from "./promise-changes.ts";

export type Personal = {
  fields: Record<string, unknown> | null;
  hidden: boolean;
  /** ms */
  erasedAt?: number | null;
};

type DeadlineState = "open" | "met" | "missed" | "paused";

/** When what the deadline is about happened; undefined while it has not. */
function reachedAt({ kind }: DeadlineFact, order: Order): number | undefined {
  if (kind === "ship") return leftAt(order);
  return kind === "deliver" ? order.deliveredAt : undefined;
}

export function deadlineState(fact: DeadlineFact, order: Order, now: number): DeadlineState {
  if (fact.isPaused === true && order.closedAt === undefined) return "paused";
  const at = reachedAt(fact, order);
  if (at !== undefined) return at <= fact.at ? "met" : "missed";
  return now > fact.at ? "missed" : "open";
}

/** The number of the commit that took an event in stands with the event, not with what it did. */
function numbersOf(record: OrderRecord): Map<string, number> {
  return new Map(
    record.events.flatMap(({ source, id, seq }): [string, number][] =>
      seq ? [[`${source}\u0000${id}`, seq]] : [],
    ),
  );
}

function timelineOf(
  outcomes: EventOutcome[],
  record: OrderRecord,
  audience: Audience,
): Static<typeof TimelineEntry>[] {
  const numbers = numbersOf(record);
  return outcomes.map((outcome) => {
    const { id, type, occurredAt, recordedAt, effect } = outcome;
    const seq = numbers.get(`${outcome.source}\u0000${id}`);
    const { source, words } = outcomeFor(audience, outcome);
    return {
      at: new Date(occurredAt).toISOString(),
      source,
      id,
      type,
      recordedAt: new Date(recordedAt).toISOString(),
      ...(seq !== undefined && { seq }),
      effect,
      words,
    };
  });
}

/** The limits of the stages count back from the truck that the board names: as time goes by that is a later one than could be reached when the stage began. */
function factsOf(promises: Promises, order: Order, { site }: SitePolicy, { pickup }: Delay) {
  const limits = pickup === null ? [] : milestoneLimits(order, site, pickup.at);
  return [...limits, ...promises.deadlines.filter(({ kind }) => kind !== "milestone")];
}

function deadlinesOf(
  facts: readonly DeadlineFact[],
  order: Order,
  now: number,
  changes: PromiseChanges,
): OrderDetail["deadlines"] {
  return facts.map((fact) => {
    const { name, kind, at, basis, how } = fact;
    const told = name === "ship by" || name === "deliver by" ? changes[name] : [];
    const state = deadlineState(fact, order, now);
    return { name, kind, at: new Date(at).toISOString(), basis, how: [...told, ...how], state };
  });
}

/** What may be missed. Where no truck leaves by the ship-by it must go another way, and the forecast knows only of the dock. */
function missWords({ due, dueKind, pickup }: Delay): string {
  if (dueKind === "deliver") return "to miss its deliver-by";
  const isAfter = pickup !== null && due !== null && pickup.at > due;
  return isAfter ? "to be ready too late for its ship-by" : "to miss its ship-by";
}

/** Word first, number second; what has been missed is no likelihood any more. */
function forecastWords(p: number, delay: Delay, hasMissed: boolean): string {
  if (hasMissed) return `Has missed its ${delay.dueKind}-by`;
  const likelihood = likelihoodOf(p);
  const capital = likelihood.charAt(0).toUpperCase() + likelihood.slice(1);
  return `${capital} ${missWords(delay)}: ${percentInWords(p)}`;
}

/**
 * What the row's risk rests on, so long as it is believed: of an order behind a silent source there is no risk, and so no forecast; what is lost is known
 * and not foreseen.
 */
function forecastOf(
  outlook: StoredOutlook | null,
  delay: Delay,
  now: number,
): OrderForecast | null {
  const { risk, sev, due } = delay;
  if (outlook === null || now >= outlook.until) return null;
  if (risk === null || sev === "lost_cause") return null;
  const { words, at } = outlook;
  const hasMissed = hasPassed(due, now);
  const p = hasMissed ? 1 : outlook.p;
  return {
    p,
    likelihood: likelihoodOf(p),
    words: forecastWords(p, delay, hasMissed),
    reasons: [...words],
    at: new Date(at).toISOString(),
  };
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const slackOf = ({ actBy }: Delay, isOpen: boolean, now: number): number | null =>
  actBy === null || !isOpen ? null : actBy - now;

/** What was told, then what was found. */
const exceptionsOf = (
  order: Order,
  outlook: StoredOutlook | null,
  { site }: SitePolicy,
  now: number,
): Order["exceptions"] => [
  ...order.exceptions,
  ...foundExceptions(seenAt(outlook?.evidence, order, now), site.timeZone),
];

export type KnownOrder = {
  record: OrderRecord;
  personal: Personal;
  /** what the forecast said of it last */
  outlook?: StoredOutlook | null;
  audience?: Audience;
};

/** null while the order's `order.received` is not among its events. */
export function orderDetail(
  { record, personal, outlook = null, audience = "full" }: KnownOrder,
  policy: SitePolicy,
  now: number,
): OrderDetail | null {
  const folded = foldOrder(record.events, policy);
  if (folded.order === null) return null;
  const order = orderFor(audience, folded.order);
  const promises = promisesOf(order, policy);
  const delay = explainDelay(order, promises, policy, now, outlook ?? undefined);
  const isOpen = order.closedAt === undefined;
  const exceptions = isOpen ? exceptionsOf(order, outlook, policy, now) : order.exceptions;
  const changes = promiseChanges(record.events, policy);
  const { due, dueKind, risk, pickup, carrier } = delay;
  const { takenBy: _taken, ...told } = order;
  return {
    ...(toHttp({ ...told, carrier, exceptions }) as Pick<
      OrderDetail,
      keyof typeof order & keyof OrderDetail
    >),
    v: record.v,
    sev: delay.sev,
    severity: delay.sev,
    actBy: iso(delay.actBy),
    slackMs: slackOf(delay, isOpen, now),
    due: iso(due),
    dueKind,
    risk,
    pickup: pickup === null ? null : { id: pickup.id, at: new Date(pickup.at).toISOString() },
    reasons: delay.reasons,
    blockers: delay.blockers,
    deadlines: deadlinesOf(factsOf(promises, order, policy, delay), order, now, changes),
    forecast: isOpen ? forecastOf(outlook, delay, now) : null,
    events: timelineOf(folded.outcomes, record, audience),
    incident: null,
    personal: personal.fields,
    personalHidden: personal.hidden,
    personalErasedAt: iso(personal.erasedAt ?? null),
  };
}
