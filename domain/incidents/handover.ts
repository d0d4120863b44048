/** The report of a shift: what is open, owned, on the shelf and returning, promised, blind, and what rang. It writes itself from what stands at a moment. Pure; instants are epoch ms. */
import type { PickupState, Row, SourceState } from "../board.ts";
import type { Severity } from "../stages.ts";
import { HOUR_MS } from "../wall-clock.ts";
import { actByOf } from "./act-by.ts";
import type { Call } from "./call.ts";
import { compareSavable } from "./figures.ts";
import type { Incident, IncidentKind } from "./incident.ts";
import type { ShiftOf } from "./shifts.ts";

const AHEAD_MS = 8 * HOUR_MS;

export type HandedOver = Pick<
  Incident,
  "id" | "title" | "kind" | "severity" | "state" | "owner" | "ackUntil" | "actBy" | "openedAt"
> & {
  orders: number;
  last: string | null;
  shelved: { by: string; reason: string; until: number } | null;
};

export type HandoverReport = {
  writtenAt: number;
  open: HandedOver[];
  owned: HandedOver[];
  shelved: HandedOver[];
  resolved: number;
  promises: (Omit<PickupState, "id" | "carrier" | "notPacked"> & { pickup: string })[];
  blind: { source: string; since: number }[];
  alarms: { kind: IncidentKind; alarms: number; incidents: number }[];
  /** `lost` is missing in reports written before it was told apart: their `late` holds both */
  figures: { openOrders: number; late: number; lost?: number; atRisk: number; shipped: number };
};

export type HandoverScene = {
  shift: ShiftOf;
  now: number;
  incidents: Iterable<Incident>;
  /** resolved in that shift */
  resolved: number;
  pickups: readonly PickupState[];
  sources: readonly SourceState[];
  calls: readonly Call[];
  rows: ReadonlyMap<string, Row>;
  /** orders handed to carriers in that shift */
  shipped: number;
};

function handed(incident: Incident): HandedOver {
  const { id, title, kind, severity, state, owner, ackUntil, openedAt } = incident;
  const { counts, timeline, shelved } = incident;
  const last = timeline.at(-1);
  const by = last?.by === undefined ? "" : `${last.by}: `;
  return {
    id,
    title,
    kind,
    severity,
    state,
    owner,
    ackUntil,
    actBy: actByOf(incident),
    openedAt,
    orders: counts.orders,
    last: last === undefined ? null : `${by}${last.words}`,
    shelved: shelved && { by: shelved.by, reason: shelved.reason, until: shelved.until },
  };
}

const returnsAt = ({ shelved }: Incident): number => shelved?.until ?? Number.MAX_SAFE_INTEGER;

function alarmsOf(calls: readonly Call[], { startsAt, endsAt }: ShiftOf) {
  const own = calls.filter(({ at }) => startsAt <= at && at < endsAt);
  return [...Map.groupBy(own, ({ kind }) => kind)]
    .map(([kind, all]) => ({
      kind,
      alarms: all.length,
      incidents: new Set(all.map(({ incident }) => incident)).size,
    }))
    .sort((a, b) => b.alarms - a.alarms);
}

function figuresOf({ rows, shipped }: HandoverScene): HandoverReport["figures"] {
  const counts: Partial<Record<Severity, number>> = {};
  for (const { sev } of rows.values()) counts[sev] = (counts[sev] ?? 0) + 1;
  const { late = 0, lost_cause: lost = 0, at_risk: atRisk = 0 } = counts;
  return { openOrders: rows.size, late, lost, atRisk, shipped };
}

export function writeHandover(scene: HandoverScene): HandoverReport {
  const { now, shift, resolved, pickups, sources, calls } = scene;
  const all = [...scene.incidents];
  const inState = (state: Incident["state"]) => all.filter((one) => one.state === state);
  return {
    writtenAt: now,
    open: inState("open").sort(compareSavable).map(handed),
    owned: inState("acknowledged").sort(compareSavable).map(handed),
    shelved: inState("shelved")
      .sort((a, b) => returnsAt(a) - returnsAt(b))
      .map(handed),
    resolved,
    promises: pickups
      .filter(({ at }) => now < at && at <= now + AHEAD_MS)
      .sort((a, b) => a.at - b.at)
      .map(({ id, at, due, safe, savable, lost, blind }) => ({
        pickup: id,
        at,
        due,
        safe,
        savable,
        lost,
        blind,
      })),
    blind: sources
      .filter(({ state }) => state === "silent")
      .map(({ source, lastAt, ageMs }) => ({ source, since: lastAt ?? now - ageMs })),
    alarms: alarmsOf(calls, shift),
    figures: figuresOf(scene),
  };
}
