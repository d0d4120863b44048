import { describe, expect, test } from "vitest";
import { NEWS_MS, seenAt, type Evidence } from "../../domain/silence/evidence.ts";
import { anEvent, anOrder, anOrderReceived } from "../support/builders.ts";

const order = anOrder([anOrderReceived("9:00"), anEvent("order.allocated", "9:05")]);
const from = order.stageSince + 3_600_000;
const evidence: Evidence = {
  until: from + 10 * NEWS_MS,
  findings: [
    {
      code: "NOT_PACKED",
      stage: order.stage,
      stageSince: order.stageSince,
      from,
      words: "not packed",
    },
  ],
};

describe("a finding", () => {
  test("is told from its moment on for thirty days: what is brought in from long ago alarms nobody", () => {
    const codesAt = (now: number): string[] => seenAt(evidence, order, now).codes;
    expect(codesAt(from - 1)).toEqual([]);
    expect(codesAt(from)).toEqual(["NOT_PACKED"]);
    expect(codesAt(from + NEWS_MS - 1)).toEqual(["NOT_PACKED"]);
    expect(codesAt(from + NEWS_MS)).toEqual([]);
    expect(seenAt(evidence, order, from).moments).toContain(from + NEWS_MS - 1);
  });
});
