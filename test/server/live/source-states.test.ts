import { describe, expect, test } from "vitest";
import { sourceStates } from "../../../server/live/source-states.ts";
import { aSite, clock } from "../../support/builders.ts";

const MINUTE = 60_000;
const site = aSite({ sources: [{ source: "wms/x", silentAfter: "PT15M" }] });
const state = (of: string, at: number, now: number) =>
  sourceStates(site, new Map([[of, at]]), now).find(({ source }) => source === of)?.state;

describe("a source", () => {
  test("with a stated limit is silent after it, in working time", () => {
    const at = clock("10:00");
    expect(state("wms/x", at, at + 15 * MINUTE)).toBe("live");
    expect(state("wms/x", at, at + 15 * MINUTE + 1)).toBe("silent");
    // shifts end at 22:00 in Berlin
    expect(state("wms/x", clock("20:58"), clock("23:00"))).toBe("live");
  });

  test("that was configured and never heard is silent", () => {
    expect(sourceStates(site, new Map(), clock("10:00"))).toMatchObject([{ state: "silent" }]);
  });

  test("is told with the name that its site gave it", () => {
    const named = { source: "3pl/north", silentAfter: "PT1H", name: "3PL North" };
    const states = (heard: Map<string, number>) =>
      sourceStates(aSite({ sources: [named] }), heard, clock("10:00"));
    for (const heard of [new Map<string, number>(), new Map([["3pl/north", clock("09:59")]])])
      expect(states(heard)).toMatchObject([{ source: "3pl/north", name: "3PL North" }]);
  });

  test("without one is silent when it was learned to be, until it speaks", () => {
    const at = clock("10:00");
    const silence = { source: "qc/x", name: "qc/x", since: at, silentAt: at + 20 * MINUTE };
    const now = at + 30 * MINUTE;
    expect(sourceStates(site, new Map([["qc/x", at]]), now, [silence])[1]).toEqual({
      source: "qc/x",
      ageMs: 30 * MINUTE,
      state: "silent",
      lastAt: at,
      silentAfterMs: 20 * MINUTE,
    });
    expect(sourceStates(site, new Map([["qc/x", at + 1]]), now, [silence])[1]?.state).toBe("live");
  });

  test("that people are, or the canary, is not listed", () => {
    const heard = new Map([
      ["ui/ana", 1],
      ["control-tower/canary", 1],
    ]);
    expect(sourceStates(site, heard, 2)).toHaveLength(1);
  });
});
