import { describe, expect, test } from "vitest";
import type { Hold } from "../../domain/order.ts";
import { promisesOf } from "../../domain/promise.ts";
import type { DeadlineFact } from "../../domain/deadline-fact.ts";
import { BER, ms, orderAt, policyOf, utc } from "./time-fixtures.ts";

const RECEIVED = "2026-02-11T12:00:00+01:00";
const aHold = (change: Partial<Hold> = {}): Hold => ({
  code: "HOLD_PAYMENT",
  clock: "pause",
  placedAt: ms("2026-02-11T12:10:00+01:00"),
  ...change,
});

function deadlinesWith(holds: Hold[], change = {}): Map<string, DeadlineFact> {
  const order = orderAt(ms(RECEIVED), { service: "A", holds, ...change });
  const { deadlines } = promisesOf(order, policyOf(BER));
  return new Map(deadlines.map((fact) => [fact.name, fact]));
}
const OURS = "ship by, our clock";

describe("our own clock", () => {
  test("says nothing of its own while nothing paused it", () => {
    expect(deadlinesWith([]).has(OURS)).toBe(false);
    const run = aHold({ code: "HOLD_STOCK", clock: "run" });
    expect(deadlinesWith([run]).has(OURS)).toBe(false);
  });

  test("counts again from the release, while the customer's promise stays", () => {
    // released after the cut-off of 13:00: the next day's truck by our clock
    const facts = deadlinesWith([aHold({ releasedAt: ms("2026-02-11T13:30:00+01:00") })]);
    expect(utc(facts.get("ship by")?.at ?? 0)).toBe("2026-02-11T15:00Z");
    const ours = facts.get(OURS);
    expect(utc(ours?.at ?? 0)).toBe("2026-02-12T15:00Z");
    expect(ours?.isPaused).toBeUndefined();
    expect(ours?.how.join(" ")).toContain("our clock stood still");
    expect(ours?.how.at(-1)).toContain("did not move");
  });

  test("gains nothing from a hold that cost no truck", () => {
    const facts = deadlinesWith([aHold({ releasedAt: ms("2026-02-11T12:40:00+01:00") })]);
    expect(facts.get(OURS)?.at).toBe(facts.get("ship by")?.at);
  });

  test("stands still while such a hold is open, whatever was released before", () => {
    const released = aHold({ releasedAt: ms("2026-02-11T13:30:00+01:00") });
    const open = aHold({ code: "HOLD_ADDRESS", placedAt: ms("2026-02-11T14:00:00+01:00") });
    const ours = deadlinesWith([released, open]).get(OURS);
    expect(ours).toMatchObject({ isPaused: true });
    expect(utc(ours?.at ?? 0)).toBe("2026-02-12T15:00Z");
    expect(ours?.how.join(" ")).toContain("On hold for address since");
  });

  test("is never earlier than what the shop promised", () => {
    const promisedShipBy = ms("2026-02-20T10:00:00Z");
    const hold = aHold({ releasedAt: ms("2026-02-11T13:30:00+01:00") });
    expect(deadlinesWith([hold], { promisedShipBy }).get(OURS)?.at).toBe(promisedShipBy);
  });

  test("takes no time off for a hold after the goods had left", () => {
    const handedOverAt = ms("2026-02-11T12:05:00+01:00");
    expect(deadlinesWith([aHold()], { handedOverAt }).has(OURS)).toBe(false);
  });
});
