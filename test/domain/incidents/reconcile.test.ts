import { describe, expect, test } from "vitest";
import type { Detection } from "../../../domain/incidents/detection.ts";
import { detect } from "../../../domain/incidents/detect.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import type { KnownIncident } from "../../../domain/incidents/matching.ts";
import { reconcile } from "../../../domain/incidents/reconcile.ts";
import { aScene, HOUR, incidentOf, inTrouble, MINUTE, NOW } from "./scene-fixture.ts";

const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, place) => `SO-${from + place}`);

const single = detect(aScene([inTrouble("SO-1")]))[0]!;
const common = (
  cause: string,
  members: readonly string[],
  change: Partial<Detection> = {},
): Detection => ({
  ...single,
  kind: "common_cause",
  cause,
  title: cause,
  severity: "S3",
  counts: { orders: members.length, atRisk: members.length, late: 0, lost: 0, blind: 0 },
  members,
  attributes: [{ name: "sku", value: cause }],
  isQuiet: false,
  ...change,
});

const look = (known: readonly KnownIncident[], found: readonly Detection[], at = NOW) =>
  reconcile(known, found, at, DEFAULT_POLICIES);
const resolved = (at: number, by?: string) => ({
  state: "resolved" as const,
  resolution: { at, code: "cleared", words: "gone", ...(by !== undefined && { by }) },
});

describe("a cause that is there", () => {
  test("opens one incident and rings; a quiet one opens and does not; a faint one does not open", () => {
    const loud = { ...single, isQuiet: false };
    expect(look([], [loud])).toMatchObject([{ do: "open", rings: true }]);
    expect(look([], [{ ...single, isQuiet: true }])).toMatchObject([{ do: "open", rings: false }]);
    expect(look([], [{ ...single, isFaint: true }])).toEqual([]);
  });

  test("is not opened again, and not written again while nothing changes", () => {
    const known = incidentOf(single);
    expect(look([known], [single], NOW + MINUTE)).toEqual([]);
    expect(look([known], [single], NOW + 2 * MINUTE)).toMatchObject([
      { do: "change", rings: false, words: null },
    ]);
  });

  test("keeps its id when its orders are the same to three tenths, whatever it is called now", () => {
    const known = incidentOf(common("sku-1", ids(10)));
    expect(look([known], [common("zone-b", ids(10, 5))])).toMatchObject([
      { do: "change", id: "INC-1", detection: { cause: "zone-b" } },
    ]);
    expect(look([known], [common("zone-b", ids(10, 7))]).map((step) => step.do)).toEqual([
      "faint",
      "open",
    ]);
  });

  test("keeps its id when its attributes are the same, though all its orders are others", () => {
    const known = incidentOf(common("sku-1", ids(10)));
    const moved = common("sku-1|later", ids(10, 50), {
      attributes: [{ name: "sku", value: "sku-1" }],
    });
    expect(look([known], [moved])).toMatchObject([{ do: "change", id: "INC-1" }]);
  });

  test("has one incident: of two that would fit, the surer is taken and the other opens", () => {
    const known = incidentOf(common("sku-1", ids(10)));
    const steps = look([known], [common("zone-b", ids(9)), common("sku-1", ids(4, 90))]);
    expect(steps).toMatchObject([
      { do: "change", detection: { cause: "sku-1" } },
      { do: "open", detection: { cause: "zone-b" } },
    ]);
  });
});

describe("what rings again", () => {
  const known = incidentOf(common("sku-1", ids(20)));
  test("growth by half and by ten, not less", () => {
    const rings = (orders: number) =>
      look([known], [common("sku-1", ids(orders))]).map((step) => "rings" in step && step.rings);
    expect(rings(29)).toEqual([false]);
    expect(rings(30)).toEqual([true]);
    const small = incidentOf(common("sku-1", ids(6)));
    expect(look([small], [common("sku-1", ids(15))])).toMatchObject([{ rings: false }]);
    expect(look([small], [common("sku-1", ids(16))])).toMatchObject([
      { rings: true, words: "Grew from 6 orders to 16. sku-1" },
    ]);
  });

  test("graver than it was when it last rang, and not when it only comes back to that", () => {
    const graver = common("sku-1", ids(20), { severity: "S2" });
    expect(look([known], [graver])).toMatchObject([
      { rings: true, words: "Graver: S2 instead of S3. sku-1" },
    ]);
    const told = incidentOf(common("sku-1", ids(20)), { announcedSeverity: "S2" });
    expect(look([told], [graver])).toMatchObject([{ rings: false }]);
  });

  test("one that was quiet, once it is not any more", () => {
    const quiet = incidentOf({ ...single, isQuiet: true });
    expect(look([quiet], [{ ...single, isQuiet: false }])).toMatchObject([
      { do: "change", rings: true },
    ]);
  });
});

describe("a cause that is gone", () => {
  test("of one order closes after its minimum hold, with what happened", () => {
    const known = incidentOf(single);
    expect(look([known], [], NOW + 9 * MINUTE)).toEqual([{ do: "faint", id: "INC-1" }]);
    const steps = reconcile([known], [], NOW + 10 * MINUTE, DEFAULT_POLICIES, () => "met");
    expect(steps).toEqual([
      {
        do: "close",
        id: "INC-1",
        words: "The cause is gone; of its last 1 order 1 kept the promise",
      },
    ]);
  });

  test("of many closes when it was not seen for 15 minutes; a faint one is still seen", () => {
    const known = incidentOf(common("sku-1", ids(10)));
    expect(look([known], [], NOW + 14 * MINUTE)).toEqual([{ do: "faint", id: "INC-1" }]);
    expect(look([known], [], NOW + 15 * MINUTE)).toMatchObject([{ do: "close" }]);
    const faint = common("sku-1", ids(3), { isFaint: true });
    expect(look([known], [faint], NOW + 15 * MINUTE)).toMatchObject([
      { do: "change", id: "INC-1" },
    ]);
  });

  test("and comes back within the hour is the same incident, later a new one", () => {
    const known = incidentOf(single, resolved(NOW));
    const loud = { ...single, isQuiet: false };
    expect(look([known], [loud], NOW + HOUR)).toMatchObject([{ do: "reopen", id: "INC-1" }]);
    expect(look([known], [loud], NOW + HOUR + 1)).toMatchObject([{ do: "open" }]);
    const told = incidentOf({ ...single, isQuiet: false }, resolved(NOW));
    expect(look([told], [loud], NOW + MINUTE)).toMatchObject([{ do: "reopen", rings: false }]);
  });
});

describe("what a person decided", () => {
  const known = incidentOf(common("sku-1", ids(20)), resolved(NOW, "petra"));
  test("holds while nothing got worse, and for an hour at most", () => {
    expect(look([known], [common("sku-1", ids(20))], NOW + MINUTE)).toEqual([]);
    expect(look([known], [common("sku-1", ids(30))], NOW + MINUTE)).toMatchObject([
      { do: "reopen", rings: true },
    ]);
    expect(look([known], [common("sku-1", ids(20))], NOW + 61 * MINUTE)).toMatchObject([
      { do: "reopen", rings: true },
    ]);
  });

  test("as noise holds for eight hours", () => {
    const noise = incidentOf(common("sku-1", ids(20)), {
      ...resolved(NOW, "petra"),
      noise: { by: "petra", at: NOW },
    });
    expect(look([noise], [common("sku-1", ids(90))], NOW + 7 * HOUR)).toEqual([]);
    expect(look([noise], [common("sku-1", ids(90))], NOW + 9 * HOUR)).toMatchObject([
      { do: "open" },
    ]);
  });

  test("what a person opened is never closed by a look", () => {
    const own = incidentOf({ ...single, kind: "manual" });
    expect(look([own], [], NOW + 9 * HOUR)).toEqual([]);
  });
});
