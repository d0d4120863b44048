import { describe, expect, test } from "vitest";
import type { RecordedEvent } from "../../../domain/event.ts";
import { foldOrder } from "../../../domain/fold.ts";
import {
  atProviderOf,
  casesOf,
  learnProvider,
  predictProvider,
  type ProviderState,
} from "../../../domain/forecast/provider.ts";
import { promisesOf } from "../../../domain/promise.ts";
import { aPolicy, anEvent, anOrderReceived } from "../../support/builders.ts";

const policy = aPolicy({ nodes: [{ id: "3pl-north", name: "3PL North" }] });
const { site } = policy;

const GIVEN = [
  anEvent("order.allocated", "9:00"),
  anEvent("order.released", "9:10", { to: "3pl-north" }),
];

function known(more: RecordedEvent[]) {
  const { order } = foldOrder([anOrderReceived("8:50"), ...more], policy);
  if (order === null) throw new Error("no order");
  return { order, promises: promisesOf(order, policy) };
}
const at = (time: string): number => anEvent("order.allocated", time).occurredAt;
const asked = (more: RecordedEvent[]) => {
  const { order, promises } = known(more);
  const one = atProviderOf(order, promises);
  if (one === null) throw new Error("it is not at a 3PL");
  return one;
};

/** So many orders that were picked after two hours, packed after three and gone after four, give or take. */
function learned(count: number): ProviderState {
  const state: ProviderState = {};
  for (let index = 0; index < count; index += 1) {
    const late = index % 10;
    const minute = (hour: number): string => `${hour}:${String(10 + 3 * late)}`;
    const { order } = known([
      ...GIVEN,
      anEvent("pick.completed", minute(11)),
      anEvent("pack.completed", minute(12), { parcels: [{ parcelId: "P1" }] }),
      anEvent("parcel.handed_over", minute(13), { carrier: "A" }),
    ]);
    learnProvider(state, order);
  }
  return state;
}

describe("orders at a 3PL", () => {
  test("are asked for only while a 3PL has them", () => {
    const of = (more: RecordedEvent[]) => {
      const { order, promises } = known(more);
      return atProviderOf(order, promises);
    };
    expect(of([])).toBeNull();
    expect(of([anEvent("order.released", "9:10", { to: "floor" })])).toBeNull();
    expect(of([...GIVEN, anEvent("order.rejected", "9:30", { by: "3pl-north" })])).toBeNull();
    expect(of([...GIVEN, anEvent("parcel.handed_over", "12:00", { carrier: "A" })])).toBeNull();
    expect(of([...GIVEN, anEvent("order.cancelled", "9:30")])).toBeNull();
    expect(of(GIVEN)).toMatchObject({ node: "3pl-north", stage: "released", since: at("9:10") });
    expect(of([...GIVEN, anEvent("pick.completed", "11:00")])).toMatchObject({ stage: "picked" });
  });

  test("are left to the plan until thirty of that 3PL are known", () => {
    const one = asked(GIVEN);
    expect(predictProvider({}, one, site, at("10:00"))).toBeNull();
    expect(predictProvider(learned(29), one, site, at("10:00"))).toBeNull();
    expect(predictProvider(learned(60), one, site, at("10:00"))).not.toBeNull();
    expect(predictProvider(learned(60), { ...one, node: "3pl-south" }, site, 0)).toBeNull();
    expect(casesOf(learned(60), "3pl-north")).toBe(60);
    expect(casesOf({}, "3pl-north")).toBe(0);
  });

  test("miss the surer, the less time is left and the more has passed without news", () => {
    const state = learned(200);
    const one = asked(GIVEN);
    const p = (time: string, deadline: string): number =>
      predictProvider(state, { ...one, deadline: at(deadline) }, site, at(time))?.p ?? NaN;
    expect(p("9:30", "16:00")).toBeLessThan(0.05);
    expect(p("9:30", "12:00")).toBeGreaterThan(0.95);
    const middle = p("9:30", "13:25");
    expect(middle).toBeGreaterThan(0.3);
    expect(middle).toBeLessThan(0.7);
    // half an hour more would do, and nobody ever took that long
    expect(p("15:00", "15:30")).toBeGreaterThan(0.8);
    expect(p("16:01", "16:00")).toBe(1);
  });

  test("know more once the 3PL told how far it is", () => {
    const state = learned(200);
    const packed = asked([
      ...GIVEN,
      anEvent("pick.completed", "11:10"),
      anEvent("pack.completed", "12:10", { parcels: [{ parcelId: "P1" }] }),
    ]);
    const forecast = predictProvider(
      state,
      { ...packed, deadline: at("13:50") },
      site,
      at("12:20"),
    );
    expect(forecast?.p).toBeLessThan(0.1);
    expect(forecast?.words).toEqual([
      "3PL North usually hands over 1 h after packing, 9 in 10 within 1 h (known from about 200 orders); 10 min have passed",
    ]);
  });

  test("teach nothing before they are gone, and nothing that the site's own floor did", () => {
    const state: ProviderState = {};
    learnProvider(state, known(GIVEN).order);
    learnProvider(state, known([anEvent("parcel.handed_over", "12:00", { carrier: "A" })]).order);
    expect(state).toEqual({});
  });

  test("are believed as often as they come true", () => {
    const state = learned(300);
    const one = asked(GIVEN);
    let [shown, missed] = [0, 0];
    for (let late = 0; late < 10; late += 1) {
      for (let minutes = 0; minutes < 60; minutes += 5) {
        const deadline = at("13:00") + minutes * 60_000;
        shown += predictProvider(state, { ...one, deadline }, site, at("10:00"))?.p ?? 0;
        missed += at("13:10") + 3 * late * 60_000 > deadline ? 1 : 0;
      }
    }
    expect(Math.abs(shown - missed) / 120).toBeLessThan(0.06);
  });
});
