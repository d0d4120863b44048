/**
 * Incidents over HTTP and on sockets (contract, sections 4 and 5): lists, one with everything known of it, and what people do. On sockets instants are epoch ms, over HTTP RFC 3339: the
 * schemas here are those of the socket, the names of `http-instants.ts` say what is turned.
 *
 * Every reader gets the same shape. For viewers, walls and keys without `people:read` names, comments and free text are empty in it (`server/incidents/audience.ts`); `isOwned` says
 * what they may know of the owner.
 */
import { Type, type Static, type TSchema } from "typebox";
import { Row } from "../board.ts";
import { Code, Instant, OutsideId, WireInstant } from "../names-and-times.ts";
import { Incident, IncidentSeverity, PlayedStep } from "../incidents/incident.ts";

const maybe = Type.Optional;
const strict = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const prose = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const commas = (maxLength: number) =>
  maybe(Type.String({ maxLength, description: "one or more, separated by commas" }));

/** An incident as lists and sockets show it. */
export const IncidentView = Type.Intersect([Incident, Type.Object({ isOwned: Type.Boolean() })], {
  title: "IncidentView",
});
export type IncidentView = Static<typeof IncidentView>;

/** What is still savable first, by the value that a minute of work saves; what is lost last. */
export const INCIDENT_SORTS = [
  "savable",
  "actBy",
  "severity",
  "priority",
  "openedAt",
  "changedAt",
] as const;
export type IncidentSort = (typeof INCIDENT_SORTS)[number];

/** `state` absent: all that are not resolved. `owner`: `me`, `none` or a name. `q`: in id, title and orders. */
export const IncidentListQuery = Type.Object(
  {
    site: maybe(Type.String({ maxLength: 32 })),
    state: commas(128),
    severity: commas(64),
    kind: commas(256),
    owner: maybe(Type.String({ maxLength: 64 })),
    q: maybe(Type.String({ maxLength: 128 })),
    sort: maybe(Type.Enum([...INCIDENT_SORTS])),
    cursor: maybe(Type.String({ maxLength: 512 })),
    limit: maybe(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  strict,
);
export type IncidentListQuery = Static<typeof IncidentListQuery>;

/** What came of telling one person or place of one step. */
export const ToldView = Type.Object({
  notice: Type.String(),
  /** a person's name, `#channel`, `wall`, `webhooks` */
  whom: Type.String(),
  /** `email`, `slack`, `teams`, `webhook`, `push`, `in-app` */
  way: Type.String(),
  at: Instant,
  state: Type.Enum(["waiting", "sent", "delivered", "failed", "held"]),
  /** why it failed or is held, in words */
  words: maybe(Type.String()),
});
export type ToldView = Static<typeof ToldView>;

/** How a result is kept under `notices:<incident>`, field `<notice>|<way>|<whom>`: with the firing that it belongs to, when it was one. */
export type StoredTold = ToldView & { generation: number; step?: number; round?: number };

/** One step of the ladder in this round, in its order. */
export const LadderStepView = Type.Object({
  step: Type.Integer(),
  /** `15 min after the step before`, `25 % of the slack, at least 3 min` */
  wait: Type.String(),
  targets: Type.Array(Type.String()),
  /** when it is passed over, in words; absent: never */
  condition: maybe(Type.String()),
  important: Type.Boolean(),
  state: Type.Enum(["fired", "next", "waiting"]),
  /** of the next step and of those that were fired */
  dueAt: nullable(Instant),
  firedAt: nullable(Instant),
  late: Type.Boolean(),
  /** fired by hand */
  by: maybe(Type.String()),
  people: Type.Array(Type.String()),
  told: Type.Array(ToldView),
});

/** `button` null: it is recorded as done, with a result in words. Else what `POST /incidents/{id}/orders/{action}` or a page of the tower does. */
export const PlaybookStepView = Type.Object({
  id: Type.String(),
  words: Type.String(),
  button: nullable(
    Type.Object({
      label: Type.String(),
      /** `orders/hold`, `orders/expedite`, `escalate`, `what-if`, `trucks` ... */
      does: Type.String(),
      /** fills the request: the code of a hold, changes of a what-if */
      with: maybe(Type.Record(Type.String(), Type.Unknown())),
    }),
  ),
  played: nullable(PlayedStep),
});

export const IncidentDetail = Type.Intersect(
  [
    IncidentView,
    Type.Object({
      /** its orders, the most urgent first, at most 500; `row` null: not open any more */
      members: Type.Array(Type.Object({ id: Type.String(), row: nullable(Row) })),
      memberCount: Type.Integer(),
      ladderSteps: Type.Array(LadderStepView),
      ladderName: nullable(Type.String()),
      playbook: nullable(
        Type.Object({ title: Type.String(), steps: Type.Array(PlaybookStepView) }),
      ),
      /** the same cause in the last 30 days, this time not counted */
      before: Type.Object({
        days: Type.Integer(),
        count: Type.Integer(),
        medianMinutes: nullable(Type.Number()),
        lastAt: nullable(Instant),
        /** how they ended, the most frequent first */
        codes: Type.Array(Type.Object({ code: Type.String(), count: Type.Integer() })),
        words: Type.String(),
      }),
    }),
  ],
  { title: "IncidentDetail" },
);
export type IncidentDetail = Static<typeof IncidentDetail>;

export const INCIDENT_ACTIONS = [
  "acknowledge",
  "assign",
  "shelve",
  "unshelve",
  "resolve",
  "noise",
  "comment",
  "escalate",
  "play",
] as const;
export type IncidentAction = (typeof INCIDENT_ACTIONS)[number];

const Person = Type.String({ minLength: 1, maxLength: 64 });
const common = { ifVersion: maybe(Type.Integer({ minimum: 0 })) };
const comment = { comment: maybe(prose(4_096)) };
const action = <T extends Record<string, TSchema>>(fields: T) =>
  Type.Object({ ...fields, ...common }, strict);

/** `force`: take it although somebody else owns it. `until` absent: half of the slack that is left. */
export const INCIDENT_ACTION_BODIES = {
  acknowledge: action({ until: maybe(WireInstant), ...comment, force: maybe(Type.Boolean()) }),
  assign: action({
    assignee: nullable(Person),
    until: maybe(WireInstant),
    ...comment,
    force: maybe(Type.Boolean()),
  }),
  shelve: action({ reason: prose(1_000), until: WireInstant }),
  unshelve: action(comment),
  resolve: action({ code: Type.String({ minLength: 1, maxLength: 64 }), ...comment }),
  noise: action(comment),
  comment: action({
    text: prose(4_096),
    mentions: maybe(Type.Array(Person, { maxItems: 20, uniqueItems: true })),
  }),
  escalate: action({ reason: prose(1_000) }),
  play: action({
    step: Type.String({ minLength: 1, maxLength: 64 }),
    result: maybe(prose(1_000)),
  }),
} satisfies Record<IncidentAction, TSchema>;
export type IncidentActionBody<A extends IncidentAction = IncidentAction> = Static<
  (typeof INCIDENT_ACTION_BODIES)[A]
>;

/** `POST /incidents`: opened by a person. */
export const NewIncident = Type.Object(
  {
    title: prose(200),
    orders: Type.Array(OutsideId, { maxItems: 500, uniqueItems: true }),
    severity: maybe(IncidentSeverity),
    comment: maybe(prose(4_096)),
    actBy: maybe(WireInstant),
  },
  strict,
);
export type NewIncident = Static<typeof NewIncident>;

/** `POST /incidents/actions/{name}`: the fields of the action beside the ids. */
export const ManyIncidents = Type.Object(
  {
    ids: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 200 }),
  },
  { additionalProperties: true },
);
export type ManyIncidents = Static<typeof ManyIncidents>;

/** What may be done to all orders of an incident with one call, `POST /incidents/{id}/orders/{name}`; `event` of its answer undoes all of it. */
export const MEMBER_ACTIONS = ["hold", "release", "expedite", "note"] as const;
export type MemberAction = (typeof MEMBER_ACTIONS)[number];
/** `only`: these of its orders. */
const members = { only: maybe(Type.Array(OutsideId, { minItems: 1, maxItems: 5_000 })), ...common };
export const MEMBER_ACTION_BODIES = {
  hold: Type.Object(
    { code: Code, reason: maybe(prose(4_096)), until: maybe(WireInstant), ...members },
    strict,
  ),
  release: Type.Object({ code: Code, reason: maybe(prose(4_096)), ...members }, strict),
  expedite: Type.Object({ reason: maybe(prose(4_096)), ...members }, strict),
  note: Type.Object({ text: prose(4_096), ...members }, strict),
} satisfies Record<MemberAction, TSchema>;

/** What was done to the orders of an incident: how many, and those that could not be. */
export const MembersActedOn = Type.Object({
  /** undoes all of it within 60 s */
  event: Type.String(),
  incident: Type.String(),
  orders: Type.Integer(),
  refused: Type.Array(Type.Object({ id: Type.String(), code: Type.String() })),
  /** all of it is on the board */
  isApplied: Type.Boolean(),
});
export type MembersActedOn = Static<typeof MembersActedOn>;

/** What was done to many orders at once, taken back: those of an incident, or those that were named. */
export const Undone = Type.Object(
  { ...MembersActedOn.properties, incident: maybe(Type.String()) },
  { title: "Undone" },
);
export type Undone = Static<typeof Undone>;

/** `GET /orders/{id}/escalation`: why somebody was told, or why nobody was. */
export const EscalationAnswer = Type.Object(
  {
    order: Type.String(),
    site: Type.String(),
    at: WireInstant,
    /** somebody was told of it, or of the incident that explains it */
    escalated: Type.Boolean(),
    incident: nullable(Type.String()),
    /** the answer in one sentence, then the facts one by one */
    words: Type.String(),
    facts: Type.Array(
      Type.Object({
        /** `risk-below`, `explained`, `acknowledged`, `maintenance`, `off-hours`, `flood`, `told`, `waits` ... */
        code: Type.String(),
        words: Type.String(),
        at: maybe(WireInstant),
      }),
    ),
  },
  { title: "EscalationAnswer" },
);
export type EscalationAnswer = Static<typeof EscalationAnswer>;
