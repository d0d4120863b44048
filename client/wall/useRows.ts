/** The rows of a slide under the head of their columns: how high one is, and what is taken from the body before the first. */
import { computed, type ComputedRef } from "vue";
import { ROW_PITCH, TWO_LINE_PITCH, type Letters } from "../../domain/walls/letters.ts";
import { widthOf } from "../../domain/walls/pages.ts";
import { NOTE_U } from "./useBlind.ts";

/** what the head of the columns takes, a line, in u */
const HEAD_U = 60;

export type Rows = {
  /** in u */
  rowU: ComputedRef<number>;
  /** by the head and by the line about what is blind, in u */
  taken: ComputedRef<number>;
  /** of a row, in CSS */
  height: ComputedRef<string>;
};

/** `words`: what is said about blind sources, empty when all are heard. */
export function useRows(letters: () => Letters, words: ComputedRef<string>): Rows {
  const rowU = computed(() =>
    Math.round(letters().row * (letters().isNarrow ? TWO_LINE_PITCH : ROW_PITCH)),
  );
  const taken = computed(
    () => HEAD_U * (letters().isNarrow ? 2 : 1) + (words.value === "" ? 0 : NOTE_U),
  );
  return { rowU, taken, height: computed(() => `calc(${rowU.value} * var(--u))`) };
}

/** the square or diamond before a number and the space behind it, in sizes of the letters; and the room around both, in u */
const MARK_EM = 1.25;
const CHIP_U = 40;

/** What a column of numbers needs, in u: as much as the largest of them, so that those of two columns never touch. `row`: size of the letters, in u. */
export const numbersU = (numbers: readonly string[], row: number, markEm = 0): number =>
  Math.max(0, ...numbers.map((text) => (markEm + widthOf(text)) * row + CHIP_U));
/** The same with a mark before each. */
export const chipsU = (numbers: readonly string[], row: number): number =>
  numbersU(numbers, row, MARK_EM);

/** size of the letters in the head of the columns, in u, as in the style sheet */
const HEAD_LETTERS_U = 48;
/** What the word over a column needs, in u. */
export const headU = (word: string): number => widthOf(word) * HEAD_LETTERS_U;

/** The first column takes what the others leave; `widths` of these in u, 0 for one that is not there. */
export const columnsOf = (widths: readonly number[]): string =>
  ["minmax(0,1fr)"]
    .concat(widths.filter((width) => width > 0).map((width) => `calc(${width} * var(--u))`))
    .join(" ");
