/** What the server tells of a moment: the board whole and page by page, or what changed since another moment. */
import type { BoardDelta, LiveMetrics, PickupState, Row, SourceState } from "../../domain/board.ts";
import { http } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";

export type PastFrame = {
  site: string;
  epoch: string;
  seq: number;
  /** when the last change before the moment was made */
  at: number;
  total: number;
  /** false: what happened before the moment is not all known */
  isWhole: boolean;
  metrics: LiveMetrics;
  pickups: PickupState[];
  sources: SourceState[];
  rows?: Row[];
  more?: boolean;
  delta?: Pick<BoardDelta, "from" | "to" | "upserts" | "removed">;
};
export type PastRange = { from: number | null; to: number | null };

export type FrameAsked = {
  site: string;
  at: number;
  /** where we stand: then only what changed is told */
  since?: { epoch: string; seq: number } | undefined;
  offset?: number;
};

export async function readFrame(
  { site, at, since, offset = 0 }: FrameAsked,
  signal?: AbortSignal,
): Promise<PastFrame> {
  const query = new URLSearchParams({ site, at: new Date(at).toISOString() });
  if (since !== undefined) {
    query.set("epoch", since.epoch);
    query.set("seq", String(since.seq));
  }
  if (offset > 0) query.set("offset", String(offset));
  const path = `/api/v1/rewind?${query}`;
  return withInstants(await http("GET", path, signal === undefined ? {} : { signal })) as PastFrame;
}

export async function readRange(site: string): Promise<PastRange> {
  const path = `/api/v1/rewind/range?${new URLSearchParams({ site })}`;
  const { from, to } = await http<{ from: string | null; to: string | null }>("GET", path);
  const instant = (text: string | null) => (text === null ? null : Date.parse(text));
  return { from: instant(from), to: instant(to) };
}
