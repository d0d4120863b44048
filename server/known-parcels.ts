/** Which open order a parcel belongs to, by what the board knows: asked for a few parcels it looks through the rows, for many it makes an index of them once a request. */
import type { Row } from "../domain/board.ts";
import type { SiteBoard } from "./decorators.ts";

/** Beyond so many an index of all names costs less than looking through all rows for each. */
const FEW = 8;

/** Of the ids that a row is found by those of its parcels: they stand first, a code and an id each at most. An article that is called like a code is no parcel. */
export const parcelNamesOf = ({ find, parcels }: Pick<Row, "find" | "parcels">): string[] =>
  find.slice(0, 2 * parcels.total);

function indexOf(rows: Iterable<Row>): Map<string, string> {
  const orders = new Map<string, string>();
  for (const row of rows) for (const name of parcelNamesOf(row)) orders.set(name, row.id);
  return orders;
}

/** The last of the rows that has it, as in an index. */
function lookThrough(rows: Iterable<Row>, parcel: string): string | undefined {
  let order: string | undefined;
  for (const row of rows) if (parcelNamesOf(row).includes(parcel)) order = row.id;
  return order;
}

export function createParcelFinder(
  board: Pick<SiteBoard, "rows"> | undefined,
): (parcel: string) => string | undefined {
  const met = new Map<string, string | undefined>();
  let index: Map<string, string> | undefined;
  return (parcel) => {
    if (board === undefined || met.has(parcel)) return met.get(parcel);
    if (met.size >= FEW) index ??= indexOf(board.rows.values());
    const order =
      index === undefined ? lookThrough(board.rows.values(), parcel) : index.get(parcel);
    met.set(parcel, order);
    return order;
  };
}
