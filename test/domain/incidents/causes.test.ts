import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/incidents/detect.ts";
import type { Candidate } from "../../../domain/incidents/detection.ts";
import { clock } from "../../../domain/incidents/words.ts";
import type { PickupState } from "../../../domain/board.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { aCandidate, aScene, HOUR, inTrouble, NOW, TRUCK } from "./scene-fixture.ts";

const several = (count: number, make: (id: string) => Candidate): Candidate[] =>
  Array.from({ length: count }, (_, place) => make(`SO-${place}`));

describe("a lane that stands still", () => {
  const pack = { lane: "pack", perHour: 0, planned: 60, since: NOW, told: true };
  const tomorrow = aCandidate("SO-1", { due: NOW + 20 * HOUR });

  test("is listed as soon as the floor tells of it and any order needs it, and calls nobody yet", () => {
    expect(detect(aScene([tomorrow], { paces: [pack] }))).toMatchObject([
      {
        cause: "lane|pack",
        title: "Packing stands still since 14:00: nothing due soon needs it",
        isFaint: false,
        isQuiet: true,
        members: [],
      },
    ]);
    expect(detect(aScene([], { paces: [pack] }))).toMatchObject([{ isFaint: true }]);
  });

  test("is not listed for what is due tomorrow when it was only measured", () => {
    const measured = { ...pack, told: false };
    expect(detect(aScene([tomorrow], { paces: [measured] }))).toMatchObject([{ isFaint: true }]);
  });
});

test("a surge is listed before any order is at risk, and calls somebody once five are", () => {
  const arrivals = { perHour: 90, usual: 30, since: NOW - HOUR };
  const [calm] = detect(aScene([aCandidate("SO-1")], { arrivals }));
  expect(calm).toMatchObject({
    title: "3.0 times the usual orders since 13:00: none at risk yet",
    isQuiet: true,
    isFaint: false,
  });
  const [loud] = detect(aScene(several(5, inTrouble), { arrivals }));
  expect(loud).toMatchObject({ cause: "arrivals|surge", isQuiet: false });
});

test("the next step names the moment by which the incident is to be acted on, and none once all are late", () => {
  const arrivals = { perHour: 90, usual: 30, since: NOW - HOUR };
  const [surge] = detect(aScene(several(5, inTrouble), { arrivals }));
  const until = clock(aScene([]), surge?.actBy ?? Number.NaN);
  expect(surge?.doThis).toContain(`by ${until};`);
  const late = several(5, (id) =>
    inTrouble(id, { sev: "late", actBy: NOW - HOUR, due: NOW + HOUR }),
  );
  expect(detect(aScene(late, { arrivals }))[0]?.doThis).toContain("cut-off now;");
});

describe("a truck that will leave without some", () => {
  const counts = { due: 100, safe: 94, savable: 6, lost: 0, blind: 0, notPacked: 6 };
  const pickup: PickupState = { ...TRUCK, carrier: "A", ...counts };
  const foundWith = (thresholds: Record<string, number>) => {
    const rules = [{ kind: "pickup_endangered" as const, enabled: true, thresholds }];
    const policies = { ...DEFAULT_POLICIES, rules };
    const [truck] = detect(aScene(several(6, inTrouble), { pickups: [pickup], policies }));
    return truck;
  };

  test("calls somebody, unless the site wants a larger part of the truck or less time for that", () => {
    expect(foundWith({})).toMatchObject({ kind: "pickup_endangered", isQuiet: false });
    expect(foundWith({ minimumShare: 0.06, withinMin: 120 })?.isQuiet).toBe(false);
    expect(foundWith({ minimumShare: 0.07 })).toMatchObject({ isQuiet: true, isFaint: false });
    expect(foundWith({ withinMin: 119 })).toMatchObject({ isQuiet: true, isFaint: false });
  });
});

describe("parcels on their way", () => {
  const way = {
    stage: "in_transit",
    dueKind: "deliver",
    pickup: null,
    due: NOW + 9 * HOUR,
  } as const;
  const parcel = (id: string, region: string, rest: Partial<Candidate> = {}): Candidate =>
    inTrouble(id, way, { region, ...rest });
  const calm = several(80, (id) => aCandidate(`calm-${id}`, way, { region: "south" }));
  const late = several(20, (id) => parcel(`late-${id}`, "south", { leftLate: true }));
  const delayed = several(12, (id) => parcel(id, "north"));

  test("have a cause of their own, whatever those share that left the house late", () => {
    const found = detect(aScene([...calm, ...late, ...delayed]));
    const [north, rest] = found;
    expect(found).toHaveLength(2);
    expect(north).toMatchObject({ title: "To north, on the way: 12 parcels will come late" });
    expect(north?.attributes).toContainEqual({ name: "process", value: "transit" });
    expect(north?.members).toHaveLength(12);
    expect(rest).toMatchObject({ isQuiet: true, members: { length: 20 } });
  });

  test("are called by another cause than orders on the floor with the same attributes", () => {
    const floor = several(80, (id) => aCandidate(`shelf-${id}`, {}, { region: "south" }));
    const shelf = several(12, (id) => inTrouble(`floor-${id}`, {}, { region: "north" }));
    const causes = detect(aScene([...calm, ...delayed, ...floor, ...shelf])).map(
      ({ cause }) => cause,
    );
    expect(causes).toEqual(["item|region=north", "item|process=transit|region=north"]);
  });
});
