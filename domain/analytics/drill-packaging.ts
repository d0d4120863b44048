/** What one order shows in the metrics of packaging and carbon (G1 to G9): its own figure, and whether a parcel of it is too empty. Null where nothing is known of it. */
import type { OrderFacts } from "./facts.ts";
import type { Look } from "./look.ts";
import {
  DIM_DIVISOR,
  dimWeightG,
  emptyShare,
  MOST_EMPTY,
  outerMl,
  packagingCarbon,
  transportCarbon,
  type Packed,
} from "./packaging.ts";

type Found = Omit<Look, "at"> | null;

const sum = (packed: readonly Packed[], of: (parcel: Packed) => number): number =>
  packed.reduce((total, parcel) => total + of(parcel), 0);

type Read = (parcel: Packed) => number;
const grams = ({ boxG = 0, fillerG }: Packed): number => boxG + fillerG;

/** Of the parcels that fit, one figure; null when none does. */
const figure =
  (fits: (parcel: Packed) => boolean, read: (parcels: readonly Packed[]) => number | null) =>
  ({ packed }: OrderFacts): Found => {
    const parcels = packed.filter(fits);
    const value = parcels.length === 0 ? null : read(parcels);
    return value === null ? null : { isFailed: false, value };
  };

/** A share of amounts: the order's own, and what it adds above and below the line. */
const rate =
  (fits: (parcel: Packed) => boolean, top: Read, bottom: Read) =>
  ({ packed }: OrderFacts): Found => {
    const parcels = packed.filter(fits);
    const of = { n: sum(parcels, top), d: sum(parcels, bottom) };
    return of.d > 0 ? { isFailed: false, value: of.n / of.d, of } : null;
  };

const any = (): boolean => true;
/** Filler without a box tells nothing of what was around the goods. */
const isBoxed = ({ boxG }: Packed): boolean => boxG !== undefined;
const isMeasured = (parcel: Packed): boolean => emptyShare(parcel) !== null;
const isWeighed = ({ sides, weightG }: Packed): boolean =>
  sides !== undefined && weightG !== undefined;

const outer = ({ sides }: Packed): number => (sides === undefined ? 0 : outerMl(sides));
const outerWholeMl = (parcel: Packed): number => Math.round(outer(parcel));
const goods = (parcel: Packed): number => Math.round(Math.min(parcel.goodsMl ?? 0, outer(parcel)));
const dimG = ({ sides }: Packed): number =>
  sides === undefined ? 0 : dimWeightG(sides, DIM_DIVISOR.express);
const emptyMl = (parcel: Packed): number => outerWholeMl(parcel) - goods(parcel);
/** The figure's own unit, so that the orders add up to it. */
const mg =
  (read: Read): Read =>
  (parcel) =>
    read(parcel) * 1_000;
const isTooEmpty = (parcel: Packed): boolean => (emptyShare(parcel) ?? 0) > MOST_EMPTY;

export const PACKAGING_DRILLS: Readonly<Record<string, (facts: OrderFacts) => Found>> = {
  packagingPerOrder: figure(isBoxed, (parcels) => sum(parcels, grams) / 1_000),
  emptySpace: rate(isMeasured, emptyMl, outerWholeMl),
  overHalfEmpty: ({ packed }) => {
    const of = { n: packed.filter(isTooEmpty).length, d: packed.filter(isMeasured).length };
    return of.d === 0 ? null : { isFailed: of.n > 0, of };
  },
  voidFill: rate(
    isBoxed,
    mg(({ fillerG }) => fillerG),
    mg(grams),
  ),
  dimRatio: rate(
    isWeighed,
    mg(dimG),
    mg(({ weightG = 0 }) => weightG),
  ),
  billableExcess: figure(
    isWeighed,
    (parcels) =>
      sum(parcels, (parcel) => Math.max(0, dimG(parcel) - (parcel.weightG ?? 0))) / 1_000,
  ),
  packagingCarbon: figure(any, (parcels) => sum(parcels, packagingCarbon)),
  transportCarbon: rate(any, transportCarbon, () => 1),
  carbonPerOrder: figure(
    any,
    (parcels) => sum(parcels, packagingCarbon) + sum(parcels, transportCarbon),
  ),
  recyclable: rate(
    isBoxed,
    mg((parcel) => (parcel.isRecyclable ? grams(parcel) : 0)),
    mg(grams),
  ),
};
