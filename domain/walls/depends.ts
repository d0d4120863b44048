/**
 * Which slides of a wall rest on which sources (idea: a board that admits it is blind). A source that is silent hatches what it would have told; what nobody knows
 * the meaning of concerns everything. Without schemas, for the browser.
 */
import { carrierOf } from "../pickup-id.ts";
import type { SlideKind } from "./slides.ts";

type Reading = Exclude<SlideKind, "message" | "grid">;

const EVERYTHING: readonly Reading[] = ["trucks", "stations", "urgent", "today", "quality"];
/** What sources tell of, by the first part of their name. */
const TOLD_BY: Readonly<Record<string, readonly Reading[]>> = {
  // orders that do not come in are missing everywhere but in what was already done
  shop: ["trucks", "stations", "urgent"],
  wms: EVERYTHING,
  "3pl": ["trucks", "urgent", "today"],
  carrier: ["trucks", "today"],
  pos: ["stations"],
};

const kindOf = (source: string): string => source.split("/")[0]?.toLowerCase() ?? "";

/** Whether a slide shows what this source tells. */
export function restsOn(slide: SlideKind, source: string): boolean {
  if (slide === "message") return false;
  const told = TOLD_BY[kindOf(source)] ?? EVERYTHING;
  return slide === "grid" || told.includes(slide);
}

/** A carrier that is silent says nothing of the trucks of others. Told apart by the id of the truck: what walls call a carrier is a name. */
export function truckRestsOn(truckId: string, source: string): boolean {
  if (kindOf(source) !== "carrier") return restsOn("trucks", source);
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return plain(source.slice(source.indexOf("/") + 1)) === plain(carrierOf(truckId));
}
