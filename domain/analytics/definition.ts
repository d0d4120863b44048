/**
 * What a metric is: what it is called, what it means, and how its value follows from sums of the roll-ups (`measures.ts`). Values are fractions with numerator and
 * denominator, so that any hours, sites and years add up; percentages are never averaged. Screens show these words, and the data dictionary is made from them.
 */
import { quantileOf, type Sums } from "./sums.ts";

export type Unit = "share" | "count" | "ms" | "kg" | "perHour";
/** `value` null: nothing to say, not zero. */
export type Figure = {
  value: number | null;
  of?: { n: number; d: number };
  p50?: number | null;
  p90?: number | null;
  p95?: number | null;
  p99?: number | null;
};

export type Definition = {
  /** M1 to M29, G1 to G9 */
  id: string;
  key: string;
  name: string;
  unit: Unit;
  formula: string;
  window: string;
  clock: "elapsed" | "working" | "none";
  /** what is excluded, what counts as failed */
  rules: string;
  better: "more" | "less" | "none";
  target?: number;
  amber?: number;
  red?: number;
  read: (sums: Sums) => Figure;
};

export const n = (sums: Sums, name: string): number => sums.n[name] ?? 0;

export const share = (top: number, bottom: number): Figure =>
  bottom === 0
    ? { value: null, of: { n: top, d: bottom } }
    : { value: top / bottom, of: { n: top, d: bottom } };

export const ratio =
  (top: string, bottom: string) =>
  (sums: Sums): Figure =>
    share(n(sums, top), n(sums, bottom));
export const verdict = (name: string) => ratio(`${name}.ok`, `${name}.due`);
export const rest =
  (top: string, bottom: string) =>
  (sums: Sums): Figure =>
    share(n(sums, bottom) - n(sums, top), n(sums, bottom));
export const count =
  (name: string) =>
  (sums: Sums): Figure => ({ value: n(sums, name) });

/** Mean beside quantiles, never alone. */
export const durationFigure = (sums: Sums, name: string): Figure => {
  const many = n(sums, `${name}.n`);
  const mean = many === 0 ? null : n(sums, `${name}.ms`) / many;
  return {
    value: mean,
    of: { n: n(sums, `${name}.ms`), d: many },
    p50: quantileOf(sums, name, 0.5),
    p90: quantileOf(sums, name, 0.9),
    p95: quantileOf(sums, name, 0.95),
    p99: quantileOf(sums, name, 0.99),
  };
};
export const duration = (name: string) => (sums: Sums) => durationFigure(sums, name);
export const kilograms =
  (...names: string[]) =>
  (sums: Sums): number =>
    names.reduce((sum, name) => sum + n(sums, name), 0) / 1_000_000;
export const perOrder =
  (orders: string, ...names: string[]) =>
  (sums: Sums): Figure =>
    share(kilograms(...names)(sums), n(sums, orders));

type Words = Omit<Definition, "read" | "better" | "clock"> &
  Partial<Pick<Definition, "better" | "clock">>;
export const define = (words: Words, read: Definition["read"]): Definition => ({
  better: "more",
  clock: "none",
  ...words,
  read,
});

export const targets = (target: number, amber: number, red: number) => ({ target, amber, red });
