/**
 * What truly happened, beside what was told. An incident's members are the orders whose miss would not have happened without it: the site is run again from
 * the incident's first hour with the same dice and without it, and both are compared. Trucks and carrier networks need no second run: what they cost an
 * order is known where it happens.
 */
import type { Incident, IncidentKind, Flow, ScanFault, Simulation, Sink } from "./model.ts";
import { HOUR, MINUTE } from "./local-time.ts";
import { advance, cloneWithout } from "./simulation.ts";

/** Instants are RFC 3339; null = did not happen. */
export type TrueOrder = {
  site: string;
  id: string;
  customerOrder: string;
  carrier: string;
  service: string;
  region: string;
  node: string;
  times: Record<string, string>;
  shipBy: string;
  deliverBy: string;
  outcome: Flow["outcome"];
  attempts: number;
  /** it left after its ship-by */
  missed: boolean;
  missedByMin: number | null;
  firstCause: string | null;
  causes: string[];
};

export type TrueIncident = Omit<Incident, "start" | "end"> & {
  start: string;
  end: string;
  /** a detector that is later than this was late */
  detectBy: string;
  members: string[];
};

export type TruthSink = {
  order: (order: TrueOrder) => void;
  incident: (incident: TrueIncident) => void;
  scan: (fault: ScanFault) => void;
};

export type Truth = {
  sink: Omit<Sink, "report">;
  /** Compares the runs whose time has come; the simulation stands at that moment or later. */
  compare: (simulation: Simulation) => void;
  /** Writes what had to wait: missed orders with all their causes, and the incidents. */
  finish: (simulation: Simulation) => void;
};

/** What changes the floor, so that other orders than those touched may miss because of it. */
const FLOOR_KINDS: ReadonlySet<IncidentKind> = new Set([
  "conveyor_down",
  "zone_slow",
  "pack_short",
  "stock_out",
  "qc_fail",
  "surge",
]);
/** A weekend may lie between an incident and the last truck that it costs. */
const AFTERMATH_MS = 72 * HOUR;
const DETECT_WITHIN_MS = 15 * MINUTE;

type Pending = { incident: Incident; until: number; missedWithout: ReadonlySet<string> };

const iso = (at: number): string => new Date(at).toISOString();

/** Orders due in `[from, until]` that have missed their ship-by, gone or not; `until` is not after the simulation's now. */
function missedDue({ state }: Simulation, from: number, until: number): Set<string> {
  const missed = new Set<string>();
  const isDue = (shipBy: number): boolean => shipBy >= from && shipBy < until;
  for (const [id, shipBy] of state.misses) if (isDue(shipBy)) missed.add(id);
  for (const flow of state.flows.values())
    if (flow.stage !== "gone" && isDue(flow.shipBy)) missed.add(flow.id);
  return missed;
}

function withoutIt(incident: Incident, simulation: Simulation): Pending {
  const until = incident.end + AFTERMATH_MS;
  const other = cloneWithout(simulation, incident.id);
  advance(other, until);
  return { incident, until, missedWithout: missedDue(other, incident.start, until) };
}

export function createTruth(write: TruthSink): Truth {
  const incidents = new Map<string, { incident: Incident; members: Set<string> }>();
  const missedOrders = new Map<string, TrueOrder>();
  let pending: Pending[] = [];

  const join = (incidentId: string, orderId: string): void => {
    incidents.get(incidentId)?.members.add(orderId);
  };
  const begin = (incident: Incident, simulation: Simulation): void => {
    incidents.set(incident.id, { incident, members: new Set() });
    if (FLOOR_KINDS.has(incident.kind)) pending.push(withoutIt(incident, simulation));
  };
  const compareOne = (
    simulation: Simulation,
    { incident, until, missedWithout }: Pending,
  ): void => {
    for (const id of missedDue(simulation, incident.start, Math.min(until, simulation.state.now)))
      if (!missedWithout.has(id)) join(incident.id, id);
  };
  const compareUntil = (simulation: Simulation, now: number): void => {
    for (const one of pending.filter(({ until }) => until <= now)) compareOne(simulation, one);
    pending = pending.filter(({ until }) => until > now);
  };
  const ended = (flow: Flow): void => {
    const order = trueOrder(flow);
    if (order.missed) missedOrders.set(order.id, order);
    else write.order(order);
  };
  return {
    sink: { fault: write.scan, ended, incident: begin, member: (id, flow) => join(id, flow.id) },
    compare: (simulation) => compareUntil(simulation, simulation.state.now),
    finish: (simulation) => {
      compareUntil(simulation, Infinity);
      for (const flow of simulation.state.flows.values()) ended(flow);
      addCauses(missedOrders, incidents.values());
      for (const order of missedOrders.values()) write.order(order);
      for (const { incident, members } of incidents.values())
        write.incident(trueIncident(incident, members));
    },
  };
}

/** Missed orders name every incident whose member they are, the earliest first. */
function addCauses(
  orders: ReadonlyMap<string, TrueOrder>,
  incidents: Iterable<{ incident: Incident; members: ReadonlySet<string> }>,
): void {
  const known = [...incidents].toSorted((a, b) => a.incident.start - b.incident.start);
  for (const { incident, members } of known)
    for (const id of members) {
      const order = orders.get(id);
      if (order === undefined) continue;
      if (!order.causes.includes(incident.id)) order.causes.push(incident.id);
      order.firstCause ??= incident.id;
    }
}

const trueIncident = (
  { start, end, ...rest }: Incident,
  members: ReadonlySet<string>,
): TrueIncident => ({
  ...rest,
  start: iso(start),
  end: iso(end),
  detectBy: iso(start + DETECT_WITHIN_MS),
  members: [...members].toSorted(),
});

function trueOrder(flow: Flow): TrueOrder {
  const left = flow.times.handedOver;
  const missed = left !== undefined && left > flow.shipBy;
  const times = Object.entries(flow.times).map(([name, at]) => [name, iso(at)] as const);
  return {
    site: flow.site,
    id: flow.id,
    customerOrder: flow.customerOrder,
    carrier: flow.carrier,
    service: flow.service,
    region: flow.region,
    node: flow.node,
    times: Object.fromEntries(times),
    shipBy: iso(flow.shipBy),
    deliverBy: iso(flow.deliverBy),
    outcome: flow.outcome,
    attempts: flow.attempt,
    missed,
    missedByMin: missed ? Math.round((left - flow.shipBy) / MINUTE) : null,
    firstCause: null,
    causes: [...flow.causes],
  };
}
