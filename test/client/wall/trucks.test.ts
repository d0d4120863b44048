import { mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, test } from "vitest";
import TrucksSlide from "../../../client/wall/TrucksSlide.vue";
import { createWords } from "../../../client/words/i18n.ts";
import type { WallTruck } from "../../../domain/contract/walls.ts";
import { lettersOf } from "../../../domain/walls/letters.ts";
import { aWallSample } from "../../support/wall-sample.ts";

const letters = lettersOf({ width: 1920, height: 1080, diagonalInch: 55, distanceM: 10 });

/** Columns behind the name in u, and how many cells a row has. */
function shown(change: Partial<WallTruck>, size = letters) {
  const [first] = aWallSample(0).trucks;
  const sample = { ...aWallSample(0), trucks: [{ ...first!, blind: 0, ...change }] };
  const slide = mount(TrucksSlide, {
    props: { sample, letters: size },
    global: { plugins: [createPinia(), createWords("en")] },
  });
  const row = slide.get<HTMLElement>("[role=row]:not(.head)");
  const widths = [...row.element.style.gridTemplateColumns.matchAll(/calc\(([\d.]+) \*/g)];
  return { widths: widths.map(([, u]) => Number(u)), cells: row.findAll("[role=cell]").length };
}

test("a column of marked numbers is as wide as the largest, so that two never touch", () => {
  const few = shown({ savable: 1, lost: 9 });
  expect(few.widths.at(-1)).toBe(letters.row * 2.6);
  // "■ 19" was measured: 2.49 sizes of its letters, and 40 u around it
  const many = shown({ savable: 1, lost: 19 });
  expect(many.widths.at(-1)).toBeGreaterThan(letters.row * 2.49 + 40);
  expect(many.widths.at(-2)).toBe(letters.row * 2.6);
});

test("upright, what is safe is left out where the marked numbers need its room", () => {
  const upright = lettersOf({ width: 1080, height: 1920, diagonalInch: 43, distanceM: 10 });
  const tight = shown({ savable: 12, lost: 3, safe: 12 }, upright);
  expect(tight.cells).toBe(4);
  expect(tight.widths[0]).toBeGreaterThan(upright.row * 2.32 + 40);
  const near = lettersOf({ width: 1080, height: 1920, diagonalInch: 55, distanceM: 8 });
  expect(shown({ savable: 12, lost: 3, safe: 12 }, near).cells).toBe(5);
});

test("what is safe is left out before the name of a truck gets too small", () => {
  expect(shown({ savable: 3, lost: 19 }).cells).toBe(5);
  expect(shown({ savable: 1_047, lost: 1_120 }).cells).toBe(4);
});
