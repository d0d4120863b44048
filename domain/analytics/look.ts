/** What one order shows behind a number. */

/** What it adds to a share whose parts are no orders: so many units (lines, parcels, scans, grams) of so many. */
export type Part = { n: number; d: number };

/**
 * `at`: the moment it is counted by; `value` in the metric's unit, where an order has one, and of what only counts orders the time it took in ms. Over all orders behind a
 * figure `of` and `value` add up to it. `passes`: the single durations of one that came by more than once.
 */
export type Look = {
  at: number;
  isFailed: boolean;
  value?: number;
  of?: Part;
  passes?: readonly number[];
};
