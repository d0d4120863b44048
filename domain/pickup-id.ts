/** Pickup ids are `<carrier>-<YYYYMMDD>-<HHMM>`; a carrier's id may hold dashes itself. */
export const carrierOf = (pickupId: string): string => pickupId.split("-").slice(0, -2).join("-");
