/** Which sources speak and which are silent for longer than is normal for them. */
import type { SourceState } from "../../domain/board.ts";
import { durationMs } from "../../domain/wall-clock.ts";
import { PEOPLE_SOURCE } from "../../domain/contract/ingest.ts";
import { CANARY_SOURCE } from "../../domain/contract/jobs.ts";
import type { Site } from "../../domain/site.ts";

/** A source that was configured and never heard is as old as the clock says: silent. */
const NEVER_MS = 365 * 86_400_000;

function stateOf(
  source: string,
  lastAt: number | undefined,
  silentAfterMs: number | undefined,
  now: number,
): SourceState {
  const ageMs = lastAt === undefined ? NEVER_MS : Math.max(0, now - lastAt);
  const isSilent = silentAfterMs !== undefined && ageMs > silentAfterMs;
  return {
    source,
    ageMs,
    state: isSilent ? "silent" : "live",
    ...(lastAt !== undefined && { lastAt }),
    ...(silentAfterMs !== undefined && { silentAfterMs }),
  };
}

/** Configured sources first, then those heard in the last 24 hours; the canary is not a source of the site's business. */
export function sourceStates(
  site: Site,
  heard: ReadonlyMap<string, number>,
  now: number,
): SourceState[] {
  const configured = (site.sources ?? []).map(({ source, silentAfter }) =>
    stateOf(source, heard.get(source), durationMs(silentAfter), now),
  );
  const known = new Set(configured.map(({ source }) => source));
  const others = [...heard].flatMap(([source, at]) =>
    known.has(source) ||
    source === CANARY_SOURCE ||
    source.startsWith(PEOPLE_SOURCE) ||
    now - at > 86_400_000
      ? []
      : [stateOf(source, at, undefined, now)],
  );
  return [...configured, ...others];
}
