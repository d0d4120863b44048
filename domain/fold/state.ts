/** The state that the fold builds, and the few ways in which it may change. It is mutable while events are folded on to it; who goes on later takes a fork. */
import type { EventData, RecordedEvent } from "../event.ts";
import type { EffectKind, Milestone, Order, OrderException, OrderLine } from "../order.ts";
import type { SitePolicy } from "../site.ts";
import { FORWARD_STAGES, isEnded, STAGE_PLACE, STAGE_RANK, STAGES, type Stage } from "../stages.ts";
import type { Step } from "./corrections.ts";

/** What one event did: its kind, and one sentence for people. */
export type Verdict = { effect: EffectKind; words: string };

/** Scans within this time of one another are one story told twice or slightly out of order. */
export const SAME_STORY_MS = 120_000;
/** An order that comes back more often than this has a problem of its own. */
export const MAX_ATTEMPTS = 3;

export const PACKED_RANK = STAGE_RANK.packed;
export const HAND_OVER_RANK = STAGE_RANK.handed_over;

/** Something by stage, at its `STAGE_PLACE`: a list is copied at a tenth of what a `Map` costs, and that is done for every event. */
export type Marks<T> = (T | undefined)[];
const noMarks = <T>(): Marks<T> => STAGES.map(() => undefined);

/** How a system calls a parcel. */
export type Alias = { system: string; name: string; parcelId: string };

export type Building = {
  order: Order;
  /** milestones that this site scans, in the order of the way */
  expected: readonly Stage[];
  /** the current attempt's milestones */
  done: Marks<Milestone>;
  /** first start scan of the current attempt, by the milestone that ends the process */
  starts: Marks<number>;
  /** a check of it began or failed, so a pass is expected */
  sampled: boolean;
  /** lines were packed by count in this attempt and some are missing still */
  packingByCount: boolean;
  openHolds: number;
  /** where it was scanned last inside the building; put into the order at the end */
  station: string | undefined;
  /** how often a stage was scanned again at once from another device */
  repeats: Marks<number>;
  /** how those who packed call the parcels; never changed in place */
  aliases: readonly Alias[];
  /** tracking codes of which nobody said whose they are, taken for several parcels; never changed in place */
  guessed: readonly string[];
};

/**
 * Start scans and side stages are never expected: only completed facts can be missed. Nor are the optional ones, also where a site scans them (domain rules,
 * 2.6): a release is a decision, goods may go from the bench onto the truck, and not every carrier tells of the last mile.
 */
const NEVER_EXPECTED: ReadonlySet<Stage> = new Set([
  "received",
  "released",
  "picking",
  "packing",
  "staged",
  "out_for_delivery",
]);
const expectedBySite = new WeakMap<object, readonly Stage[]>();

/** Milestones that everything passes at this site, in their order. */
export function expectedOf(policy: SitePolicy): readonly Stage[] {
  const known = expectedBySite.get(policy.site);
  if (known) return known;
  const scanned = new Set(policy.site.stages);
  const expected = FORWARD_STAGES.filter(
    (stage) => scanned.has(stage) && !NEVER_EXPECTED.has(stage),
  );
  expectedBySite.set(policy.site, expected);
  return expected;
}

type ReceivedData = EventData["order.received"];
export type OrderFacts = Partial<ReceivedData>;

/** Only what names no person may stand in an order. */
export function openShipTo(shipTo: OrderFacts["shipTo"]): Order["shipTo"] {
  const open: Order["shipTo"] = {};
  if (shipTo?.city !== undefined) open.city = shipTo.city;
  if (shipTo?.region !== undefined) open.region = shipTo.region;
  if (shipTo?.country !== undefined) open.country = shipTo.country;
  return open;
}

/** What a line says besides its number and quantity. */
const LINE_FACTS = ["name", "unitPrice", "weightG", "zone"] as const;

/** Lines as ordered, keeping what was already picked, packed or short of them. */
export function linesOf(
  ordered: ReceivedData["lines"],
  before: readonly OrderLine[] = [],
): OrderLine[] {
  return ordered.map((said) => {
    const { line: number, sku, quantity } = said;
    const kept = before.find((line) => line.line === number) ?? { picked: 0, packed: 0, short: 0 };
    const line: OrderLine = {
      line: number,
      sku,
      quantity,
      picked: Math.min(kept.picked, quantity),
      packed: Math.min(kept.packed, quantity),
      short: Math.min(kept.short, quantity),
    };
    const told: Record<string, unknown> = line;
    for (const fact of LINE_FACTS) if (said[fact] !== undefined) told[fact] = said[fact];
    return line;
  });
}

function milestoneOf(stage: Stage, at: number | null, attempt: number): Milestone {
  return {
    stage,
    at,
    startedAt: null,
    attempt,
    inferred: at === null,
    dwellMs: null,
    covers: [stage],
  };
}

function recorded(building: Building, stage: Stage, at: number, event: RecordedEvent): Milestone {
  const milestone = milestoneOf(stage, at, building.order.attempt);
  milestone.startedAt = building.starts[STAGE_PLACE[stage]] ?? null;
  milestone.source = event.source;
  if (event.station !== undefined) milestone.station = event.station;
  if (event.actor !== undefined) milestone.actor = event.actor;
  return milestone;
}

/** An order as its `order.received` says, before anything else is known of it. */
export function beginOrder(
  event: RecordedEvent & { type: "order.received" },
  at: number,
  policy: SitePolicy,
): Building {
  const { data } = event;
  const order: Order = {
    id: event.orderId,
    site: event.site,
    customerOrder: data.customerOrder,
    channel: data.channel,
    service: data.service,
    placedAt: data.placedAt,
    receivedAt: at,
    shipTo: {},
    lines: [],
    parcels: [],
    stage: "received",
    stageSince: at,
    attempt: 1,
    timeline: [],
    holds: [],
    exceptions: [],
    flags: [],
    notes: [],
  };
  const building: Building = {
    order,
    expected: expectedOf(policy),
    done: noMarks(),
    starts: noMarks(),
    sampled: false,
    packingByCount: false,
    openHolds: 0,
    station: event.station,
    repeats: noMarks(),
    aliases: [],
    guessed: [],
  };
  const received = recorded(building, "received", at, event);
  order.timeline.push(received);
  building.done[STAGE_PLACE.received] = received;
  return building;
}

const copyOf = <T extends object>(item: T): T => ({ ...item });

/** The same state once more, to go on from without changing what was. Milestones are shared: one that must change is replaced (`replaceMilestone`). */
export function forkOf(building: Building): Building {
  const { order } = building;
  return {
    ...building,
    order: {
      ...order,
      shipTo: { ...order.shipTo },
      lines: order.lines.map(copyOf),
      parcels: order.parcels.map(copyOf),
      timeline: order.timeline.slice(),
      holds: order.holds.map(copyOf),
      exceptions: order.exceptions.map(copyOf),
      flags: order.flags.slice(),
      notes: order.notes.slice(),
    },
    done: building.done.slice(),
    starts: building.starts.slice(),
    repeats: building.repeats.slice(),
  };
}

/** Puts a milestone in the place of another in the timeline. */
export function replaceMilestone(building: Building, slot: number, next: Milestone): void {
  const { order, done } = building;
  const before = order.timeline[slot];
  order.timeline[slot] = next;
  if (before === undefined) return;
  const place = STAGE_PLACE[before.stage];
  if (done[place] === before) done[place] = next;
}

/** Marks the order; a mark is set once. */
export function flag(building: Building, mark: string): boolean {
  if (building.order.flags.includes(mark)) return false;
  building.order.flags.push(mark);
  return true;
}

const isOpenAbout = (exception: OrderException, code: string, about: string | undefined): boolean =>
  exception.clearedAt === undefined && exception.code === code && exception.about === about;

/** Raises an exception unless the same is open already. */
export function raise(
  building: Building,
  code: string,
  at: number,
  { about, note }: { about?: string | undefined; note?: string | undefined } = {},
): boolean {
  const { exceptions } = building.order;
  if (exceptions.some((exception) => isOpenAbout(exception, code, about))) return false;
  const exception: OrderException = { code, raisedAt: at };
  if (note !== undefined) exception.note = note;
  if (about !== undefined) exception.about = about;
  exceptions.push(exception);
  return true;
}

/** Clears what is open under a code (and about one thing, when that is given); says how many. */
export function clear(building: Building, code: string, at: number, about?: string): number {
  let cleared = 0;
  for (const exception of building.order.exceptions) {
    if (exception.clearedAt !== undefined || exception.code !== code) continue;
    if (about !== undefined && exception.about !== about) continue;
    exception.clearedAt = at;
    cleared++;
  }
  return cleared;
}

/** Exceptions that end by themselves when the goods get somewhere: from this rank, to that one. */
const ENDS_BETWEEN: ReadonlyMap<string, readonly [from: number, to: number]> = new Map([
  ["STOCK_OUT", [STAGE_RANK.allocated, STAGE_RANK.returned]],
  ["TPL_REJECTED", [STAGE_RANK.released, STAGE_RANK.returned]],
  ["QC_REJECT", [STAGE_RANK.checked, STAGE_RANK.returned]],
  ["LABEL_FAILED", [STAGE_RANK.handed_over, STAGE_RANK.returned]],
  ["NOT_SHIPPED", [STAGE_RANK.handed_over, STAGE_RANK.returned]],
  ["ATTEMPT_FAILED", [STAGE_RANK.delivered, STAGE_RANK.returned]],
  ["RETURN_TO_SENDER", [STAGE_RANK.delivered, STAGE_RANK.delivered]],
  ["LOST_OR_STOLEN", [STAGE_RANK.delivered, STAGE_RANK.returned]],
]);

export function clearReached(building: Building, stage: Stage, at: number): void {
  const rank = STAGE_RANK[stage];
  for (const exception of building.order.exceptions) {
    if (exception.clearedAt !== undefined) continue;
    const range = ENDS_BETWEEN.get(exception.code);
    if (range && rank >= range[0] && rank <= range[1]) exception.clearedAt = at;
  }
}

/** Puts the order into a stage, with a milestone in its timeline. */
export function enter(building: Building, stage: Stage, step: Step): void {
  const { order } = building;
  const milestone = recorded(building, stage, step.at, step.event);
  order.stage = stage;
  order.stageSince = step.at;
  order.timeline.push(milestone);
  building.done[STAGE_PLACE[stage]] = milestone;
  building.station = STAGE_RANK[stage] >= HAND_OVER_RANK ? undefined : step.event.station;
  clearReached(building, stage, step.at);
}

/** How far up the way reaching a stage implies what came before; what ends an order otherwise implies less. */
const IMPLIES_BELOW: Partial<Record<Stage, number>> = {
  backordered: 0,
  returning: HAND_OVER_RANK + 1,
  returned: HAND_OVER_RANK + 1,
  lost: 0,
  cancelled: 0,
};

function isImplied(building: Building, stage: Stage): boolean {
  if (building.done[STAGE_PLACE[stage]] !== undefined) return false;
  return stage !== "checked" || building.sampled;
}

/** Infers the milestones below `rank` that this site scans and nobody scanned; returns them. */
export function inferBelow(building: Building, rank: number, step: Step): Stage[] {
  const implied: Stage[] = [];
  for (const stage of building.expected) {
    if (STAGE_RANK[stage] >= rank) break;
    if (!isImplied(building, stage)) continue;
    const milestone = milestoneOf(stage, null, building.order.attempt);
    building.order.timeline.push(milestone);
    building.done[STAGE_PLACE[stage]] = milestone;
    implied.push(stage);
    raise(building, "MISSING_SCAN", step.at, {
      about: stage,
      note: `implied by ${step.event.type}`,
    });
  }
  return implied;
}

/** Moves forward into `stage`, inferring what must have happened on the way. */
export function moveOn(building: Building, stage: Stage, step: Step): Verdict {
  const implied = inferBelow(building, IMPLIES_BELOW[stage] ?? STAGE_RANK[stage], step);
  enter(building, stage, step);
  if (implied.length === 0) return { effect: "applied", words: `moved the order to ${stage}` };
  const words = `moved the order to ${stage} and implies ${implied.join(", ")}, never scanned`;
  return { effect: "inferred", words };
}

export function forgetMarks(marks: Marks<unknown>, rank: number): void {
  for (const [place, stage] of STAGES.entries())
    if (STAGE_RANK[stage] >= rank) marks[place] = undefined;
}

/** Forgets the current attempt from a rank on: what lies there has to be done again. The timeline keeps it. */
export function forgetFrom(building: Building, rank: number): void {
  forgetMarks(building.done, rank);
  forgetMarks(building.starts, rank);
  building.packingByCount = false;
}

export const isClosed = (building: Building): boolean =>
  isEnded(building.order.stage) && building.openHolds === 0;
