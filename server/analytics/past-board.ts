/** A board as it was, as it leaves over HTTP. */
import type { Site } from "../../domain/site.ts";
import type { RewindFrame } from "../../history/queries/rewind.ts";
import { deltaFor, rowsFor, type Audience } from "../audience.ts";
import { pickupsToHttp, toHttp } from "../http-instants.ts";
import { sourceStates } from "../live/source-states.ts";

type Asked = { site: Site; at: number; offset: number };

/** What of it is told: rows, or what changed since. */
function toldOf(
  { site, offset }: Asked,
  { rows, delta, epoch, at, total }: RewindFrame,
  audience: Audience,
): object {
  if (delta !== undefined) {
    const { from, to, upserts, removed } = deltaFor(audience, {
      ...delta,
      site: site.id,
      epoch,
      at,
    });
    return { delta: { from, to, upserts, removed } };
  }
  const shown = rowsFor(audience, rows ?? []);
  return { rows: shown, more: offset + shown.length < total };
}

export function pastBoard(asked: Asked, frame: RewindFrame, audience: Audience): object {
  const { site, at } = asked;
  const { epoch, seq, total, metrics, pickups, sources, isWhole } = frame;
  const facts = { site: site.id, epoch, seq, at: frame.at, total, isWhole, metrics };
  const states = sourceStates(site, new Map(sources), at);
  const out = toHttp({ ...facts, ...toldOf(asked, frame, audience), sources: states }) as object;
  return { ...out, pickups: pickupsToHttp(pickups) };
}
