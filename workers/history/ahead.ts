/** What is read and measured of the next piece while one is written. Whatever goes wrong with it, it is read and measured again in its turn. */
import type { Measurer } from "../../history/measurer.ts";
import type { MeasuredAhead } from "../../history/measuring.ts";
import type { ReadOrder } from "../../history/stretch.ts";
import type { RuleBook } from "./rule-book.ts";

/** Of fewer orders it is not worth while to wake a thread. */
export const ENOUGH = 100;

/** The one next piece, by the place in log or hash from which it was read. */
export function createNext<P>() {
  let kept: { place: string; piece: P } | null = null;
  return {
    keep(place: string, piece: P): void {
      kept = { place, piece };
    },
    take(place: string): P | null {
      const known = kept;
      kept = null;
      return known?.place === place ? known.piece : null;
    },
    forget(): void {
      kept = null;
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
