/** Which open orders a parcel belongs to, by what the board knows: asked for a few parcels it looks through the rows, for many it makes an index of them once a request. */
import type { Row } from "../domain/board.ts";
import type { SiteBoard } from "./decorators.ts";

/** Beyond so many an index of all names costs less than looking through all rows for each. */
const FEW = 8;

/** Of the ids that a row is found by those of its parcels: they stand first, a code and an id each at most. An article that is called like a code is no parcel. */
export const parcelNamesOf = ({ find, parcels }: Pick<Row, "find" | "parcels">): string[] =>
  find.slice(0, 2 * parcels.total);

function indexOf(rows: Iterable<Row>): Map<string, string[]> {
  const orders = new Map<string, string[]>();
  for (const row of rows)
    for (const name of parcelNamesOf(row)) {
      const known = orders.get(name);
      if (known === undefined) orders.set(name, [row.id]);
      else known.push(row.id);
    }
  return orders;
}

function lookThrough(rows: Iterable<Row>, parcel: string): string[] {
  const orders: string[] = [];
  for (const row of rows) if (parcelNamesOf(row).includes(parcel)) orders.push(row.id);
  return orders;
}

type Board = Pick<SiteBoard, "rows"> | undefined;

/** All orders under a name: a carrier's number of a shipment is that of every order in it. */
export function createOrdersFinder(board: Board): (parcel: string) => readonly string[] {
  const met = new Map<string, readonly string[]>();
  let index: Map<string, string[]> | undefined;
  return (parcel) => {
    if (board === undefined) return [];
    const before = met.get(parcel);
    if (before !== undefined) return before;
    if (met.size >= FEW) index ??= indexOf(board.rows.values());
    const orders =
      index === undefined ? lookThrough(board.rows.values(), parcel) : (index.get(parcel) ?? []);
    met.set(parcel, orders);
    return orders;
  };
}

/** Of a parcel that lies in one order alone; the last of them, should there be several. */
export function createParcelFinder(board: Board): (parcel: string) => string | undefined {
  const find = createOrdersFinder(board);
  return (parcel) => find(parcel).at(-1);
}
