/** What is kept of a captured event beside its meaning, so that it leaves as it came: the standard's own fields, nothing that a sender added. */
import type { EpcisEvent } from "../../domain/contract/epcis.ts";

/** So many codes and classes of a list; an order is kept whole with each of its events. */
const MOST = 100;

/** Words and places, which are short and few. */
const FIELDS = [
  "type",
  "action",
  "eventID",
  "eventTimeZoneOffset",
  "bizStep",
  "disposition",
  "persistentDisposition",
  "readPoint",
  "bizLocation",
  "parentID",
  "transformationID",
  "bizTransactionList",
  "sourceList",
  "destinationList",
] as const satisfies (keyof EpcisEvent)[];
const LISTS = [
  "epcList",
  "childEPCs",
  "inputEPCList",
  "outputEPCList",
  "quantityList",
  "childQuantityList",
  "inputQuantityList",
  "outputQuantityList",
] as const;

export type KeptEpcis = Pick<EpcisEvent, (typeof FIELDS)[number] | (typeof LISTS)[number]>;

export function keptOf(event: EpcisEvent): KeptEpcis {
  const kept: Record<string, unknown> = {};
  for (const field of FIELDS) if (event[field] !== undefined) kept[field] = event[field];
  for (const field of LISTS)
    if (event[field] !== undefined) kept[field] = event[field].slice(0, MOST);
  return kept as KeptEpcis;
}

/** What stands in `data.epcis`: an event as it came, or which part of the one before it this is. */
export type EpcisMark = KeptEpcis | { part: number };

/** Of an event of ours; undefined when it did not come by EPCIS. */
export const markOf = (data: object): EpcisMark | undefined =>
  (data as { epcis?: EpcisMark }).epcis;
