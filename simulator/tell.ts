/**
 * How the world is told: an event for what happened, through scanners that may miss it, say it twice, late, or with a wrong clock. What truly happened is
 * in the flow; what goes wrong here is written down as a fault.
 */
import type { EventType, SiteEventType } from "../domain/event.ts";
import type { Stage } from "../domain/stages.ts";
import { goingOn } from "./disruptions.ts";
import { HOUR, MINUTE } from "./local-time.ts";
import type { Flow, Plan, ScanFault, Simulation } from "./model.ts";
import { between, chance, diceOf, type Dice, exponential, throwDice } from "./random.ts";
import { anyPickStation } from "./stations.ts";

export type Telling = {
  type: EventType;
  /** when it truly happened */
  at: number;
  source: string;
  station?: string;
  actor?: string;
  data?: Record<string, unknown>;
  /** false for what comes after the order's end */
  main?: boolean;
};

/** The stage whose scan this is; a site that does not scan the stage never tells it. */
const SCANS: Partial<Record<EventType, Stage>> = {
  "order.allocated": "allocated",
  "order.released": "released",
  "pick.started": "picking",
  "pick.completed": "picked",
  "pack.started": "packing",
  "pack.completed": "packed",
  "check.started": "checked",
  "check.passed": "checked",
  "check.failed": "checked",
  "parcel.staged": "staged",
  "parcel.handed_over": "handed_over",
  "parcel.in_transit": "in_transit",
  "parcel.out_for_delivery": "out_for_delivery",
};
/** Scans that no device may swallow here: without them the order would never end, or go back without a reason. */
const NEVER_MISSED: ReadonlySet<EventType> = new Set(["check.failed"]);

export function sourceOf(plan: Plan, kind: "wms" | "carrier" | "3pl", id: string): string {
  const wanted = `${kind}/${id.toLowerCase()}`;
  const known = plan.site.sources?.map((entry) => entry.source) ?? [];
  const single = known.filter((source) => source.startsWith(`${kind}/`));
  return known.includes(wanted) || single.length !== 1 ? wanted : (single[0] ?? wanted);
}

export const wmsOf = (plan: Plan): string => sourceOf(plan, "wms", plan.site.id);

/** One device of the site has a wrong clock. */
function skewOf(plan: Plan, station: string | undefined): number {
  const most = plan.preset.scans.skewMinutes;
  if (most === 0 || station === undefined) return 0;
  const dice = diceOf(plan.seed, "skew", plan.site.id);
  const byMs = Math.round(between(dice, -most, most) * MINUTE);
  return station === anyPickStation(plan, dice) ? byMs : 0;
}

/** How long after it happened the sender tells it. */
function lag(simulation: Simulation, telling: Telling, dice: Dice): number {
  const { plan, state } = simulation;
  const usual = between(dice, 150, 1_800);
  const isProvider = telling.source.startsWith("3pl/");
  const luck = throwDice(dice);
  const late = exponential(dice, isProvider ? 2 * HOUR : 4 * MINUTE);
  const outage = isProvider
    ? goingOn(state.incidents, telling.at, (i) => i.kind === "3pl_outage")
    : undefined;
  if (outage !== undefined) return outage.end - telling.at + between(dice, 0, 120_000);
  return luck < plan.preset.scans.delayed ? usual + late : usual;
}

/** Tells one event of an order. */
export function tell(simulation: Simulation, flow: Flow, telling: Telling): void {
  const { plan, sink } = simulation;
  flow.events += 1;
  const stage = SCANS[telling.type];
  if (sink === null || (stage !== undefined && !plan.site.stages.includes(stage))) return;
  const id = `${flow.id}.${flow.events}`;
  const dice = diceOf(plan.seed, "scan", id);
  if (stage === undefined) return report(simulation, flow, telling, { id, dice, skew: 0 });
  const isMissing = chance(dice, plan.preset.scans.missing);
  if (isMissing && !NEVER_MISSED.has(telling.type)) {
    return sink.fault(faultOf(simulation, flow, telling, { fault: "missing", eventId: id }));
  }
  const skew = skewOf(plan, telling.station);
  report(simulation, flow, telling, { id, dice, skew });
}

type Detail = Pick<ScanFault, "fault" | "eventId"> & Partial<ScanFault>;

const faultOf = (
  { plan }: Simulation,
  flow: Flow,
  { type, at }: Telling,
  detail: Detail,
): ScanFault => ({ site: plan.site.id, orderId: flow.id, type, at, ...detail });

function report(
  simulation: Simulation,
  flow: Flow,
  telling: Telling,
  { id, dice, skew }: { id: string; dice: Dice; skew: number },
): void {
  const { plan, sink } = simulation;
  const reportAt = Math.floor(telling.at + lag(simulation, telling, dice));
  const isScan = SCANS[telling.type] !== undefined;
  send(simulation, flow, { ...telling, at: telling.at + skew }, id, reportAt);
  const fault = (detail: Omit<Detail, "eventId">): void =>
    sink?.fault(faultOf(simulation, flow, telling, { ...detail, eventId: id }));
  if (skew !== 0) fault({ fault: "skewed", byMs: skew, device: telling.station ?? "" });
  if (reportAt - telling.at > 10_000) fault({ fault: "delayed", reportAt });
  if (isScan && chance(dice, plan.preset.scans.duplicate)) {
    const again = Math.floor(reportAt + between(dice, 1_000, 60_000));
    const newId = chance(dice, 0.5) ? `${id}-again` : id;
    send(simulation, flow, { ...telling, at: telling.at + skew }, newId, again);
    fault({ fault: "duplicate", reportAt: again, newId });
  }
}

function send(
  { plan, sink }: Simulation,
  flow: Flow,
  telling: Telling,
  id: string,
  reportAt: number,
): void {
  sink?.report({
    reportAt,
    site: plan.site.id,
    orderId: flow.id,
    main: telling.main ?? true,
    event: {
      id,
      source: telling.source,
      type: telling.type,
      site: plan.site.id,
      orderId: flow.id,
      occurredAt: new Date(Math.floor(telling.at)).toISOString(),
      ...(telling.actor !== undefined && { actor: telling.actor }),
      ...(telling.station !== undefined && { station: telling.station }),
      data: telling.data ?? {},
    },
  });
}

/** Tells an event of the site itself: a truck, a station. */
export function tellSite(
  { plan, state, sink }: Simulation,
  type: SiteEventType,
  at: number,
  data: Record<string, unknown>,
): void {
  state.siteEvents += 1;
  sink?.report({
    reportAt: Math.floor(at + 500),
    site: plan.site.id,
    orderId: "",
    main: true,
    event: {
      id: `${plan.site.id}-${plan.tag}-site-${state.siteEvents}`,
      source: wmsOf(plan),
      type,
      site: plan.site.id,
      occurredAt: new Date(Math.floor(at)).toISOString(),
      data,
    },
  });
}
