/** What is read and measured of the next piece while one is written. Whatever goes wrong with it, it is read and measured again in its turn. */
import type { Measurer } from "../../history/measurer.ts";
import type { MeasuredAhead } from "../../history/measuring.ts";
import type { ReadOrder } from "../../history/stretch.ts";
import type { RuleBook } from "./rule-book.ts";

/** Of fewer orders it is not worth while to wake a thread. */
export const ENOUGH = 100;

/** So many pieces: with one, whoever is quicker for a moment waits for the other. */
const AHEAD = 2;

/** The next pieces, each by the place in log or hash from which it was read. */
export function createNext<P>() {
  let kept: { place: string; piece: P }[] = [];

  const shift = (place: string): P | null => {
    const [first, ...others] = kept;
    kept = first?.place === place ? others : [];
    return first?.place === place ? first.piece : null;
  };

  return {
    /** The piece from there; those after it are read and on their way to being measured then. `nextTo`: where the one after a piece begins, null when none is to be read yet. */
    async take(
      place: string,
      read: (place: string) => Promise<P | null>,
      nextTo: (piece: P) => string | null,
    ): Promise<P | null> {
      const piece = shift(place) ?? (await read(place));
      if (piece === null) return null;
      while (kept.length < AHEAD) {
        const next = nextTo(kept.at(-1)?.piece ?? piece);
        const found = next === null ? null : await read(next);
        if (next === null || found === null) break;
        kept.push({ place: next, piece: found });
      }
      return piece;
    },
    forget(): void {
      kept = [];
    },
  };
}

/** Orders on their way to being measured; null: they will be when they are written. */
export type Measure = (
  orders: readonly ReadOrder[],
  isCounted: boolean,
) => Promise<MeasuredAhead | null>;

type Deps = { site: string; rules: RuleBook; measurer: Measurer | null };

export const createMeasure =
  ({ site, rules, measurer }: Deps): Measure =>
  async (orders, isCounted) => {
    if (measurer === null || orders.length < ENOUGH) return null;
    const policies = await rules.of(site);
    const there = orders.flatMap(({ id, text }) => (text === null ? [] : [{ id, text }]));
    const batch = { site, zone: policies.zone, orders: there, isCounted };
    return measurer.measure(batch, policies).catch(() => null);
  };
