/**
 * How many alarms reached each person, against one in 10 minutes: measured from the calls that were made (`call.ts`), by whom they named and whom the targets stand for. A flood begins
 * with more than 10 in 10 minutes and ends with fewer than 5 in 10 minutes, twice in a row. Pure.
 */
import type { Role } from "../permissions.ts";
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import type { Call } from "./call.ts";
import { thresholdsOf, type Policies } from "./policies.ts";
import { THRESHOLDS } from "./thresholds.ts";
import type { Incident, IncidentKind } from "./incident.ts";

export const WINDOW_MS = 10 * MINUTE_MS;
export const PER_WINDOW = 1;
export const FLOOD_ABOVE = 10;
const FLOOD_ENDS_BELOW = 5;
export const HOURS = 24;

export type Who = { name: string; role: Role };

export const reaches = (call: Call, { name, role }: Who): boolean =>
  call.heldFor?.includes(role) !== true &&
  (call.people.includes(name) ||
    call.targets.some(
      (target) =>
        (target.to === "role" && target.role === role) ||
        (target.to === "person" && target.name === name),
    ));

/** Moments at which somebody was called, ascending. */
export const callsOf = (calls: readonly Call[], who: Who): number[] =>
  calls
    .filter((call) => reaches(call, who))
    .map(({ at }) => at)
    .sort((a, b) => a - b);

const within = (moments: readonly number[], from: number, to: number): number =>
  moments.filter((at) => from < at && at <= to).length;

/** Since when it lasts; null when there is none at `now`. */
export function floodSince(moments: readonly number[], now: number): number | null {
  let since: number | null = null;
  let calm = 0;
  const first = moments[0];
  if (first === undefined) return null;
  for (let end = first; end <= now + MINUTE_MS; end += MINUTE_MS) {
    const at = Math.min(end, now);
    const count = within(moments, at - WINDOW_MS, at);
    if (count > FLOOD_ABOVE) {
      since ??= at;
      calm = 0;
    } else if (since !== null) {
      // below for two windows, looked at minute by minute
      calm = count < FLOOD_ENDS_BELOW ? calm + 1 : 0;
      if (calm * MINUTE_MS >= 2 * WINDOW_MS) since = null;
    }
  }
  return since;
}

export type Load = {
  last10Min: number;
  lastHour: number;
  floodedWindows: number;
  windows: number;
  perHour: number[];
  state: "ok" | "busy" | "flood";
  floodSince: number | null;
  words: string;
};

function wordsOf(last10Min: number, lastHour: number, state: Load["state"]): string {
  const counts = `${last10Min} in 10 minutes, ${lastHour} in an hour`;
  if (state === "flood") return `Flood: ${counts}. Causes only, single orders are silent.`;
  return state === "busy"
    ? `Busy: ${counts}; one in 10 minutes is what one person can work with.`
    : `${counts}.`;
}

export function loadOf(moments: readonly number[], now: number): Load {
  const windows = (HOURS * HOUR_MS) / WINDOW_MS;
  const counts = Array.from({ length: windows }, (_, back) =>
    within(moments, now - (back + 1) * WINDOW_MS, now - back * WINDOW_MS),
  );
  const perHour = Array.from({ length: HOURS }, (_, at) => {
    const back = HOURS - at;
    return within(moments, now - back * HOUR_MS, now - (back - 1) * HOUR_MS);
  });
  const last10Min = counts[0] ?? 0;
  const lastHour = within(moments, now - HOUR_MS, now);
  const since = floodSince(moments, now);
  const isBusy = last10Min > PER_WINDOW && lastHour > 6 * PER_WINDOW;
  const state = since !== null ? "flood" : isBusy ? "busy" : "ok";
  return {
    last10Min,
    lastHour,
    floodedWindows: counts.filter((count) => count > FLOOD_ABOVE).length,
    windows,
    perHour,
    state,
    floodSince: since,
    words: wordsOf(last10Min, lastHour, state),
  };
}

export type RuleCost = {
  kind: IncidentKind;
  alarms: number;
  share: number;
  noise: number;
  resolved: number;
  proposal: { threshold: string; now: number; proposed: number; words: string } | null;
};

/** Of each kind the threshold that decides how much is raised. */
const LEVERS: Partial<Record<IncidentKind, string>> = {
  order_delay: "minimumPriority",
  common_cause: "minimumOrders",
  pickup_endangered: "minimumOrders",
  no_scan: "minimumOrders",
  hold_ageing: "reviewAfterMin",
  tpl_silent: "answerWithinMin",
  poison_events: "minimumEvents",
};
/** As the kinds that count orders: half as much again; a threshold that is 0 begins at this. */
const FROM_ZERO = 20;
const LEAST_RESOLVED = 3;

function proposalOf(
  policies: Policies,
  kind: IncidentKind,
  { noise, resolved }: { noise: number; resolved: number },
): RuleCost["proposal"] {
  const threshold = LEVERS[kind];
  // what was mostly worth it is left as it is
  if (threshold === undefined || resolved < LEAST_RESOLVED || 2 * noise < resolved) return null;
  const values: Partial<Record<string, number>> = thresholdsOf(policies, kind);
  const now = values[threshold] ?? 0;
  const proposed = now === 0 ? FROM_ZERO : Math.ceil(now * 1.5);
  const words = `${noise} of ${resolved} were noise: ${threshold} ${proposed} instead of ${now} would have raised fewer. Rehearse it first.`;
  return { threshold, now, proposed, words };
}

/** Which rules cost the most attention, the most first. */
export function ruleCosts(
  calls: readonly Call[],
  resolved: readonly Pick<Incident, "kind" | "noise">[],
  policies: Policies,
): RuleCost[] {
  const kinds = Object.keys(THRESHOLDS) as IncidentKind[];
  return kinds
    .map((kind) => {
      const alarms = calls.filter((call) => call.kind === kind).length;
      const ended = resolved.filter((one) => one.kind === kind);
      const counts = {
        noise: ended.filter(({ noise }) => noise !== null).length,
        resolved: ended.length,
      };
      const share = calls.length === 0 ? 0 : alarms / calls.length;
      return { kind, alarms, share, ...counts, proposal: proposalOf(policies, kind, counts) };
    })
    .filter(({ alarms }) => alarms > 0)
    .sort((a, b) => b.alarms - a.alarms);
}
