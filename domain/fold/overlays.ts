/** Holds, exceptions, notes and facts: they lie over the stage and never change it. */
import { clockOf, FOUND_BY_CUSTOMERS } from "../codes.ts";
import type { EventData } from "../event.ts";
import type { Hold, Order } from "../order.ts";
import { STAGE_RANK } from "../stages.ts";
import type { Step } from "./corrections.ts";
import { finishByCount } from "./floor.ts";
import { parcelCalled, scannedParcels } from "./parcel-names.ts";
import { afterTheEnd } from "./scans.ts";
import {
  clear,
  HAND_OVER_RANK,
  isClosed,
  linesOf,
  openShipTo,
  raise,
  type Building,
  type OrderFacts,
  type Verdict,
} from "./state.ts";

const applied = (words: string): Verdict => ({ effect: "applied", words });
const duplicate = (words: string): Verdict => ({ effect: "duplicate", words });
const impossible = (words: string): Verdict => ({ effect: "impossible", words });

type HoldData = EventData["hold.placed"];

const openHold = (building: Building, code: string): Hold | undefined =>
  building.order.holds.find((hold) => hold.code === code && hold.releasedAt === undefined);

function tellHold(hold: Hold, data: HoldData): void {
  if (data.reason !== undefined) hold.reason = data.reason;
  if (data.owner !== undefined) hold.owner = data.owner;
  if (data.until !== undefined) hold.until = data.until;
}

export function holdPlaced(building: Building, data: HoldData, step: Step): Verdict {
  if (isClosed(building)) return afterTheEnd(building, step);
  const known = openHold(building, data.code);
  if (known) {
    tellHold(known, data);
    return applied(`${data.code} was on hold already: its reason, owner and end are renewed`);
  }
  const hold: Hold = { code: data.code, placedAt: step.at, clock: clockOf(data.code) };
  tellHold(hold, data);
  building.order.holds.push(hold);
  building.openHolds++;
  const clock = hold.clock === "pause" ? "our clock pauses" : "our clock runs on";
  return applied(`placed the hold ${data.code}; ${clock}`);
}

export function holdReleased(building: Building, data: HoldData, step: Step): Verdict {
  const known = openHold(building, data.code);
  if (!known) return impossible(`there was no open hold ${data.code} to release: kept as evidence`);
  known.releasedAt = step.at;
  building.openHolds--;
  return applied(`released the hold ${data.code}`);
}

type Coded = EventData["exception.raised"];

export function raised(
  building: Building,
  data: Coded,
  step: Step,
  about: string | undefined = undefined,
): Verdict {
  const { stage } = building.order;
  const isFoundLate = FOUND_BY_CUSTOMERS.has(data.code) && stage !== "cancelled";
  if (isClosed(building) && !isFoundLate) return afterTheEnd(building, step);
  return raise(building, data.code, step.at, { about, note: data.note })
    ? applied(`raised ${data.code}`)
    : duplicate(`${data.code} was open already`);
}

export function parcelException(
  building: Building,
  data: EventData["parcel.exception"],
  step: Step,
): Verdict {
  const [parcel, ...others] = scannedParcels(building, data, step);
  const about = others.length > 0 ? undefined : parcel?.parcelId;
  return raised(building, data, step, about ?? data.parcelId ?? data.trackingCode);
}

export function cleared(building: Building, data: Coded, step: Step): Verdict {
  return clear(building, data.code, step.at) > 0
    ? applied(`cleared ${data.code}`)
    : impossible(`there was no open ${data.code} to clear: kept as evidence`);
}

const aboutOf = ({ parcelId, line }: EventData["item.damaged"]): string | undefined =>
  parcelId ?? (line === undefined ? undefined : `line ${line}`);

/** Damage found by the customer counts too, so the end of the order does not stop it. */
export function damaged(building: Building, data: EventData["item.damaged"], step: Step): Verdict {
  const { order } = building;
  if (order.stage === "cancelled") return afterTheEnd(building, step);
  const parcel = parcelCalled(building, data.parcelId, step.event.source);
  const isOut = STAGE_RANK[parcel?.stage ?? order.stage] >= HAND_OVER_RANK;
  const kind = isOut ? "DAMAGED_IN_TRANSIT" : "DAMAGED_INTERNAL";
  const note = data.note ? `${data.code}: ${data.note}` : data.code;
  return raise(building, kind, step.at, { about: aboutOf(data), note })
    ? applied(isOut ? "damaged after hand-over" : "damaged before hand-over")
    : duplicate("this damage was known already");
}

export function noted(building: Building, text: string, step: Step): Verdict {
  const { actor } = step.event;
  building.order.notes.push({ at: step.at, ...(actor !== undefined && { by: actor }), text });
  return applied("added a note");
}

export function assigned(building: Building, assignee: string | null, step: Step): Verdict {
  const { order } = building;
  if (isClosed(building)) return afterTheEnd(building, step);
  if ((order.owner ?? null) === assignee) return duplicate("the owner stays the same");
  if (assignee === null) delete order.owner;
  else order.owner = assignee;
  return applied(assignee === null ? "has no owner any more" : `owned by ${assignee}`);
}

const PLAIN_FACTS = [
  "customerOrder",
  "channel",
  "service",
  "carrier",
  "priority",
  "placedAt",
  "client",
  "tier",
  "currency",
  "replaces",
] as const satisfies readonly (keyof OrderFacts & keyof Order)[];

const FACTS: ReadonlySet<string> = new Set([
  ...PLAIN_FACTS,
  "shipBy",
  "deliverBy",
  "shipTo",
  "lines",
]);

function takeFact<F extends (typeof PLAIN_FACTS)[number]>(
  order: Order,
  field: F,
  fact: Order[F] | undefined,
): void {
  if (fact !== undefined) order[field] = fact;
}

/** Takes the facts that an event states into the order. */
export function stateFacts(building: Building, facts: OrderFacts): void {
  const { order } = building;
  for (const field of PLAIN_FACTS) takeFact(order, field, facts[field]);
  if (facts.shipBy !== undefined) order.promisedShipBy = facts.shipBy;
  if (facts.deliverBy !== undefined) order.promisedDeliverBy = facts.deliverBy;
  if (facts.shipTo !== undefined) Object.assign(order.shipTo, openShipTo(facts.shipTo));
  if (facts.lines !== undefined) order.lines = linesOf(facts.lines, order.lines);
}

/** An amendment dated before the order itself only adds what the order did not say. */
function missingFacts(order: EventData["order.received"], facts: OrderFacts): OrderFacts {
  const missing = Object.entries(facts).filter(([field]) => !Object.hasOwn(order, field));
  return Object.fromEntries(missing);
}

export function amended(
  building: Building,
  data: OrderFacts,
  step: Step,
  received: EventData["order.received"] | null,
): Verdict {
  if (isClosed(building)) return afterTheEnd(building, step);
  const facts = received ? missingFacts(received, data) : data;
  stateFacts(building, facts);
  const names =
    Object.keys(facts)
      .filter((name) => FACTS.has(name))
      .join(", ") || "nothing";
  const finished = finishByCount(building, step);
  const words = `changed ${names}${finished ? `, and ${finished.words}` : ""}`;
  return { effect: finished?.effect ?? "applied", words };
}
