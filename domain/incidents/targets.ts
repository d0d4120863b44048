/** Whom a step reaches at a moment: people by name where the policies name them, and in words. Who has which role is found when it is told. */
import type { Role } from "../permissions.ts";
import { onDuty } from "./duty.ts";
import type { Incident, LadderState } from "./incident.ts";
import { isOpenAt } from "./off-hours.ts";
import type { Ladder, LadderStep, Target } from "./policies.ts";
import { ladderIn, type Rulebook } from "./rulebook.ts";

export type Reach = { targets: Target[]; people: string[]; words: string[] };

const ROLE_WORDS: Readonly<Partial<Record<Role, string>>> = {
  coordinator: "coordinators",
  lead: "shift leads",
  associate: "associates",
  admin: "administrators",
};

/** Roles among the targets, each once. */
export const rolesOf = (targets: readonly Target[]): Role[] => [
  ...new Set(targets.flatMap((target) => (target.to === "role" ? [target.role] : []))),
];

type One = { people: string[]; words: string; isNobody?: boolean; also?: Target };

function dutyReach(schedule: string, { policies, site }: Rulebook, at: number): One {
  const known = (policies.schedules ?? []).find(({ id }) => id === schedule);
  if (known === undefined)
    return { people: [], words: `duty ${schedule}, which is not known`, isNobody: true };
  const duty = onDuty(known, site, at);
  if (duty.by === "nobody")
    return { people: [], words: `${known.name}: nobody is on duty`, isNobody: true };
  if (duty.by === "role") {
    const role = ROLE_WORDS[duty.role] ?? duty.role;
    return { people: [], words: `${known.name}: ${role}`, also: { to: "role", role: duty.role } };
  }
  return { people: duty.people, words: `${known.name}: ${duty.people.join(", ")}` };
}

function reachOne(target: Target, owner: string | null, book: Rulebook, at: number): One {
  switch (target.to) {
    case "owner":
      return owner === null
        ? { people: [], words: "whoever takes it" }
        : { people: [owner], words: `owner ${owner}` };
    case "role":
      return { people: [], words: ROLE_WORDS[target.role] ?? target.role };
    case "person":
      return { people: [target.name], words: target.name };
    case "duty":
      return dutyReach(target.schedule, book, at);
    case "channel":
      return { people: [], words: `channel ${target.channel}` };
    case "wall":
      return { people: [], words: "walls" };
    case "webhooks":
      return { people: [], words: "webhooks" };
  }
}

/** Whether those of this step are not there, so that the next must be told. */
const isUnattended = (ladder: Ladder, book: Rulebook, at: number): boolean =>
  ladder.offHours === "next_role" && !isOpenAt(book.site, at);

type Asked = { place: { step: number }; step: LadderStep; now: number };

/** With those of the next step where nobody is on duty, or the site is closed and its ladder goes to the next role then. */
export function reachOf(
  { owner }: Incident,
  state: LadderState,
  { place, step, now }: Asked,
  book: Rulebook,
): Reach {
  const ladder = ladderIn(book, state);
  const reach: Reach = { targets: [], people: [], words: [] };
  let mustGoOn = ladder !== null && isUnattended(ladder, book, now);
  function take(targets: readonly Target[]): boolean {
    let isNobody = false;
    for (const target of targets) {
      const one = reachOne(target, owner, book, now);
      reach.targets.push(target, ...(one.also === undefined ? [] : [one.also]));
      reach.people.push(...one.people);
      reach.words.push(one.words);
      isNobody ||= one.isNobody === true;
    }
    return isNobody;
  }
  mustGoOn = take(step.targets) || mustGoOn;
  for (const next of ladder?.steps.slice(place.step + 1) ?? []) {
    if (!mustGoOn) break;
    mustGoOn = take(next.targets);
  }
  return { ...reach, people: [...new Set(reach.people)], words: [...new Set(reach.words)] };
}
