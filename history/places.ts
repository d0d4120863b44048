/** Lists of the live store that are copied by the place of each entry, so that copying again changes nothing. */
import type { History } from "./open.ts";

/** `id`: its place in the list, as Redis gives it */
export type Placed = { id: string; text: string };

const PAD = 20;
/** Places in the order of text. */
export const keyOf = (id: string): string => {
  const [at = "", n = "0"] = id.split("-");
  return `${at.padStart(PAD, "0")}-${n.padStart(PAD, "0")}`;
};
const placeOf = (key: string): string =>
  key
    .split("-")
    .map((part) => String(Number(part)))
    .join("-");

/** Where the list is copied to; `-` before the first. */
export async function lastPlace(
  { db }: Pick<History, "db">,
  table: "calls" | "judged",
  site: string,
): Promise<string> {
  const found = await db
    .selectFrom(table)
    .select("id")
    .where("site", "=", site)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return found === undefined ? "-" : placeOf(found.id);
}
