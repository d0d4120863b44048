/**
 * At most four times a second: one delta for everything that changed at a site since the last one, to everybody who looks at it. The first change after a quiet
 * moment leaves at once, what follows it within a quarter of a second together. Built once per audience, never one per commit. After a reload under other
 * numbers an empty delta of the new epoch makes every viewer open again.
 */
import { COALESCE_MS } from "../../domain/contract/realtime.ts";
import type { BoardDelta } from "../../domain/board.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { LiveBoard, Reload } from "./live-board.ts";
import { deltaFor, type Audience } from "../audience.ts";
import { createPace } from "./pace.ts";

export type Place = { epoch: string; seq: number };

export type Outlet = {
  /** whether anybody of this audience looks at the rows of this site */
  hasViewers(site: string, audience: Audience): boolean;
  sendDelta(site: string, audience: Audience, delta: BoardDelta): void;
  /** whether anybody of this audience looks at anything of this site */
  hasIncidentViewers(site: string, audience: Audience): boolean;
  sendIncident(site: string, audience: Audience, incident: Incident): void;
  /** called before each round, and four times a second when nothing changes: sockets that are behind leave, sockets that caught up come back; `sent` is what everybody was told last */
  tend(site: string, sent: Place): void;
};

const AUDIENCES: Audience[] = ["full", "reduced"];

/** Each once, as it is now, however often it changed within the round. */
function sendIncidents(outlet: Outlet, site: string, incidents: readonly Incident[]): void {
  for (const audience of AUDIENCES)
    if (incidents.length > 0 && outlet.hasIncidentViewers(site, audience))
      for (const incident of incidents) outlet.sendIncident(site, audience, incident);
}

export type Broadcaster = {
  noteReload(site: string, reload: Reload): void;
  start(): void;
  stop(): void;
};

export function createBroadcaster(
  boards: ReadonlyMap<string, LiveBoard>,
  outlet: Outlet,
  now: () => number,
): Broadcaster {
  const sent = new Map<string, Place>();
  let timer: NodeJS.Timeout | undefined;

  function send(site: string, delta: BoardDelta): void {
    for (const audience of AUDIENCES)
      if (outlet.hasViewers(site, audience))
        outlet.sendDelta(site, audience, deltaFor(audience, delta));
  }

  /** Nothing in it but its place: whoever is not there already sees that something is missing and opens again. */
  const signpost = (site: string, epoch: string, seq: number): BoardDelta => ({
    site,
    epoch,
    from: seq,
    to: seq,
    upserts: [],
    removed: [],
    at: now(),
  });

  /** Nobody was told anything of a board that was just read: its first viewers get snapshots. */
  const told = (site: string, { view }: LiveBoard): Place =>
    sent.get(site) ?? { epoch: view.epoch, seq: view.seq };

  function round(site: string, board: LiveBoard): void {
    const { epoch, seq } = board.view;
    const last = told(site, board);
    sent.set(site, { epoch, seq });
    if (last.epoch !== epoch) return send(site, signpost(site, epoch, seq));
    if (last.seq === seq) return;
    send(site, board.since(last.seq, now()) ?? signpost(site, epoch, seq));
    sendIncidents(outlet, site, board.incidentsSince(last.seq));
  }

  function tend(): void {
    for (const [site, board] of boards) if (board.isLoaded()) outlet.tend(site, told(site, board));
  }

  function flushSite(site: string): void {
    const board = boards.get(site);
    if (!board?.isLoaded()) return;
    outlet.tend(site, told(site, board));
    round(site, board);
  }

  const pace = createPace(COALESCE_MS, flushSite);

  return {
    noteReload(site, reload) {
      const board = boards.get(site);
      if (board !== undefined && reload === "other-epoch") round(site, board);
    },
    start() {
      for (const [site, board] of boards) board.watch(() => pace.note(site));
      timer = setInterval(tend, COALESCE_MS);
    },
    stop() {
      clearInterval(timer);
      pace.stop();
    },
  };
}
