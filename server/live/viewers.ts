/**
 * Who looks at what, and how far behind each of them is. Rooms are joined here from the credential, never by a name a client sent.
 *
 * A socket that does not take what it is sent (promise P12) leaves the rooms when its queue passes the cap, so that it costs nothing while it is slow;
 * when its queue is empty again it gets one delta for all it missed and comes back. After 15 s it is ended.
 */
import type { Server, Socket } from "socket.io";
import type { BoardDelta } from "../../domain/board.ts";
import {
  SNAPSHOT_PAGE,
  SOCKET_OPENING_BYTES,
  SOCKET_QUEUE_BYTES,
  SOCKET_QUEUE_PACKETS,
  SOCKET_STUCK_MS,
  type ClientToServer,
  type IncidentChanged,
  type PresenceChanged,
  type ServerToClient,
} from "../../domain/contract/realtime.ts";
import { may, type Principal } from "../../domain/permissions.ts";
import type { Outlet } from "./broadcaster.ts";
import { encode } from "./encoded.ts";
import type { LiveBoard } from "./live-board.ts";
import type { PulseOutlet } from "./pulse.ts";
import { deltaFor, type Audience } from "../audience.ts";
import { incidentFor } from "../incidents/audience.ts";
import type { Incident } from "../../domain/incidents/incident.ts";

export type View = "board" | "wall" | "trucks";
/** One opening of a board; the next one is another object, which stops the pages of this one. */
export type Looking = {
  view: View;
  /** set while the socket is too slow to follow */
  behind?: { sinceMs: number; seq: number; epoch: string };
};
/** One thing that is looked at. */
export type Subject = Omit<PresenceChanged, "who">;

export type SocketData = {
  principal: Principal;
  sessionKey: string | undefined;
  audience: Audience;
  looking: Map<string, Looking>;
  presence: readonly Subject[];
};
type NoEvents = Record<string, never>;
export type BoardServer = Server<ClientToServer, ServerToClient, NoEvents, SocketData>;
export type BoardSocket = Socket<ClientToServer, ServerToClient, NoEvents, SocketData>;

export const rowsRoom = (site: string, audience: Audience): string => `rows:${audience}:${site}`;
/** Everybody who looks at a site, whatever of it. */
export const incidentsRoom = (site: string, audience: Audience): string =>
  `incidents:${audience}:${site}`;
export const wallRoom = (site: string): string => `wall:${site}`;
export const pulseRoom = (site: string): string => `pulse:${site}`;

type Queued = { data?: unknown };
type Connection = { writeBuffer: Queued[]; transport: { writable: boolean } };

const sizeOf = ({ data }: Queued): number =>
  typeof data === "string" || Buffer.isBuffer(data) ? data.length : 0;

function unsentBytes({ writeBuffer }: Connection): number {
  let bytes = 0;
  for (const packet of writeBuffer) bytes += sizeOf(packet);
  return bytes;
}

/** The unsent packets of a socket pass the cap. Counted in engine.io's own queue: the kernel's says nothing of a frozen client. */
export const isOverCap = (connection: Connection): boolean =>
  connection.writeBuffer.length > SOCKET_QUEUE_PACKETS ||
  unsentBytes(connection) > SOCKET_QUEUE_BYTES;

/** It asks for board after board and takes none of them: each is megabytes that wait in memory. */
export const isFlooded = ({ conn }: BoardSocket): boolean =>
  unsentBytes(conn as unknown as Connection) > SOCKET_OPENING_BYTES;

const isDrained = ({ writeBuffer, transport }: Connection): boolean =>
  writeBuffer.length === 0 && transport.writable;

/** All it missed in one delta; when that is too much an empty one that it cannot apply, so that it opens again. */
function catchUp(board: LiveBoard, from: { seq: number; epoch: string }, now: number): BoardDelta {
  const { epoch, seq, site } = board.view;
  const delta = from.epoch === epoch ? board.since(from.seq, now) : null;
  if (delta !== null && delta.upserts.length <= SNAPSHOT_PAGE) return delta;
  return { site, epoch, from: seq, to: seq, upserts: [], removed: [], at: now };
}

const changeFor = (audience: Audience, incident: Incident): IncidentChanged => ({
  site: incident.site,
  incident: incidentFor(audience, incident),
});

/** A key may be given the board alone; what a wall may know of incidents is in its sample. */
export const hearsIncidents = (principal: Principal): boolean =>
  principal.kind !== "display" && may(principal, "incidents:read");

function join(socket: BoardSocket, site: string, { view }: Looking): void {
  void socket.join(pulseRoom(site));
  if (hearsIncidents(socket.data.principal))
    void socket.join(incidentsRoom(site, socket.data.audience));
  if (view === "wall") void socket.join(wallRoom(site));
  if (view === "board") void socket.join(rowsRoom(site, socket.data.audience));
}

function leave(socket: BoardSocket, site: string): void {
  void socket.leave(pulseRoom(site));
  void socket.leave(incidentsRoom(site, socket.data.audience));
  void socket.leave(wallRoom(site));
  void socket.leave(rowsRoom(site, socket.data.audience));
}

function comeBack(socket: BoardSocket, looking: Looking, board: LiveBoard, now: number): void {
  const from = looking.behind;
  delete looking.behind;
  if (from === undefined) return;
  if (looking.view === "board")
    socket.emit("board:delta", deltaFor(socket.data.audience, catchUp(board, from, now)));
  // of another epoch they are read again, with the board
  if (from.epoch === board.view.epoch && hearsIncidents(socket.data.principal))
    for (const incident of board.incidentsSince(from.seq))
      socket.emit("incident:changed", changeFor(socket.data.audience, incident));
  join(socket, board.view.site, looking);
}

/**
 * Hangs up on a client that takes nothing. By closing the connection, not by the protocol's good-bye: after that one Socket.IO never tries again by itself, and the
 * board of a client that was frozen for a while would stand still for ever. What waits to be sent is dropped.
 */
export function dropSlow(socket: BoardSocket): void {
  socket.conn.close(true);
}

/** Takes a socket that is too slow out of the rooms, and back in when it caught up; ends one that never does. */
function tend(
  socket: BoardSocket,
  board: LiveBoard,
  sent: { seq: number; epoch: string },
  now: number,
): void {
  const { site } = board.view;
  const looking = socket.data.looking.get(site);
  if (looking === undefined) return;
  const connection = socket.conn as unknown as Connection;
  if (looking.behind === undefined) {
    if (!isOverCap(connection)) return;
    looking.behind = { ...sent, sinceMs: now };
    leave(socket, site);
  } else if (isDrained(connection)) comeBack(socket, looking, board, now);
  else if (now - looking.behind.sinceMs > SOCKET_STUCK_MS) dropSlow(socket);
}

function createOutlet(
  io: BoardServer,
  tendSite: (site: string, sent: { seq: number; epoch: string }) => void,
): Outlet & PulseOutlet {
  const sizeOfRoom = (room: string): number => io.sockets.adapter.rooms.get(room)?.size ?? 0;
  return {
    hasViewers: (site, audience) => sizeOfRoom(rowsRoom(site, audience)) > 0,
    hasAnybody: (site) => sizeOfRoom(pulseRoom(site)) > 0,
    sendDelta: (site, audience, delta) =>
      io.to(rowsRoom(site, audience)).emit("board:delta", encode(delta)),
    hasIncidentViewers: (site, audience) => sizeOfRoom(incidentsRoom(site, audience)) > 0,
    sendIncident: (site, audience, incident) =>
      io
        .to(incidentsRoom(site, audience))
        .emit("incident:changed", encode(changeFor(audience, incident))),
    sendPulse: (site, pulse) => io.to(pulseRoom(site)).emit("tower:pulse", encode(pulse)),
    hasWalls: (site) => sizeOfRoom(wallRoom(site)) > 0,
    sendWall: (site, sample) => io.to(wallRoom(site)).emit("wall:sample", encode(sample)),
    sendSample: (site, sample) => io.to(pulseRoom(site)).emit("metrics:sample", encode(sample)),
    tend: tendSite,
  };
}

export type Viewers = {
  outlet: Outlet & PulseOutlet;
  open(socket: BoardSocket, site: string, view: View): Looking;
  close(socket: BoardSocket, site: string): void;
  closeAll(socket: BoardSocket): void;
  at(site: string): ReadonlySet<BoardSocket>;
};

export function createViewers(
  io: BoardServer,
  boards: ReadonlyMap<string, LiveBoard>,
  now: () => number,
): Viewers {
  const bySite = new Map<string, Set<BoardSocket>>();

  function close(socket: BoardSocket, site: string): void {
    leave(socket, site);
    socket.data.looking.delete(site);
    bySite.get(site)?.delete(socket);
  }

  return {
    close,
    outlet: createOutlet(io, (site, sent) => {
      const board = boards.get(site);
      if (board === undefined) return;
      for (const socket of bySite.get(site) ?? []) tend(socket, board, sent, now());
    }),
    open(socket, site, view) {
      close(socket, site);
      const looking: Looking = { view };
      socket.data.looking.set(site, looking);
      bySite.set(site, (bySite.get(site) ?? new Set<BoardSocket>()).add(socket));
      join(socket, site, looking);
      return looking;
    },
    closeAll(socket) {
      for (const site of socket.data.looking.keys()) close(socket, site);
    },
    at: (site) => bySite.get(site) ?? new Set(),
  };
}
