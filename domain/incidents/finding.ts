/** What every rule shares: a look at the scene, and how orders and words become a detection. */
import { actByOf } from "./act-by.ts";
import type { Detection, Scene } from "./detection.ts";
import type { Attribute, IncidentKind } from "./incident.ts";
import { severityOf, type CutOffShare } from "./severity.ts";
import {
  byUrgency,
  lessWork,
  standingOf,
  valuesOf,
  weigh,
  type Standing,
  type Values,
  type Weight,
} from "./standing.ts";
import { clock } from "./words.ts";

/** A scene with how its orders stand; each is asked for at most once. */
export type Look = Scene & {
  values: Values;
  standing: (id: string) => Standing | undefined;
};

export function lookAt(scene: Scene): Look {
  const values = valuesOf(scene.orders);
  const known = new Map<string, Standing>();
  const standing = (id: string): Standing | undefined => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const candidate = scene.orders.get(id);
    if (candidate === undefined) return undefined;
    const made = standingOf(candidate, scene.now, values.top);
    known.set(id, made);
    return made;
  };
  return { ...scene, values, standing };
}

/**
 * Minutes of work that dealing with it takes a person, once and for each order: what the value saved is divided by. Estimates of ours, not measured: a look, a decision and the
 * message that follows; moving people to a station takes longer than expediting an order.
 */
export const WORK_MINUTES: Readonly<Record<IncidentKind, readonly [once: number, each: number]>> = {
  order_delay: [0, 6],
  common_cause: [20, 0.5],
  pickup_endangered: [15, 0.3],
  no_scan: [5, 3],
  hold_ageing: [2, 4],
  source_silent: [10, 0],
  tpl_silent: [15, 0.5],
  damage: [2, 8],
  quality_reject: [2, 8],
  poison_events: [10, 0],
  manual: [10, 1],
};

export type Finding = {
  kind: IncidentKind;
  cause: string;
  title: string;
  members: readonly Standing[];
  attributes?: readonly Attribute[];
  sources?: readonly string[];
  reasons: readonly string[];
  /** the next step; in what it is told, `when` is until when it helps: `by 15:10`, or `now` */
  doThis: string | ((when: string) => string) | null;
  inputs: Detection["inputs"];
  cutOff?: CutOffShare | null;
  isFaint?: boolean;
  isQuiet?: boolean;
  habit?: string | null;
  /** where orders say too little about it: at least as grave as so many misses */
  atLeast?: number;
};

export const workMinutes = (kind: IncidentKind, orders: number): number => {
  const [once, each] = WORK_MINUTES[kind];
  return Math.max(1, once + each * orders);
};

function priorityOf(finding: Finding, weight: Weight): number {
  const [only] = finding.members;
  // a single order keeps the priority that its row has
  if (finding.members.length === 1 && only !== undefined) return only.priority.score;
  return weight.priority;
}

const tiersOf = (members: readonly Standing[]): string[] => [
  ...new Set(members.flatMap(({ row }) => row.tier ?? [])),
];

/** Nothing of it can be saved by hurrying. */
const isHopeless = ({ savable, counts }: Weight, atLeast: number): boolean =>
  savable === 0 && counts.orders > 0 && atLeast === 0;

/** The step with the same moment as the incident itself names. */
function stepOf({ doThis }: Finding, helped: Pick<Detection, "actBy" | "counts">, look: Look) {
  if (typeof doThis !== "function") return doThis;
  const until = actByOf(helped);
  return doThis(until === null || until <= look.now ? "now" : `by ${clock(look, until)}`);
}

const DEFAULTS = {
  attributes: [],
  sources: [],
  cutOff: null,
  isFaint: false,
  isQuiet: false,
  habit: null,
  atLeast: 0,
} as const;

export function detectionOf(given: Finding, look: Look): Detection {
  const finding = { ...DEFAULTS, ...given };
  const { kind, members, atLeast, cutOff } = finding;
  const weight = weigh(members, look.values, look.now);
  const work = workMinutes(kind, members.length);
  const actBy = lessWork(weight.actBy, work, look.now);
  return {
    kind,
    cause: finding.cause,
    title: finding.title,
    severity: severityOf(Math.max(weight.expected, atLeast), cutOff),
    priority: Math.round(priorityOf(finding, weight) * 10) / 10,
    savingRate: Math.round((weight.valueSaved / work) * 100) / 100,
    actBy,
    valueAtStake: weight.valueAtStake,
    counts: weight.counts,
    members: members.toSorted(byUrgency).map(({ id }) => id),
    attributes: finding.attributes,
    sources: finding.sources,
    tiers: tiersOf(members),
    reasons: finding.reasons,
    doThis: stepOf(finding, { actBy, counts: weight.counts }, look),
    rule: { id: kind, version: look.version },
    inputs: finding.inputs,
    isFaint: finding.isFaint,
    isQuiet: finding.isQuiet || isHopeless(weight, atLeast),
    habit: finding.habit,
  };
}
