/** A board as it was, as it leaves over HTTP. */
import type { Site } from "../../domain/site.ts";
import type { RewindFrame } from "../../history/queries/rewind.ts";
import { deltaFor, rowsFor, type Audience } from "../audience.ts";
import { pickupsToHttp, toHttp } from "../http-instants.ts";
import { sourceStates } from "../live/source-states.ts";

/** What of it is told: all rows, or what changed since. */
function toldOf(
  site: string,
  { rows, delta, epoch, at, total }: RewindFrame,
  audience: Audience,
): object {
  if (delta !== undefined) {
    const { from, to, upserts, removed } = deltaFor(audience, { ...delta, site, epoch, at });
    return { delta: { from, to, upserts, removed } };
  }
  const shown = rowsFor(audience, rows ?? []);
  return { rows: shown, more: shown.length < total };
}

export function pastBoard(site: Site, frame: RewindFrame, at: number, audience: Audience): object {
  const { epoch, seq, total, metrics, pickups, sources, isWhole } = frame;
  const facts = { site: site.id, epoch, seq, at: frame.at, total, isWhole, metrics };
  const states = sourceStates(site, new Map(sources), at);
  const out = toHttp({ ...facts, ...toldOf(site.id, frame, audience), sources: states }) as object;
  return { ...out, pickups: pickupsToHttp(pickups) };
}
