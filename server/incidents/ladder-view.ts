/** The ladder of an incident step by step: what was fired in this round, what comes next, who was told by which way and with what result. */
import type { LadderStepView, StoredTold, ToldView } from "../../domain/contract/incidents.ts";
import type { Incident, LadderState } from "../../domain/incidents/incident.ts";
import {
  conditionInWords,
  targetInWords,
  waitInWords,
} from "../../domain/incidents/ladder-words.ts";
import type { Ladder, LadderStep } from "../../domain/incidents/policies.ts";
import type { Static } from "typebox";

type StepView = Static<typeof LadderStepView>;
type Fired = LadderState["fired"][number];

/** Results that cannot be read are left out. */
export function toldOf(notices: Readonly<Record<string, string>>): StoredTold[] {
  return Object.values(notices).flatMap((text) => {
    try {
      return [JSON.parse(text) as StoredTold];
    } catch {
      return [];
    }
  });
}

const isOf = (told: StoredTold, fired: Fired): boolean =>
  told.step === fired.step && told.round === fired.round && told.generation === fired.generation;

const shown = ({ notice, whom, way, at, state, words }: StoredTold): ToldView => ({
  notice,
  whom,
  way,
  at,
  state,
  ...(words !== undefined && { words }),
});

/** What was fired last at this place, in this generation. */
const firedAt = ({ generation, ladder }: Incident, step: number): Fired | undefined =>
  ladder?.fired.findLast((one) => one.generation === generation && one.step === step);

function firedView(fired: Fired, told: readonly StoredTold[]): Partial<StepView> {
  const { dueAt, late, by, people } = fired;
  return {
    state: "fired",
    dueAt,
    firedAt: fired.firedAt,
    late,
    people,
    ...(by !== undefined && { by }),
    told: told.filter((one) => isOf(one, fired)).map(shown),
  };
}

/** What this round fired stands; of the round before only until its turn comes again. */
function standing(incident: Incident, step: number, isNext: boolean): Fired | undefined {
  const fired = firedAt(incident, step);
  const isThisRound = fired?.round === incident.ladder?.round;
  return isThisRound || !isNext ? fired : undefined;
}

function stepView(
  incident: Incident,
  step: LadderStep,
  at: number,
  told: readonly StoredTold[],
): StepView {
  const nextAt = incident.ladder?.step === at ? incident.ladder.nextAt : null;
  const fired = standing(incident, at, nextAt !== null);
  const condition = conditionInWords(step.condition);
  return {
    step: at,
    wait: waitInWords(step.wait, at === 0),
    targets: step.targets.map(targetInWords),
    ...(condition !== null && { condition }),
    important: step.important === true,
    dueAt: nextAt,
    firedAt: null,
    late: false,
    people: [],
    told: [],
    state: nextAt === null ? "waiting" : "next",
    ...(fired !== undefined && firedView(fired, told)),
  };
}

export const ladderSteps = (
  incident: Incident,
  ladder: Ladder | null,
  told: readonly StoredTold[],
): StepView[] => (ladder?.steps ?? []).map((step, at) => stepView(incident, step, at, told));
