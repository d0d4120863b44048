/** Policies as a form edits them: copies with one thing changed, and everything in words. Pure. */
import type {
  Ladder,
  LadderStep,
  Policies,
  Rule,
  Target,
  Wait,
} from "../../domain/incidents/policies.ts";
import type { IncidentKind } from "../../domain/incidents/incident.ts";
import { THRESHOLD_WORDS, type ThresholdName } from "../../domain/incidents/thresholds.ts";

export const KIND_WORDS: Readonly<Record<IncidentKind, string>> = {
  order_delay: "An order at risk or late that no cause explains",
  common_cause: "Many orders, one cause",
  pickup_endangered: "A truck that will leave without many orders",
  no_scan: "A scan that should have come",
  hold_ageing: "A hold nobody looks at again",
  source_silent: "A source that fell silent",
  tpl_silent: "A provider that does not answer",
  damage: "Damage",
  quality_reject: "A failed quality check",
  poison_events: "Events that cannot be applied",
  manual: "Opened by a person",
};

/** What a threshold decides; a name that this page does not know is said as it is. */
export const thresholdWords = (name: string): string =>
  Object.hasOwn(THRESHOLD_WORDS, name) ? THRESHOLD_WORDS[name as ThresholdName] : name;

export const ruleOf = ({ rules }: Policies, kind: IncidentKind): Rule =>
  rules.find((rule) => rule.kind === kind) ?? { kind, enabled: true };

type FieldName = (policies: Policies, place: number, parts: readonly string[]) => string | null;

const ruleField: FieldName = ({ rules }, place, [field, name = ""]) => {
  const rule = rules[place];
  if (rule === undefined) return null;
  const words = KIND_WORDS[rule.kind];
  return field === "thresholds" ? `${words}: ${thresholdWords(name)}` : words;
};

/** `2` of `/steps/1/wait`. */
const numberOf = (name: string): number => Number(name) + 1;

const ladderField: FieldName = ({ ladders }, place, [field, name = ""]) => {
  const ladder = ladders[place];
  if (ladder === undefined || field === undefined) return null;
  const isStep = field === "steps" && name !== "";
  return `Ladder ${ladder.name}, ${isStep ? `step ${numberOf(name)}` : field}`;
};

const scheduleField: FieldName = ({ schedules = [] }, place, [field, name = "", of]) => {
  const schedule = schedules[place];
  if (schedule === undefined || field === undefined) return null;
  const isTurn = field === "turns" && name !== "";
  const row = isTurn ? `turn ${numberOf(name)}` : field;
  return [schedule.name, row, ...(isTurn && of !== undefined ? [of] : [])].join(", ");
};

const workField: FieldName = ({ maintenance = [] }, place, [field]) => {
  const work = maintenance[place];
  if (work === undefined || field === undefined) return null;
  return `Planned work “${work.reason}”, ${field === "reason" ? "why" : field}`;
};

const FIELD_NAMES: Readonly<Record<string, FieldName>> = {
  rules: ruleField,
  ladders: ladderField,
  schedules: scheduleField,
  maintenance: workField,
};

/** The page's name of a place that was refused: a rule by its words, the rest by its own names. */
export function policyFieldOf(policies: Policies, path: string): string | null {
  const [, list = "", place, ...parts] = path.replace(/^\/policies/, "").split("/");
  return FIELD_NAMES[list]?.(policies, Number(place), parts) ?? null;
}

/** An undefined value: what holds by default counts again. */
function withThreshold(rule: Rule, name: string, value: number | undefined): Rule {
  const { thresholds = {}, ...rest } = rule;
  const { [name]: _before, ...others } = thresholds;
  const next = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(next).length === 0 ? rest : { ...rest, thresholds: next };
}

const putRule = (policies: Policies, rule: Rule): Policies => {
  const known = policies.rules.some(({ kind }) => kind === rule.kind);
  const rules = known
    ? policies.rules.map((one) => (one.kind === rule.kind ? rule : one))
    : [...policies.rules, rule];
  return { ...policies, rules };
};

export const setEnabled = (policies: Policies, kind: IncidentKind, enabled: boolean): Policies =>
  putRule(policies, { ...ruleOf(policies, kind), enabled });

export const setThreshold = (
  policies: Policies,
  kind: IncidentKind,
  name: string,
  value: number | undefined,
): Policies => putRule(policies, withThreshold(ruleOf(policies, kind), name, value));

/** One of a list taken out, put in its place or added at its end. */
export const without = <T>(items: readonly T[], at: number): T[] =>
  items.filter((_, place) => place !== at);
export const replaced = <T>(items: readonly T[], at: number, item: T): T[] =>
  items.map((one, place) => (place === at ? item : one));
export function moved<T>(items: readonly T[], at: number, by: 1 | -1): T[] {
  const other = items[at + by];
  const item = items[at];
  if (other === undefined || item === undefined) return [...items];
  return items.map((one, place) => {
    if (place === at) return other;
    return place === at + by ? item : one;
  });
}

export const NEW_STEP: LadderStep = {
  wait: { minutes: 10 },
  targets: [{ to: "role", role: "coordinator" }],
};

/** A name nobody has yet. */
export function freeId(known: readonly { id: string }[], word: string): string {
  const taken = new Set(known.map(({ id }) => id));
  for (let n = known.length + 1; ; n += 1) if (!taken.has(`${word}-${n}`)) return `${word}-${n}`;
}

export const newLadder = (policies: Policies): Ladder => ({
  id: freeId(policies.ladders, "ladder"),
  name: "New ladder",
  repeat: 0,
  offHours: "continue",
  steps: [NEW_STEP],
});

/** A target as one value of a menu, and back: `role lead`, `person ana`, `wall`. */
export function targetText(target: Target): string {
  if (target.to === "role") return `role ${target.role}`;
  if (target.to === "person") return `person ${target.name}`;
  if (target.to === "duty") return `duty ${target.schedule}`;
  if (target.to === "channel") return `channel ${target.channel}`;
  return target.to;
}
const ROLES = ["viewer", "wall", "associate", "coordinator", "lead", "admin", "auditor"] as const;
type Named = (name: string) => Target | null;
const NAMED: Readonly<Record<string, Named>> = {
  role: (name) => {
    const role = ROLES.find((one) => one === name);
    return role === undefined ? null : { to: "role", role };
  },
  person: (name) => (name === "" ? null : { to: "person", name }),
  duty: (schedule) => (schedule === "" ? null : { to: "duty", schedule }),
  channel: (channel) => (channel === "" ? null : { to: "channel", channel }),
};
/** Null when it names nobody. */
export function targetFrom(text: string): Target | null {
  const [what = "", ...rest] = text.trim().split(" ");
  const name = rest.join(" ").trim();
  if (what === "owner" || what === "wall" || what === "webhooks") return { to: what };
  return NAMED[what]?.(name) ?? null;
}

const targetName = (target: Target): string => {
  if (target.to === "owner") return "its owner";
  if (target.to === "wall") return "the walls";
  return targetText(target);
};

export function waitWords(wait: Wait): string {
  if ("minutes" in wait) return wait.minutes === 0 ? "at once" : `after ${wait.minutes} min`;
  const most = wait.atMostMin === undefined ? "" : `, at most ${wait.atMostMin}`;
  return `after ${Math.round(wait.slackShare * 100)} % of what is left, at least ${wait.atLeastMin} min${most}`;
}

/** `after 10 min: role lead, the walls`. */
export const stepWords = ({ wait, targets, important }: LadderStep): string =>
  `${waitWords(wait)}: ${targets.map(targetName).join(", ")}${important === true ? ", loud" : ""}`;

export const isSame = (a: Policies, b: Policies): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
