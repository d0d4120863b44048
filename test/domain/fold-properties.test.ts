import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Check } from "typebox/value";
import { applyEvent, placeEvent } from "../../domain/apply.ts";
import { dataSchemas, EVENT_TYPES, type RecordedEvent } from "../../domain/event.ts";
import { compareEvents, EMPTY_FOLD, foldOn, foldOrder, type Folded } from "../../domain/fold.ts";
import { aPolicy, anEvent, anOrderReceived } from "../support/builders.ts";
import { aHistory } from "./histories.ts";
import { essenceOf, referenceFold } from "./reference-fold.ts";

/** The long run: 10,000 histories x 20 permutations with `CT_LONG=1`; on each push a quick one, with a fixed seed. */
const isLong = process.env["CT_LONG"] === "1";
const RUNS = isLong ? { numRuns: 10_000 } : { numRuns: 300, seed: 20_260_211 };
const PERMUTATIONS = isLong ? 20 : 6;
const TIMEOUT = isLong ? 1_800_000 : 30_000;

const SITES = [
  aPolicy(),
  aPolicy({
    stages: [
      "received",
      "allocated",
      "released",
      "picking",
      "picked",
      "packing",
      "packed",
      "checked",
      "staged",
      "handed_over",
      "in_transit",
      "out_for_delivery",
      "delivered",
    ],
  }),
  aPolicy({ stages: ["received", "packed", "handed_over"] }),
];
const STRANGE_FIELDS = [
  "lines",
  "parcels",
  "parcelId",
  "trackingCode",
  "weightG",
  "location",
  "shipTo",
  "by",
  "truck",
  "node",
  "carrier",
  "__proto__",
  "anything",
];
const aSiteOfThese = fc.constantFrom(...SITES);

/** The events in another order, some of them several times. */
const shuffled = (events: readonly RecordedEvent[]): fc.Arbitrary<RecordedEvent[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length }),
      fc.array(fc.nat({ max: Math.max(0, events.length - 1) }), { maxLength: 6 }),
    )
    .map(([all, again]) => {
      const repeats = again.map((index) => all[index]).filter((event) => event !== undefined);
      return [...all, ...repeats];
    });

function arriving(events: readonly RecordedEvent[], policy: (typeof SITES)[number]): Folded {
  let known: RecordedEvent[] = [];
  let folded: Folded = { order: null, outcomes: [] };
  for (const event of events) {
    const applied = applyEvent(known, event, policy);
    known = applied.events;
    folded = applied.folded;
  }
  return folded;
}

describe("the fold", () => {
  test(
    "ends in the same order and the same outcomes for any permutation and repetition",
    () => {
      const permuted = aHistory.chain((events) =>
        fc.record({
          events: fc.constant(events),
          ways: fc.array(shuffled(events), { minLength: PERMUTATIONS, maxLength: PERMUTATIONS }),
          policy: aSiteOfThese,
        }),
      );
      fc.assert(
        fc.property(permuted, ({ events, ways, policy }) => {
          const straight = foldOrder(events, policy);
          for (const way of ways) expect(arriving(way, policy)).toEqual(straight);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  test(
    "folded on from where it stood is the same after every event, and changes nothing of what was",
    () => {
      const histories = aHistory.chain((events) =>
        fc.record({
          way: fc.oneof(fc.constant(events.toSorted(compareEvents)), shuffled(events)),
          policy: aSiteOfThese,
        }),
      );
      fc.assert(
        fc.property(histories, ({ way, policy }) => {
          let fold = EMPTY_FOLD;
          for (const event of way) {
            const { events } = placeEvent(fold.events, event);
            const was = JSON.stringify(fold.order);
            const next = foldOn(fold, events, policy);
            expect(next.order).toEqual(foldOrder(events, policy).order);
            expect(JSON.stringify(fold.order)).toBe(was);
            fold = next;
          }
        }),
        { ...RUNS, numRuns: RUNS.numRuns * 2 },
      );
    },
    TIMEOUT,
  );

  test(
    "goes on in two ways from one earlier state, and neither knows of the other",
    () => {
      const forks = aHistory.chain((events) => {
        const sorted = events.toSorted(compareEvents);
        return fc.record({
          sorted: fc.constant(sorted),
          at: fc.nat({ max: sorted.length }),
          /** whom each event after that concerns */
          sides: fc.array(fc.constantFrom("left", "right", "both"), {
            minLength: sorted.length,
            maxLength: sorted.length,
          }),
          policy: aSiteOfThese,
        });
      });
      fc.assert(
        fc.property(forks, ({ sorted, at, sides, policy }) => {
          const common = sorted.slice(0, at);
          const start = foldOn(EMPTY_FOLD, common, policy);
          const ways = { left: start, right: start };
          // Turn by turn, so that each goes on after the other has written.
          sorted.slice(at).forEach((event, place) => {
            for (const side of ["left", "right"] as const)
              if (sides[place] === side || sides[place] === "both")
                ways[side] = foldOn(ways[side], [...ways[side].events, event], policy);
          });
          for (const { order, events } of [start, ways.left, ways.right])
            expect(order).toEqual(foldOrder(events, policy).order);
        }),
        { ...RUNS, numRuns: RUNS.numRuns * 2 },
      );
    },
    TIMEOUT,
  );

  test("two ways from one state count their repeated scans and amend their addresses apart", () => {
    const [policy] = SITES as [(typeof SITES)[number]];
    const scan = (station: string, at: string): RecordedEvent =>
      anEvent("pick.completed", at, {}, { station, id: station });
    const start = foldOn(
      EMPTY_FOLD,
      [anOrderReceived("10:00", { shipTo: { city: "Bonn" } }), scan("A", "10:10:00")],
      policy,
    );
    const on = (event: RecordedEvent) => foldOn(start, [...start.events, event], policy).order;
    const amended = (city: string): RecordedEvent =>
      anEvent("order.amended", "10:12", { shipTo: { city } });
    for (const station of ["B", "C"])
      expect(on(scan(station, "10:10:30"))?.exceptions.at(-1)).toMatchObject({
        code: "DUPLICATE_SCAN",
        note: "1 more within 2 minutes from another device",
      });
    expect(["Ulm", "Hof"].map((city) => on(amended(city))?.shipTo.city)).toEqual(["Ulm", "Hof"]);
    expect(start.order?.shipTo.city).toBe("Bonn");
  });

  test(
    "agrees with a fold that was written apart from it",
    () => {
      fc.assert(
        fc.property(aHistory, aSiteOfThese, (events, policy) => {
          const { order } = foldOrder(events, policy);
          expect(order && essenceOf(order)).toEqual(referenceFold(events, policy.site));
        }),
        { ...RUNS, numRuns: RUNS.numRuns * 3 },
      );
    },
    TIMEOUT,
  );

  test(
    "gives every event exactly one outcome, in words, and never changes the events",
    () => {
      fc.assert(
        fc.property(aHistory, aSiteOfThese, (events, policy) => {
          const before = JSON.stringify(events);
          const { order, outcomes } = foldOrder(events, policy);
          expect(JSON.stringify(events)).toBe(before);
          expect(outcomes).toHaveLength(events.length);
          const names = new Set(outcomes.map(({ source, id }) => `${source} ${id}`));
          expect(names.size).toBe(events.length);
          for (const { words } of outcomes) expect(words).toMatch(/^\S.+\S$/);
          const effects = new Set(outcomes.map(({ effect }) => effect));
          for (const effect of ["waiting", "corrected"] as const) effects.delete(effect);
          expect(order !== null || effects.size === 0).toBe(true);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  test(
    "never throws on what fits its schema, however strange",
    () => {
      const strange = fc.record({
        events: aHistory,
        target: fc.nat({ max: 30 }),
        type: fc.option(fc.constantFrom(...EVENT_TYPES, "no.such"), { nil: undefined }),
        data: fc.dictionary(fc.constantFrom(...STRANGE_FIELDS), fc.jsonValue({ maxDepth: 2 })),
      });
      fc.assert(
        fc.property(strange, ({ events, target, type, data }) => {
          const of = events[target % Math.max(1, events.length)] ?? { source: "odd", id: "none" };
          const odd = anEvent("event.corrected", "9:30", {
            of: { source: of.source, id: of.id },
            reason: "incorrect_data",
            replacement: { data, ...(type !== undefined && { type }) },
          });
          const widened = events.map((event) => {
            const wider = { ...event, data: { ...data, ...event.data } } as RecordedEvent;
            return Check(dataSchemas[wider.type], wider.data) ? wider : event;
          });
          const { folded, events: kept } = applyEvent(widened, odd, aPolicy());
          expect(folded.outcomes).toHaveLength(kept.length);
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );
});
