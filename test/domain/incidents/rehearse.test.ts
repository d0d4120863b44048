import { expect, test } from "vitest";
import { DEFAULT_POLICIES, type Policies } from "../../../domain/incidents/policies.ts";
import { rehearse, type Frame } from "../../../domain/incidents/rehearse.ts";
import { aCandidate, aScene, HOUR, inTrouble, MINUTE, NOW, TRUCK } from "./scene-fixture.ts";

const at = (minute: number, troubled: readonly string[], calm: readonly string[]): Frame =>
  aScene([...troubled.map((id) => inTrouble(id)), ...calm.map((id) => aCandidate(id))], {
    now: NOW + minute * MINUTE,
  });

/** From 14:00 on six orders for the 16:00 truck are at risk, and SO-9 for five minutes. */
const SIX = ["SO-1", "SO-2", "SO-3", "SO-4", "SO-5", "SO-6"];
const frames = [
  at(0, SIX, ["SO-9"]),
  at(1, SIX, ["SO-9"]),
  at(5, SIX, ["SO-9"]),
  at(30, SIX, ["SO-9"]),
];
const missedAt = (id: string): number | null => (SIX.slice(0, 4).includes(id) ? TRUCK.at : null);

const without = (...kinds: string[]): Policies => ({
  ...DEFAULT_POLICIES,
  rules: DEFAULT_POLICIES.rules.map((rule) => ({ ...rule, enabled: !kinds.includes(rule.kind) })),
});

test("a rehearsal says what both sets of rules would have raised, how much of it was true and how early", () => {
  const { proposed, inForce } = rehearse(
    frames,
    without("pickup_endangered"),
    DEFAULT_POLICIES,
    missedAt,
  );
  expect(inForce).toMatchObject({
    raised: 1,
    judged: 1,
    right: 1,
    medianEarlyMin: (2 * HOUR) / MINUTE,
    calls: 1,
    floods: 0,
    missed: 4,
    covered: 4,
    byKind: { pickup_endangered: { raised: 1, right: 1 } },
    words: "would have raised 1, 1 true, median 120 min early, 0 floods",
  });
  expect(proposed).toMatchObject({
    raised: 6,
    right: 4,
    words: "would have raised 6, 4 true, median 120 min early, 0 floods",
  });
});

test("more than ten calls in ten minutes are a flood", () => {
  const many = Array.from({ length: 12 }, (_, place) => `SO-${place}`);
  const late = many.map((id) =>
    inTrouble(id, { sev: "late", due: NOW - HOUR, actBy: NOW - 2 * HOUR }),
  );
  const { proposed } = rehearse(
    [aScene(late)],
    without("pickup_endangered", "common_cause"),
    DEFAULT_POLICIES,
    () => undefined,
  );
  expect(proposed).toMatchObject({
    raised: 12,
    judged: 0,
    right: 0,
    medianEarlyMin: null,
    calls: 12,
    floods: 1,
  });
});
