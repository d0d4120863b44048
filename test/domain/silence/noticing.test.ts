import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordedEvent } from "../../../domain/event.ts";
import { compareBy, type Ranked } from "../../../domain/forecast/discipline.ts";
import { createTransitState } from "../../../domain/forecast/transit/state.ts";
import {
  dependenceOf,
  noteTellers,
  sourceOf,
  type Tellers,
} from "../../../domain/silence/depends.ts";
import {
  learnPacking,
  learnScans,
  missingOf,
  notLoaded,
  truckOf,
  type Touches,
} from "../../../domain/silence/missing.ts";
import {
  isUnseen,
  keepFinished,
  leftBehindOf,
  overtakenOf,
  type Finished,
} from "../../../domain/silence/overtaken.ts";
import {
  anEvent,
  anOrder,
  anOrderReceived,
  aPolicy,
  aSite,
  clock,
} from "../../support/builders.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const stages = ["received", "allocated", "picked", "packed", "staged", "handed_over"] as const;
const site = aSite({
  stages: [...stages],
  sources: [
    { source: "3pl/north", silentAfter: "PT4H" },
    { source: "carrier/a", silentAfter: "PT6H" },
  ],
});
const policy = { ...aPolicy(), site };
const received = anOrderReceived("8:00");
const by = (source: string) => ({ source });

function source(events: RecordedEvent[], tellers: Tellers = {}): string | null {
  const all = [received, ...events];
  return sourceOf(dependenceOf(anOrder(all, policy), all, "A"), tellers, site);
}

describe("the source that would tell the next step", () => {
  const picked = anEvent("pick.completed", "9:00", {}, by("wms/a"));

  test("is that of the newest scan on the floor, whatever people did since", () => {
    expect(source([picked])).toBe("wms/a");
    const packed = anEvent("pack.completed", "9:30", {}, by("ui/ana"));
    expect(source([picked, packed])).toBe("wms/a");
    expect(source([picked, anEvent("note.added", "9:40", { text: "x" }, by("shop/x"))])).toBe(
      "wms/a",
    );
  });

  test("of an order that was never scanned is who tells such steps at this site, or nobody", () => {
    expect(source([])).toBeNull();
    const tellers: Tellers = {};
    const events = [anEvent("order.allocated", "8:10", { lines: [] }, by("oms/x")), picked];
    noteTellers(tellers, anOrder([received, ...events], policy), events, "A");
    expect(source([], tellers)).toBe("oms/x");
    expect(source(events.slice(0, 1), tellers)).toBe("wms/a");
  });

  test("is, while nobody told such a step here, who told of the order, if the site expects that source to speak", () => {
    const told = (name: string, tellers: Tellers = {}) => {
      const all = [anOrderReceived("8:00", {}, by(name))];
      return sourceOf(dependenceOf(anOrder(all, policy), all, "A"), tellers, site);
    };
    expect(told("3pl/north")).toBe("3pl/north");
    expect(told("shop/x")).toBeNull();
    expect(told("3pl/north", { allocate: "oms/x" })).toBe("oms/x");
  });

  test("is the 3PL for what was released to it, by its name before it ever spoke", () => {
    const released = anEvent("order.released", "8:20", { to: "3pl-north" }, by("wms/a"));
    expect(source([released])).toBe("3pl/north");
    expect(source([released, anEvent("pick.started", "9:00", {}, by("edi/945"))])).toBe("edi/945");
  });

  test("is the carrier's after hand-over", () => {
    const handed = anEvent("parcel.handed_over", "16:00", { carrier: "A" }, by("wms/a"));
    expect(source([picked, handed])).toBe("carrier/a");
    expect(source([picked, handed], { "carrier|A": "easypost/1" })).toBe("easypost/1");
    const scan = anEvent("parcel.in_transit", "20:00", { trackingCode: "T" }, by("aftership/1"));
    expect(source([picked, handed, scan])).toBe("aftership/1");
  });

  test("is whoever placed the hold that keeps it", () => {
    const held = anEvent("hold.placed", "9:10", { code: "HOLD_FRAUD" }, by("shop/x"));
    expect(source([picked, held])).toBe("shop/x");
    const freed = anEvent("hold.released", "9:20", { code: "HOLD_FRAUD" }, by("shop/x"));
    expect(source([picked, held, freed])).toBe("wms/a");
  });
});

describe("a scan that should have come", () => {
  const known = (touches: Touches = {}) => ({
    touches,
    transit: createTransitState(),
    calendar: { zone: site.timeZone, closed: [] },
  });
  const missing = (events: RecordedEvent[], of = known()) => {
    const all = [received, ...events];
    return missingOf({ order: anOrder(all, policy), site, carrier: "A", known: of }, all);
  };

  test("is the end of a packing, after the time that 19 of 20 take", () => {
    const touches: Touches = {};
    for (let index = 0; index < 1_000; index += 1)
      learnPacking(touches, site, clock("9:00"), clock("9:00") + (10 + (index % 20)) * MINUTE);
    const [finding] = missing([anEvent("pack.started", "10:00")], known(touches));
    expect(finding?.code).toBe("NOT_PACKED");
    expect(finding?.from).toBeGreaterThan(clock("10:27"));
    expect(finding?.from).toBeLessThan(clock("10:36"));
    expect(finding?.words).toMatch(/^Packing began .* never packed/);
  });

  test("is news after a quarter of an hour at the earliest, and counts no night", () => {
    const touches: Touches = {};
    for (let index = 0; index < 1_000; index += 1)
      learnPacking(touches, site, clock("9:00"), clock("9:01"));
    const day = missing([anEvent("pack.started", "10:00")], known(touches))[0];
    expect(day?.from).toBe(clock("10:15"));
    // 22:00 in Berlin is the end of the shift
    const evening = missing([anEvent("pack.started", "20:55")], known(touches))[0];
    expect(evening?.from).toBe(clock("29:10"));
  });

  test("is the carrier's first, and then its next", () => {
    const handed = anEvent("parcel.handed_over", "16:00", { carrier: "A" });
    const [first] = missing([handed]);
    expect(first?.code).toBe("LABEL_NO_SCAN");
    expect(first?.from).toBeGreaterThan(clock("16:00") + DAY);
    const scan = anEvent("parcel.in_transit", "20:00", { trackingCode: "T" });
    const [next] = missing([handed, scan]);
    expect(next).toMatchObject({ code: "SILENT_IN_TRANSIT", stage: "in_transit" });
    expect(missing([handed, scan, anEvent("parcel.delivered", "30:00")])).toEqual([]);
  });

  test("of a carrier that scans every evening is news sooner, and each gap is learned once", () => {
    const of = known();
    const order = (events: RecordedEvent[]) => anOrder([received, ...events], policy);
    for (let index = 0; index < 300; index += 1) {
      const handed = anEvent("parcel.handed_over", "16:00", { carrier: "A" });
      const scan = { ...anEvent("parcel.in_transit", "20:00", { trackingCode: "T" }), seq: 7 };
      const events = [handed, scan as RecordedEvent];
      learnScans(of.transit, of.calendar, { order: order(events), events, carrier: "A" }, 6);
      learnScans(of.transit, of.calendar, { order: order(events), events, carrier: "A" }, 7);
    }
    const learned = Object.values(of.transit.gaps).map(({ n }) => Math.round(n));
    expect(Math.max(...learned)).toBeLessThanOrEqual(300);
    const [finding] = missing([anEvent("parcel.handed_over", "16:00", { carrier: "A" })], of);
    // but no sooner than after a day
    expect(finding?.from).toBe(clock("16:00") + DAY);
  });

  test("is the loading, once the truck has left: ten minutes after its time, or when it is told", () => {
    const order = anOrder([received, anEvent("parcel.staged", "12:00")], policy);
    const truck = truckOf(order, site);
    expect(truck).toEqual({ id: "A-20260211-1600", carrier: "A", at: clock("15:00") });
    if (truck === null) return;
    const from = (type?: string, data: object = {}, at = clock("14:58")) =>
      notLoaded(order, truck, type === undefined ? undefined : { at, type, data }, site.timeZone)
        .from;
    expect(from()).toBe(clock("15:10"));
    expect(from("pickup.delayed", { byMs: 30 * MINUTE })).toBe(clock("15:40"));
    expect(from("pickup.delayed", { at: clock("17:00") })).toBe(clock("17:10"));
    expect(from("pickup.departed")).toBe(clock("14:58"));
  });

  test("is no loading on a truck for which it stood there too late", () => {
    const late = anOrder([received, anEvent("parcel.staged", "14:50")], policy);
    expect(truckOf(late, site)?.id).toBe("A-20260212-1600");
    expect(truckOf(anOrder([received], policy), site)).toBeNull();
  });
});

const ranked = (id: string, deadline: number): Ranked => ({
  id,
  deadline,
  receivedAt: 0,
  queuedAt: 0,
  priority: "~",
});
const finished = (at: number, deadline: number): Finished => ({
  at,
  ranked: ranked(`f${at}-${deadline}`, deadline),
});
const NOW = 10 * 60 * MINUTE;

describe("overtaken", () => {
  const waiting = [{ ranked: ranked("w", 100), since: 1_000 }];
  const passing = (count: number, deadline: number) =>
    Array.from({ length: count }, (_, index) => finished(2_000 + index, deadline));

  test("is an order that ten with a worse place went by since it came", () => {
    expect(overtakenOf(waiting, passing(9, 200), "due", NOW).size).toBe(0);
    expect(overtakenOf(waiting, passing(10, 200), "due", NOW).get("w")).toEqual({ by: 10, of: 10 });
  });

  test("is none that waits long while those before it are worked", () => {
    expect(overtakenOf(waiting, passing(500, 50), "due", NOW).size).toBe(0);
    expect(overtakenOf(waiting, passing(500, 100), "due", NOW).size).toBe(0);
  });

  test("is none of a few among many, nor by those that went before it came", () => {
    const many = [...passing(300, 50), ...passing(14, 200)];
    expect(overtakenOf(waiting, many, "due", NOW).size).toBe(0);
    const before = passing(20, 200).map((one) => ({ ...one, at: 500 }));
    expect(overtakenOf(waiting, before, "due", NOW).size).toBe(0);
  });

  test("is, whatever the order of work, one of few that wait while ten for each of them went on", () => {
    const two = [...waiting, { ranked: ranked("v", 100), since: 2_005 }];
    expect(leftBehindOf(two, passing(19, 50), NOW).size).toBe(0);
    expect([...leftBehindOf(two, passing(20, 50), NOW)]).toEqual([["w", { by: 20, of: 20 }]]);
    expect(leftBehindOf(two, passing(25, 50), NOW).size).toBe(2);
  });

  test("is passed unseen when a quarter of those that went on should have come after it", () => {
    expect(isUnseen({ by: 12, of: 48 })).toBe(true);
    expect(isUnseen({ by: 12, of: 49 })).toBe(false);
  });

  test("is counted in the floor's own order of work", () => {
    const older = { ...ranked("w", 100), receivedAt: 5 };
    const some = passing(20, 200).map(({ at, ranked: one }) => ({
      at,
      ranked: { ...one, receivedAt: 1 },
    }));
    expect(overtakenOf([{ ranked: older, since: 1_000 }], some, "due", NOW).size).toBe(1);
    expect(overtakenOf([{ ranked: older, since: 1_000 }], some, "fifo", NOW).size).toBe(0);
  });

  test("is the same as counting one by one", () => {
    const key = fc.integer({ min: 0, max: 12 });
    const at = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(at, key), { maxLength: 80 }),
        fc.array(fc.tuple(at, key), { maxLength: 10 }),
        (done, wait) => {
          const all = done.map(([time, deadline], index) => ({
            at: time + 1,
            ranked: ranked(`f${index}`, deadline),
          }));
          const some = wait.map(([since, deadline], index) => ({
            since,
            ranked: ranked(`w${index}`, deadline),
          }));
          const found = overtakenOf(some, all, "due", 25);
          for (const one of some) {
            const since = all.filter((other) => other.at >= one.since);
            const worse = since.filter((other) => compareBy("due", one.ranked, other.ranked) < 0);
            const isOvertaken = worse.length >= Math.max(10, since.length / 20);
            expect(found.get(one.ranked.id)).toEqual(
              isOvertaken ? { by: worse.length, of: since.length } : undefined,
            );
          }
        },
      ),
    );
  });

  test("remembers a bounded number", () => {
    const kept: Finished[] = [];
    for (let index = 0; index < 20_000; index += 1) keepFinished(kept, finished(index, 1));
    expect(kept.length).toBeLessThan(4_000);
    expect(kept.at(-1)?.at).toBe(19_999);
  });
});
