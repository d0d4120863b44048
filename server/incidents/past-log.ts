/** What history tells of the hours before the log begins: boards as they were, one every few minutes, each as what changed since the one before. */
import type { FastifyInstance } from "fastify";
import type { Told } from "../../domain/incidents/rehearsal.ts";
import type { Site } from "../../domain/site.ts";
import { MINUTE_MS } from "../../domain/wall-clock.ts";
import type { RewindFrame } from "../../history/queries/rewind.ts";

/** Further apart history would have to tell whole boards. */
const STEP_MS = 10 * MINUTE_MS;
/** More orders than any site has open. */
const MOST_ROWS = 1_000_000;

export type Past = { from: number; to: number };
type Asking = { site: Site; isStopped: () => boolean };

/** The part of the span that history has and the log has not; null when it has none. */
export async function pastOf(
  app: FastifyInstance,
  site: string,
  { from, to }: Past,
): Promise<Past | null> {
  const kept = await app.history.ask("range", { site });
  if (kept.from === null) return null;
  const begins = Math.max(from, kept.from);
  return begins < to ? { from: begins, to } : null;
}

/** Whole boards are told as what is new in them, and who is gone. */
function toldOf({ rows = [], delta }: RewindFrame, held: Set<string>, at: number): Told {
  const upserts = delta?.upserts ?? rows;
  const there = new Set(rows.map(({ id }) => id));
  const removed = delta?.removed ?? [...held].filter((id) => !there.has(id));
  for (const { id } of upserts) held.add(id);
  for (const id of removed) held.delete(id);
  return { at, rows: upserts, removed, facts: {} };
}

/** The first is the board as it stood at `from`. Ends early where nothing is kept, or when it is stopped. */
export async function* pastChanges(
  app: FastifyInstance,
  { site, isStopped }: Asking,
  { from, to }: Past,
): AsyncGenerator<Told> {
  const held = new Set<string>();
  let since: { epoch: string; seq: number } | undefined;
  for (let at = from; !isStopped(); at = Math.min(at + STEP_MS, to)) {
    const query = { site, at, since, offset: 0, limit: MOST_ROWS };
    const frame: RewindFrame | null = await app.history.ask("frame", query);
    if (frame === null) return;
    since = { epoch: frame.epoch, seq: frame.seq };
    yield toldOf(frame, held, at);
    if (at >= to) return;
  }
}
