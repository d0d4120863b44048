/**
 * Which sources speak and which are silent for longer than is normal for them: by what the sites file states, else by what the forecaster learned of them. A source
 * that spoke since the forecaster looked is not silent.
 */
import type { SourceState } from "../../domain/board.ts";
import { calendarOf } from "../../domain/calendar.ts";
import { statedSilentAt, type Silence } from "../../domain/silence.ts";
import { DAY_MS, durationMs } from "../../domain/wall-clock.ts";
import { PEOPLE_SOURCE } from "../../domain/contract/ingest.ts";
import { CANARY_SOURCE } from "../../domain/contract/jobs.ts";
import type { Site } from "../../domain/site.ts";

/** A source that was configured and never heard is as old as the clock says: silent. */
const NEVER_MS = 365 * 86_400_000;

function stated(
  site: Site,
  { source, silentAfter, name }: NonNullable<Site["sources"]>[number],
  lastAt: number | undefined,
  now: number,
): SourceState {
  const silentAfterMs = durationMs(silentAfter);
  const named = { source, ...(name !== undefined && { name }) };
  if (lastAt === undefined) return { ...named, ageMs: NEVER_MS, state: "silent", silentAfterMs };
  const isSilent = now > statedSilentAt(calendarOf(site), lastAt, silentAfterMs);
  const ageMs = Math.max(0, now - lastAt);
  return { ...named, ageMs, state: isSilent ? "silent" : "live", lastAt, silentAfterMs };
}

function learned(
  source: string,
  lastAt: number,
  silence: Silence | undefined,
  now: number,
): SourceState {
  const ageMs = Math.max(0, now - lastAt);
  if (silence === undefined || lastAt > silence.since)
    return { source, ageMs, state: "live", lastAt };
  const silentAfterMs = Math.round(silence.silentAt - silence.since);
  return { source, ageMs, state: "silent", lastAt, silentAfterMs };
}

/** Configured sources first, then those heard in the last 24 hours or missed; the canary is not a source of the site's business. */
export function sourceStates(
  site: Site,
  heard: ReadonlyMap<string, number>,
  now: number,
  silences: readonly Silence[] = [],
): SourceState[] {
  const configured = (site.sources ?? []).map((one) =>
    stated(site, one, heard.get(one.source), now),
  );
  const missed = new Map(silences.map((silence) => [silence.source, silence]));
  const known = new Set(configured.map(({ source }) => source));
  const others = [...heard].flatMap(([source, at]) =>
    known.has(source) ||
    source === CANARY_SOURCE ||
    source.startsWith(PEOPLE_SOURCE) ||
    (now - at > DAY_MS && !missed.has(source))
      ? []
      : [learned(source, at, missed.get(source), now)],
  );
  return [...configured, ...others];
}
