/** Which parcels an event means. Several systems tell of one parcel, each by the names it knows, and carriers know tracking codes alone. */
import type { Parcel } from "../order.ts";
import { STAGE_RANK } from "../stages.ts";
import type { Step } from "./corrections.ts";
import { systemOf } from "./sequence.ts";
import { HAND_OVER_RANK, type Building } from "./state.ts";

/** As an event names it. */
type ParcelNames = { parcelId?: string | undefined; trackingCode?: string | undefined };

/** The parcel that has this name, or that the system of `source` called so when it was packed. */
export function parcelCalled(
  { order, aliases }: Building,
  name: string | undefined,
  source: string,
): Parcel | undefined {
  const { parcels } = order;
  const byId = parcels.find(({ parcelId }) => parcelId === name);
  if (byId || name === undefined) return byId;
  const system = systemOf(source);
  const alias = aliases.find((one) => one.system === system && one.name === name);
  return alias && parcels.find(({ parcelId }) => parcelId === alias.parcelId);
}

const bears = (parcel: Parcel, code: string): boolean =>
  parcel.trackingCode === code || parcel.parcelId === code;

const isNamedBy = ({ aliases }: Building, system: string, { parcelId }: Parcel): boolean =>
  aliases.some((one) => one.system === system && one.parcelId === parcelId);

/**
 * The parcel that a pack scan names. Under one tracking code another system may have told of it by another name; but of what the same system calls differently each is
 * a parcel of its own, also where a carrier has one number for all of them.
 */
export function packedParcel(
  building: Building,
  { parcelId, trackingCode }: ParcelNames,
  { event: { source } }: Step,
): Parcel | undefined {
  const called = parcelCalled(building, parcelId, source);
  if (called || trackingCode === undefined) return called;
  return building.order.parcels.find(
    (parcel) => bears(parcel, trackingCode) && !isNamedBy(building, systemOf(source), parcel),
  );
}

/** Remembers how a system calls a parcel. */
export function nameParcel(
  building: Building,
  name: string,
  { parcelId }: Parcel,
  { event: { source } }: Step,
): void {
  const system = systemOf(source);
  const isKnown = building.aliases.some((one) => one.system === system && one.name === name);
  if (!isKnown) building.aliases = [...building.aliases, { system, name, parcelId }];
}

type Lines = Parcel["lines"];

/** Nothing is left that could be in a further parcel of these lines. Of one that names none: when all of the order was counted into the others. */
function isAllPacked({ order: { lines, parcels } }: Building, named: Lines): boolean {
  if (named === undefined && parcels.some((parcel) => parcel.lines === undefined)) return false;
  return lines.every(
    ({ line, packed, short, quantity }) =>
      packed + short >= quantity || named?.some((one) => one.line === line) === false,
  );
}

const inWords = (lines: Lines): string =>
  (lines ?? [])
    .map(({ line, quantity }) => `${line}:${quantity}`)
    .toSorted()
    .join();

/** Those that other systems packed and that may be the same as one of this code. */
function packedByOthers(
  building: Building,
  code: string | undefined,
  system: string,
): readonly Parcel[] {
  const { order, aliases } = building;
  return order.parcels.filter(
    (parcel) =>
      (code === undefined || parcel.trackingCode === undefined) &&
      aliases.some(({ parcelId }) => parcelId === parcel.parcelId) &&
      !isNamedBy(building, system, parcel),
  );
}

/**
 * Takes a pack scan as one of units that another system packed, told again under a name of its own; false, and nothing taken, when it is none: a shop's fulfillment is what the warehouse put into its boxes. It is the one with just
 * these lines, else the only one it can be; and a tracking code is that of all of them.
 */
export function takeAsPackedByOthers(
  building: Building,
  { parcelId, trackingCode, lines }: ParcelNames & { parcelId: string; lines?: Lines },
  step: Step,
): boolean {
  if (!isAllPacked(building, lines)) return false;
  const others = packedByOthers(building, trackingCode, systemOf(step.event.source));
  const same = lines && others.find((parcel) => inWords(parcel.lines) === inWords(lines));
  const targets = same ? [same] : others;
  const [first, ...more] = targets;
  if (first === undefined || (more.length > 0 && trackingCode === undefined)) return false;
  nameParcel(building, parcelId, first, step);
  takeCode(building, { trackingCode }, targets);
  return true;
}

/**
 * Whose a tracking code is that nobody told of: that of the parcels without one, those first that are out of the house. When several went by one code until now, which may be that of
 * them all, the last of them has this one.
 */
function parcelsWithoutCode({ order: { parcels }, guessed }: Building): readonly Parcel[] {
  const uncoded = parcels.filter(({ trackingCode }) => trackingCode === undefined);
  const out = uncoded.filter(({ stage }) => STAGE_RANK[stage] >= HAND_OVER_RANK);
  if (uncoded.length > 0) return out.length > 0 ? out : uncoded;
  const sharing = parcels.findLast(
    ({ parcelId, trackingCode: code = "" }) =>
      guessed.includes(code) &&
      parcels.some((one) => one.trackingCode === code && one.parcelId !== parcelId),
  );
  return sharing ? [sharing] : [];
}

/** The parcels that a scan names: one by its name, all that go under a tracking code. */
export function scannedParcels(
  building: Building,
  { parcelId, trackingCode }: ParcelNames,
  { event: { source } }: Step,
): readonly Parcel[] {
  const called = parcelCalled(building, parcelId, source);
  if (called) return [called];
  if (trackingCode === undefined) return [];
  const coded = building.order.parcels.filter((parcel) => bears(parcel, trackingCode));
  return coded.length > 0 || parcelId !== undefined ? coded : parcelsWithoutCode(building);
}

/** A code that a scan tells by itself is from now on that of its parcels. */
export function takeCode(
  building: Building,
  { parcelId, trackingCode }: ParcelNames,
  targets: readonly Parcel[],
): void {
  if (parcelId !== undefined || trackingCode === undefined) return;
  if (targets.some((parcel) => bears(parcel, trackingCode))) return;
  for (const parcel of targets) parcel.trackingCode = trackingCode;
  if (targets.length > 1) building.guessed = [...building.guessed, trackingCode];
}
