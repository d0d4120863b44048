/** Bodies and answers of `POST /api/v1/events` and `GET /api/v1/events/{source}/{id}` (contract, section 3). */
import { Type, type Static } from "typebox";
import { EffectKind } from "../order.ts";

export const MAX_EVENTS = 500;
export const MAX_BODY_BYTES = 5 * 1024 * 1024;
export const MAX_EVENT_BYTES = 256 * 1024;
/** Prefix of the sources of what people do in the tower; nobody may post under it. */
export const PEOPLE_SOURCE = "ui/";
export const DEDUPE_WINDOW_MS = 48 * 3_600_000;

export const ItemError = Type.Object({
  index: Type.Integer({ description: "place in the request, from 0" }),
  path: Type.String({ description: "JSON pointer inside the event" }),
  message: Type.String(),
  code: Type.Optional(Type.String()),
  id: Type.Optional(Type.String()),
});
export type ItemError = Static<typeof ItemError>;

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    retryable: Type.Boolean(),
    instance: Type.Optional(Type.String()),
    errors: Type.Array(ItemError, { description: "empty when nothing single is wrong" }),
  },
  { title: "Problem (RFC 9457)" },
);
export type Problem = Static<typeof Problem>;

export const Accepted = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  /** per site, the position of the last event of this request that is on disk */
  inbox: Type.Record(Type.String(), Type.String()),
  /** with `?partial=true`: the items that were not taken */
  errors: Type.Optional(Type.Array(ItemError)),
});
export type Accepted = Static<typeof Accepted>;

/** What became of one event. */
export const EventFate = Type.Object({
  source: Type.String(),
  id: Type.String(),
  site: Type.String(),
  orderId: Type.Optional(Type.String()),
  position: Type.String(),
  recordedAt: Type.String(),
  /** `refused`: an action on an incident that could not be done as it stood then */
  state: Type.Enum(["accepted", "applied", "refused", "waiting", "dead-letter"]),
  /** number of the commit that took it in; absent until then */
  seq: Type.Optional(Type.Integer()),
  effect: Type.Optional(EffectKind),
  /** what it did or why it did nothing, in words */
  reason: Type.Optional(Type.String()),
  deadLetter: Type.Optional(Type.String()),
  /** of an action on incidents: those that it changed; why it was refused or is a dead letter, as an error code */
  incidents: Type.Optional(Type.Array(Type.String())),
  code: Type.Optional(Type.String()),
});
export type EventFate = Static<typeof EventFate>;
