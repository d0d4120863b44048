import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  findItems,
  hypergeometricTail,
  type ItemPart,
  type ItemRules,
  type Sampled,
} from "../../../domain/incidents/items.ts";
import { THRESHOLDS } from "../../../domain/incidents/thresholds.ts";

const RULES: ItemRules = THRESHOLDS.common_cause;

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Injected = { parts: readonly ItemPart[]; share: number };

const ORDERS = 3_000;
const BACKGROUND = 0.03;

/** The population of the design page: 3 sites, 4 carriers, 15 zones, 300 SKUs (few of them often), 10 regions, 3 % in trouble without a cause. */
function population(seed: number, injected: readonly Injected[]): Sampled[] {
  const dice = diceOf(seed);
  const pick = (name: string, count: number): ItemPart => ({
    name,
    value: `${name}-${Math.floor(dice() * count)}`,
  });
  const sku = (): ItemPart => ({ name: "sku", value: `sku-${Math.floor(300 * dice() ** 1.5)}` });
  return Array.from({ length: ORDERS }, (_, number) => {
    const parts = [
      pick("site", 3),
      pick("carrier", 4),
      pick("zone", 15),
      sku(),
      pick("region", 10),
    ];
    const has = ({ name, value }: ItemPart): boolean =>
      parts.some((part) => part.name === name && part.value === value);
    const isHit = injected.some((cause) => cause.parts.every(has) && dice() < cause.share);
    return { id: `SO-${number}`, parts, isInTrouble: dice() < BACKGROUND || isHit };
  });
}

const TRIALS = 40;
type Row = { exact: number; incidents: number };

function trials(injected: readonly Injected[]): Row {
  const wanted = injected.map(({ parts }) =>
    parts
      .map(({ name, value }) => `${name}=${value}`)
      .sort()
      .join("|"),
  );
  let [exact, incidents] = [0, 0];
  for (let seed = 1; seed <= TRIALS; seed += 1) {
    const found = findItems(population(seed, injected), RULES);
    incidents += found.length / TRIALS;
    exact += wanted.filter((key) => found.some(({ item }) => item.key === key)).length;
  }
  return { exact, incidents };
}

const part = (name: string, place: number): ItemPart => ({ name, value: `${name}-${place}` });
const CARRIER_AT_SITE = [part("carrier", 1), part("site", 2)];

describe("40 populations with one injected cause", { timeout: 60_000 }, () => {
  test("without a cause, hardly ever find one", () => {
    expect(trials([]).incidents).toBeLessThanOrEqual(0.1);
  });

  test.each([
    ["a carrier at a site", CARRIER_AT_SITE],
    ["a zone", [part("zone", 7)]],
    ["a SKU that is often ordered", [part("sku", 0)]],
  ])("find %s exactly, and next to nothing else", (_, parts) => {
    for (const share of [0.3, 0.6]) {
      const { exact, incidents } = trials([{ parts, share }]);
      expect(exact).toBeGreaterThanOrEqual(TRIALS - 1);
      expect(incidents).toBeLessThanOrEqual(1.15);
    }
  });

  test("find a whole site, with at most one more in two", () => {
    for (const share of [0.3, 0.6]) {
      const { exact, incidents } = trials([{ parts: [part("site", 1)], share }]);
      expect(exact).toBe(TRIALS);
      expect(incidents).toBeLessThanOrEqual(1.7);
    }
  });

  test("find two causes at once, each by its own name", () => {
    for (const share of [0.3, 0.6]) {
      const zone = { parts: [part("zone", 3)], share };
      const { exact, incidents } = trials([{ parts: CARRIER_AT_SITE, share }, zone]);
      expect(exact).toBeGreaterThanOrEqual(2 * TRIALS - 3);
      expect(incidents).toBeLessThanOrEqual(2.25);
    }
  });
});

describe("any population", () => {
  const sampled = fc.array(
    fc.record({
      isInTrouble: fc.boolean(),
      carrier: fc.integer({ min: 0, max: 2 }),
      zone: fc.integer({ min: 0, max: 4 }),
      skus: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    }),
    { maxLength: 200 },
  );
  const populationOf = (
    drawn: { isInTrouble: boolean; carrier: number; zone: number; skus: number[] }[],
  ) =>
    drawn.map(({ isInTrouble, carrier, zone, skus }, place) => ({
      id: `SO-${place}`,
      isInTrouble,
      parts: [part("carrier", carrier), part("zone", zone), ...skus.map((sku) => part("sku", sku))],
    }));

  test("gives each order in trouble to at most one cause, and only to one whose values it has", () => {
    fc.assert(
      fc.property(sampled, (drawn) => {
        const orders = populationOf(drawn);
        const byId = new Map(orders.map((order) => [order.id, order]));
        const found = findItems(orders, RULES);
        const all = found.flatMap(({ troubled }) => troubled);
        expect(new Set(all).size).toBe(all.length);
        for (const { item, troubled, size } of found) {
          expect(troubled.length).toBeGreaterThanOrEqual(RULES.minimumOrders);
          expect(size).toBeGreaterThanOrEqual(troubled.length);
          for (const id of troubled) {
            expect(byId.get(id)?.isInTrouble).toBe(true);
            expect(byId.get(id)?.parts).toEqual(expect.arrayContaining([...item.parts]));
          }
        }
        expect(found.length).toBeLessThanOrEqual(RULES.mostCauses);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

test("the hypergeometric tail is that of counting", () => {
  // 5 of 20 are red, 4 are drawn: at least 2 red in (10 * 105 + 10 * 15 + 5) of 4845 draws
  expect(hypergeometricTail(2, 20, 5, 4)).toBeCloseTo((10 * 105 + 10 * 15 + 5) / 4845, 10);
  expect(hypergeometricTail(0, 20, 5, 4)).toBe(1);
  expect(hypergeometricTail(5, 20, 5, 4)).toBe(0);
  expect(hypergeometricTail(40, 3_000, 130, 250)).toBeLessThan(1e-10);
});
