/** What the simulation works on: a plan that never changes and a state of plain records that can be cloned. Instants are epoch milliseconds. */
import type { EventEnvelope, EventType } from "../domain/event.ts";
import type { Site } from "../domain/site.ts";
import type { Zone } from "./local-time.ts";
import type { Preset, Process, Profile } from "./presets.ts";

/** One site under simulation. */
export type Plan = {
  site: Site;
  zone: Zone;
  profile: Profile;
  preset: Preset;
  seed: number;
  /** makes ids of this run its own: three characters from its first day */
  tag: string;
  startsAt: number;
  /** the shop takes no orders from then on */
  arrivalsUntil: number;
  /** incidents that do not happen in this run: how a counterfactual is made */
  without: ReadonlySet<string>;
};

export type IncidentKind =
  | "conveyor_down"
  | "zone_slow"
  | "pack_short"
  | "carrier_no_show"
  | "carrier_late"
  | "carrier_network_delay"
  | "stock_out"
  | "qc_fail"
  | "3pl_outage"
  | "surge";

export type Incident = {
  id: string;
  kind: IncidentKind;
  site: string;
  start: number;
  end: number;
  process?: Process;
  /** capacity left, or how many times the orders */
  factor?: number;
  carrier?: string;
  region?: string;
  pickup?: string;
  byMs?: number;
  sku?: number;
  station?: string;
  node?: string;
};

export type OrderedLine = {
  line: number;
  sku: number;
  name: string;
  quantity: number;
  unitPrice: number;
  weightG: number;
  zone: string;
};

export type ParcelPlan = { parcelId: string; trackingCode: string; lines: number[] };

/** Where an order really is; the events tell it with the faults of the scanners. */
export type FlowStage =
  | "received"
  | "allocated"
  | "picking"
  | "packing"
  | "checking"
  | "docking"
  | "staged"
  | "gone"
  | "ended";

export type TrueTimes = Partial<
  Record<
    | "received"
    | "allocated"
    | "released"
    | "picked"
    | "packed"
    | "checked"
    | "staged"
    | "handedOver"
    | "delivered"
    | "ended",
    number
  >
>;

/** One order on its way. */
export type Flow = {
  site: string;
  id: string;
  customerOrder: string;
  receivedAt: number;
  service: string;
  carrier: string;
  region: string;
  lines: OrderedLine[];
  zones: string[];
  /** where it is fulfilled: `floor` or a 3PL's id */
  node: string;
  shipBy: number;
  deliverBy: number;
  stage: FlowStage;
  attempt: number;
  /** the hold it waits in */
  hold: string | null;
  /** pick tasks of this attempt that are not done */
  picksLeft: number;
  pickStarted: boolean;
  parcels: ParcelPlan[];
  queuedAt: number;
  times: TrueTimes;
  /** incidents that held it up directly, in their order */
  causes: string[];
  /** trucks without whose delay it would have met its ship-by */
  savedWithout: string[];
  missed: boolean;
  outcome: "open" | "delivered" | "cancelled" | "returned" | "lost";
  events: number;
};

export type Task =
  | { kind: "hour" }
  | { kind: "wave" }
  | { kind: "staff" }
  | { kind: "arrive"; flow: Flow; draft: Draft }
  | { kind: "allocate"; flow: Flow }
  | { kind: "done"; process: Process; flow: Flow }
  | { kind: "incident"; incident: Incident; begins: boolean }
  | { kind: "truck"; truck: Truck }
  | { kind: "provider"; flow: Flow; step: "rejected" | "picked" | "packed" | "staged" | "left" }
  | { kind: "journey"; flow: Flow; legs: Leg[]; next: number }
  | { kind: "cancel"; flow: Flow }
  | { kind: "release-hold"; flow: Flow }
  | { kind: "rework"; flow: Flow; to: "picking" | "packing" }
  | { kind: "return"; flow: Flow };

export type Truck = {
  id: string;
  carrier: string;
  /** when the timetable says it leaves */
  planned: number;
  leaves: number;
  isShuttle: boolean;
  /** the incident that makes it late or keeps it away */
  incident?: string;
  comes: boolean;
};

/** What happens to a parcel after hand-over. */
export type Leg = {
  at: number;
  type: EventType;
  data: Record<string, unknown>;
};

export type Draft = { data: Record<string, unknown>; source: string };

export type Scheduled = { at: number; order: number; task: Task };

/** What leaves the simulation: an event and the moment at which its sender tells it. */
export type Report = {
  reportAt: number;
  site: string;
  orderId: string;
  /** false for what follows an order's end, weeks later */
  main: boolean;
  event: EventEnvelope;
};

export type ScanFault = {
  site: string;
  orderId: string;
  type: EventType;
  fault: "missing" | "duplicate" | "delayed" | "skewed";
  eventId: string;
  /** when it truly happened */
  at: number;
  reportAt?: number;
  byMs?: number;
  device?: string;
  newId?: string;
};

export type State = {
  now: number;
  count: number;
  agenda: Scheduled[];
  /** orders in the building or on the way */
  flows: Map<string, Flow>;
  queues: Record<Process, Flow[]>;
  busy: Record<Process, number>;
  /** released to the floor at the next wave */
  toAllocate: Flow[];
  toRelease: Flow[];
  staged: Flow[];
  received: { normal: number; surge: number };
  incidents: Incident[];
  /** orders that missed their ship-by lately, with it */
  misses: Map<string, number>;
  siteEvents: number;
  overdueFactor: number;
};

/** Receives what happens; a counterfactual run has none. */
export type Sink = {
  report: (report: Report) => void;
  fault: (fault: ScanFault) => void;
  ended: (flow: Flow) => void;
  /** called at the start of the hour in which an incident begins, before anything of it has happened */
  incident: (incident: Incident, simulation: Simulation) => void;
  member: (incidentId: string, flow: Flow) => void;
};

export type Simulation = { plan: Plan; state: State; sink: Sink | null };
