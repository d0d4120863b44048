import { expect, test } from "vitest";
import type { OrderRecord } from "../../../domain/contract/order-record.ts";
import type { StoredOutlook } from "../../../domain/contract/stored.ts";
import { assessDelay } from "../../../domain/delay.ts";
import { foldOrder } from "../../../domain/fold.ts";
import { promisesOf } from "../../../domain/promise.ts";
import { rowOf } from "../../../domain/row.ts";
import { orderDetail } from "../../../server/orders/detail.ts";
import { anEvent, anOrderReceived } from "../../support/builders.ts";
import { BER, ms, policyOf } from "../../domain/time-fixtures.ts";

const NOW = ms("2026-02-11T12:30:00+01:00");
const POLICY = policyOf(BER);
const personal = { fields: null, hidden: false };
const recordOf = (events: OrderRecord["events"]): OrderRecord => ({
  v: 1,
  policy: 1,
  events,
  sent: [],
});
const received = anOrderReceived("11:00", { service: "A" });
const outlook = (change: Partial<StoredOutlook> = {}): StoredOutlook => ({
  p: 0.87,
  isRaised: true,
  until: NOW + 3_600_000,
  words: ["142 orders ahead in packing"],
  at: NOW - 60_000,
  alarm: null,
  ...change,
});

test("an order's detail agrees with its row, and says the risk as word and number", () => {
  const record = recordOf([received]);
  const detail = orderDetail({ record, personal, outlook: outlook() }, POLICY, NOW);
  const { order } = foldOrder(record.events, POLICY);
  if (order === null) throw new Error("folded");
  const delay = assessDelay(order, promisesOf(order, POLICY), POLICY, NOW, outlook());
  const row = rowOf(order, delay, 1);
  expect(detail).toMatchObject({ sev: row.sev, risk: row.risk });
  expect(row).toMatchObject({ sev: "at_risk", risk: 0.85 });
  expect(detail?.forecast).toEqual({
    p: 0.87,
    likelihood: "very likely",
    words: "Very likely to miss its ship-by: 87 %",
    reasons: ["142 orders ahead in packing"],
    at: new Date(NOW - 60_000).toISOString(),
  });
});

test("where no truck leaves by the ship-by, the forecast speaks of being ready and of no truck", () => {
  const shipBy = ms("2026-02-11T15:00:00+01:00");
  const given = anOrderReceived("11:00", { service: "A", shipBy });
  const calm = outlook({ p: 0.002, isRaised: false, words: [] });
  const record = recordOf([given]);
  const detail = orderDetail({ record, personal, outlook: calm }, POLICY, NOW);
  expect(detail?.reasons[0]).toContain("No truck leaves by Wed 11 Feb 15:00 CET");
  expect(detail?.forecast?.words).toBe(
    "Unlikely to be ready too late for its ship-by: less than 1 %",
  );
});

test("what has been missed is no likelihood any more", () => {
  const shipBy = NOW - 1;
  const given = anOrderReceived("11:00", { service: "A", shipBy });
  const record = recordOf([given]);
  const calm = outlook({ p: 0, isRaised: false });
  const detail = orderDetail({ record, personal, outlook: calm }, POLICY, NOW);
  expect(detail).toMatchObject({
    risk: 1,
    forecast: { p: 1, likelihood: "very likely", words: "Has missed its ship-by" },
  });
});

test("a forecast that is not believed any more is not shown", () => {
  const record = recordOf([received]);
  const good = outlook({ p: 0.1, isRaised: false, words: [] });
  const fresh = orderDetail({ record, personal, outlook: good }, POLICY, NOW);
  expect(fresh).toMatchObject({ forecast: { likelihood: "unlikely" }, sev: "on_time" });
  const old = { ...good, until: NOW };
  // by the plan alone it is tight
  const seen = orderDetail({ record, personal, outlook: old }, POLICY, NOW);
  expect(seen).toMatchObject({ forecast: null, risk: null, sev: "at_risk" });
  expect(orderDetail({ record, personal }, POLICY, NOW)?.forecast).toBeNull();
});

test("what the carrier scanned in time has left in time, also when nobody scanned the hand-over", () => {
  const scan = anEvent("parcel.in_transit", "14:00");
  const detail = orderDetail(
    { record: recordOf([received, scan]), personal },
    POLICY,
    NOW + 86_400_000,
  );
  expect(detail?.timeline).toContainEqual(
    expect.objectContaining({ stage: "handed_over", at: null }),
  );
  expect(detail?.deadlines.find(({ name }) => name === "ship by")).toMatchObject({ state: "met" });
});

test("each deadline unfolds to its inputs: milestones, holds and amendments too", () => {
  const hold = anEvent("hold.placed", "11:10", { code: "HOLD_PAYMENT" });
  const amended = anEvent("order.amended", "11:20", {
    shipBy: ms("2026-02-12T10:00:00Z"),
  });
  const record = recordOf([received, hold, amended]);
  const deadlines = orderDetail({ record, personal }, POLICY, NOW)?.deadlines ?? [];
  expect(deadlines.every(({ how }) => how.length > 0)).toBe(true);
  const named = (name: string) => deadlines.find((one) => one.name === name);
  expect(named("ship by")).toMatchObject({
    state: "open",
    how: [
      "Amended Wed 11 Feb 12:20 CET: from Wed 11 Feb 16:00 CET to Thu 12 Feb 11:00 CET.",
      "Given with the order.",
      "The last A truck before it leaves Wed 11 Feb 16:00 CET.",
    ],
  });
  expect(named("ship by, our clock")).toMatchObject({ state: "paused" });
  expect(named("packed")?.how[0]).toContain("Counted back from the truck");
  expect(deadlines.every((one) => !("isPaused" in one))).toBe(true);
});

test("the steps count back from the truck that the order aims at now, not from the one it could reach when its stage began", () => {
  const record = recordOf([received]);
  const stepsAt = (now: number) => {
    const detail = orderDetail({ record, personal }, POLICY, now);
    const steps = detail?.deadlines.filter(({ kind }) => kind === "milestone") ?? [];
    return {
      pickup: detail?.pickup?.id,
      how: new Set(steps.map(({ how }) => how[0]?.slice(0, 46))),
    };
  };
  expect(stepsAt(NOW)).toEqual({
    pickup: "A-20260211-1600",
    how: new Set(["Counted back from the truck of Wed 11 Feb 16:0"]),
  });
  expect(stepsAt(ms("2026-02-11T17:00:00+01:00"))).toEqual({
    pickup: "A-20260212-1600",
    how: new Set(["Counted back from the truck of Thu 12 Feb 16:0"]),
  });
});

test("an order whose last truck has gone is not said to be likely to make it", () => {
  const given = anOrderReceived("11:00", {
    service: "A",
    shipBy: ms("2026-02-11T18:00:00+01:00"),
    deliverBy: ms("2026-02-13T20:00:00+01:00"),
  });
  const now = ms("2026-02-11T16:30:00+01:00");
  const good = outlook({ p: 0.02, isRaised: false, words: [], until: now + 60_000 });
  const detail = orderDetail({ record: recordOf([given]), personal, outlook: good }, POLICY, now);
  expect(detail).toMatchObject({ sev: "lost_cause", forecast: null });
});

test("what was found besides stands among the exceptions, and a blind order has no forecast", () => {
  const record = recordOf([received]);
  const since = NOW - 1_200_000;
  const blind = { source: "wms/x", name: "WMS", since };
  const evidence = { until: NOW + 60_000, blind, findings: [] };
  const said = { ...outlook(), evidence };
  const detail = orderDetail({ record, personal, outlook: said }, POLICY, NOW);
  const words = "WMS silent since Wed 11 Feb 12:10 CET: what happened since is not known";
  expect(detail).toMatchObject({ sev: "unknown", risk: null, forecast: null });
  expect(detail?.reasons[0]).toBe(words);
  expect(detail?.exceptions).toEqual([
    { code: "SOURCE_SILENT", raisedAt: new Date(since).toISOString(), note: words },
  ]);
  const later = orderDetail({ record, personal, outlook: said }, POLICY, NOW + 60_000);
  expect(later).toMatchObject({ sev: "at_risk", exceptions: [] });
});
