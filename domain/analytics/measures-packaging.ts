/** G1 to G9 of an order's parcels, at the hour it left (what is packed and has not left may be packed again). */
import type { OrderFacts } from "./facts.ts";
import type { Ledger } from "./ledger.ts";
import type { Place } from "./places.ts";
import {
  DIM_DIVISOR,
  MOST_EMPTY,
  dimWeightG,
  emptyShare,
  outerMl,
  packagingCarbon,
  transportCarbon,
  type Packed,
} from "./packaging.ts";

type Add = (name: string, by: number) => void;

/** Whole milligrams, so that sums do not depend on the order in which they are added. */
const mg = (grams: number): number => Math.round(grams * 1_000);

function countBox(
  { sides, goodsMl, boxG, fillerG, isRecyclable, isEstimated }: Packed,
  add: Add,
): void {
  if (boxG !== undefined) {
    add("pack.boxed", 1);
    add("pack.boxMg", mg(boxG));
    add("pack.fillerMg", mg(fillerG));
    // filler of paper goes the way of the box
    add("pack.recyclableMg", isRecyclable ? mg(boxG) + mg(fillerG) : 0);
    add("pack.estimated", isEstimated ? 1 : 0);
  }
  if (sides === undefined || goodsMl === undefined) return;
  add("pack.measured", 1);
  add("pack.outerMl", Math.round(outerMl(sides)));
  add("pack.goodsMl", Math.round(Math.min(goodsMl, outerMl(sides))));
}

function countParcel(parcel: Packed, add: Add): void {
  const { sides, weightG } = parcel;
  countBox(parcel, add);
  const empty = emptyShare(parcel);
  add("pack.overEmpty", empty !== null && empty > MOST_EMPTY ? 1 : 0);
  if (sides !== undefined && weightG !== undefined) {
    const dim = dimWeightG(sides, DIM_DIVISOR.express);
    add("pack.weighed", 1);
    add("pack.dimMg", mg(dim));
    add("pack.actualMg", mg(weightG));
    add("pack.excessMg", mg(Math.max(0, dim - weightG)));
  }
  add("carbon.packagingMg", mg(packagingCarbon(parcel) * 1_000));
  add("carbon.transportMg", mg(transportCarbon(parcel) * 1_000));
  add("carbon.defaults", parcel.legs === undefined ? 1 : 0);
}

export function countPackaging(
  { departedAt: at, packed }: OrderFacts,
  { ledger, places, by }: { ledger: Ledger; places: readonly Place[]; by: 1 | -1 },
): void {
  if (at === null || packed.length === 0) return;
  const spot = ledger.at(at, places);
  const add: Add = (name, amount) => spot.add(name, by * amount);
  add("pack.orders", 1);
  // what nobody told of a box is not nothing: such an order says nothing of what packaging weighs
  if (packed.some(({ boxG }) => boxG !== undefined)) add("pack.boxedOrders", 1);
  add("pack.parcels", packed.length);
  for (const parcel of packed) countParcel(parcel, add);
}
