/**
 * One site, simulated event by event over simulated time. Pure: the same plan always gives the same reports, however the time is cut into steps, because
 * every component throws dice of its own. What happens goes to the sink; the state is plain records, so that it can be cloned and run on without something.
 */
import { schedule, takeNext } from "./agenda.ts";
import { endFlow, loadTruck, planTrucks, travel } from "./carriers.ts";
import { incidentsBeginning } from "./disruptions.ts";
import type { Incident, Draft, Flow, Plan, Simulation, Sink, State, Task } from "./model.ts";
import { DAY, HOUR, localTimeOf, MINUTE, zoneOf } from "./local-time.ts";
import { type Process, PROCESSES } from "./presets.ts";
import { providerStep } from "./providers.ts";
import { chance, diceOf, exponential } from "./random.ts";
import { arrivalsOfHour } from "./shop.ts";
import { reviewStaff, STAFF_REVIEW_MS } from "./staffing.ts";
import { tell, tellSite } from "./tell.ts";
import {
  allocate,
  allocationWave,
  beginRework,
  finishWork,
  holdOrAllocate,
  releaseWave,
  scan,
  startAllWork,
  startWork,
} from "./warehouse.ts";

const WAVE_MS = 5 * MINUTE;
/** what the truth may still ask about a missed order */
const KEEP_MISSES_MS = 4 * DAY;

export type PlanInput = Omit<Plan, "zone" | "tag" | "arrivalsUntil" | "without"> & {
  arrivalsUntil?: number;
};

/** `startsAt` must be a whole hour of UTC. */
export const planOf = (input: PlanInput): Plan => ({
  ...input,
  arrivalsUntil: input.arrivalsUntil ?? Infinity,
  zone: zoneOf(input.site.timeZone),
  tag: Math.floor(input.startsAt / DAY)
    .toString(36)
    .toUpperCase()
    .slice(-3),
  without: new Set(),
});

const byProcess = <T>(make: () => T): Record<Process, T> => ({
  "pick-A": make(),
  "pick-B": make(),
  "pick-C": make(),
  pack: make(),
  check: make(),
  dock: make(),
});

const emptyState = (now: number): State => ({
  now,
  count: 0,
  agenda: [],
  flows: new Map(),
  queues: byProcess(() => []),
  busy: byProcess(() => 0),
  toAllocate: [],
  toRelease: [],
  staged: [],
  received: { normal: 0, surge: 0 },
  incidents: [],
  misses: new Map(),
  siteEvents: 0,
  overdueFactor: 1,
});

export function createSimulation(plan: Plan, sink: Sink | null): Simulation {
  const simulation = { plan, sink, state: emptyState(plan.startsAt) };
  schedule(simulation, plan.startsAt, { kind: "hour" });
  schedule(simulation, plan.startsAt, { kind: "staff" });
  schedule(simulation, plan.startsAt + WAVE_MS, { kind: "wave" });
  return simulation;
}

/** Lets everything happen up to and including that moment. */
export function advance(simulation: Simulation, until: number): void {
  for (;;) {
    const task = takeNext(simulation, until);
    if (task === undefined) break;
    perform(simulation, task);
  }
  simulation.state.now = Math.max(simulation.state.now, until);
}

/**
 * The same site without one incident, and with nobody listening, from the beginning of the incident's hour on (where the sink is told of it). What is on
 * the road is left behind: it never comes back to the floor.
 */
export function cloneWithout(simulation: Simulation, incidentId: string): Simulation {
  const { plan, state } = simulation;
  const stays = ({ task }: State["agenda"][number]): boolean =>
    task.kind !== "journey" && task.kind !== "return";
  const flows = new Map([...state.flows].filter(([, flow]) => flow.stage !== "gone"));
  const floor = { ...state, flows, agenda: state.agenda.filter(stays), misses: new Map() };
  // a filtered heap is none: sorted, it is one again
  floor.agenda.sort((a, b) => a.at - b.at || a.order - b.order);
  const without = new Set([...plan.without, incidentId]);
  const copy = structuredClone(floor);
  // this hour begins once more, before anything else of its first moment
  copy.agenda.unshift({ at: state.now, order: 0, task: { kind: "hour" } });
  return { plan: { ...plan, without }, state: copy, sink: null };
}

function perform(simulation: Simulation, task: Task): void {
  switch (task.kind) {
    case "arrive":
      return receive(simulation, task.flow, task.draft);
    case "done":
      return finishWork(simulation, task.process, task.flow);
    case "journey":
      return travel(simulation, task.flow, task.legs, task.next);
    case "truck":
      return loadTruck(simulation, task.truck);
    case "allocate":
      return allocate(simulation, task.flow);
    case "provider":
      return providerStep(simulation, task.flow, task.step);
    default:
      return performRare(simulation, task);
  }
}

type Frequent = "arrive" | "done" | "journey" | "truck" | "allocate" | "provider";

function performRare(simulation: Simulation, task: Exclude<Task, { kind: Frequent }>): void {
  switch (task.kind) {
    case "hour":
      return beginHour(simulation);
    case "wave":
      return wave(simulation);
    case "staff":
      return reviewFloor(simulation);
    case "incident":
      return changeStation(simulation, task.incident, task.begins);
    case "cancel":
      return cancel(simulation, task.flow);
    case "release-hold":
      return releaseHold(simulation, task.flow);
    case "rework":
      return beginRework(simulation, task.flow, task.to);
    case "return":
      return tellReturn(simulation, task.flow);
  }
}

/** Everything that is drawn by the hour: incidents first, since orders and trucks depend on them. */
function beginHour(simulation: Simulation): void {
  const { plan, state, sink } = simulation;
  const from = state.now;
  const beginning = incidentsBeginning(plan, from, from + HOUR);
  for (const incident of beginning) sink?.incident(incident, simulation);
  for (const incident of beginning) {
    state.incidents.push(incident);
    schedule(simulation, Math.floor(incident.start), { kind: "incident", incident, begins: true });
    schedule(simulation, Math.ceil(incident.end), { kind: "incident", incident, begins: false });
  }
  for (const { at, flow, draft } of arrivalsOfHour(plan, state, from))
    schedule(simulation, at, { kind: "arrive", flow, draft });
  planTrucks(simulation, from);
  forget(state, from);
  schedule(simulation, from + HOUR, { kind: "hour" });
}

/** Keeps what somebody may still be blamed for, or asked about. */
function forget(state: State, now: number): void {
  state.incidents = state.incidents.filter(({ end }) => end > now - DAY);
  for (const [id, shipBy] of state.misses)
    if (shipBy < now - KEEP_MISSES_MS) state.misses.delete(id);
}

function receive(simulation: Simulation, flow: Flow, { data, source }: Draft): void {
  const { plan, state } = simulation;
  state.flows.set(flow.id, flow);
  flow.times.received = state.now;
  tell(simulation, flow, { type: "order.received", at: state.now, source, data });
  const dice = diceOf(plan.seed, "customer", flow.id);
  if (chance(dice, plan.preset.shop.cancel)) {
    const at = Math.floor(state.now + exponential(dice, 3 * HOUR) + MINUTE);
    schedule(simulation, at, { kind: "cancel", flow });
  }
  holdOrAllocate(simulation, flow);
}

function wave(simulation: Simulation): void {
  const { plan, state } = simulation;
  allocationWave(simulation);
  const { minute } = localTimeOf(plan.zone, state.now);
  if (Math.round(minute) % plan.preset.releaseEveryMinutes === 0) releaseWave(simulation);
  schedule(simulation, state.now + WAVE_MS, { kind: "wave" });
}

function reviewFloor(simulation: Simulation): void {
  if (simulation.plan.preset.queueTargets === null) reviewStaff(simulation);
  startAllWork(simulation);
  schedule(simulation, simulation.state.now + STAFF_REVIEW_MS, { kind: "staff" });
}

/** A process that stops, slows down or recovers tells its station; others are found out by what does not come. */
function changeStation(simulation: Simulation, incident: Incident, begins: boolean): void {
  const { state } = simulation;
  const { process, factor } = incident;
  if (process === undefined) return;
  const down = factor === 0 ? "down" : "slow";
  const change = begins ? { state: down, factor: factor ?? 1 } : { state: "up" };
  tellSite(simulation, "station.changed", state.now, { station: process, ...change });
  if (!begins) for (const other of PROCESSES) startWork(simulation, other);
}

/** Before hand-over it ends the order; later it is only a wish. What is being loaded is not stopped any more. */
function cancel(simulation: Simulation, flow: Flow): void {
  const { now } = simulation.state;
  const handedOver = flow.times.handedOver ?? 0;
  if (flow.stage === "ended") return;
  if (handedOver >= now) return schedule(simulation, handedOver + 1_000, { kind: "cancel", flow });
  const reason = "the customer changed their mind";
  tell(simulation, flow, {
    type: "order.cancelled",
    at: now,
    source: "shop/service",
    data: { reason },
  });
  if (flow.stage === "gone") return;
  flow.outcome = "cancelled";
  if (flow.hold !== null) scan(simulation, flow, "hold.released", { code: flow.hold });
  endFlow(simulation, flow);
}

function releaseHold(simulation: Simulation, flow: Flow): void {
  if (flow.stage === "ended" || flow.hold === null) return;
  scan(simulation, flow, "hold.released", { code: flow.hold });
  flow.hold = null;
  simulation.state.toAllocate.push(flow);
}

function tellReturn(simulation: Simulation, flow: Flow): void {
  const at = simulation.state.now;
  const data = { reason: "sent back by the customer" };
  tell(simulation, flow, { type: "order.returned", at, source: "shop/service", data, main: false });
}
