import { describe, expect, test } from "vitest";
import { detect } from "../../../domain/incidents/detect.ts";
import type { Detection, Scene } from "../../../domain/incidents/detection.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { BER, policyOf } from "../time-fixtures.ts";
import { aCandidate, aScene, HOUR, inTrouble, MINUTE, NOW, TRUCK } from "./scene-fixture.ts";

const only = (scene: Scene): Detection => {
  const found = detect(scene);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe("a truck that has not come", () => {
  test.each([
    [1, "A 16:00 has not come: 1 order waits"],
    [3, "A 16:00 has not come: 3 orders wait"],
  ])("says how many wait for it: %i", (count, title) => {
    const orders = Array.from({ length: count }, (_, at) => inTrouble(`SO-${at}`));
    const news = { id: TRUCK.id, carrier: "A", planned: TRUCK.at, expected: null };
    expect(only(aScene(orders, { truckNews: [news] }))).toMatchObject({
      kind: "pickup_endangered",
      title,
    });
  });
});

describe("an order in trouble that nothing explains", () => {
  test("is found with its truck, the last moment to act less the work, its value and the next step", () => {
    const found = only(aScene([inTrouble("SO-1"), aCandidate("SO-2")]));
    expect(found).toMatchObject({
      kind: "order_delay",
      cause: "order|SO-1",
      title: "SO-1 will miss A 16:00",
      severity: "S4",
      actBy: NOW + HOUR - 6 * MINUTE,
      valueAtStake: 100,
      savingRate: 15,
      members: ["SO-1"],
      doThis: "Expedite SO-1 by 14:54",
      rule: { id: "order_delay", version: 3 },
      isFaint: false,
    });
    expect(found.reasons).toEqual(["Behind", expect.stringContaining("90 % x (base 50")]);
  });

  test("names the truck of another day with its day, and a truck of no calendar as it is told", () => {
    const id = "A-20260113-1600";
    const tomorrow = { pickup: { id, at: TRUCK.at + 24 * HOUR } };
    const title = "SO-1 will miss A Tue 13 Jan 16:00";
    expect(only(aScene([inTrouble("SO-1", tomorrow)]))).toMatchObject({ title });
    const odd = { pickup: { id: "A-20269999-1600", at: TRUCK.at + 24 * HOUR } };
    expect(only(aScene([inTrouble("SO-1", odd)])).title).toMatch(/^SO-1 will miss A/);
  });

  test("that cannot be saved is for the customer care, and calls nobody", () => {
    const found = only(aScene([inTrouble("SO-1", { sev: "lost_cause" })]));
    expect(found).toMatchObject({
      title: "SO-1 cannot keep its promise any more",
      doThis: "Tell the customer of SO-1 before they ask",
      valueAtStake: null,
      actBy: null,
      isQuiet: true,
    });
  });

  test.each([0, 1])(
    "whose promise to deliver ended %d ms ago is lost, also before its row is judged anew",
    (ago) => {
      const due = NOW - ago;
      const way = {
        stage: "in_transit",
        dueKind: "deliver",
        due,
        actBy: due,
        pickup: null,
      } as const;
      expect(only(aScene([inTrouble("SO-1", way)]))).toMatchObject({
        title: "SO-1 cannot keep its promise any more",
        counts: { orders: 1, atRisk: 0, late: 0, lost: 1 },
        actBy: null,
      });
    },
  );

  test("is none that only the plan gives up while the forecast sees it on its truck, until that has left", () => {
    const givenUp = inTrouble("SO-1", { sev: "lost_cause", risk: 0.3 });
    expect(detect(aScene([givenUp]))).toEqual([]);
    expect(detect(aScene([inTrouble("SO-1", { sev: "late", risk: null })]))).toHaveLength(1);
    const left = inTrouble("SO-1", { sev: "lost_cause", risk: 0.3, due: NOW - MINUTE });
    expect(detect(aScene([left]))).toHaveLength(1);
  });

  test("waits until its alarm has outlived its minimum, while there is time to act", () => {
    const alarmed = (ago: number, row = {}) =>
      detect(aScene([inTrouble("SO-1", row, { alarmedAt: NOW - ago })]));
    expect(alarmed(9 * MINUTE)).toEqual([]);
    expect(alarmed(10 * MINUTE)).toHaveLength(1);
    expect(alarmed(0, { actBy: NOW + 10 * MINUTE })).toHaveLength(1);
    expect(alarmed(0, { sev: "late" })).toHaveLength(1);
  });

  test("is not found below the priority that the site asks for, nor when the rule is off", () => {
    const rule = { kind: "order_delay" as const, enabled: true };
    const scene = aScene([inTrouble("SO-1")]);
    const strict = { ...rule, thresholds: { minimumPriority: 90 } };
    expect(detect({ ...scene, policies: { ...DEFAULT_POLICIES, rules: [strict] } })).toEqual([]);
    const off = { ...rule, enabled: false };
    expect(detect({ ...scene, policies: { ...DEFAULT_POLICIES, rules: [off] } })).toEqual([]);
  });
});

describe("causes that orders carry by themselves", () => {
  test("holds past their review are one incident a code, with their orders and no others", () => {
    const held = (id: string, since: number, until?: number) =>
      inTrouble(
        id,
        { holds: [{ code: "HOLD_PAYMENT" }] },
        {
          holds: [{ code: "HOLD_PAYMENT", placedAt: since, ...(until !== undefined && { until }) }],
        },
      );
    const scene = aScene([
      held("SO-1", NOW - 5 * HOUR),
      held("SO-2", NOW - HOUR, NOW - 10 * MINUTE),
      held("SO-3", NOW - HOUR),
    ]);
    const [hold, single, ...others] = detect(scene);
    expect(others).toEqual([]);
    expect(hold).toMatchObject({
      kind: "hold_ageing",
      cause: "hold|HOLD_PAYMENT",
      title: "Holds for payment: 2 orders past their review",
      members: ["SO-1", "SO-2"],
      doThis: "Release the hold or give it a new end by 14:50: SO-1, SO-2",
      isQuiet: false,
    });
    expect(single).toMatchObject({ kind: "order_delay", members: ["SO-3"] });
  });

  test("a hold that endangers no promise calls nobody", () => {
    const held = aCandidate(
      "SO-1",
      {},
      { holds: [{ code: "HOLD_FRAUD", placedAt: NOW - 9 * HOUR }] },
    );
    expect(only(aScene([held]))).toMatchObject({
      title: "SO-1 on hold for fraud, to be looked at since 09:00",
      isQuiet: true,
    });
  });

  test("orders past which others went are looked for together, once that endangers their promise", () => {
    const passed = { exceptions: ["PASSED_UNSEEN"] };
    const calm = { ...aCandidate("SO-3"), row: { ...aCandidate("SO-3").row, ...passed } };
    const found = only(aScene([inTrouble("SO-1", passed), inTrouble("SO-2", passed), calm]));
    expect(found).toMatchObject({
      kind: "no_scan",
      title: "The floor: 2 parcels passed by others, the next scan missing",
      members: ["SO-1", "SO-2"],
      doThis: "Look for them on the floor and on the dock by 14:49: SO-1, SO-2",
      isQuiet: true,
    });
  });

  test("a missed scan calls nobody; five of a kind do", () => {
    const passed = (id: string) => inTrouble(id, { exceptions: ["PASSED_UNSEEN"] });
    expect(only(aScene(["1", "2", "3", "4"].map(passed))).isQuiet).toBe(true);
    expect(only(aScene(["1", "2", "3", "4", "5"].map(passed))).isQuiet).toBe(false);
  });

  test("parcels that a carrier did not scan are one incident a carrier", () => {
    const row = { exceptions: ["LABEL_NO_SCAN"], stage: "handed_over" as const };
    const found = detect(
      aScene([
        aCandidate("SO-1", row),
        aCandidate("SO-2", row),
        aCandidate("SO-3", { ...row, carrier: "B" }),
      ]),
    );
    expect(found.map(({ title }) => title)).toEqual([
      "A: 2 parcels handed over and never scanned",
      "B: 1 parcel handed over and never scanned",
    ]);
  });

  test("a provider that does not answer is called by its name; one that did is not", () => {
    const site = { ...BER, nodes: [{ id: "3pl-north", name: "3PL North" }] };
    const sent = { provider: "3pl-north", releasedAt: NOW - 3 * HOUR, answered: false };
    const scene = aScene(
      [
        aCandidate("SO-1", {}, sent),
        aCandidate("SO-2", {}, { ...sent, answered: true }),
        aCandidate("SO-3", {}, { ...sent, releasedAt: NOW - HOUR }),
      ],
      { policy: policyOf(site) },
    );
    expect(only(scene)).toMatchObject({
      kind: "tpl_silent",
      title: "3PL North does not answer: 1 order released since 11:00",
      doThis: "Call 3PL North by 14:44; if it cannot ship, send them back to the floor",
    });
  });

  test("goods damaged in the house are decided one by one, those damaged on the way claimed together", () => {
    const damaged = (id: string, code: string) =>
      inTrouble(id, {}, { exceptions: [{ code, raisedAt: NOW - HOUR }] });
    const found = detect(
      aScene([
        damaged("SO-1", "DAMAGED_INTERNAL"),
        damaged("SO-2", "DAMAGED_INTERNAL"),
        damaged("SO-3", "DAMAGED_IN_TRANSIT"),
        damaged("SO-4", "DAMAGED_IN_TRANSIT"),
      ]),
    );
    expect(found.map(({ title }) => title)).toEqual([
      "SO-1: goods damaged in the house",
      "SO-2: goods damaged in the house",
      "A: 2 parcels damaged on the way",
    ]);
  });

  test("a second failed check is an incident, a first one is not", () => {
    const exceptions = [{ code: "QC_REJECT", raisedAt: NOW - HOUR }];
    const failed = (id: string, fails: number) => aCandidate(id, {}, { fails, exceptions });
    expect(only(aScene([failed("SO-1", 2), failed("SO-2", 1)])).title).toBe(
      "Quality reject: SO-1 failed its check twice",
    );
  });
});

describe("causes of the whole site", () => {
  test("a silent source is named with the time since when, and the orders it makes blind", () => {
    const silence = {
      source: "3pl/north",
      name: "3PL North",
      since: NOW - 62 * MINUTE,
      silentAt: NOW - 30 * MINUTE,
    };
    const blind = (id: string, source?: string) =>
      aCandidate(id, { sev: "unknown", risk: null }, source === undefined ? {} : { blind: source });
    const scene = aScene(
      [blind("SO-1", "3pl/north"), blind("SO-2"), blind("SO-3", "wms/ber"), aCandidate("SO-4")],
      {
        silent: [silence],
      },
    );
    const found = only(scene);
    expect(found).toMatchObject({
      kind: "source_silent",
      title: "3PL North silent since 12:58",
      severity: "S3",
      sources: ["3pl/north"],
      isQuiet: false,
    });
    expect(found.members.toSorted()).toEqual(["SO-1", "SO-2"]);
  });

  test("events that could not be applied are one incident a cause, faint below what the site asks for", () => {
    const dead = [{ code: "CT_ERR_RULES_THREW", count: 3, newestAt: NOW - MINUTE }];
    expect(only(aScene([], { dead }))).toMatchObject({
      title: "3 events could not be applied: CT_ERR_RULES_THREW",
      isFaint: false,
    });
    const rules = [
      { kind: "poison_events" as const, enabled: true, thresholds: { minimumEvents: 5 } },
    ];
    expect(only(aScene([], { dead, policies: { ...DEFAULT_POLICIES, rules } })).isFaint).toBe(true);
  });
});
