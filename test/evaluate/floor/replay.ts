/** Replays a world in the order in which it was told: orders as the tower would know them, and passages for the forecast to learn from. */
import type { OpenOrder, Passage } from "../../../domain/forecast/state.ts";
import { STAGE_RANK } from "../../../domain/stages.ts";
import { FLOOR_EVENTS, type FloorEvent, type World } from "./world.ts";

export const DOCK_BUFFER_MS = 15 * 60_000;

/** What truly became of each order, from all that was told in the end: null = never. */
export type Truth = { readyAt: (number | null)[]; isCancelled: boolean[] };

export function truthOf(world: World): Truth {
  const readyAt: (number | null)[] = world.orders.map(() => null);
  const isCancelled = world.orders.map(() => false);
  for (let row = 0; row < world.type.length; row += 1) {
    const order = world.order[row] ?? 0;
    const type = FLOOR_EVENTS[world.type[row] ?? 0];
    if (type === "parcel.staged") readyAt[order] ??= world.occurredAt[row] ?? 0;
    if (type === "order.cancelled" && readyAt[order] === null) isCancelled[order] = true;
  }
  return { readyAt, isCancelled };
}

/** An order as it is known now; `index` is its place in the world. */
export type Known = OpenOrder & { index: number; startedAt: number | undefined };

export type Replay = {
  open: Map<number, Known>;
  /** tells everything up to that moment; what passed, and which orders have ended, come back */
  until: (at: number) => { passages: Passage[]; ended: Known[] };
};

const STAGES: Partial<Record<FloorEvent, OpenOrder["stage"]>> = {
  "order.backordered": "backordered",
  "order.allocated": "allocated",
  "order.released": "released",
  "pick.started": "picking",
  "pick.completed": "picked",
  "pack.started": "packing",
  "pack.completed": "packed",
  "check.passed": "checked",
  "parcel.staged": "staged",
};

const PROCESSES: Partial<Record<FloorEvent, [Passage["process"], Passage["kind"]]>> = {
  "order.received": ["allocate", "received"],
  "order.allocated": ["allocate", "completed"],
  "pick.started": ["pick", "started"],
  "pick.completed": ["pick", "completed"],
  "pack.started": ["pack", "started"],
  "pack.completed": ["pack", "completed"],
  "check.started": ["check", "started"],
  "check.passed": ["check", "completed"],
  "check.failed": ["check", "failed"],
  "parcel.staged": ["stage", "completed"],
  "order.cancelled": ["allocate", "cancelled"],
};

type Event = { type: FloorEvent; at: number; toldAt: number; value: number };

/** `isLost` drops an event, as a scanner would. */
export function createReplay(
  world: World,
  isLost: (type: FloorEvent, order: number) => boolean = () => false,
): Replay {
  const open = new Map<number, Known>();
  let row = 0;
  const until = (at: number): { passages: Passage[]; ended: Known[] } => {
    const passages: Passage[] = [];
    const ended: Known[] = [];
    for (; row < world.type.length && (world.toldAt[row] ?? 0) <= at; row += 1) {
      const index = world.order[row] ?? 0;
      const type = FLOOR_EVENTS[world.type[row] ?? 0] as FloorEvent;
      if (isLost(type, index)) continue;
      const event: Event = {
        type,
        at: world.occurredAt[row] ?? 0,
        toldAt: world.toldAt[row] ?? 0,
        value: world.value[row] ?? 0,
      };
      if (type === "order.received") open.set(index, knownOf(world, index));
      const order = open.get(index);
      if (order === undefined) continue;
      const passage = passageOf(order, event);
      if (passage !== null) passages.push(passage);
      apply(order, event);
      if (type === "parcel.staged" || type === "order.cancelled") {
        open.delete(index);
        ended.push(order);
      }
    }
    return { passages, ended };
  };
  return { open, until };
}

function knownOf(world: World, index: number): Known {
  const order = world.orders[index];
  if (order === undefined) throw new RangeError(`no order ${index}`);
  return {
    index,
    id: order.id,
    stage: "received",
    stageSince: order.receivedAt,
    zone: order.zone,
    carrier: order.carrier,
    deadline: order.shipBy - DOCK_BUFFER_MS,
    receivedAt: order.receivedAt,
    hold: null,
    lines: order.lines,
    startedAt: undefined,
  };
}

function passageOf(order: Known, { type, at, toldAt, value }: Event): Passage | null {
  const named = PROCESSES[type];
  if (named === undefined) return null;
  const [process, kind] = named;
  const passage: Passage = {
    id: order.id,
    process,
    kind,
    at,
    recordedAt: toldAt,
    zone: order.zone,
    deadline: order.deadline,
    receivedAt: order.receivedAt,
    queuedAt: order.stageSince,
  };
  if (kind === "completed" || kind === "failed") {
    if (order.startedAt !== undefined) passage.startedAt = order.startedAt;
    if (process === "allocate") passage.startedAt = order.receivedAt;
  }
  if (kind === "failed") passage.to = value === 1 ? "pick" : "pack";
  if (type === "order.allocated" && order.hold?.since !== undefined) {
    const { since, until } = order.hold;
    return { ...passage, kind: "released", hold: { type: "backorder", since, until } };
  }
  return passage;
}

/** Of one instant, the later stage counts, whichever was told first. */
const isBefore = (order: Known, stage: OpenOrder["stage"], at: number): boolean =>
  at < order.stageSince || (at === order.stageSince && STAGE_RANK[stage] < STAGE_RANK[order.stage]);

function apply(order: Known, { type, at, value }: Event): void {
  const isStart = type === "pick.started" || type === "pack.started" || type === "check.started";
  const stage = STAGES[type];
  if (stage !== undefined && isBefore(order, stage, at)) return;
  order.startedAt = isStart ? at : undefined;
  order.inService = type === "check.started";
  if (type === "check.failed") {
    order.stage = value === 1 ? "released" : "picked";
    order.stageSince = at;
    return;
  }
  if (stage === undefined) return;
  order.stage = stage;
  order.stageSince = at;
  order.hold = stage === "backordered" ? { type: "backorder", since: at, until: value } : null;
}
