/**
 * The orders of a site one after the other, so many a request: those that are open by their number, then those that closed, the last closed first. A token says
 * where the next request goes on; an order that closes in between may come a second time, which its events' ids tell.
 */
import { Type, type Static } from "typebox";
import type { Row } from "../../domain/board.ts";
import { compileStrict } from "../plugins/validation.ts";
import { noSuchToken } from "./pages.ts";

const exactly = { additionalProperties: false };
const most = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** From an open order on, or from a place among the closed ones; `skip` of its events were told. */
const Place = Type.Union([
  Type.Object({ open: Type.String(), skip: Type.Integer(most) }, exactly),
  Type.Object({ closed: Type.Integer(most), skip: Type.Integer(most) }, exactly),
]);
export type Place = Static<typeof Place>;

export const START: Place = { open: "", skip: 0 };
const isPlace = compileStrict(Place);

export const encodePlace = (place: Place): string =>
  Buffer.from(JSON.stringify(place)).toString("base64url");

/** @throws problem for a text that no page ended with */
export function decodePlace(token: string | undefined): Place {
  if (token === undefined) return START;
  try {
    const place: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (isPlace(place)) return place as Place;
  } catch {
    // what is no JSON is no token either
  }
  throw noSuchToken();
}

/** An order to look at, and the place it stands at. */
export type Stop = { id: string; place: Place };

type Closed = { items: Row[]; next: number | null };
export type Rows = {
  open: ReadonlyMap<string, Row>;
  closed: (offset: number, limit: number) => Promise<Closed>;
  isWanted: (row: Row) => boolean;
};

const AT_ONCE = 50;

function* openStops({ open, isWanted }: Rows, place: Place): Generator<Stop> {
  if (!("open" in place)) return;
  const ids = [...open.values()].flatMap((row) =>
    row.id >= place.open && isWanted(row) ? [row.id] : [],
  );
  for (const id of ids.sort())
    yield { id, place: { open: id, skip: id === place.open ? place.skip : 0 } };
}

export async function* stopsFrom(rows: Rows, place: Place): AsyncGenerator<Stop> {
  yield* openStops(rows, place);
  const from = "closed" in place ? place : { closed: 0, skip: 0 };
  let offset: number | null = from.closed;
  while (offset !== null) {
    const at: number = offset;
    const { items, next }: Closed = await rows.closed(at, AT_ONCE);
    for (const [later, row] of items.entries())
      if (rows.isWanted(row)) {
        const closed = at + later;
        yield { id: row.id, place: { closed, skip: closed === from.closed ? from.skip : 0 } };
      }
    offset = next;
  }
}
