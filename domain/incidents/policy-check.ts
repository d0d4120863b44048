/** What a schema cannot say of policies: mistakes that refuse them, each with its place, and what is allowed but probably not meant. Pure. */
import type { Site } from "../site.ts";
import { instantOf } from "../wall-clock.ts";
import { INCIDENT_SEVERITIES, type IncidentKind } from "./incident.ts";
import type { DutySchedule, Ladder, Policies } from "./policies.ts";
import { THRESHOLDS } from "./thresholds.ts";

export type Mistake = { path: string; message: string };

const SHARES: ReadonlySet<string> = new Set(["falseDiscoveryRate", "minimumShare"]);

function repeated(path: string, what: string, ids: readonly string[]): Mistake[] {
  return ids.flatMap((id, at) =>
    ids.indexOf(id) === at
      ? []
      : [{ path: `${path}/${at}`, message: `${what} ${id} is there twice` }],
  );
}

function thresholdMistakes(path: string, kind: IncidentKind, name: string, value: number) {
  const known = Object.keys(THRESHOLDS[kind]);
  if (!known.includes(name)) {
    const list = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
    return [{ path, message: `${kind} has no threshold ${name}: ${list}` }];
  }
  return SHARES.has(name) && value > 1 ? [{ path, message: `${name} is a share: 0 to 1` }] : [];
}

const ruleMistakes = ({ rules }: Policies): Mistake[] => [
  ...repeated(
    "/rules",
    "the rule of",
    rules.map(({ kind }) => kind),
  ),
  ...rules.flatMap(({ kind, thresholds = {} }, at) =>
    Object.entries(thresholds).flatMap(([name, value]) =>
      thresholdMistakes(`/rules/${at}/thresholds/${name}`, kind, name, value),
    ),
  ),
];

function stepMistakes(ladder: Ladder, path: string, schedules: readonly string[]): Mistake[] {
  return ladder.steps.flatMap(({ wait, targets }, at) => {
    const here = `${path}/steps/${at}`;
    const bounds =
      "slackShare" in wait && wait.atMostMin !== undefined && wait.atMostMin < wait.atLeastMin
        ? [{ path: `${here}/wait/atMostMin`, message: "is less than atLeastMin" }]
        : [];
    const unknown = targets.flatMap((target, place) =>
      target.to === "duty" && !schedules.includes(target.schedule)
        ? [
            {
              path: `${here}/targets/${place}/schedule`,
              message: `there is no duty schedule ${target.schedule}`,
            },
          ]
        : [],
    );
    return [...bounds, ...unknown];
  });
}

function ladderMistakes({ ladders, schedules = [] }: Policies): Mistake[] {
  const known = schedules.map(({ id }) => id);
  return [
    ...repeated(
      "/ladders",
      "ladder",
      ladders.map(({ id }) => id),
    ),
    ...ladders.flatMap((ladder, at) => stepMistakes(ladder, `/ladders/${at}`, known)),
  ];
}

/** `from` before `to`, both real moments. */
function spanMistakes(path: string, from: string, to: string): Mistake[] {
  const [begins, ends] = [instantOf(from), instantOf(to)];
  return begins < ends ? [] : [{ path: `${path}/to`, message: "is not after from" }];
}

function turnMistakes(schedule: DutySchedule, path: string, site: Site): Mistake[] {
  const shifts = site.shifts.flatMap(({ name }) => name ?? []);
  return schedule.turns.flatMap(({ shift, from, to }, at) => {
    const here = `${path}/turns/${at}`;
    if (shift === undefined) {
      const isHalf = (from === undefined) !== (to === undefined);
      return isHalf ? [{ path: here, message: "give from and to, or neither" }] : [];
    }
    if (from !== undefined || to !== undefined)
      return [{ path: here, message: "give a shift, or from and to, not both" }];
    const named = shifts.length === 0 ? "its shifts have no names" : `it has ${shifts.join(", ")}`;
    return shifts.includes(shift)
      ? []
      : [{ path: `${here}/shift`, message: `this site has no shift ${shift}: ${named}` }];
  });
}

const scheduleMistakes = ({ schedules = [] }: Policies, site: Site): Mistake[] => [
  ...repeated(
    "/schedules",
    "duty schedule",
    schedules.map(({ id }) => id),
  ),
  ...schedules.flatMap((schedule, at) => [
    ...turnMistakes(schedule, `/schedules/${at}`, site),
    ...(schedule.overrides ?? []).flatMap(({ from, to }, place) =>
      spanMistakes(`/schedules/${at}/overrides/${place}`, from, to),
    ),
  ]),
];

const maintenanceMistakes = ({ maintenance = [] }: Policies): Mistake[] => [
  ...repeated(
    "/maintenance",
    "maintenance",
    maintenance.map(({ id }) => id),
  ),
  ...maintenance.flatMap(({ from, to }, at) => spanMistakes(`/maintenance/${at}`, from, to)),
];

/** Every mistake with its place; empty when the policies can be used at this site. */
export const policyMistakes = (policies: Policies, site: Site): Mistake[] => [
  ...ruleMistakes(policies),
  ...ladderMistakes(policies),
  ...scheduleMistakes(policies, site),
  ...maintenanceMistakes(policies),
];

const fitsAll = ({ severities, kinds }: Ladder): boolean =>
  severities === undefined && kinds === undefined;

function ladderWarnings({ ladders }: Policies): string[] {
  const first = ladders.findIndex(fitsAll);
  const hidden = first === -1 ? [] : ladders.slice(first + 1);
  const uncovered = INCIDENT_SEVERITIES.filter(
    (severity) =>
      !ladders.some(
        ({ severities, kinds }) => kinds === undefined && (severities?.includes(severity) ?? true),
      ),
  );
  return [
    ...hidden.map(
      ({ name }) => `Ladder ${name} is never climbed: ${ladders[first]?.name ?? ""} fits all.`,
    ),
    ...(uncovered.length === 0
      ? []
      : [`Incidents of ${uncovered.join(", ")} climb no ladder unless it names their kind.`]),
  ];
}

const peopleOf = ({ ladders, schedules = [] }: Policies): Set<string> =>
  new Set([
    ...ladders.flatMap(({ steps }) =>
      steps.flatMap(({ targets }) =>
        targets.flatMap((target) => (target.to === "person" ? [target.name] : [])),
      ),
    ),
    ...schedules.flatMap(({ turns, overrides = [] }) => [
      ...turns.flatMap(({ people }) => people),
      ...overrides.map(({ person }) => person),
    ]),
  ]);

const channelsOf = ({ ladders }: Policies): Set<string> =>
  new Set(
    ladders.flatMap(({ steps }) =>
      steps.flatMap(({ targets }) =>
        targets.flatMap((target) => (target.to === "channel" ? [target.channel] : [])),
      ),
    ),
  );

/** Who and what there is to be told: a name that nobody has is told in vain. */
export type Reachable = {
  isPerson: (name: string) => boolean;
  isChannel: (id: string) => boolean;
};

/** In sentences. */
export function policyWarnings(
  policies: Policies,
  { isPerson, isChannel }: Reachable,
  now: number,
): string[] {
  const { rules, maintenance = [] } = policies;
  const off = rules.filter(({ enabled }) => !enabled).map(({ kind }) => kind);
  const over = maintenance.filter(({ to }) => instantOf(to) <= now).map(({ id }) => id);
  const strangers = [...peopleOf(policies)].filter((person) => !isPerson(person));
  const lost = [...channelsOf(policies)].filter((channel) => !isChannel(channel));
  const said = (names: readonly string[], words: string) => (names.length === 0 ? [] : [words]);
  return [
    ...said(off, `Nothing is raised for ${off.join(", ")}.`),
    ...ladderWarnings(policies),
    ...said(strangers, `Nobody here is called ${strangers.join(", ")}: nothing reaches them.`),
    ...said(lost, `This site has no channel ${lost.join(", ")}: nothing goes there.`),
    ...said(over, `Maintenance ${over.join(", ")} is over.`),
  ];
}
