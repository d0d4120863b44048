/** Who was called for what, as the commits wrote it down. */
import type { Call } from "../domain/incidents/call.ts";
import type { History } from "./open.ts";
import { keyOf, type Placed } from "./places.ts";

export async function keepCalls(
  history: History,
  site: string,
  calls: readonly Placed[],
): Promise<void> {
  const rows = calls.map(({ id, text }) => {
    const { at, incident, kind, severity, why } = JSON.parse(text) as Call;
    return [site, keyOf(id), at, incident, kind, severity, why, text];
  });
  await history.upsert(history.db, "calls", rows, ["site", "id"]);
}
