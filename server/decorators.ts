/** What the server's plugins put on Fastify: routes use these and nothing else (never Redis, BullMQ or Socket.IO). */
import type {} from "fastify";
import type { EventFate } from "../domain/contract/ingest.ts";
import type { InboxEvent } from "../domain/contract/inbox-event.ts";
import type { DeadLetter } from "../domain/contract/stored.ts";
import type { LiveMetrics, PickupState, Row, SourceState } from "../domain/board.ts";
import type { Incident } from "../domain/incidents/incident.ts";
import type { HttpOperation, Principal } from "../domain/permissions.ts";
import type { Site, SitePolicy } from "../domain/site.ts";
import type { SessionEnded } from "../domain/contract/realtime.ts";
import type { Trends } from "../domain/metrics.ts";
import type { TruckOutlook } from "../domain/truck-outlook.ts";
import type { Audit } from "./audit.ts";
import type { ClosedFrom } from "./closed-place.ts";
import type { ServerConfig } from "./config.ts";
import type { ClosedPage, StoredOrder } from "./live/site-store.ts";
import type { AppendOutcome } from "./inbox/append.ts";
import type { Intake } from "./inbox/intake.ts";
import type { Personal } from "./personal.ts";
import type { PersonalStore } from "./personal/store.ts";

/** The sites in force. `version` rises when their content changed. */
export type SiteBook = {
  version(): number;
  all(): Site[];
  get(id: string): SitePolicy | undefined;
};

export type DeadLetterPage = { items: DeadLetter[]; next: string | null };

/** One of the queues that wake workers. */
export type QueueState = {
  queue: string;
  jobs: Record<"waiting" | "active" | "delayed" | "failed", number>;
  /** null when none waits */
  oldestWaitingMs: number | null;
};

/** The way in, by `plugins/inbox.ts`. Everything rejects with a `problem` (CT_ERR_UNAVAILABLE, CT_ERR_OVERLOADED) when the store does not take it. */
export type Inbox = {
  /** Appends in order, on disk when it resolves; one outcome an entry, in the same order. */
  append(site: string, entries: InboxEvent[]): Promise<AppendOutcome[]>;
  /** A whole posted request of any format: checked, kept, answered. Refuses with a `problem` that names every bad item. */
  take: Intake["take"];
  /** The same for what a connector has read already: items in the shape of our own envelope, unchecked. */
  takePosted: Intake["takePosted"];
  fate(site: string, source: string, id: string): Promise<EventFate | null>;
  /** True for the first action that is decided on this version of an order, and for the same one again: two people who decide at the same moment are told apart. */
  decide(site: string, orderId: string, version: number, action: string): Promise<boolean>;
  deadLetters(site: string, page: { cursor?: string; limit: number }): Promise<DeadLetterPage>;
  /** Appends dead letters again, marked as replay; the ids that were not found come back in `missing`. */
  replay(site: string, ids: string[]): Promise<{ replayed: string[]; missing: string[] }>;
  /** The queues that wake the workers, within half a second. */
  queues(now: number): Promise<QueueState[]>;
};

/** What the server keeps in memory of one site, ready to be read. */
export type SiteBoard = {
  site: string;
  epoch: string;
  seq: number;
  /** inbox position up to which everything is in this board */
  appliedTo: string;
  rows: ReadonlyMap<string, Row>;
  /** not resolved, and of the last day those that are */
  incidents: ReadonlyMap<string, Incident>;
  /** the most urgent first */
  sorted(): Row[];
  metrics(now: number): LiveMetrics;
  pickups(): PickupState[];
  /** the trucks of the next hours with what each still needs; at most a second old */
  trucks(now: number): TruckOutlook[];
  sources(now: number): SourceState[];
  trends(now: number, hours: number): Trends;
  /** hand-overs from a moment of the last days on */
  handedOverSince(from: number, now: number): number;
  /** how the promises of shipping ended, ever */
  shipped(): { onTime: number; late: number };
};

export type Live = {
  /** undefined until the site was read for the first time */
  board(site: string): SiteBoard | undefined;
  /** true once everything up to that inbox position is in the board here, false when the time is over */
  waitForPosition(site: string, position: string, timeoutMs: number): Promise<boolean>;
  /** the stored record of an order, open, closed or waiting for its `order.received` */
  readOrder(site: string, id: string): Promise<StoredOrder | null>;
  /** closed orders, the last closed first; a number counts from there */
  closedRows(site: string, from: ClosedFrom, limit: number): Promise<ClosedPage>;
  /** age of the newest canary that came through the whole way, null before the first */
  canaryAgeMs(site: string, now: number): number | null;
  /** record time of that canary, 0 before the first */
  canaryAt(site: string): number;
  /** how long ago the follower last heard from Redis */
  feedAgeMs(now: number): number;
  /** true once every configured site was read */
  isLoaded(): boolean;
};

/** Why a socket is ended: the same for all of a session, or by whose it is. */
export type EndedReason = SessionEnded["reason"] | ((name: string) => SessionEnded["reason"]);

declare module "fastify" {
  interface FastifyInstance {
    config: ServerConfig;
    sites: SiteBook;
    audit: Audit;
    inbox: Inbox;
    live: Live;
    /** the tower's time (epoch ms), as Redis tells it: what ages, deadlines and record times are compared with */
    now: () => number;
    /** true from the first signal to end on */
    isStopping: () => boolean;
    /** what of its Redis would lose events, in words */
    losses: () => readonly string[];
    /** seals and opens what may identify a person; makes the inbox entry of an event */
    personal: Personal;
    /** whose personal fields are kept, and their end */
    personalData: PersonalStore;
    /** ends every socket of a session that is over */
    endSockets: (sessionKey: string, reason: EndedReason) => void;
  }
  interface FastifyRequest {
    principal: Principal;
    /** store key of the session the cookie belongs to; absent for machine keys */
    sessionKey: string | undefined;
  }
  interface FastifyContextConfig {
    /** its line in the table of permissions */
    operation?: HttpOperation;
  }
}
