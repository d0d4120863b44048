/** What the rules of incidents look at, of one order: its row, and the few facts that the row does not carry. A microsecond or two an order. */
import type { Row } from "../board.ts";
import type { TransitOrder } from "../forecast/transit/state.ts";
import { isElsewhere } from "../forecast/order-facts.ts";
import type { Order } from "../order.ts";
import { STAGE_RANK } from "../stages.ts";
import type { Candidate, CheckFact } from "./detection.ts";

/** What the forecast and the listening know besides; absent = nothing. */
export type Besides = {
  /** the silent source that makes it blind */
  blind?: string | undefined;
  /** where the forecast sees it wait longest */
  waitsFor?: string | null | undefined;
  /** it was handed over after its ship-by */
  leftLate?: boolean | undefined;
  /** epoch ms: when the forecast raised the alarm that stands */
  alarmedAt?: number | null | undefined;
};

const MAX_SKUS = 50;

/** SKUs of the lines of which something is still to be packed. */
function skusOf({ lines }: Order): string[] {
  const skus: string[] = [];
  for (const { sku, quantity, packed, short } of lines) {
    if (packed + short >= quantity || skus.includes(sku)) continue;
    skus.push(sku);
    if (skus.length === MAX_SKUS) break;
  }
  return skus;
}

function holdsOf({ holds }: Order): Candidate["holds"] {
  const open: { code: string; placedAt: number; until?: number; owner?: string }[] = [];
  for (const { code, placedAt, until, owner, releasedAt } of holds) {
    if (releasedAt !== undefined) continue;
    open.push({
      code,
      placedAt,
      ...(until !== undefined && { until }),
      ...(owner !== undefined && { owner }),
    });
  }
  return open;
}

function exceptionsOf({ exceptions }: Order): Candidate["exceptions"] {
  const open: { code: string; raisedAt: number; about?: string }[] = [];
  for (const { code, raisedAt, clearedAt, about } of exceptions) {
    if (clearedAt === undefined)
      open.push({ code, raisedAt, ...(about !== undefined && { about }) });
  }
  return open;
}

const releasedAtOf = ({ timeline }: Order): number | undefined =>
  timeline.findLast(({ stage, at }) => stage === "released" && at !== null)?.at ?? undefined;

type ProviderFacts = Pick<Candidate, "provider" | "releasedAt" | "answered">;

/** A provider answers with any scan of its own after the release. */
function providerOf(order: Order): ProviderFacts {
  const { node, stage, stageSince } = order;
  if (node === undefined || !isElsewhere(order)) return {};
  const releasedAt = releasedAtOf(order) ?? stageSince;
  return { provider: node, releasedAt, answered: STAGE_RANK[stage] > STAGE_RANK.released };
}

/** The last of its parcels by the carrier's own word. */
function etaOf({ parcels }: Order): number | undefined {
  let last: number | undefined;
  for (const { eta, stage } of parcels)
    if (eta !== undefined && stage !== "delivered") last = Math.max(last ?? 0, eta);
  return last;
}

export function hasLeftLate(order: TransitOrder | null): boolean {
  const { shipBy, handedOverAt } = order ?? {};
  return shipBy !== undefined && handedOverAt !== undefined && handedOverAt > shipBy;
}

/** Where it passed a check, and where one sent it back. */
function checksOf({ timeline, attempt: attempts }: Order): Pick<Candidate, "fails" | "checks"> {
  const checks: CheckFact[] = [];
  let before = 1;
  for (const { stage, at, station, attempt } of timeline) {
    const hasFailed = attempt > before && (stage === "picking" || stage === "packing");
    before = Math.max(before, attempt);
    if (at !== null && (hasFailed || stage === "checked"))
      checks.push({ at, hasFailed, ...(station !== undefined && { station }) });
  }
  return {
    ...(attempts > 1 && { fails: attempts - 1 }),
    ...(checks.length > 0 && { checks }),
  };
}

export function candidateOf(
  order: Order,
  row: Row,
  { blind, waitsFor, leftLate, alarmedAt }: Besides = {},
): Candidate {
  const { client, shipTo } = order;
  const eta = etaOf(order);
  return {
    row,
    skus: skusOf(order),
    ...(client !== undefined && { client }),
    ...(shipTo.region !== undefined && { region: shipTo.region }),
    ...providerOf(order),
    ...checksOf(order),
    ...(eta !== undefined && { eta }),
    ...(blind !== undefined && { blind }),
    ...(waitsFor != null && { waitsFor }),
    ...(leftLate === true && { leftLate }),
    ...(alarmedAt != null && { alarmedAt }),
    holds: holdsOf(order),
    exceptions: exceptionsOf(order),
  };
}
