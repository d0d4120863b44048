/** Sums of money: binary fractions leave a tail (3 x 1.1 is 3.3000000000000003) that is nobody's price. */

/** Parts of a unit that any currency or price list has, and more. */
const PARTS = 10_000;

/** A sum as its summands are written, in whichever order they were added. */
export const asMoney = (sum: number): number => {
  const parts = Math.round(sum * PARTS);
  return Number.isSafeInteger(parts) ? parts / PARTS : sum;
};
