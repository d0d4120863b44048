import fc from "fast-check";
import { expect, test } from "vitest";
import { createCells, encode, fill, sumsOf } from "../../../domain/analytics/cells.ts";
import { createAdding, gainingIn, type Gains } from "../../../domain/analytics/gains.ts";
import { createLedger, type Ledger } from "../../../domain/analytics/ledger.ts";
import type { Place } from "../../../domain/analytics/places.ts";

const ZONE = "Asia/Kolkata";
const STARTS_AT = Date.UTC(2026, 0, 5);

const counted = fc.record({
  at: fc.integer({ min: STARTS_AT, max: STARTS_AT + 2 * 86_400_000 }),
  place: fc.constantFrom<Place>(["carrier", "A"], ["carrier", "B"], ["stage", "packed"]),
  name: fc.constantFrom("shipped", "shipped.units", "lost.ms"),
  ms: fc.integer({ min: 0, max: 40 * 86_400_000 }),
  by: fc.constantFrom<1 | -1>(1, -1),
});
type Counted = typeof counted extends fc.Arbitrary<infer C> ? C : never;

function count(ledger: Ledger, { at, place, name, ms, by }: Counted): void {
  ledger.add(at, [place], name, by * (1 + (ms % 7)));
  ledger.duration(at, [place], "work", ms, by);
  ledger.passage(at, [place], "in", by);
}

/** Sums by hour, dimension and value. */
function summed(gains: Gains): Record<string, unknown> {
  const make = createCells();
  const add = createAdding(gains);
  return Object.fromEntries(
    [...gainingIn(gains)].map(({ bucket, place, from }) => {
      const cell = make();
      add(cell, from);
      return [`${bucket} ${place.join(" ")}`, sumsOf(cell)];
    }),
  );
}

test("packed gains are the same gains, also in a thread that gave other numbers to the names", () => {
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 40 }), (list) => {
      const ledger = createLedger(ZONE);
      for (const one of list) count(ledger, one);
      const plain = ledger
        .gains()
        .filter(({ grain }) => grain === "hour")
        .map(({ bucket, dim, value, sums }) => [`${bucket} ${dim} ${value}`, sums]);
      const packed = ledger.packed();
      expect(summed(packed)).toEqual(Object.fromEntries(plain));
      const other = { ...packed, sums: packed.sums.map((name) => `their ${name}`) };
      const renamed = JSON.parse(
        JSON.stringify(Object.fromEntries(plain)).replaceAll(
          /"(?=(shipped|lost|work\.|in["."]))/g,
          '"their ',
        ),
      ) as unknown;
      expect(summed(other)).toEqual(renamed);
    }),
  );
});

test("what is kept of a roll-up is read as it was written, without what became nothing", () => {
  const make = createCells();
  const ledger = createLedger(ZONE);
  const place: Place = ["carrier", "A"];
  ledger.add(STARTS_AT, [place], "shipped", 3);
  ledger.duration(STARTS_AT, [place], "work", 60_000, 1);
  ledger.duration(STARTS_AT, [place], "wait", 60_000, 1);
  const gains = ledger.packed();
  const [first] = gainingIn(gains);
  const cell = make();
  createAdding(gains)(cell, first!.from);
  const back = createLedger(ZONE);
  back.duration(STARTS_AT, [place], "wait", 60_000, -1);
  const taken = back.packed();
  createAdding(taken)(cell, [...gainingIn(taken)][0]!.from);
  expect(JSON.parse(encode(cell))).toEqual({
    n: { shipped: 3, "work.n": 1, "work.ms": 60_000 },
    h: { work: { "43": 1 } },
  });
  expect(encode(fill(make(), encode(cell)))).toBe(encode(cell));
});
