/**
 * Packaging and carbon of parcels (G1 to G9). A parcel's box as `pack.completed` told it; what is not told is left out, never guessed as zero. Carbon follows default
 * factors, each with its source and year; carriers' own data take their place where they are loaded.
 */
import type { RecordedEvent } from "../event.ts";

/** kg CO2e; `quality` as ISO 14083 calls it. */
export type Factor = {
  kg: number;
  unit: "kg" | "t-km" | "parcel";
  source: string;
  year: number;
  quality: "primary" | "modelled" | "default";
};

const factor = (kg: number, unit: Factor["unit"], source: string, year: number): Factor => ({
  kg,
  unit,
  source,
  year,
  quality: "default",
});

/** Version 1 of the default factors. */
export const CARBON_FACTORS = {
  corrugated: factor(0.491, "kg", "European corrugated industry average (FEFCO)", 2021),
  carton: factor(0.326, "kg", "Pro Carton, declared", 2019),
  paperFill: factor(0.9, "kg", "estimate, to be replaced by the supplier's figure", 2024),
  film: factor(2.6, "kg", "estimate for LDPE, public lists give 2.6 to 2.9", 2024),
  van: factor(0.76, "t-km", "UK government factors, well to wheel", 2024),
  truck: factor(0.094, "t-km", "UK government factors, articulated, well to wheel", 2024),
  airShort: factor(0.83, "t-km", "GLEC 3.2, belly freight, short haul", 2024),
  airLong: factor(0.608, "t-km", "GLEC 3.2, belly freight, long haul", 2024),
  parcel: factor(0.4, "parcel", "whole parcel, unknown route, domestic", 2024),
} as const satisfies Record<string, Factor>;
export type CarbonMode = "van" | "truck" | "airShort" | "airLong";

/** Divisors of the dimensional weight in cm3 a kg. */
export const DIM_DIVISOR = { express: 5_000, air: 6_000 } as const;
/** EU 2025/40, article 24, from 2030: more empty space than that is too much. */
export const MOST_EMPTY = 0.5;
/** kg of corrugated board a m2, single wall, for boxes whose weight nobody told. */
const GRAMMAGE = 0.55;
const FLAP_M = 0.035;

export type Packed = {
  parcelId: string;
  carrier?: string;
  /** outer sides in mm */
  sides?: [number, number, number];
  /** weighed or told; else made of the sides */
  boxG?: number;
  isEstimated: boolean;
  fillerG: number;
  goodsMl?: number;
  /** whole parcel */
  weightG?: number;
  /** of the box material, what can be recycled; true for corrugated board and paper */
  isRecyclable: boolean;
  /** a folding carton, not corrugated board */
  isCarton?: true;
  legs?: { mode: CarbonMode; km: number }[];
};

/** Board of a regular slotted box: its blank's area by the grammage. */
export function boardG([length, width, height]: [number, number, number]): number {
  const [l, w, h] = [length / 1_000, width / 1_000, height / 1_000];
  return (2 * (l + w) + FLAP_M) * (h + w) * GRAMMAGE * 1_000;
}

export const outerMl = ([length, width, height]: [number, number, number]): number =>
  (length * width * height) / 1_000;

/** Sides are rounded up to whole cm, as carriers do. */
export function dimWeightG(
  [length, width, height]: [number, number, number],
  divisor: number,
): number {
  const [l, w, h] = [Math.ceil(length / 10), Math.ceil(width / 10), Math.ceil(height / 10)];
  return ((l * w * h) / divisor) * 1_000;
}

/** Share of the parcel that holds nothing to be sold; filler counts as empty. Null when box or goods are unknown. */
export function emptyShare({ sides, goodsMl }: Packed): number | null {
  if (sides === undefined || goodsMl === undefined) return null;
  const outer = outerMl(sides);
  return outer > 0 ? Math.max(0, outer - goodsMl) / outer : null;
}

function boxFactor({ isRecyclable, isCarton }: Packed): Factor {
  if (!isRecyclable) return CARBON_FACTORS.film;
  return isCarton === true ? CARBON_FACTORS.carton : CARBON_FACTORS.corrugated;
}

/** kg CO2e of the packaging of a parcel (G6). */
export const packagingCarbon = (parcel: Packed): number =>
  ((parcel.boxG ?? 0) / 1_000) * boxFactor(parcel).kg +
  (parcel.fillerG / 1_000) * CARBON_FACTORS.paperFill.kg;

/** kg CO2e of the way of a parcel (G7): by its legs where they and its weight are known, else the whole-parcel figure. */
export function transportCarbon({ legs, weightG }: Packed): number {
  if (legs === undefined || legs.length === 0 || weightG === undefined)
    return CARBON_FACTORS.parcel.kg;
  const tonnes = weightG / 1_000_000;
  return legs.reduce((sum, { mode, km }) => sum + tonnes * km * CARBON_FACTORS[mode].kg, 0);
}

type PackedData = Extract<RecordedEvent, { type: "pack.completed" }>["data"];
type ToldParcel = NonNullable<PackedData["parcels"]>[number];
type ToldBox = NonNullable<ToldParcel["box"]>;

const MODES: ReadonlySet<string> = new Set(["van", "truck", "airShort", "airLong"]);

/** Legs of the way, where the sender told them: `legs: [{mode, km}]`, a field of theirs that is kept. */
function legsOf(told: ToldParcel): Packed["legs"] {
  const legs = (told as { legs?: unknown }).legs;
  if (!Array.isArray(legs)) return undefined;
  const fit = legs.filter(
    (leg: unknown): leg is { mode: CarbonMode; km: number } =>
      typeof leg === "object" &&
      leg !== null &&
      MODES.has(String((leg as { mode?: unknown }).mode)) &&
      typeof (leg as { km?: unknown }).km === "number",
  );
  return fit.length === legs.length && fit.length > 0 ? fit : undefined;
}

function sidesOf(box: ToldBox): Packed["sides"] {
  if (box.lengthMm === undefined || box.widthMm === undefined || box.heightMm === undefined)
    return undefined;
  return [box.lengthMm, box.widthMm, box.heightMm];
}

type BoxFacts = Pick<
  Packed,
  "sides" | "boxG" | "goodsMl" | "isEstimated" | "fillerG" | "isRecyclable" | "isCarton"
>;

const isRecyclable = (material: unknown): boolean => material !== "film" && material !== "plastic";

function weightOf(box: ToldBox, sides: Packed["sides"]): Pick<Packed, "boxG" | "isEstimated"> {
  if (box.materialG !== undefined) return { boxG: box.materialG, isEstimated: false };
  return sides === undefined ? { isEstimated: true } : { boxG: boardG(sides), isEstimated: true };
}

function boxOf(box: ToldBox = {}): BoxFacts {
  const sides = sidesOf(box);
  const { fillerG = 0, goodsVolumeMl } = box;
  const { material } = box as { material?: unknown };
  return {
    fillerG,
    isRecyclable: isRecyclable(material),
    ...(material === "carton" && { isCarton: true }),
    ...weightOf(box, sides),
    ...(sides !== undefined && { sides }),
    ...(goodsVolumeMl !== undefined && { goodsMl: goodsVolumeMl }),
  };
}

function packedOf(told: ToldParcel): Packed {
  const { parcelId, carrier, weightG } = told;
  const legs = legsOf(told);
  return {
    parcelId,
    ...boxOf(told.box),
    ...(carrier !== undefined && { carrier }),
    ...(weightG !== undefined && { weightG }),
    ...(legs !== undefined && { legs }),
  };
}

/** Every parcel as it was packed last; `taken` says which events were taken back. */
export function packedOfEvents(
  events: readonly RecordedEvent[],
  isTaken: (event: RecordedEvent) => boolean,
): Packed[] {
  const parcels = new Map<string, Packed>();
  for (const event of events) {
    if (event.type !== "pack.completed" || isTaken(event)) continue;
    for (const told of event.data.parcels ?? []) parcels.set(told.parcelId, packedOf(told));
  }
  return [...parcels.values()];
}
