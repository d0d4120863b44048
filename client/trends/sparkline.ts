/** A sparkline as one SVG path: a chart instance per tile would be the classic leak. */

/** Path through `values` in a box of `width` x `height`, from zero up; gaps (null) break the line. Empty text when there is nothing to draw. */
export function sparkPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
): string {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const parts: string[] = [];
  let isPenDown = false;
  values.forEach((value, index) => {
    if (value === null) {
      isPenDown = false;
      return;
    }
    const x = round(index * step);
    const y = round(height - (value / top) * height);
    parts.push(`${isPenDown ? "L" : "M"}${x} ${y}`);
    isPenDown = true;
  });
  return parts.length > 1 ? parts.join("") : "";
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** At most `most` values, each the mean of its neighbours, so that a long history still is one short path. */
export function thinned(values: readonly (number | null)[], most = 60): (number | null)[] {
  const size = Math.ceil(values.length / most);
  if (size <= 1) return [...values];
  const groups: (number | null)[] = [];
  for (let at = 0; at < values.length; at += size) groups.push(meanOf(values.slice(at, at + size)));
  return groups;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
