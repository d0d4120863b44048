import { expect, test } from "vitest";
import fc from "fast-check";
import {
  CAP_HEIGHT,
  lettersOf,
  type Letters,
  mmPerUOf,
  MORE_U,
  readableCapMm,
  ROW_PITCH,
  rowsThatFit,
  tilesThatFit,
  underTiles,
  valueFits,
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

const rowsUnderTiles = (letters: Letters): number =>
  rowsThatFit(letters, Math.round(letters.row * ROW_PITCH), underTiles(letters, 3));

// the table of the drawing: how many rows of that size fit under three tiles
test.each([
  [72, 5],
  [88, 4],
  [104, 3],
  [130, 3],
])("of rows of %du %d fit under three tiles", (row, rows) => {
  const metres = (row * CAP_HEIGHT * mmPerUOf(tv(55))) / readableCapMm(1);
  const letters = lettersOf(tv(55, metres - 0.01));
  expect([letters.row, rowsUnderTiles(letters)]).toEqual([row, rows]);
});

test("tiles that fill the picture are as high as what they hold, and as wide as a time in it", () => {
  expect(tilesThatFit(lettersOf(tv(55)), 9)).toBe(9);
  expect(tilesThatFit(lettersOf(tv(55)), 9, 112)).toBe(9);
  expect(tilesThatFit(lettersOf(tv(43, 15)), 9)).toBe(4);
  expect(tilesThatFit(lettersOf({ ...tv(55), width: 1080, height: 1920 }), 9)).toBe(9);
});

test("upright, rows of two lines fit from ten metres, and from fifteen one thing in tiles", () => {
  const upright = (metres: number) => lettersOf({ ...tv(43, metres), width: 1080, height: 1920 });
  expect(upright(10)).toMatchObject({ isNarrow: true, isSlim: false });
  expect(upright(15)).toMatchObject({ isNarrow: true, isSlim: true });
  expect(lettersOf(tv(43, 15))).toMatchObject({ isNarrow: true, isSlim: false });
  // what a truck or a station is told by, and the line that counts the others, blind too
  expect(tilesThatFit(upright(15), 4, 112 + MORE_U)).toBe(4);
  expect([valueFits(upright(15), "251/402"), valueFits(upright(15), "1,251/402")]).toEqual([
    true,
    false,
  ]);
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
        expect(tilesThatFit(letters, 9)).toBeGreaterThanOrEqual(1);
      },
    ),
  );
});

test("more distance means fewer things, and 4K is the same picture as 1080p", () => {
  const fewer = (of: (letters: Letters) => number): void => {
    const counts = [5, 8, 10, 12, 15].map((distance) => of(lettersOf(tv(43, distance))));
    expect(counts).toEqual([...counts].toSorted((a, b) => b - a));
    expect(counts.at(-1)).toBeLessThan(counts[0] ?? 0);
  };
  fewer(rowsUnderTiles);
  fewer((letters) => tilesThatFit(letters, 9));
  const { pxPerU, ...hd } = lettersOf(tv(55));
  const { pxPerU: px4k, ...fourK } = lettersOf({ ...tv(55), width: 3840, height: 2160 });
  expect(fourK).toEqual(hd);
  expect(px4k).toBe(2 * pxPerU);
});

test("a screen on its side has more rows of the same size", () => {
  const upright = lettersOf({ ...tv(55), width: 1080, height: 1920 });
  const flat = lettersOf(tv(55));
  expect(upright.row).toBe(flat.row);
  expect(rowsUnderTiles(upright)).toBeGreaterThan(rowsUnderTiles(flat));
});
