/** What comes by chance alone. */
import { upperTail } from "./transit/spread.ts";

/** From here on the sum of so many terms is left to the normal distribution. */
const MANY = 500;

/** P(X <= count) of a Poisson variable. */
export function poissonBelow(count: number, mean: number): number {
  if (mean > MANY) return 1 - upperTail((count + 0.5 - mean) / Math.sqrt(mean));
  let term = Math.exp(-mean);
  let sum = term;
  for (let x = 1; x <= count; x += 1) {
    term *= mean / x;
    sum += term;
  }
  return Math.min(1, sum);
}
