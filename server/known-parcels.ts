/** Which open order a parcel belongs to, by what the board knows; read once a request and only when somebody asks. */
import type { SiteBoard } from "./decorators.ts";

export function createParcelFinder(
  board: Pick<SiteBoard, "rows"> | undefined,
): (parcel: string) => string | undefined {
  let orders: Map<string, string> | undefined;
  return (parcel) => {
    orders ??= new Map(
      [...(board?.rows.values() ?? [])].flatMap(({ id, find }) =>
        find.map((name): [string, string] => [name, id]),
      ),
    );
    return orders.get(parcel);
  };
}
