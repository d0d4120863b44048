/** People's actions are events like all others (architecture, decision 2): what each takes, and the event it becomes. */
import { createHash, randomUUID } from "node:crypto";
import { Type, type Static, type TSchema } from "typebox";
import { ACTIONS, type ActionName } from "../../domain/contract/api.ts";
import { PEOPLE_SOURCE } from "../../domain/contract/ingest.ts";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { type OrderEventType, type OrderEvent } from "../../domain/event.ts";
import { Code, OutsideId, WireInstant } from "../../domain/names-and-times.ts";
import type { Principal } from "../../domain/permissions.ts";
import { instantOf } from "../instants.ts";

const prose = () => Type.Optional(Type.String({ maxLength: 4096 }));
const version = { ifVersion: Type.Optional(Type.Integer({ minimum: 0 })) };
const strict = { additionalProperties: false } as const;
const action = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Object({ ...fields, ...version }, strict);

/** Bodies of the actions. A correction with other data goes to `POST /api/v1/events`, where data is checked and personal fields are split off. */
export const ACTION_BODIES = {
  hold: action({
    code: Code,
    reason: prose(),
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    until: Type.Optional(WireInstant),
  }),
  release: action({ code: Code, reason: prose() }),
  assign: action({
    assignee: Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Null()]),
  }),
  expedite: action({ reason: prose() }),
  note: action({ text: Type.String({ minLength: 1, maxLength: 4096 }) }),
  cancel: action({ reason: prose() }),
  correct: action({
    of: Type.Object({ source: OutsideId, id: OutsideId }, strict),
    reason: Type.Enum(["did_not_occur", "incorrect_data"]),
  }),
} satisfies Record<ActionName, TSchema>;
export type ActionBody = { [N in ActionName]: Static<(typeof ACTION_BODIES)[N]> }[ActionName];

const EVENT_TYPES: Record<ActionName, OrderEventType> = {
  hold: "hold.placed",
  release: "hold.released",
  assign: "order.assigned",
  expedite: "order.expedited",
  note: "note.added",
  cancel: "order.cancelled",
  correct: "event.corrected",
};

export const isAction = (name: string): name is ActionName =>
  ACTIONS.some((known) => known === name);

/** The source under which a person's actions are kept: nobody can undo or repeat another's. */
export const sourceOf = ({ name }: Principal): string => PEOPLE_SOURCE + name;

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** The same key for the same order gives the same id, so that a repeat is a duplicate at the door; without a key every request is a new one. */
export const actionId = (key: string | undefined, orderId: string): string =>
  key === undefined
    ? `act-${randomUUID()}`
    : `act-${digest(`${key}\u0000${orderId}`).slice(0, 32)}`;

const toInstant = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : instantOf(text);

function dataOf(body: ActionBody): Record<string, unknown> {
  const { ifVersion: _version, ...data } = body;
  const until = "until" in data ? toInstant(data.until) : undefined;
  return until === undefined ? data : { ...data, until };
}

export type ActionRequest = {
  name: ActionName;
  body: ActionBody;
  principal: Principal;
  site: string;
  orderId: string;
  id: string;
  now: number;
};

/** Its fingerprint leaves the time out: the same action sent again is the same action. */
export function actionEvent(request: ActionRequest): InboxEvent {
  const { name, body, principal, site, orderId, id, now } = request;
  const type = EVENT_TYPES[name];
  const data = dataOf(body);
  const event = {
    id,
    source: sourceOf(principal),
    type,
    site,
    orderId,
    occurredAt: now,
    actor: principal.name,
    data,
  } as OrderEvent;
  return { event, hash: digest(JSON.stringify([type, orderId, data])).slice(0, 22) };
}
