/** Positions in a site's inbox, `ms-n` as Redis gives them: the order in which events came, and when. */

/** The position before everything. */
export const START_POSITION = "0-0";

function compareNumbers(a: string, b: string): number {
  const [aMs = "0", aNumber = "0"] = a.split("-");
  const [bMs = "0", bNumber = "0"] = b.split("-");
  return Number(aMs) - Number(bMs) || Number(aNumber) - Number(bNumber);
}

/** Orders two inbox positions (`ms-n`): negative when `a` is before `b`. */
export function comparePositions(a: string, b: string): number {
  if (a === b) return 0;
  // as texts when both numbers have as many digits in one as in the other, which is nearly always
  if (a.length !== b.length || a.indexOf("-") !== b.indexOf("-")) return compareNumbers(a, b);
  return a < b ? -1 : 1;
}

/** The record time that a position carries. */
export const recordedAtOf = (position: string): number =>
  Number(position.slice(0, position.indexOf("-")));
