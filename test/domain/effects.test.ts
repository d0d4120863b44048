import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Effect,
  type EffectType,
  EFFECT_TYPES,
  EFFECT_WINDOW_MS,
  effectsOf,
} from "../../domain/effects.ts";
import { digest } from "../../domain/effects/digest.ts";
import { isStanding, ledgerOf, sentOf } from "../../domain/effects/ledger.ts";
import type { RecordedEvent } from "../../domain/event.ts";
import type { Order } from "../../domain/order.ts";
import type { Severity } from "../../domain/stages.ts";
import { forecastTurn } from "../../domain/turn/forecast-turn.ts";
import { inboxTurn } from "../../domain/turn/inbox-turn.ts";
import type { OrderView } from "../../domain/turn/order-view.ts";
import { RULES } from "../../domain/turn/rules.ts";
import { sweepTurn } from "../../domain/turn/sweep-turn.ts";
import type { Turn, TurnStart } from "../../domain/turn/turn.ts";
import { aPolicy, anEvent, anOrderReceived, clock } from "../support/builders.ts";
import { aRow } from "../support/board-rows.ts";
import { aHistory } from "./histories.ts";

const ALL: ReadonlySet<EffectType> = new Set(EFFECT_TYPES);
const usual = aPolicy();

/** One order's turns, one after the other, as a worker makes them. */
function anOffice(wanted: ReadonlySet<EffectType> = ALL, policy = usual) {
  const views = new Map<string, OrderView>();
  const told: Effect[] = [];
  let seq = 0;

  const startAt = (now: number): TurnStart => ({
    site: "BER1",
    policy,
    policyOf: () => policy,
    rules: RULES,
    now,
    seq: (seq += 1),
    cursor: `1-${seq}`,
    dead: 0,
    stubs: 0,
    views,
    unreadable: new Map(),
    facts: new Map(),
    deadLetters: new Map(),
    tombstones: new Map(),
    wanted,
  });
  function take(turn: Turn): string[] {
    for (const [id, view] of turn.views) views.set(id, view);
    told.push(...turn.effects);
    return turn.effects.map(({ type }) => type);
  }
  const post = (events: readonly RecordedEvent[], now: number): string[] => {
    const entries = events.map(({ hash, recordedAt, ...event }, at) => ({
      position: `1-${at}`,
      recordedAt,
      entry: { event, hash },
      size: 100,
    }));
    return take(inboxTurn(startAt(now), entries));
  };
  return {
    told,
    views,
    post,
    sweep: (now: number): string[] => take(sweepTurn(startAt(now), [...views.keys()])),
    forecast: (now: number, isRaised: boolean): string[] => {
      const words = ["queue"];
      const said = { at: now, alarm: null, p: 0.9, isRaised, until: now + 600_000, words };
      return take(forecastTurn(startAt(now), new Map([["SO-1", said]])));
    },
  };
}

describe("what the outside is told", () => {
  test("an order's way is told once each, with what a receiver needs and nothing that somebody typed", () => {
    const office = anOffice();
    const private_ = { reason: "call Ada Lovelace", owner: "ada" };
    const types = office.post(
      [
        anOrderReceived("8:00", { shipTo: { name: "Ada", city: "Berlin", country: "DE" } }),
        anEvent("hold.placed", "8:05", { code: "HOLD_FRAUD", ...private_ }),
        anEvent("hold.released", "8:30", { code: "HOLD_FRAUD" }),
        anEvent("exception.raised", "8:40", { code: "ADDRESS_INVALID", note: "Ada's door" }),
        anEvent("parcel.handed_over", "9:00", { carrier: "A", trackingCode: "T-1" }),
        anEvent("parcel.delivered", "11:00", {}),
      ],
      clock("11:01"),
    );
    expect(types.filter((type) => !type.startsWith("exception"))).toEqual([
      "order.received",
      "hold.placed",
      "hold.released",
      "order.shipped",
      "order.delivered",
    ]);
    expect(JSON.stringify(office.told)).not.toMatch(/Ada|ada/);
    const shipped = office.told.find(({ type }) => type === "order.shipped");
    expect(shipped).toMatchObject({
      at: clock("9:00"),
      data: { orderId: "SO-1", site: "BER1", carrier: "A", parcels: [{ trackingCode: "T-1" }] },
    });
    expect(office.post([anEvent("note.added", "11:10", { text: "x" })], clock("11:11"))).toEqual(
      [],
    );
  });

  test.each([
    ["that nobody scanned at the dock", usual],
    [
      "of a site that scans no hand-over",
      aPolicy({ stages: ["received", "packed", "in_transit", "delivered"] }),
    ],
  ])("an order %s has left when its carrier was first heard of with it", (_what, policy) => {
    const office = anOffice(ALL, policy);
    const scans = [anEvent("parcel.in_transit", "9:00"), anEvent("parcel.delivered", "11:00")];
    const types = office.post([anOrderReceived("8:00"), ...scans], clock("11:01"));
    const known = types.filter((type) => !type.startsWith("exception"));
    expect(known).toEqual(["order.received", "order.shipped", "order.delivered"]);
    const shipped = office.told.find(({ type }) => type === "order.shipped");
    expect(shipped?.at).toBe(clock("9:00"));
  });

  test("a correction takes back what it undoes, and what comes again has another id", () => {
    const office = anOffice();
    const handed = anEvent("parcel.handed_over", "9:00", { carrier: "A" });
    office.post([anOrderReceived("8:00"), handed], clock("9:01"));
    const of = { source: handed.source, id: handed.id };
    const correction = anEvent("event.corrected", "9:30", { of, reason: "did_not_occur" });
    expect(office.post([correction], clock("9:31"))).toContain("order.shipped.cancelled");
    const again = anEvent("parcel.handed_over", "10:00", { carrier: "A" });
    expect(office.post([again], clock("10:01"))).toContain("order.shipped");
    const ids = office.told.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("time alone makes an order late, and nobody is told twice", () => {
    const office = anOffice();
    office.post([anOrderReceived("8:00")], clock("8:01"));
    expect(office.sweep(clock("12:00"))).toEqual([]);
    // the truck left at 15:00 UTC
    expect(office.sweep(clock("15:01"))).toEqual([
      expect.stringMatching(/^order\.(late|lost_cause)$/),
    ]);
    expect(office.sweep(clock("15:02"))).toEqual([]);
    const view = office.views.get("SO-1");
    expect(view?.record.sent).toContainEqual(expect.stringMatching(/^order\.(late|lost_cause)#1$/));
    // written in the same commit: a record that was not written would tell it again
    expect(view?.record.v).toBe(view?.row?.v);
  });

  test("a forecast that raises and clears its alarm tells both", () => {
    const office = anOffice();
    office.post([anOrderReceived("8:00")], clock("8:01"));
    expect(office.forecast(clock("8:30"), true)).toEqual(["order.at_risk"]);
    expect(office.forecast(clock("8:31"), true)).toEqual([]);
    expect(office.forecast(clock("8:40"), false)).toEqual(["order.at_risk.cancelled"]);
  });

  test("what nobody wants is neither told nor remembered", () => {
    const none = anOffice(new Set());
    none.post([anOrderReceived("8:00")], clock("8:01"));
    none.sweep(clock("15:01"));
    expect(none.told).toEqual([]);
    expect(none.views.get("SO-1")?.record.sent).toEqual([]);
    const some = anOffice(new Set(["order.cancelled"] as const));
    some.post([anOrderReceived("8:00"), anEvent("order.cancelled", "8:10", {})], clock("8:11"));
    expect(some.told.map(({ type }) => type)).toEqual(["order.cancelled"]);
  });

  test("an import of old orders tells nothing, neither at once nor when it is swept", () => {
    const office = anOffice();
    const later = clock("10:00") + 3 * EFFECT_WINDOW_MS;
    office.post([anOrderReceived("8:00"), anEvent("pick.started", "9:00", {})], later);
    office.sweep(later + 60_000);
    expect(office.told).toEqual([]);
    // what happens to it from now on is told
    const cancelled = anEvent("order.cancelled", later + 90_000, {});
    expect(office.post([cancelled], later + 100_000)).toEqual(["order.cancelled"]);
  });

  test("a day is the border, to the millisecond", () => {
    const at = clock("8:00");
    const tell = (now: number) => anOffice().post([anOrderReceived("8:00")], now);
    expect(tell(at + EFFECT_WINDOW_MS)).toContain("order.received");
    expect(tell(at + EFFECT_WINDOW_MS + 1)).not.toContain("order.received");
  });

  test("whatever the order and the batches, each effect is told once, and what stands at the end is what the order says", () => {
    fc.assert(
      fc.property(aHistory, fc.infiniteStream(fc.nat(3)), fc.nat(), (history, sizes, seed) => {
        const now = Math.max(...history.map(({ occurredAt }) => occurredAt), 0) + 1;
        const recent = history.map((event) => ({ ...event, recordedAt: now }));
        const mixed = recent.toSorted(
          (a, b) =>
            (digest(a.id + String(seed)) < digest(b.id + String(seed)) ? -1 : 1) ||
            (a.id < b.id ? -1 : 1),
        );
        const office = anOffice();
        const posted = [...mixed];
        for (const size of sizes) {
          if (posted.length === 0) break;
          office.post(posted.splice(0, size + 1), now);
        }
        const ids = office.told.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const view = [...office.views.values()][0];
        if (view === undefined) return;
        const order = view.folded.order;
        const stands = ledgerOf(view.record.sent);
        const standing = (cause: string) => isStanding(stands, cause);
        const isRecent = (at: number | undefined) =>
          at !== undefined && now - at <= EFFECT_WINDOW_MS;
        if (order === null) expect([...stands.keys()].filter(standing)).toEqual([]);
        else {
          const balance = (type: string): number =>
            office.told.filter((one) => one.type === type).length -
            office.told.filter((one) => one.type === `${type}.cancelled`).length;
          if (isRecent(order.receivedAt)) expect(balance("order.received")).toBe(1);
          if (isRecent(order.deliveredAt)) expect(balance("order.delivered")).toBe(1);
          if (order.deliveredAt === undefined) expect(balance("order.delivered")).toBe(0);
          if (order.stage === "cancelled") expect(balance("order.cancelled")).toBe(1);
          else expect(balance("order.cancelled")).toBe(0);
          const open = order.holds.filter(({ placedAt }) => isRecent(placedAt)).length;
          expect(balance("hold.placed")).toBe(open);
        }
      }),
      { numRuns: 200, seed: 20_261_123 },
    );
  });
});

describe("the difference of two looks", () => {
  const asked = { site: "BER1", orderId: "SO-1", sent: [], wanted: ALL, now: 10, newestAt: 10 };
  const at = (sev: Severity, order: Order | null = {} as Order) => ({
    order,
    row: aRow({ sev }),
    isOpen: true,
  });
  const order = { parcels: [], timeline: [], holds: [], exceptions: [] } as unknown as Order;
  const types = (before: Severity, after: Severity, more = {}) =>
    effectsOf(at(before, order), at(after, order), { ...asked, ...more }).effects.map(
      ({ type }) => type,
    );

  test("only a rise is told, and a fall only when the rise was", () => {
    expect(types("on_time", "late")).toEqual(["order.late"]);
    expect(types("late", "lost_cause")).toEqual(["order.lost_cause"]);
    expect(types("late", "at_risk")).toEqual([]);
    expect(types("late", "at_risk", { sent: ["order.late#1"] })).toEqual(["order.late.cancelled"]);
    expect(types("late", "unknown", { sent: ["order.late#1"] })).toEqual([]);
    expect(types("on_time", "late", { newestAt: 10 - EFFECT_WINDOW_MS - 1 })).toEqual([]);
  });

  test("an order whose row was not read rises nowhere", () => {
    const unread = { ...at("on_time", order), row: null };
    expect(effectsOf(unread, at("late", order), asked).effects).toEqual([]);
  });

  test("what goes to and fro for ever is told forty times and no more", () => {
    expect(types("on_time", "late", { sent: ["order.late#38"] })).toEqual(["order.late"]);
    expect(types("on_time", "late", { sent: ["order.late#40"] })).toEqual([]);
  });

  test("a hundred causes are remembered, the newest", () => {
    const sent = Array.from({ length: 130 }, (_, at) => `hold.placed|H|${at}#1`);
    const kept = sentOf(ledgerOf(sent));
    expect(kept).toHaveLength(100);
    expect(kept.at(-1)).toBe("hold.placed|H|129#1");
  });

  test("ids differ by everything they are made of", () => {
    const ids = new Set<string>();
    for (let number = 0; number < 20_000; number += 1) ids.add(digest(`BER1\nSO-${number}\nx\n1`));
    expect(ids.size).toBe(20_000);
    expect(digest("a")).toMatch(/^[0-9a-f]{32}$/);
  });
});
