/** The floor: allocation and release in waves, then picking, packing, checking and the dock as queues with people who serve them. */
import { schedule } from "./agenda.ts";
import { throwName } from "./catalog.ts";
import { goingOn } from "./disruptions.ts";
import { type Before, heapPush, heapRemoveAt } from "./heap.ts";
import { HOUR, MINUTE } from "./local-time.ts";
import type { Flow, OrderedLine, Simulation } from "./model.ts";
import { PROCESSES, type Process } from "./presets.ts";
import {
  between,
  chance,
  diceOf,
  type Dice,
  exponential,
  logNormal,
  pickOne,
  throwDice,
} from "./random.ts";
import { sendToProvider } from "./providers.ts";
import { capacityOf, isOpen } from "./staffing.ts";
import { tell, wmsOf } from "./tell.ts";
import { packParcels } from "./parcels.ts";
import { stationOf } from "./stations.ts";

const mostUrgent: Before<Flow> = (a, b) =>
  a.shipBy < b.shipBy || (a.shipBy === b.shipBy && a.receivedAt < b.receivedAt);

/** Tells what a device of the floor scanned. */
export function scan(
  simulation: Simulation,
  flow: Flow,
  type: Parameters<typeof tell>[2]["type"],
  data: Record<string, unknown> = {},
  station?: string,
): void {
  const source = wmsOf(simulation.plan);
  const at = simulation.state.now;
  tell(simulation, flow, { type, at, source, data, ...(station !== undefined && { station }) });
}

const quantities = (lines: readonly OrderedLine[]): { line: number; quantity: number }[] =>
  lines.map(({ line, quantity }) => ({ line, quantity }));

/** Every five minutes: stock is set aside for what came in, or found missing. */
export function allocationWave(simulation: Simulation): void {
  const { state } = simulation;
  const waiting = state.toAllocate.splice(0);
  for (const flow of waiting) if (flow.stage !== "ended") allocateOrWait(simulation, flow);
}

function allocateOrWait(simulation: Simulation, flow: Flow): void {
  const { plan, state } = simulation;
  const dice = diceOf(plan.seed, "stock", flow.id);
  const isOut = chance(dice, plan.preset.disruptions.stockOut);
  const until = state.now + between(dice, 45, 300) * MINUTE;
  const skus = new Set(flow.lines.map((line) => line.sku));
  const burst = goingOn(
    state.incidents,
    state.now,
    (i) => i.kind === "stock_out" && skus.has(i.sku ?? 0),
  );
  if (burst !== undefined) flow.causes.push(burst.id);
  if (!isOut && burst === undefined) return allocate(simulation, flow);
  const expected = Math.max(isOut ? until : 0, burst?.end ?? 0);
  const expectedAt = new Date(Math.ceil(expected / HOUR) * HOUR).toISOString();
  scan(simulation, flow, "order.backordered", {
    lines: quantities(flow.lines.slice(0, 1)),
    expectedAt,
  });
  schedule(simulation, Math.floor(expected), { kind: "allocate", flow });
}

export function allocate(simulation: Simulation, flow: Flow): void {
  if (flow.stage === "ended") return;
  const { state } = simulation;
  flow.stage = "allocated";
  flow.times.allocated = state.now;
  scan(simulation, flow, "order.allocated", {
    lines: quantities(flow.lines),
    ...(flow.node !== "floor" && { node: flow.node }),
  });
  if (flow.node === "floor") state.toRelease.push(flow);
  else sendToProvider(simulation, flow);
}

/** A wave goes to the floor while somebody works there. */
export function releaseWave(simulation: Simulation): void {
  const { plan, state } = simulation;
  if (!isOpen(plan, state.now)) return;
  const wave = `W${new Date(state.now).toISOString().slice(5, 16).replace(/[-T:]/g, "")}`;
  for (const flow of state.toRelease.splice(0)) {
    if (flow.stage === "ended") continue;
    flow.times.released = state.now;
    scan(simulation, flow, "order.released", { wave, to: "floor" });
    startPicking(simulation, flow);
  }
}

const pickIn = (zone: string): Process =>
  PROCESSES.find((process) => process === `pick-${zone}`) ?? "pick-A";

function startPicking(simulation: Simulation, flow: Flow): void {
  flow.stage = "picking";
  flow.pickStarted = false;
  flow.picksLeft = flow.zones.length;
  for (const zone of flow.zones) enqueue(simulation, pickIn(zone), flow);
}

function enqueue(simulation: Simulation, process: Process, flow: Flow): void {
  flow.queuedAt = simulation.state.now;
  heapPush(simulation.state.queues[process], flow, mostUrgent);
  startWork(simulation, process);
}

/** The most urgent order, or now and then any: floors do not work like machines. */
function takeFrom(simulation: Simulation, process: Process): Flow | undefined {
  const { plan, state } = simulation;
  const queue = state.queues[process];
  const [first] = queue;
  if (first === undefined) return undefined;
  const dice = diceOf(plan.seed, "turn", process, first.id, state.now);
  const isAny = queue.length > 3 && chance(dice, plan.preset.randomStarts);
  const index = isAny ? Math.floor(throwDice(dice) * queue.length) : 0;
  return heapRemoveAt(queue, index, mostUrgent);
}

/** Starts work while people are free and something waits. */
export function startWork(simulation: Simulation, process: Process): void {
  const { state } = simulation;
  for (;;) {
    const { servers, speed } = capacityOf(simulation, process);
    if (speed === 0 || state.busy[process] >= servers) return;
    const flow = takeFrom(simulation, process);
    if (flow === undefined) return;
    if (flow.stage !== "ended") start(simulation, process, flow, speed);
  }
}

export const startAllWork = (simulation: Simulation): void => {
  for (const process of PROCESSES) startWork(simulation, process);
};

function serviceSeconds(process: Process, flow: Flow, dice: Dice): number {
  const zone = process.slice(5);
  switch (process) {
    case "pack":
      return logNormal(dice, 130 * (1 + 0.06 * (flow.lines.length - 1)), 0.5);
    case "check":
      return logNormal(dice, 80, 0.8);
    case "dock":
      return logNormal(dice, 18, 0.3);
    default:
      return logNormal(dice, 45 + 55 * flow.lines.filter((line) => line.zone === zone).length, 0.6);
  }
}

const workDice = ({ plan }: Simulation, process: Process, flow: Flow): Dice =>
  diceOf(plan.seed, process, flow.id, flow.attempt);

function start(simulation: Simulation, process: Process, flow: Flow, speed: number): void {
  const { plan, state } = simulation;
  const dice = workDice(simulation, process, flow);
  blame(simulation, process, flow);
  state.busy[process] += 1;
  const seconds = (serviceSeconds(process, flow, dice) * plan.preset.serviceScale) / speed;
  tellStart(simulation, process, flow);
  schedule(simulation, Math.floor(state.now + seconds * 1000), { kind: "done", process, flow });
}

/** Incidents that touched this queue while the order stood in it. */
function blame({ state }: Simulation, process: Process, flow: Flow): void {
  for (const { id, process: where, start: begin, end } of state.incidents) {
    const touches = where === process && begin < state.now && end > flow.queuedAt;
    if (touches && !flow.causes.includes(id)) flow.causes.push(id);
  }
}

function tellStart(simulation: Simulation, process: Process, flow: Flow): void {
  const station = stationOf(simulation.plan, process, flow);
  if (process === "pack") return scan(simulation, flow, "pack.started", {}, station);
  if (process === "check") return scan(simulation, flow, "check.started", {}, station);
  if (process === "dock" || flow.pickStarted) return;
  flow.pickStarted = true;
  scan(simulation, flow, "pick.started", {}, station);
}

/** A person has finished: what comes next for the order, and for the person. */
export function finishWork(simulation: Simulation, process: Process, flow: Flow): void {
  simulation.state.busy[process] -= 1;
  if (flow.stage !== "ended") finishStep(simulation, process, flow);
  startWork(simulation, process);
}

function finishStep(simulation: Simulation, process: Process, flow: Flow): void {
  switch (process) {
    case "pack":
      return packed(simulation, flow);
    case "check":
      return checked(simulation, flow);
    case "dock":
      return staged(simulation, flow);
    default:
      return picked(simulation, process, flow);
  }
}

/** Takes one unit off a line that holds more goods elsewhere; null when nothing is short. */
function shortLine(
  simulation: Simulation,
  lines: readonly OrderedLine[],
  flow: Flow,
): OrderedLine | null {
  const dice = diceOf(simulation.plan.seed, "short", flow.id);
  const units = flow.lines.reduce((sum, line) => sum + line.quantity, 0);
  const isShort = chance(dice, simulation.plan.preset.shorted) && units > 1 && flow.attempt === 1;
  const [first] = lines;
  return isShort && first !== undefined && flow.picksLeft === 0 ? first : null;
}

function picked(simulation: Simulation, process: Process, flow: Flow): void {
  const { state } = simulation;
  flow.picksLeft -= 1;
  const station = stationOf(simulation.plan, process, flow);
  const lines = flow.lines.filter((line) => pickIn(line.zone) === process);
  const short = shortLine(simulation, lines, flow);
  if (short !== null) {
    const missing = [{ line: short.line, missing: 1, reason: "not at its place" }];
    scan(simulation, flow, "pick.shorted", { lines: missing }, station);
  }
  const found = quantities(lines).map(({ line, quantity }) => ({
    line,
    quantity: quantity - (line === short?.line ? 1 : 0),
  }));
  const whole = flow.zones.length === 1 && short === null ? {} : { lines: found };
  scan(simulation, flow, "pick.completed", whole, station);
  if (flow.picksLeft > 0) return;
  flow.times.picked = state.now;
  flow.stage = "packing";
  enqueue(simulation, "pack", flow);
}

function packed(simulation: Simulation, flow: Flow): void {
  const { plan, state } = simulation;
  flow.times.packed = state.now;
  const parcels = packParcels(plan, flow);
  scan(simulation, flow, "pack.completed", { parcels }, stationOf(plan, "pack", flow));
  const dice = diceOf(plan.seed, "sample", flow.id);
  const isSampled = chance(dice, plan.preset.checked) || flow.attempt > 1;
  flow.stage = isSampled ? "checking" : "docking";
  enqueue(simulation, isSampled ? "check" : "dock", flow);
}

const MOST_ATTEMPTS = 3;

function checked(simulation: Simulation, flow: Flow): void {
  const { plan, state } = simulation;
  const dice = diceOf(plan.seed, "quality", flow.id, flow.attempt);
  const burst = goingOn(state.incidents, state.now, (i) => i.kind === "qc_fail");
  const isDamaged = chance(dice, plan.preset.disruptions.damagedInHouse / plan.preset.checked);
  const fails = chance(dice, burst?.factor ?? plan.preset.checkFails) || isDamaged;
  if (burst !== undefined) flow.causes.push(burst.id);
  if (fails && flow.attempt < MOST_ATTEMPTS) return rework(simulation, flow, dice, isDamaged);
  flow.times.checked = state.now;
  flow.stage = "docking";
  const inspector = throwName(dice).split(" ")[0] ?? "";
  scan(simulation, flow, "check.passed", { inspector }, stationOf(simulation.plan, "check", flow));
  enqueue(simulation, "dock", flow);
}

function rework(simulation: Simulation, flow: Flow, dice: Dice, isDamaged: boolean): void {
  const { state } = simulation;
  const to = isDamaged || chance(dice, 0.5) ? "picking" : "packing";
  const code = pickOne(
    dice,
    to === "picking" ? ["WRONG_ITEM", "WRONG_COUNT"] : ["BAD_LABEL", "BOX_OPEN"],
  );
  if (isDamaged)
    scan(simulation, flow, "item.damaged", {
      line: 1,
      code: "DAMAGED",
      note: "found in the check",
    });
  const defect = { code: isDamaged ? "DAMAGED" : code };
  scan(simulation, flow, "check.failed", { to, defect }, stationOf(simulation.plan, "check", flow));
  const minutes = between(dice, 0.5, 4);
  schedule(simulation, Math.floor(state.now + minutes * MINUTE), { kind: "rework", flow, to });
}

/** The next attempt begins where the check sent it. */
export function beginRework(simulation: Simulation, flow: Flow, to: "picking" | "packing"): void {
  if (flow.stage === "ended") return;
  flow.attempt += 1;
  if (to === "picking") return startPicking(simulation, flow);
  flow.stage = "packing";
  enqueue(simulation, "pack", flow);
}

function staged(simulation: Simulation, flow: Flow): void {
  const { state } = simulation;
  flow.stage = "staged";
  flow.times.staged = state.now;
  const dock = stationOf(simulation.plan, "dock", flow);
  for (const { parcelId } of flow.parcels)
    scan(simulation, flow, "parcel.staged", { parcelId, dock }, dock);
  state.staged.push(flow);
}

/** Customers' own holds: the order waits until somebody has cleared it. */
export function holdOrAllocate(simulation: Simulation, flow: Flow): void {
  const { plan, state } = simulation;
  const dice = diceOf(plan.seed, "hold", flow.id);
  if (!chance(dice, plan.preset.shop.hold)) {
    state.toAllocate.push(flow);
    return;
  }
  const code = pickOne(dice, ["HOLD_ADDRESS", "HOLD_PAYMENT", "HOLD_FRAUD"]);
  const lasts = chance(dice, 0.12)
    ? between(dice, 18, 40) * HOUR
    : exponential(dice, 2.5 * HOUR) + 5 * MINUTE;
  flow.hold = code;
  scan(simulation, flow, "hold.placed", { code, owner: "customer care" });
  schedule(simulation, Math.floor(state.now + lasts), { kind: "release-hold", flow });
}
