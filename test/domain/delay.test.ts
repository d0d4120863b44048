import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainDelay, type Explained, type Outlook } from "../../domain/delay.ts";
import type { Order } from "../../domain/order.ts";
import { promisesOf } from "../../domain/promise.ts";
import type { Evidence, Finding } from "../../domain/silence/evidence.ts";
import type { Site } from "../../domain/site.ts";
import { STAGES } from "../../domain/stages.ts";
import { BER, milestone, ms, orderAt, policyOf, utc, withCarrier } from "./time-fixtures.ts";

const DAY = 86_400_000;
const assess = (order: Order, now: number, site: Site = BER): Explained =>
  explainDelay(order, promisesOf(order, policyOf(site)), policyOf(site), now);
const at = (text: string): number => ms(`2026-02-11T${text}+01:00`);

/** ships 16:00 that day with A, is delivered by Fri 13 Feb 20:00 */
const wednesday = (change: Partial<Order> = {}): Order => orderAt(at("08:00:00"), change);
const allocated = wednesday({ stage: "allocated", stageSince: at("08:10:00") });
/** the same with a week for delivery: a later truck still keeps that promise */
const patient = { ...allocated, promisedDeliverBy: ms("2026-02-20T20:00:00+01:00") };

describe("severity by deadlines and planned work", () => {
  // allocated: 60 to picked, 30 to packed, 20 to staged, dock 15 = 125 minutes before 16:00; hands alone need a quarter of 110, half as much again, 5 and dock 15
  test.each([
    ["13:54:59.999", "on_time"],
    ["13:55:00", "at_risk"],
    ["14:58:45", "at_risk"],
    ["14:58:45.001", "late"],
    ["16:00:00.001", "late"],
  ])("of an order that leaves at 16:00 with 125 minutes of work is at %s %s", (time, sev) => {
    const delay = assess(patient, at(time));
    expect(delay.sev).toBe(sev);
    expect(utc(delay.actBy)).toBe("2026-02-11T12:55Z");
    expect(utc(delay.due)).toBe("2026-02-11T15:00Z");
    expect(delay.dueKind).toBe("ship");
    expect(delay.risk).toBeNull();
  });

  test("is a lost cause once no truck that keeps the delivery promise can be reached", () => {
    // Thursday's truck would deliver on Saturday, a day after the promise
    const lost = assess(allocated, at("14:58:45.001"));
    expect(assess(allocated, at("14:58:45")).sev).toBe("at_risk");
    expect(lost.sev).toBe("lost_cause");
    expect(lost.reasons[0]).toBe(
      "No truck that keeps the delivery by Fri 13 Feb 20:00 CET can be reached any more: the last was A, Wed 11 Feb 16:00 CET",
    );
    // the truck of Tuesday the 17th is the last for the 20th: Saturday's, Monday's and Tuesday's are still to come
    expect(promisesOf(patient, policyOf(BER)).lastTruck?.id).toBe("A-20260218-1600");
    expect(assess(patient, ms("2026-02-18T13:00:00Z")).sev).toBe("late");
    expect(assess(patient, ms("2026-02-18T15:00:00Z")).sev).toBe("lost_cause");
  });

  test("takes a promise at its word that no truck since receipt keeps by the carrier's plan", () => {
    const hasty = { ...allocated, promisedDeliverBy: ms("2026-02-12T18:00:00+01:00") };
    expect(promisesOf(hasty, policyOf(BER)).lastTruck?.id).toBe("A-20260212-1600");
    expect(assess(hasty, at("12:00:00")).sev).toBe("on_time");
    expect(assess(hasty, at("17:00:00")).sev).toBe("late");
    expect(assess(hasty, ms("2026-02-12T16:30:00+01:00")).sev).toBe("lost_cause");
  });

  test("counts the work back from the delivery where no truck is planned, and does not call it with the carrier", () => {
    const nowhere = withCarrier(BER, "A", { pickups: [] });
    // 125 minutes of work remain
    const order = { ...allocated, promisedDeliverBy: at("16:00:00") };
    const seen = (time: string) => assess(order, at(time), nowhere);
    const calm = seen("13:00:00");
    expect(calm).toMatchObject({ sev: "on_time", dueKind: "deliver", actBy: at("13:55:00") });
    expect(calm.reasons[0]).toMatch(/^To be delivered by Wed 11 Feb 16:00 CET; 125 min of work/);
    expect(seen("13:55:00").sev).toBe("at_risk");
    const late = seen("15:30:00");
    expect(late.sev).toBe("late");
    expect(late.reasons[0]).toMatch(/^Cannot be delivered by .* any more; 125 min of work/);
    expect(seen("16:00:01").sev).toBe("lost_cause");
    const gone = { ...order, stage: "handed_over" as const };
    expect(assess(gone, at("13:55:00"), nowhere)).toMatchObject({
      sev: "on_time",
      actBy: at("16:00:00"),
      reasons: ["With the carrier, to be delivered by Wed 11 Feb 16:00 CET"],
    });
  });

  test("is a lost cause from the first when no truck leaves before the delivery that was promised", () => {
    const promised = (time: string) => ({ ...allocated, promisedDeliverBy: ms(time) });
    const early = assess(promised("2026-02-11T15:59:59+01:00"), at("12:00:00"));
    expect(early.sev).toBe("lost_cause");
    expect(early.reasons[0]).toBe("No truck leaves before the delivery by Wed 11 Feb 15:59 CET");
    expect(assess(promised("2026-02-11T16:00:00+01:00"), at("12:00:00")).sev).toBe("on_time");
    const nowhere = withCarrier(BER, "A", { pickups: [] });
    const order = { ...promised("2026-02-11T15:59:59+01:00"), promisedShipBy: at("15:00:00") };
    expect(assess(order, at("10:00:00"), nowhere).sev).toBe("on_time");
  });

  test("is not late because nobody is planned: people can be called in", () => {
    const night = { ...patient, promisedShipBy: ms("2026-02-12T04:00:00+01:00") };
    expect(assess(night, ms("2026-02-12T02:58:45+01:00")).sev).toBe("at_risk");
    expect(assess(night, ms("2026-02-12T02:58:46+01:00")).sev).toBe("late");
  });

  test("takes hands from the stations, once each: what nobody works on only waits", () => {
    const stations = [
      { id: "C1", stage: "picking" as const, ratePerHour: 20 },
      { id: "P1", stage: "packing" as const, ratePerHour: 30 },
    ];
    // 3 min in picking, 2 in packing, half as much again, 5 between, 15 on the dock
    const scanned = ["received", "allocated", "picking", "picked", "packing", "packed"] as const;
    for (const stages of [BER.stages, [...scanned, "staged", "handed_over"] as Site["stages"]]) {
      const site = { ...BER, stages, stations };
      expect(assess(patient, at("15:32:30"), site).sev).toBe("at_risk");
      expect(assess(patient, at("15:32:30.001"), site).sev).toBe("late");
    }
  });

  test("looks at the delivery promise alone after hand-over", () => {
    const order = wednesday({ stage: "in_transit", stageSince: at("18:00:00") });
    const delay = assess(order, ms("2026-02-12T12:00:00Z"));
    expect(delay).toMatchObject({ sev: "on_time", dueKind: "deliver", pickup: null });
    expect(utc(delay.actBy)).toBe("2026-02-13T19:00Z");
    expect(utc(delay.due)).toBe("2026-02-13T19:00Z");
    expect(assess(order, ms("2026-02-13T19:00:00.001Z")).sev).toBe("lost_cause");
  });

  test("counts back in working time, over the night", () => {
    const order = wednesday({ promisedShipBy: ms("2026-02-12T06:00:00+01:00") });
    expect(utc(assess(order, at("12:00:00")).actBy)).toBe("2026-02-11T17:25Z");
  });

  test("needs nothing more of an order that stands on the dock", () => {
    const order = wednesday({ stage: "staged", stageSince: at("12:00:00") });
    expect(assess(order, at("15:59:00"))).toMatchObject({ sev: "on_time" });
    expect(utc(assess(order, at("15:59:00")).actBy)).toBe("2026-02-11T15:00Z");
  });

  test("counts a stage the site does not scan as the scanned one before it", () => {
    const picking = wednesday({ stage: "picking", stageSince: at("09:00:00") });
    expect(assess(picking, at("09:00:00")).actBy).toBe(assess(allocated, at("09:00:00")).actBy);
  });

  test("is unknown without any deadline", () => {
    const site = withCarrier(BER, "A", { pickups: [] });
    const delay = assess(allocated, at("12:00:00"), site);
    expect(delay).toMatchObject({ sev: "unknown", due: null, actBy: null, nextLookAt: null });
    expect(delay.reasons[0]).toContain("no deadline");
  });
});

describe("severity by the forecast", () => {
  const outlook = (p: number, isRaised: boolean): Outlook => ({
    p,
    isRaised,
    until: at("14:00:00"),
    words: ["87 % likely to miss the 16:00 truck: 142 orders ahead in packing, 95 an hour"],
  });
  const forecast = (time: string, of: Outlook): Explained =>
    explainDelay(patient, promisesOf(patient, policyOf(BER)), policyOf(BER), at(time), of);

  test("is at risk when the alarm is raised, long before the plan would say so, with the reason first", () => {
    const delay = forecast("10:00:00", outlook(0.87, true));
    expect(delay).toMatchObject({ sev: "at_risk", risk: 0.85 });
    expect(delay.reasons[0]).toContain("142 orders ahead in packing");
    expect(utc(delay.nextLookAt)).toBe("2026-02-11T13:00Z");
  });

  test("is on time while it is not, and by the plan again once the forecast is too old", () => {
    expect(forecast("13:59:59", outlook(0.41, false))).toMatchObject({ sev: "on_time", risk: 0.4 });
    expect(forecast("14:00:00", outlook(0.41, false))).toMatchObject({
      sev: "at_risk",
      risk: null,
    });
  });

  test("of what waits on the dock says nothing any more once its ship-by has passed: that is missed for certain", () => {
    const staged = { ...patient, stage: "staged" as const, stageSince: at("15:00:00") };
    const ready: Outlook = { p: 0, isRaised: false, until: at("18:00:00"), words: [] };
    const seen = (time: string) =>
      explainDelay(staged, promisesOf(staged, policyOf(BER)), policyOf(BER), at(time), ready);
    expect(seen("16:00:00")).toMatchObject({ risk: 0, nextLookAt: at("16:00:00") + 1 });
    expect(seen("16:00:01")).toMatchObject({ sev: "late", risk: 1 });
  });

  test("leaves the alarm to the plan while the forecast has learned too little, and shows its risk", () => {
    const young = { ...outlook(0.9, true), isRaised: null };
    expect(forecast("10:00:00", young)).toMatchObject({ sev: "on_time", risk: 0.9 });
    expect(forecast("13:55:00", young)).toMatchObject({ sev: "at_risk", risk: 0.9 });
  });

  test("never hides what can be counted: a deadline that cannot be met is late", () => {
    const late = { ...outlook(0.2, false), until: at("20:00:00") };
    expect(forecast("15:30:00", late).sev).toBe("late");
  });
});

describe("what was noticed besides", () => {
  const since = at("09:58:00");
  const blind = { source: "3pl/north", name: "3PL North", since };
  const lapsed = { p: 0, isRaised: false, until: 0, words: [] };
  const until = at("13:00:00");
  const seen = (time: string, evidence: Evidence, of: Partial<Outlook> = {}, order = patient) =>
    explainDelay(order, promisesOf(order, policyOf(BER)), policyOf(BER), at(time), {
      ...lapsed,
      ...of,
      evidence,
    });
  const finding = (from: string): Finding => ({
    code: "NOT_PACKED",
    stage: "allocated",
    stageSince: patient.stageSince,
    from: at(from),
    words: "Packing began at 9:00 and did not end",
  });

  test("is blindness: unknown before everything else, with the reason first, and its truck kept", () => {
    const delay = seen("12:00:00", { until, blind, findings: [] }, { p: 0.9, until });
    expect(delay).toMatchObject({ sev: "unknown", risk: null, codes: ["SOURCE_SILENT"] });
    expect(delay.reasons[0]).toBe(
      "3PL North silent since Wed 11 Feb 09:58 CET: what happened since is not known",
    );
    expect(delay.pickup).not.toBeNull();
    expect(utc(delay.due)).toBe("2026-02-11T15:00Z");
    const late = { ...patient, promisedShipBy: at("10:00:00") };
    expect(seen("12:00:00", { until, blind, findings: [] }, {}, late).sev).toBe("unknown");
  });

  test("ends with the time it is meant for", () => {
    expect(seen("12:59:59", { until, blind, findings: [] }).sev).toBe("unknown");
    expect(seen("13:00:00", { until, blind, findings: [] }).sev).toBe("on_time");
  });

  test("is a missing scan, named from its moment on, without a color of its own", () => {
    const evidence = { until, findings: [finding("11:00:00")] };
    expect(seen("10:59:59", evidence).codes).toEqual([]);
    const delay = seen("11:00:00", evidence);
    expect(delay).toMatchObject({ sev: "on_time", codes: ["NOT_PACKED"] });
    expect(delay.reasons[0]).toBe("Packing began at 9:00 and did not end");
  });

  test("is not meant once the order has moved on, nor behind a silent source", () => {
    const findings = [finding("11:00:00")];
    const moved = { ...patient, stageSince: patient.stageSince + 1 };
    expect(seen("12:00:00", { until, findings }, {}, moved).codes).toEqual([]);
    expect(seen("12:00:00", { until, blind, findings }).codes).toEqual(["SOURCE_SILENT"]);
  });
});

describe("a hold past its end", () => {
  const hold = { code: "HOLD_ADDRESS", placedAt: at("08:00:00"), clock: "pause" as const };
  const held = { ...patient, holds: [{ ...hold, until: at("12:00:00") }] };

  test("is evidence among the reasons from that moment on", () => {
    const before = assess(held, at("12:00:00"));
    expect(before.reasons[0]).toBe("On hold for address until Wed 11 Feb 12:00 CET");
    expect(before.nextLookAt).toBe(at("12:00:00.001"));
    expect(assess(held, at("12:00:00.001")).reasons[0]).toBe(
      "On hold for address, which should have ended Wed 11 Feb 12:00 CET",
    );
  });

  test("is looked for at an order that ended with it, too", () => {
    const ended = { ...held, stage: "cancelled" as const, stageSince: at("09:00:00") };
    expect(assess(ended, at("10:00:00")).nextLookAt).toBe(at("12:00:00.001"));
    expect(assess(ended, at("12:30:00")).nextLookAt).toBeNull();
  });
});

describe("orders too old to alarm", () => {
  test("are unknown 30 days after their last deadline", () => {
    const last = ms("2026-02-13T19:00:00Z");
    const moving = wednesday({ stage: "in_transit", stageSince: last + 20 * DAY });
    expect(assess(moving, last + 30 * DAY).sev).toBe("lost_cause");
    const delay = assess(moving, last + 30 * DAY + 1);
    expect(delay).toMatchObject({ sev: "unknown", pickup: null, nextLookAt: null });
    expect(delay.reasons[0]).toContain("Too old to alarm");
    expect(delay.reasons[0]).not.toContain("2026");
    const ended = { ...moving, stage: "delivered" as const, stageSince: last };
    const yearsLater = [moving, ended].map((order) => assess(order, last + 400 * DAY).reasons[0]);
    expect(yearsLater).toEqual([
      expect.stringMatching(/^Too old to alarm: .* 2026 /),
      expect.stringMatching(/^Ended as delivered .* 2026 /),
    ]);
  });

  test("are unknown when nothing moved for 30 days and the last deadline has passed", () => {
    const order = wednesday({ promisedDeliverBy: at("08:00:00") + 40 * DAY });
    expect(assess(order, at("08:00:00") + 35 * DAY).sev).toBe("late");
    expect(assess(order, at("08:00:00") + 40 * DAY + 1).sev).toBe("unknown");
  });

  test("are never those whose deadline is still ahead", () => {
    const preorder = wednesday({ promisedShipBy: at("16:00:00") + 90 * DAY });
    expect(assess(preorder, at("08:00:00") + 89 * DAY).sev).toBe("on_time");
    expect(assess(preorder, at("13:00:00") + 90 * DAY).sev).toBe("at_risk");
  });

  test("count every scan as a movement, not only the last stage", () => {
    const order = wednesday({
      promisedDeliverBy: at("09:00:00"),
      timeline: [
        milestone("received", at("08:00:00")),
        milestone("allocated", at("08:30:00") + 5 * DAY),
      ],
    });
    expect(assess(order, at("08:00:00") + 29 * DAY).sev).toBe("lost_cause");
  });
});

describe("ended orders", () => {
  test("raise no alarm, however long ago their promises were", () => {
    const order = wednesday({
      stage: "delivered",
      stageSince: ms("2026-02-13T12:00:00Z"),
      deliveredAt: ms("2026-02-13T12:00:00Z"),
      closedAt: ms("2026-02-13T12:00:00Z"),
    });
    const delay = assess(order, ms("2030-01-01T00:00:00Z"));
    expect(delay).toMatchObject({ sev: "on_time", actBy: null, pickup: null, nextLookAt: null });
  });

  test.each([
    ["delivered", "late"],
    ["lost", "lost_cause"],
    ["cancelled", "late"],
  ] as const)("are judged by their own events: %s after the promise is %s", (stage, sev) => {
    const deliveredAt = ms("2026-02-14T12:00:00Z");
    const order = wednesday({ stage, stageSince: deliveredAt, deliveredAt });
    expect(assess(order, deliveredAt).sev).toBe(sev);
  });

  test("keep showing a hold that is still open", () => {
    const hold = { code: "HOLD_FRAUD", placedAt: at("08:00:00"), clock: "pause" as const };
    const delay = assess(wednesday({ stage: "cancelled", holds: [hold] }), at("12:00:00"));
    expect(delay.blockers).toEqual(["On hold for fraud"]);
  });
});

describe("the truck it aims at", () => {
  const express = wednesday({ service: "C", stage: "allocated", stageSince: at("08:10:00") });
  const aim = (order: Order, time: string): string | undefined =>
    assess(order, at(time)).pickup?.id;

  test("is the first one that is reached as planned", () => {
    expect(aim(express, "10:25:00")).toBe("C-20260211-1230");
  });

  test("is the last one that keeps the promise when none is reached as planned", () => {
    expect(aim(express, "10:25:00.001")).toBe("C-20260211-1230");
    expect(assess(express, at("10:30:00")).sev).toBe("at_risk");
    expect(aim(express, "12:30:00")).toBe("C-20260211-1230");
  });

  test("is the next one that is reached once the promise is broken", () => {
    expect(aim(express, "12:30:00.001")).toBe("C-20260211-2000");
    expect(aim(express, "17:55:00.001")).toBe("C-20260212-1230");
  });

  test("changes to a later one that still keeps the promise without an alarm", () => {
    const relaxed = { ...express, promisedShipBy: at("20:00:00") };
    expect(assess(relaxed, at("11:00:00"))).toMatchObject({
      sev: "on_time",
      pickup: { id: "C-20260211-2000" },
    });
  });

  test("is the first that comes when none leaves between now and the promise", () => {
    const order = { ...allocated, promisedShipBy: at("15:00:00") };
    expect(aim(order, "14:30:00")).toBe("A-20260212-1600");
  });
});

describe("reasons", () => {
  test("say what work remains and which truck leaves when", () => {
    expect(assess(allocated, at("12:00:00")).reasons).toEqual([
      "125 min of work remain, truck A leaves Wed 11 Feb 16:00 CET (to picked 60, to packed 30, to staged 20, dock 15)",
    ]);
  });

  test("say of an order whose deadline no truck meets any more that it is so, on the board too", () => {
    const promisedDeliverBy = at("20:00:00") + 9 * DAY;
    const order = { ...allocated, promisedShipBy: at("17:00:00"), promisedDeliverBy };
    expect(assess(order, at("16:00:00"))).toMatchObject({ pickup: { id: "A-20260211-1600" } });
    const { sev, why, reasons } = assess({ ...order, stage: "staged" }, at("16:00:01"));
    expect(sev).toBe("on_time");
    expect(why).toBe(
      "No truck leaves by Wed 11 Feb 17:00 CET, so it must go another way; Ready to leave, truck A leaves Thu 12 Feb 16:00 CET",
    );
    expect(reasons).toEqual([why]);
  });

  test("name an open hold first and leave out a released one", () => {
    const hold = { code: "HOLD_ADDRESS", placedAt: at("08:00:00"), clock: "pause" as const };
    const order = {
      ...allocated,
      holds: [
        { ...hold, reason: "no house number", until: at("14:00:00") },
        { ...hold, code: "HOLD_FRAUD", releasedAt: at("09:00:00") },
      ],
    };
    const delay = assess(order, at("12:00:00"));
    const words = "On hold for address until Wed 11 Feb 14:00 CET: no house number";
    expect(delay.reasons[0]).toBe(words);
    expect(delay.reasons).toHaveLength(2);
    expect(delay.blockers).toEqual([words]);
    expect(delay.sev).toBe("on_time");
  });

  test("name open exceptions, and among the blockers those that stop the work", () => {
    const exceptions = [
      { code: "SHORT_PICK", raisedAt: at("09:00:00"), note: "line 1" },
      { code: "CLOCK_SKEW", raisedAt: at("09:00:00") },
      { code: "QC_REJECT", raisedAt: at("09:00:00"), clearedAt: at("09:10:00") },
    ];
    const delay = assess({ ...allocated, exceptions }, at("12:00:00"));
    expect(delay.blockers).toEqual(["SHORT_PICK: line 1"]);
    expect(delay.reasons.slice(1)).toEqual(["SHORT_PICK: line 1", "CLOCK_SKEW"]);
  });

  test.each([
    ["hopeless", at("15:30:00"), "Cannot ship by Wed 11 Feb 16:00 CET any more; 125 min"],
    ["late", at("17:00:00"), "Should have shipped by Wed 11 Feb 16:00 CET; 125 min"],
    ["lost", ms("2026-02-21T00:00:00Z"), "Should have been delivered by Fri 20 Feb 20:00 CET"],
  ])("of a %s order name the broken promise", (_name, now, words) => {
    expect(assess(patient, now).reasons[0]).toContain(words);
  });
});

const START = at("00:00:00");
const minutes = (max: number) => fc.integer({ min: 0, max }).map((value) => value * 60_000);
const orders = fc
  .record({
    stage: fc.constantFrom(...STAGES),
    service: fc.constantFrom("A", "B", "C", "A2", "unknown"),
    received: minutes(7 * 1440),
    waited: minutes(3 * 1440),
    shipIn: fc.option(minutes(20 * 1440)),
    deliverIn: fc.option(minutes(40 * 1440)),
  })
  .map(({ stage, service, received, waited, shipIn, deliverIn }) =>
    orderAt(START + received, {
      stage,
      service,
      stageSince: START + received + waited,
      ...(shipIn !== null && { promisedShipBy: START + received + shipIn }),
      ...(deliverIn !== null && { promisedDeliverBy: START + received + deliverIn }),
    }),
  );

const forecasts = fc.record({
  p: fc.constantFrom(0.1, 0.9),
  isRaised: fc.boolean(),
  until: minutes(60 * 1440).map((later) => START + later),
  words: fc.constant(["likely"]),
});
/** Some hours before or after the moment of the look. */
const nearby = fc.integer({ min: -600, max: 600 }).map((value) => value * 60_000);
const evidences = fc.record({
  until: nearby,
  blind: fc.option(fc.constant({ source: "wms", name: "WMS", since: START }), { nil: undefined }),
  from: nearby,
});

/** A moment, and an order with a hold and what was said of it besides. */
const cases = fc
  .record({
    now: minutes(60 * 1440).map((later) => START + later),
    order: orders,
    until: fc.option(nearby),
    forecast: fc.option(forecasts),
    noticed: fc.option(evidences),
  })
  .map(({ now, order, until: held, forecast, noticed }) => {
    const hold = held === null ? null : now + held;
    const evidence =
      noticed === null
        ? null
        : { ...noticed, until: now + noticed.until, from: now + noticed.from };
    const { stage, stageSince } = order;
    const open = { code: "HOLD_OPERATOR", placedAt: START, clock: "run" as const };
    if (hold !== null) order.holds = [{ ...open, until: hold }];
    const lapsed = { p: 0, isRaised: false, until: 0, words: [] };
    const outlook: Outlook = { ...(forecast ?? lapsed) };
    if (evidence !== null) {
      const { until, blind, from } = evidence;
      const findings = [{ code: "NOT_LOADED" as const, stage, stageSince, from, words: "stands" }];
      outlook.evidence = { until, findings, ...(blind !== undefined && { blind }) };
    }
    return { now, order, outlook };
  });

describe("the next look", () => {
  test("is the first moment at which anything changes", () => {
    fc.assert(
      fc.property(
        cases,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ now, order, outlook }, part) => {
          const policy = policyOf(BER);
          const promises = promisesOf(order, policy);
          const assess = (of: Order, moment: number): Explained =>
            explainDelay(of, promises, policy, moment, outlook);
          const delay = assess(order, now);
          const next = delay.nextLookAt;
          const { nextLookAt: _same, ...before } = delay;
          const until = next ?? now + 100 * DAY;
          const between = Math.min(until - 1, now + Math.floor((until - now) * part));
          for (const moment of [between, until - 1]) {
            const { nextLookAt, ...seen } = assess(order, moment);
            expect(seen).toEqual(before);
            expect(nextLookAt).toBe(next);
          }
          if (next === null) return;
          expect(next).toBeGreaterThan(now);
          const { nextLookAt: _next, ...after } = assess(order, next);
          expect(after).not.toEqual(before);
        },
      ),
    );
  });

  test("comes to an end", () => {
    fc.assert(
      fc.property(orders, (order) => {
        let now = START;
        let looks = 0;
        for (;;) {
          const next = assess(order, now).nextLookAt;
          if (next === null) break;
          now = next;
          looks += 1;
          expect(looks).toBeLessThan(400);
        }
      }),
    );
  });
});
