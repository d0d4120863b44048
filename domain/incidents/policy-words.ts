/** What differs between two policies, in sentences for their history. Pure. */
import { Equal } from "typebox/value";
import { INCIDENT_KINDS, type IncidentKind } from "./incident.ts";
import { stepInWords } from "./ladder-words.ts";
import {
  ruleOf,
  thresholdsOf,
  type DutySchedule,
  type Ladder,
  type Maintenance,
  type Policies,
} from "./policies.ts";

/** Whatever the order of their fields: it is another after a journey over HTTP. */
const same = (a: unknown, b: unknown): boolean => Equal(a, b);

function ruleChanges(before: Policies, after: Policies, kind: IncidentKind): string[] {
  const [was, is] = [ruleOf(before, kind).enabled, ruleOf(after, kind).enabled];
  const old: Record<string, number> = thresholdsOf(before, kind);
  const next: Record<string, number> = thresholdsOf(after, kind);
  return [
    ...(was === is ? [] : [`${kind} is ${is ? "raised again" : "not raised any more"}`]),
    ...Object.keys({ ...old, ...next }).flatMap((name) =>
      old[name] === next[name] ? [] : [`${kind}: ${name} is ${next[name]} instead of ${old[name]}`],
    ),
  ];
}

function partChanges<T extends { id: string }>(
  what: string,
  before: readonly T[],
  after: readonly T[],
  differences: (was: T, is: T) => string[],
): string[] {
  const gone = before.filter(({ id }) => !after.some((one) => one.id === id));
  return [
    ...after.flatMap((is) => {
      const was = before.find(({ id }) => id === is.id);
      if (was === undefined) return [`${what} ${is.id} is new`];
      return same(was, is) ? [] : differences(was, is);
    }),
    ...gone.map(({ id }) => `${what} ${id} is gone`),
  ];
}

const ladderFields = ["name", "repeat", "offHours", "severities", "kinds"] as const;

const asWords = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") : String(value ?? "all");

function ladderChanges(was: Ladder, is: Ladder): string[] {
  const head = `ladder ${is.id}`;
  const fields = ladderFields.flatMap((field) =>
    same(was[field], is[field])
      ? []
      : [`${head}: ${field} is ${asWords(is[field])} instead of ${asWords(was[field])}`],
  );
  const steps = is.steps.flatMap((step, at) =>
    same(step, was.steps[at]) ? [] : [`${head}: ${stepInWords(step, at)}`],
  );
  const fewer =
    is.steps.length < was.steps.length ? [`${head} ends after step ${is.steps.length}`] : [];
  const found = [...fields, ...steps, ...fewer];
  return found.length > 0 ? found : [`${head}: when it comes back was changed`];
}

const scheduleChanges = (_was: DutySchedule, { id, name }: DutySchedule): string[] => [
  `duty schedule ${id} (${name}) was changed`,
];
const maintenanceChanges = (_was: Maintenance, { id, from, to }: Maintenance): string[] => [
  `maintenance ${id} is from ${from} to ${to}`,
];

const isReordered = (before: readonly Ladder[], after: readonly Ladder[]): boolean => {
  const kept = before.filter(({ id }) => after.some((one) => one.id === id)).map(({ id }) => id);
  const now = after.filter(({ id }) => kept.includes(id)).map(({ id }) => id);
  return !same(kept, now);
};

/** Empty when nothing that matters differs. */
export const policyChanges = (before: Policies, after: Policies): string[] => [
  ...INCIDENT_KINDS.flatMap((kind) => ruleChanges(before, after, kind)),
  ...partChanges("ladder", before.ladders, after.ladders, ladderChanges),
  ...(isReordered(before.ladders, after.ladders)
    ? [`ladders are tried in this order: ${after.ladders.map(({ id }) => id).join(", ")}`]
    : []),
  ...partChanges("duty schedule", before.schedules ?? [], after.schedules ?? [], scheduleChanges),
  ...partChanges(
    "maintenance",
    before.maintenance ?? [],
    after.maintenance ?? [],
    maintenanceChanges,
  ),
];
