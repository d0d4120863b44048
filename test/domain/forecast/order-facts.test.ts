import { describe, expect, test } from "vitest";
import type { RecordedEvent } from "../../../domain/event.ts";
import { foldOrder } from "../../../domain/fold.ts";
import {
  floorOutcome,
  openOrderOf,
  passagesOf,
  transitOrderOf,
  zoneOf,
} from "../../../domain/forecast/order-facts.ts";
import { promisesOf } from "../../../domain/promise.ts";
import { aPolicy, anEvent, anOrderReceived } from "../../support/builders.ts";

const policy = aPolicy({
  stages: ["received", "allocated", "picked", "packed", "checked", "staged", "handed_over"],
});
const { site } = policy;
const numbered = (events: RecordedEvent[]): RecordedEvent[] =>
  events.map((event, place) => ({ ...event, seq: place + 1 }));

function known(more: RecordedEvent[]) {
  const events = numbered([anOrderReceived("9:00"), ...more]);
  const { order } = foldOrder(events, policy);
  if (order === null) throw new Error("no order");
  return { order, events, promises: promisesOf(order, policy) };
}
const passages = (more: RecordedEvent[]) => {
  const { order, events, promises } = known(more);
  return passagesOf(order, events, promises, site);
};
const told = (more: RecordedEvent[]) =>
  passages(more).map(({ process, kind, seq }) => `${seq} ${process} ${kind}`);

const TO_PACKED = [
  anEvent("order.allocated", "9:05"),
  anEvent("pick.started", "9:20"),
  anEvent("pick.completed", "9:40"),
  anEvent("pack.completed", "10:10"),
];

describe("what passed with an order", () => {
  test("is told once, by the number of the commit that told it", () => {
    expect(told(TO_PACKED)).toEqual([
      "1 allocate received",
      "2 allocate completed",
      "3 pick started",
      "4 pick completed",
      "5 pack completed",
    ]);
  });

  test("is told of one commit and later ones alone, where those before are known", () => {
    const { order, events, promises } = known(TO_PACKED);
    const since = (seq: number) =>
      passagesOf(order, events, promises, site, seq).map(({ kind, seq: of }) => `${of} ${kind}`);
    expect(since(3)).toEqual(["4 completed", "5 completed"]);
    expect(since(5)).toEqual([]);
  });

  test("knows since when it waited and when hands began", () => {
    const picked = passages(TO_PACKED).find(
      ({ process, kind }) => process === "pick" && kind === "completed",
    );
    const at = (time: string) => anEvent("order.allocated", time).occurredAt;
    expect(picked).toMatchObject({ at: at("9:40"), startedAt: at("9:20") });
  });

  test("leaves out what nobody scanned", () => {
    expect(told([anEvent("order.allocated", "9:05"), anEvent("pack.completed", "10:10")])).toEqual([
      "1 allocate received",
      "2 allocate completed",
      "3 pack completed",
    ]);
  });

  test("goes back with a failed check", () => {
    const failed = anEvent("check.failed", "10:20", { to: "picking" });
    expect(told([...TO_PACKED, failed]).at(-1)).toBe("6 check failed");
  });
});

describe("an order on the floor", () => {
  test("waits where its stage says, until its dock deadline", () => {
    const { order, events, promises } = known(TO_PACKED);
    expect(openOrderOf(order, events, promises, site)).toMatchObject({
      stage: "packed",
      deadline: (promises.shipBy ?? 0) - 15 * 60_000,
      hold: null,
      inService: false,
    });
    expect(floorOutcome(order, site)).toBeNull();
    expect(transitOrderOf(order, promises, "A")).toBeNull();
  });

  test("is ready once it stands on the dock, and gone once it has left", () => {
    const staged = [...TO_PACKED, anEvent("parcel.staged", "10:40")];
    const { order } = known(staged);
    expect(floorOutcome(order, site)).toMatchObject({
      readyAt: anEvent("pick.started", "10:40").occurredAt,
    });
    const left = known([...staged, anEvent("parcel.handed_over", "15:50")]);
    expect(openOrderOf(left.order, left.events, left.promises, site)).toBeNull();
    expect(transitOrderOf(left.order, left.promises, "A")).toMatchObject({
      carrier: "A",
      from: left.order.site,
    });
  });

  test("teaches nothing when it was cancelled", () => {
    const { order } = known([anEvent("order.cancelled", "9:30")]);
    expect(floorOutcome(order, site)).toEqual({ id: order.id, readyAt: null, isCancelled: true });
  });

  test("is picked in the zone with the most units", () => {
    const { order } = known([]);
    const line = order.lines[0];
    if (line === undefined) throw new Error("no line");
    expect(
      zoneOf({
        ...order,
        lines: [
          { ...line, zone: "A", quantity: 1 },
          { ...line, zone: "B", quantity: 3 },
        ],
      }),
    ).toBe("B");
    const { zone: _zone, ...bare } = line;
    expect(zoneOf({ ...order, lines: [bare] })).toBeUndefined();
  });
});

test("an order that its 3PL refused is the floor's again, until it is given to a 3PL once more", () => {
  const given = [
    anEvent("order.allocated", "9:05"),
    anEvent("order.released", "9:10", { to: "3pl-north" }),
  ];
  const refused = [...given, anEvent("order.rejected", "9:30", { by: "3pl-north" })];
  const isOnFloor = (more: RecordedEvent[]): boolean => {
    const { order, events, promises } = known(more);
    return openOrderOf(order, events, promises, site) !== null;
  };
  expect(isOnFloor(given)).toBe(false);
  expect(isOnFloor(refused)).toBe(true);
  expect(isOnFloor([...refused, anEvent("order.released", "9:40", { to: "3pl-north" })])).toBe(
    false,
  );
  expect(isOnFloor([...refused, anEvent("order.released", "9:40", { to: "floor" })])).toBe(true);
});
