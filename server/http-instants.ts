/** Inside an instant is epoch milliseconds, over HTTP it is RFC 3339: the fields that the contract lists are turned wherever they stand. */
import type { PickupState } from "../domain/board.ts";
import { HTTP_INSTANT_FIELDS } from "../domain/contract/http-instants.ts";

/** The largest instant that a date can hold. */
const LAST = 8.64e15;

const isInstant = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) <= LAST;

function fieldOf(name: string, value: unknown): unknown {
  return HTTP_INSTANT_FIELDS.has(name) && isInstant(value)
    ? new Date(value).toISOString()
    : toHttp(value);
}

/** A copy with instants as text; what is no instant stays as it is. */
export function toHttp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toHttp);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, fieldOf(name, inner)]),
  );
}

type Truck = PickupState & { readyBy?: number };

/** A truck's `due` is a count of orders, while a row's is an instant. */
export const pickupsToHttp = (pickups: readonly Truck[]) =>
  pickups.map(({ readyBy, ...pickup }) => ({
    ...pickup,
    at: new Date(pickup.at).toISOString(),
    ...(readyBy !== undefined && { readyBy: new Date(readyBy).toISOString() }),
  }));
