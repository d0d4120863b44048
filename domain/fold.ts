/**
 * The heart: an order is the fold of its own events, sorted by when they happened (`fold/sequence.ts`), with corrections settled first
 * (`fold/corrections.ts`). Arrival decides nothing: any permutation and repetition of the same events gives the same order and the same outcomes. Record
 * times are part of an event; they serve only to mistrust a clock that runs ahead and to mark what is old.
 */
import type { EventOutcome, Order } from "./order.ts";
import type { RecordedEvent } from "./event.ts";
import type { SitePolicy } from "./site.ts";
import { STAGE_PLACE } from "./stages.ts";
import { planOf, type CorrectionFate, type Plan, type Step } from "./fold/corrections.ts";
import { finishOrder } from "./fold/finish.ts";
import { applyStep } from "./fold/rules.ts";
import { inFoldOrder, OLD_AFTER_MS } from "./fold/sequence.ts";
import { stateFacts } from "./fold/overlays.ts";
import { beginOrder, flag, forkOf, raise, type Building, type Verdict } from "./fold/state.ts";

export { compareEvents, inFoldOrder } from "./fold/sequence.ts";

/** `order` is null while no `order.received` is among the events; `outcomes` holds one an event, in fold order of the events as recorded. */
export type Folded = { order: Order | null; outcomes: EventOutcome[] };

type Received = Step<RecordedEvent & { type: "order.received" }>;
const isReceived = (step: Step): step is Received => step.event.type === "order.received";

const outcomeOf = (event: RecordedEvent, { effect, words }: Verdict): EventOutcome => ({
  source: event.source,
  id: event.id,
  type: event.type,
  occurredAt: event.occurredAt,
  recordedAt: event.recordedAt,
  effect,
  words,
});

const WAITING: Verdict = { effect: "waiting", words: "its order is not known yet" };

/** What a correction did, when it did not change an event. */
const FATE_WORDS: Record<Exclude<CorrectionFate["kind"], "removes" | "replaces">, Verdict> = {
  waits: { effect: "waiting", words: "the event it corrects is not known yet" },
  overruled: { effect: "duplicate", words: "a later correction of the same event decides" },
  backwards: { effect: "impossible", words: "a correction cannot correct a later one" },
  itself: { effect: "impossible", words: "an event cannot correct itself" },
  unfit: { effect: "impossible", words: "the replacement is no valid event: kept as evidence" },
};

/** A hand-over that did not occur is the one correction with a consequence of its own. */
function correctionVerdict(building: Building, step: Step, fate: CorrectionFate): Verdict {
  if (fate.kind !== "removes" && fate.kind !== "replaces") return FATE_WORDS[fate.kind];
  const { target } = fate;
  const isOut = building.done[STAGE_PLACE.handed_over] !== undefined;
  if (fate.kind === "removes" && target.type === "parcel.handed_over" && !isOut) {
    raise(building, "NOT_SHIPPED", step.at, { note: "the hand-over was taken back" });
  }
  const did = fate.kind === "removes" ? "took back" : "put right";
  return { effect: "applied", words: `${did} ${target.type} ${target.id}` };
}

function mistrustClock(building: Building, step: Step): void {
  if (step.skewed) {
    flag(building, "CLOCK_SKEW");
    raise(building, "CLOCK_SKEW", step.at, {
      note: `the clock of ${step.event.source} runs ahead`,
    });
  }
  if (step.event.recordedAt - step.at > OLD_AFTER_MS) flag(building, "OLD");
}

function verdictOf(building: Building, plan: Plan, step: Step, received: Received): Verdict {
  if (step === received) return { effect: "applied", words: "the order came in" };
  const fate = plan.fates.get(step.index);
  const verdict = fate
    ? correctionVerdict(building, step, fate)
    : applyStep(building, step, received);
  return step.correctedBy === undefined
    ? verdict
    : { effect: verdict.effect, words: `${verdict.words} (as corrected by ${step.correctedBy})` };
}

function fillRemoved(outcomes: EventOutcome[], events: readonly RecordedEvent[], plan: Plan): void {
  for (const [index, by] of plan.removed) {
    const event = events[index];
    if (event)
      outcomes[index] = outcomeOf(event, { effect: "corrected", words: `taken back by ${by}` });
  }
}

type Begun = { building: Building; received: Received };

function begin(plan: Plan, policy: SitePolicy): Begun | null {
  const received = plan.steps.find(isReceived);
  if (received === undefined) return null;
  const building = beginOrder(received.event, received.at, policy);
  stateFacts(building, received.event.data);
  return { building, received };
}

/** Folds an order's events (each once, in any order) under the rules of its site. Never throws on events that fit their schema. */
export function foldOrder(events: readonly RecordedEvent[], policy: SitePolicy): Folded {
  const sorted = inFoldOrder(events);
  const plan = planOf(sorted);
  const outcomes: EventOutcome[] = sorted.map((event) => outcomeOf(event, WAITING));
  const begun = begin(plan, policy);
  if (begun === null) {
    fillRemoved(outcomes, sorted, plan);
    return { order: null, outcomes };
  }
  for (const step of plan.steps) {
    mistrustClock(begun.building, step);
    const { effect, words } = verdictOf(begun.building, plan, step, begun.received);
    const outcome = outcomes[step.index];
    if (!outcome) continue;
    outcome.effect = effect;
    outcome.words = words;
  }
  fillRemoved(outcomes, sorted, plan);
  return { order: finishOrder(begun.building), outcomes };
}

/** An order as far as it is folded: what its next event may be folded on to. Never changed, so an earlier one may be kept beside it. */
export type Fold = {
  order: Order | null;
  /** in fold order */
  events: readonly RecordedEvent[];
  policy: SitePolicy | null;
  /** null when any further event means folding all of them */
  begun: Begun | null;
};

export const EMPTY_FOLD: Fold = { order: null, events: [], policy: null, begun: null };

/** Whether `events` are those of the fold and some that come after them. */
function isContinued({ begun, events: known }: Fold, events: readonly RecordedEvent[]): boolean {
  if (begun === null || known.length > events.length) return false;
  return known.every((event, place) => event === events[place]);
}

function foldSteps({ building, received }: Begun, plan: Plan): void {
  for (const step of plan.steps) {
    mistrustClock(building, step);
    verdictOf(building, plan, step, received);
  }
}

const isCorrection = (event: RecordedEvent): boolean => event.type === "event.corrected";

function foldAll(events: readonly RecordedEvent[], policy: SitePolicy): Fold {
  const plan = planOf(events);
  const begun = begin(plan, policy);
  if (begun === null) return { order: null, events, policy, begun };
  foldSteps(begun, plan);
  const order = finishOrder(begun.building);
  // A correction reaches back, so what comes after one may be corrected by it too.
  return { order, events, policy, begun: events.some(isCorrection) ? null : begun };
}

/**
 * The same order as `foldOrder` makes, without the outcomes, for those who fold again and again: events that come after all those of `before` are folded
 * on to it. `events` stand in fold order.
 */
export function foldOn(before: Fold, events: readonly RecordedEvent[], policy: SitePolicy): Fold {
  const { begun } = before;
  if (begun === null || before.policy !== policy || !isContinued(before, events))
    return foldAll(events, policy);
  const added = events.slice(before.events.length);
  if (added.some(isCorrection)) return foldAll(events, policy);
  const on: Begun = { building: forkOf(begun.building), received: begun.received };
  foldSteps(on, planOf(added));
  return { order: finishOrder(on.building), events, policy, begun: on };
}
