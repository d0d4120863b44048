/** How orders stood to their alarms, as the forecaster counted them. */
import type { Judged } from "../domain/forecast/quality.ts";
import type { History } from "./open.ts";
import { keyOf, type Placed } from "./places.ts";
import type { Tables } from "./schema.ts";

function valuesOf(site: string, { id, text }: Placed): unknown[] {
  const { order, day, deadline, raisedAt, readyAt, isMissed } = JSON.parse(text) as Judged;
  return Object.values({
    site,
    id: keyOf(id),
    order_id: order,
    day,
    deadline_at: deadline,
    raised_at: raisedAt,
    ready_at: readyAt,
    is_missed: isMissed ? 1 : 0,
  } satisfies Tables["judged"]);
}

export async function keepJudged(
  history: History,
  site: string,
  judged: readonly Placed[],
): Promise<void> {
  const rows = judged.map((one) => valuesOf(site, one));
  await history.upsert(history.db, "judged", rows, ["site", "id"]);
}
