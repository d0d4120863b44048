import { expect, test } from "vitest";
import fc from "fast-check";
import {
  CAP_HEIGHT,
  lettersOf,
  mmPerUOf,
  readableCapMm,
  wantedU,
} from "../../../domain/walls/letters.ts";

const tv = (diagonalInch: number, distanceM = 10) => ({
  width: 1920,
  height: 1080,
  diagonalInch,
  distanceM,
});

// the table of the drawing: inches, mm per u, size wanted at 8, 10, 12 and 15 m
test.each([
  [43, 0.5, [105, 131, 157, 196]],
  [55, 0.63, [82, 102, 123, 153]],
  [65, 0.75, [70, 87, 104, 130]],
  [75, 0.86, [60, 75, 90, 113]],
] as const)("a %d inch screen needs the sizes of the table", (inches, mm, sizes) => {
  expect(mmPerUOf(tv(inches))).toBeCloseTo(mm, 1);
  [8, 10, 12, 15].forEach((distance, at) => {
    // the table was made with mm per u rounded to two places
    expect(Math.abs(wantedU(tv(inches, distance)) - (sizes[at] ?? 0))).toBeLessThanOrEqual(2);
  });
});

test("a capital at 10 m is 46.5 mm high", () => {
  expect(readableCapMm(10)).toBeCloseTo(46.54, 1);
});

test("what is shown is readable from the farthest reader on every screen, and never smaller than 64u", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 110 }),
      fc.integer({ min: 2, max: 30 }),
      fc.constantFrom([1920, 1080], [3840, 2160], [1080, 1920], [1280, 720], [2560, 1080]),
      (diagonalInch, distanceM, [width = 0, height = 0]) => {
        const letters = lettersOf({ width, height, diagonalInch, distanceM });
        const capOf = (size: number): number => size * CAP_HEIGHT * letters.mmPerU;
        expect(capOf(letters.row)).toBeGreaterThanOrEqual(readableCapMm(distanceM) - 0.001);
        expect(letters.number).toBeGreaterThanOrEqual(letters.row);
        expect(letters.row).toBeGreaterThanOrEqual(64);
        expect(letters.rowsUnderTiles).toBeGreaterThanOrEqual(1);
      },
    ),
  );
});

test("more distance means fewer things, and 4K is the same picture as 1080p", () => {
  const rows = [5, 8, 10, 12, 15].map((distance) => lettersOf(tv(55, distance)).rowsUnderTiles);
  expect(rows).toEqual([...rows].toSorted((a, b) => b - a));
  const { pxPerU, ...hd } = lettersOf(tv(55));
  const { pxPerU: px4k, ...fourK } = lettersOf({ ...tv(55), width: 3840, height: 2160 });
  expect(fourK).toEqual(hd);
  expect(px4k).toBe(2 * pxPerU);
});

test("a screen on its side has more rows of the same size", () => {
  const upright = lettersOf({ ...tv(55), width: 1080, height: 1920 });
  const flat = lettersOf(tv(55));
  expect(upright.row).toBe(flat.row);
  expect(upright.rows).toBeGreaterThan(flat.rows);
});
