/**
 * Which element shows which entry. Scrolling by a page would take every row out of the page and make as many new ones, several times what it costs to write
 * other words into the old ones. So an element that is free takes what comes into view; one that shows an entry which stays keeps it.
 *
 * Elements stay in the order in which they were made, so that none is moved in the page; the order on the screen is said by `aria-owns`.
 */
export type Wanted = { key: string; kind: string };
export type Slot = { key: string; kind: string; slot: number };

/** The lowest free slots first, so that the same ones stay in use. */
function takeFree(free: Slot[], kind: string): Slot | undefined {
  const at = free.findIndex((slot) => slot.kind === kind);
  return at < 0 ? undefined : free.splice(at, 1)[0];
}

/**
 * The slot of each wanted entry, in their order. `focused`: the entry whose element has the keyboard; when it goes, its element goes too and is never given to
 * another entry, which would get the focus without having been asked for.
 */
export function assignSlots(
  before: readonly Slot[],
  wanted: readonly Wanted[],
  focused: string,
): Slot[] {
  const known = new Map(before.map((slot) => [slot.key, slot]));
  const kept = (want: Wanted): Slot | undefined => {
    const slot = known.get(want.key);
    return slot?.kind === want.kind ? slot : undefined;
  };
  const keys = new Set(wanted.filter(kept).map(({ key }) => key));
  const free = before
    .filter(({ key }) => !keys.has(key) && key !== focused)
    .sort((a, b) => a.slot - b.slot);
  let next = before.reduce((most, { slot }) => Math.max(most, slot + 1), 0);
  return wanted.map((want) => {
    const own = kept(want);
    if (own !== undefined) return own;
    return { ...want, slot: takeFree(free, want.kind)?.slot ?? next++ };
  });
}
