import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/incidents/detect.ts";
import type { Candidate, CheckFact, Detection } from "../../../domain/incidents/detection.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { aCandidate, aScene, HOUR, MINUTE, NOW } from "./scene-fixture.ts";

type Checks = { from: number; to: number; count: number; fails: number; station?: string };

/** Orders checked evenly between two moments, the first of them in vain: those stand in picking again. */
function checked({ from, to, count, fails, station = "Q1" }: Checks, name: string): Candidate[] {
  return Array.from({ length: count }, (_, place) => {
    const at = from + ((to - from) * (place + 1)) / (count + 1);
    const hasFailed = place < fails;
    const checks: CheckFact[] = [{ at, hasFailed, station }];
    const row = { stage: hasFailed ? "picking" : "staged" } as const;
    return aCandidate(`${name}-${place}`, row, { checks, ...(hasFailed && { fails: 1 }) });
  });
}
/** One in twelve failed in the day before, at two stations. */
const before = [
  ...checked({ from: NOW - 20 * HOUR, to: NOW - 2 * HOUR, count: 60, fails: 5 }, "old"),
  ...checked(
    { from: NOW - 20 * HOUR, to: NOW - 2 * HOUR, count: 60, fails: 5, station: "Q2" },
    "far",
  ),
];
const lately = (count: number, fails: number, station = "Q1") =>
  checked({ from: NOW - 100 * MINUTE, to: NOW, count, fails, station }, `new-${station}`);
const found = (candidates: readonly Candidate[], change = {}): Detection[] =>
  detect(aScene(candidates, change)).filter(({ kind }) => kind === "quality_reject");

describe("checks that fail more often than they do here", () => {
  test("at one station are one incident, with the orders that are done once more", () => {
    const [burst, ...more] = found([...before, ...lately(18, 8), ...lately(12, 1, "Q2")]);
    expect(more).toEqual([]);
    expect(burst).toMatchObject({
      cause: "rejects|Q1",
      title: "Checks at Q1 fail: 8 of 18 since 12:25",
      attributes: [{ name: "station", value: "Q1" }],
      reasons: ["44 % fail; 8 % did before"],
      isFaint: false,
      isQuiet: true,
    });
    expect(burst?.members).toHaveLength(8);
    expect(burst?.doThis).toContain("have Q1 checked again by somebody else");
  });

  test("call somebody once one of their orders is in trouble", () => {
    const [first, ...rest] = lately(18, 8);
    const troubled = { ...first!, row: { ...first!.row, sev: "at_risk" as const, risk: 0.9 } };
    expect(found([...before, troubled, ...rest])[0]?.isQuiet).toBe(false);
  });

  test("are the cause of those that wait to be packed once more, too", () => {
    const waiting = lately(18, 8).map((one) =>
      one.fails === 1 ? { ...one, row: { ...one.row, exceptions: ["NOT_PACKED"] } } : one,
    );
    const [burst, ...more] = detect(aScene([...before, ...waiting]));
    expect(more).toEqual([]);
    expect(burst).toMatchObject({ kind: "quality_reject", cause: "rejects|Q1" });
    expect(burst?.members).toHaveLength(8);
  });

  test("at all stations are told of the checks as a whole", () => {
    const [burst, ...more] = found([...before, ...lately(18, 7), ...lately(18, 7, "Q2")]);
    expect(more).toEqual([]);
    expect(burst).toMatchObject({
      cause: "rejects|",
      title: expect.stringMatching(/^Checks fail: 14 of 36 since /),
      attributes: [{ name: "exception", value: "QC_REJECT" }],
    });
  });

  test("on a Monday are held against the last days on which anything was checked", () => {
    const friday = { from: NOW - 74 * HOUR, to: NOW - 64 * HOUR };
    const usual = checked({ ...friday, count: 100, fails: 8 }, "friday");
    const [burst] = found([...usual, ...lately(18, 8)]);
    expect(burst).toMatchObject({ cause: "rejects|Q1" });
    expect(burst?.reasons).toEqual(["44 % fail; 8 % did before"]);
    const chronic = checked({ ...friday, count: 100, fails: 42 }, "friday");
    expect(found([...chronic, ...lately(18, 8)])).toEqual([]);
    const longAgo = checked(
      { from: NOW - 9 * 24 * HOUR, to: NOW - 5 * 24 * HOUR, count: 100, fails: 8 },
      "old",
    );
    expect(found([...longAgo, ...lately(18, 8)])).toEqual([]);
  });

  test("of the day before count before older ones, where there are enough of them", () => {
    const old = checked(
      { from: NOW - 74 * HOUR, to: NOW - 64 * HOUR, count: 400, fails: 4 },
      "older",
    );
    const today = checked(
      { from: NOW - 20 * HOUR, to: NOW - 2 * HOUR, count: 100, fails: 42 },
      "c",
    );
    expect(found([...old, ...today, ...lately(18, 8)])).toEqual([]);
  });

  test("that may be chance, are few, or fail as often as ever are none", () => {
    expect(found([...before, ...lately(30, 5)])).toEqual([]);
    expect(found([...before, ...lately(6, 4)])).toEqual([]);
    expect(found(lately(18, 8))).toEqual([]);
    const chronic = checked(
      { from: NOW - 20 * HOUR, to: NOW - 2 * HOUR, count: 100, fails: 42 },
      "c",
    );
    expect(found([...chronic, ...lately(18, 8)])).toEqual([]);
  });

  test("are looked for as the site's rules say", () => {
    const rule = (thresholds: Record<string, number>, enabled = true) => ({
      policies: {
        ...DEFAULT_POLICIES,
        rules: DEFAULT_POLICIES.rules.map((one) =>
          one.kind === "quality_reject" ? { ...one, enabled, thresholds } : one,
        ),
      },
    });
    const scene = [...before, ...lately(18, 8)];
    expect(found(scene, rule({}))).toHaveLength(1);
    expect(found(scene, rule({ minimumRejects: 9 }))).toEqual([]);
    expect(found(scene, rule({}, false))).toEqual([]);
  });
});
