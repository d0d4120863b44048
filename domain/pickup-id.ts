/** Ids of trucks at a pickup, as they are read: `<carrier>-<YYYYMMDD>-<HHMM>` in site time; a carrier's id may hold dashes itself. Pages read them too: nothing of the calendar comes with it. */

const PICKUP = /^(.+)-(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})$/;

/** `date` as `2026-01-05`, `time` as `16:00`. */
export type PickupName = { carrier: string; date: string; time: string };

/** Null for what is no id of a pickup: sources may name trucks as they like. */
export function readPickupId(id: string): PickupName | null {
  const [, carrier, year, month, day, hour, minute] = PICKUP.exec(id) ?? [];
  return carrier === undefined
    ? null
    : { carrier, date: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}

/** Of an id in another form what stands before its last two dashes. */
export const carrierOf = (id: string): string =>
  readPickupId(id)?.carrier ?? id.split("-").slice(0, -2).join("-");
