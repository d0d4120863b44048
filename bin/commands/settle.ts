/** Waits until what was sent is applied: until the numbers of each site hold everything up to the last position that the door answered with. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LiveMetrics } from "../../domain/board.ts";
import { comparePositions } from "../../domain/contract/positions.ts";
import { AWAY_AT_MOST_MS, getJson, isForbidden, isLasting, type Connection } from "./connection.ts";

/** `metrics` is null where the key may not read them: all is kept, and what became of it is for others to see. */
export type SiteNow = { site: string; metrics: LiveMetrics | null };

type Numbers = LiveMetrics & { appliedTo: string };

const LOOK_EVERY_MS = 250;
const SAY_EVERY_LOOKS = 40;

/** Its numbers; null for a moment in which it is away. @throws Error for what no patience helps against */
async function look(connection: Connection, site: string): Promise<Numbers | null> {
  const path = `/api/v1/metrics/live?site=${encodeURIComponent(site)}`;
  return getJson<Numbers>(connection, path).catch((error: unknown) => {
    if (isLasting(error)) throw error;
    return null;
  });
}

function say(site: string, numbers: Numbers | null): void {
  const what = numbers === null ? "the tower is away" : `${numbers.inboxLag} events wait`;
  console.error(`all is kept; ${what}: ${site} is not up to it yet`);
}

async function untilApplied(
  connection: Connection,
  site: string,
  position: string,
): Promise<Numbers> {
  let heardAt = performance.now();
  for (let looks = 1; ; looks += 1) {
    const numbers = await look(connection, site);
    if (numbers !== null && comparePositions(numbers.appliedTo, position) >= 0) return numbers;
    if (numbers !== null) heardAt = performance.now();
    else if (performance.now() - heardAt > AWAY_AT_MOST_MS)
      throw new Error("all is kept, but the tower is away: it is applied when it is started again");
    if (looks % SAY_EVERY_LOOKS === 0) say(site, numbers);
    await sleep(LOOK_EVERY_MS);
  }
}

/** `inbox`: site -> position. @throws Error when the tower stays away */
export async function settleAll(
  connection: Connection,
  inbox: Readonly<Record<string, string>>,
): Promise<SiteNow[]> {
  return Promise.all(
    Object.entries(inbox).map(async ([site, position]) => {
      const metrics = await untilApplied(connection, site, position).catch((error: unknown) => {
        if (isForbidden(error)) return null;
        throw error;
      });
      return { site, metrics };
    }),
  );
}
