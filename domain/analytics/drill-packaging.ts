/** What one order shows in the metrics of packaging and carbon (G1 to G9): its own figure, and whether a parcel of it is too empty. Null where nothing is known of it. */
import type { OrderFacts } from "./facts.ts";
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

type Found = { isFailed: boolean; value?: number } | null;

const sum = (packed: readonly Packed[], of: (parcel: Packed) => number): number =>
  packed.reduce((total, parcel) => total + of(parcel), 0);

const grams = ({ boxG = 0, fillerG }: Packed): number => boxG + fillerG;

/** Of the parcels that fit, one figure; null when none does. */
const figure =
  (fits: (parcel: Packed) => boolean, read: (parcels: readonly Packed[]) => number | null) =>
  ({ packed }: OrderFacts): Found => {
    const parcels = packed.filter(fits);
    const value = parcels.length === 0 ? null : read(parcels);
    return value === null ? null : { isFailed: false, value };
  };

const any = (): boolean => true;
const isMeasured = (parcel: Packed): boolean => emptyShare(parcel) !== null;
const isWeighed = ({ sides, weightG }: Packed): boolean =>
  sides !== undefined && weightG !== undefined;

const outer = ({ sides }: Packed): number => (sides === undefined ? 0 : outerMl(sides));
const goods = (parcel: Packed): number => Math.min(parcel.goodsMl ?? 0, outer(parcel));
const dimG = ({ sides }: Packed): number =>
  sides === undefined ? 0 : dimWeightG(sides, DIM_DIVISOR.express);
const share = (part: number, all: number): number | null => (all > 0 ? part / all : null);

export const PACKAGING_DRILLS: Readonly<Record<string, (facts: OrderFacts) => Found>> = {
  packagingPerOrder: figure(any, (parcels) => sum(parcels, grams) / 1_000),
  emptySpace: figure(isMeasured, (parcels) =>
    share(sum(parcels, outer) - sum(parcels, goods), sum(parcels, outer)),
  ),
  overHalfEmpty: ({ packed }) => {
    const measured = packed.filter(isMeasured);
    return measured.length === 0
      ? null
      : { isFailed: measured.some((parcel) => (emptyShare(parcel) ?? 0) > MOST_EMPTY) };
  },
  voidFill: figure(any, (parcels) =>
    share(
      sum(parcels, ({ fillerG }) => fillerG),
      sum(parcels, grams),
    ),
  ),
  dimRatio: figure(isWeighed, (parcels) =>
    share(
      sum(parcels, dimG),
      sum(parcels, ({ weightG = 0 }) => weightG),
    ),
  ),
  billableExcess: figure(
    isWeighed,
    (parcels) =>
      sum(parcels, (parcel) => Math.max(0, dimG(parcel) - (parcel.weightG ?? 0))) / 1_000,
  ),
  packagingCarbon: figure(any, (parcels) => sum(parcels, packagingCarbon)),
  transportCarbon: figure(any, (parcels) => sum(parcels, transportCarbon) / parcels.length),
  carbonPerOrder: figure(
    any,
    (parcels) => sum(parcels, packagingCarbon) + sum(parcels, transportCarbon),
  ),
  recyclable: figure(any, (parcels) =>
    share(
      sum(parcels, (parcel) => (parcel.isRecyclable ? grams(parcel) : 0)),
      sum(parcels, grams),
    ),
  ),
};
