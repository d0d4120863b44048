/** What passes on a socket (contract, section 5). Instants are epoch milliseconds. Raise PROTOCOL_VERSION when any schema here changes. */
import { Type, type Static } from "typebox";
import { BoardDelta, LiveMetrics, PickupState, Row, SourceState } from "../board.ts";
import { Instant, SiteId } from "../names-and-times.ts";
import type { DisplayCommand, DisplayReport } from "./displays.ts";
import { IncidentView } from "./incidents.ts";
import { Problem } from "./ingest.ts";
import { WallSample } from "./walls.ts";

export const PROTOCOL_VERSION = 12;
export const SNAPSHOT_PAGE = 2_000;
export const COALESCE_MS = 250;
/** per socket: more unsent packets or bytes than this and deltas give way to one snapshot (promise P12) */
export const SOCKET_QUEUE_PACKETS = 256;
export const SOCKET_QUEUE_BYTES = 1024 * 1024;
export const SOCKET_STUCK_MS = 15_000;
/** more unsent than this, and no further board is opened: a dozen snapshots, for whoever opens several sites at once */
export const SOCKET_OPENING_BYTES = 16 * 1024 * 1024;

const cursor = { epoch: Type.String({ maxLength: 64 }), seq: Type.Integer({ minimum: 0 }) };

export const BoardOpen = Type.Object(
  {
    site: SiteId,
    view: Type.Optional(Type.Enum(["board", "wall", "trucks"])),
    have: Type.Optional(Type.Object(cursor)),
    /** of the first page; the next ones have as many, and twice as many after each that was taken within a second */
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: SNAPSHOT_PAGE })),
  },
  { additionalProperties: false },
);
export type BoardOpen = Static<typeof BoardOpen>;

/** Without a site every board that the socket has open. */
export const BoardClose = Type.Object({ site: Type.Optional(SiteId) });
export type BoardClose = Static<typeof BoardClose>;

/** What is answered to every event but `board:open`, which says more. */
export const Answered = Type.Union([
  Type.Object({ ok: Type.Literal(true) }),
  Type.Object({ ok: Type.Literal(false), problem: Problem }),
]);
export type Answered = Static<typeof Answered>;

export const BoardSnapshot = Type.Object({
  /** the most urgent first; as many as were asked for, at most SNAPSHOT_PAGE; empty for walls and trucks */
  rows: Type.Array(Row),
  more: Type.Boolean(),
  metrics: LiveMetrics,
  pickups: Type.Array(PickupState),
  sources: Type.Array(SourceState),
  /** for the view `wall` */
  wall: Type.Optional(WallSample),
  /** open orders in all, so that counts are exact before all pages are there */
  total: Type.Integer(),
});
export type BoardSnapshot = Static<typeof BoardSnapshot>;

export const BoardOpened = Type.Union([
  Type.Object({
    ok: Type.Literal(true),
    ...cursor,
    snapshot: Type.Optional(BoardSnapshot),
    deltas: Type.Optional(Type.Array(BoardDelta)),
    protocol: Type.Integer(),
    build: Type.Optional(Type.String()),
  }),
  Type.Object({ ok: Type.Literal(false), problem: Problem }),
]);
export type BoardOpened = Static<typeof BoardOpened>;

export const BoardRows = Type.Object({
  site: SiteId,
  ...cursor,
  rows: Type.Array(Row),
  last: Type.Boolean(),
});
export type BoardRows = Static<typeof BoardRows>;

export const MetricsSample = Type.Intersect([Type.Object({ site: SiteId }), LiveMetrics]);
export type MetricsSample = Static<typeof MetricsSample>;

export const TowerPulse = Type.Object({
  site: SiteId,
  ...cursor,
  /** server time of this pulse */
  at: Instant,
  /** age of the newest proof that the whole way works; null before the first */
  canaryAgeMs: Type.Union([Type.Integer(), Type.Null()]),
  /** age of what the server itself shows: how long ago its log follower last heard from Redis */
  feedAgeMs: Type.Integer(),
  sources: Type.Array(SourceState),
  pickups: Type.Optional(Type.Array(PickupState)),
});
export type TowerPulse = Static<typeof TowerPulse>;

/** Whole, as it is after its newest change. `incident.v` rises within an epoch of the board; who comes new, or finds another epoch, reads `GET /incidents`. */
export const IncidentChanged = Type.Object({ site: SiteId, incident: IncidentView });
export type IncidentChanged = Static<typeof IncidentChanged>;

export const PresenceLook = Type.Object(
  {
    orderId: Type.Optional(Type.String({ maxLength: 128 })),
    incidentId: Type.Optional(Type.String({ maxLength: 128 })),
    /** a saved view of the board */
    viewId: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
);
export type PresenceLook = Static<typeof PresenceLook>;

export const SessionEnded = Type.Object({
  reason: Type.Enum(["logged-out", "expired", "revoked", "shutdown"]),
});
export type SessionEnded = Static<typeof SessionEnded>;

export type PresenceChanged = {
  site: string;
  orderId?: string;
  incidentId?: string;
  viewId?: string;
  who: string[];
};

export type ClientToServer = {
  "board:open": (request: BoardOpen, reply: (answer: BoardOpened) => void) => void;
  "board:close": (request?: BoardClose, reply?: (answer: Answered) => void) => void;
  "presence:look": (request: PresenceLook, reply?: (answer: Answered) => void) => void;
  "display:report": (report: DisplayReport, reply?: (answer: Answered) => void) => void;
};

export type ServerToClient = {
  "board:rows": (page: BoardRows, reply: () => void) => void;
  "board:delta": (delta: BoardDelta) => void;
  "metrics:sample": (sample: MetricsSample) => void;
  "incident:changed": (change: IncidentChanged) => void;
  "wall:sample": (sample: WallSample) => void;
  "tower:pulse": (pulse: TowerPulse) => void;
  "presence:changed": (presence: PresenceChanged) => void;
  "display:command": (command: DisplayCommand) => void;
  "session:ended": (ended: SessionEnded) => void;
};
