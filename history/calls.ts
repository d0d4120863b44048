/** Who was called for what, as the commits wrote it down: copied by its place in that list, so that copying again changes nothing. */
import type { Call } from "../domain/incidents/call.ts";
import type { History } from "./open.ts";

/** `id`: its place in the list, as Redis gives it */
export type PlacedCall = { id: string; text: string };

const PAD = 20;
/** Places in the order of text. */
const keyOf = (id: string): string => {
  const [at = "", n = "0"] = id.split("-");
  return `${at.padStart(PAD, "0")}-${n.padStart(PAD, "0")}`;
};
const placeOf = (key: string): string =>
  key
    .split("-")
    .map((part) => String(Number(part)))
    .join("-");

/** Where the list is copied to; `-` before the first. */
export async function lastCall({ db }: Pick<History, "db">, site: string): Promise<string> {
  const found = await db
    .selectFrom("calls")
    .select("id")
    .where("site", "=", site)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return found === undefined ? "-" : placeOf(found.id);
}

export async function keepCalls(
  history: History,
  site: string,
  calls: readonly PlacedCall[],
): Promise<void> {
  const rows = calls.map(({ id, text }) => {
    const { at, incident, kind, severity, why } = JSON.parse(text) as Call;
    return [site, keyOf(id), at, incident, kind, severity, why, text];
  });
  await history.upsert(history.db, "calls", rows, ["site", "id"]);
}
