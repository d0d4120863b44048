/**
 * What the document says of answers. Here and not at the routes: a schema there would write every answer anew, cut what it does not name, and cost the hot
 * routes time. A test holds real answers against these.
 */
import { Type, type TSchema } from "typebox";
import { LiveMetrics, PickupState, Row, SourceState } from "../../domain/board.ts";
import { ACTIONS, OrderDetail, SessionView, Trends } from "../../domain/contract/api.ts";
import { CalendarChanged, CalendarView } from "../../domain/contract/calendars.ts";
import { EscalationAuditView } from "../../domain/contract/alarms.ts";
import {
  IncidentDetail,
  IncidentView,
  MembersActedOn,
  Undone,
} from "../../domain/contract/incidents.ts";
import { PoliciesFile } from "../../domain/contract/policies.ts";
import { Alarms, Backlog, Budgets } from "../../domain/contract/analytics-others.ts";
import { Analytics, IncidentsBehind, OrdersBehind } from "../../domain/contract/analytics.ts";
import { HTTP_INSTANT_FIELDS } from "../../domain/contract/http-instants.ts";
import { EventFate, Problem } from "../../domain/contract/ingest.ts";
import { SitesChanged, SitesConfig, SitesVersion } from "../../domain/contract/sites.ts";
import { WireInstant } from "../../domain/names-and-times.ts";
import { HTTP_OPERATIONS, type HttpOperation } from "../../domain/permissions.ts";

type Answer = { description: string; content: Record<string, { schema: TSchema }> } | TSchema;
type Answers = Readonly<Record<string, Answer>>;

/** As a record leaves over HTTP: instants are RFC 3339 (`http-instants.ts`). */
function overHttp(schema: unknown, name = ""): unknown {
  if (Array.isArray(schema)) return schema.map((one) => overHttp(one, name));
  if (typeof schema !== "object" || schema === null) return schema;
  const fields = schema as Record<string, unknown>;
  if (fields["type"] === "integer" && HTTP_INSTANT_FIELDS.has(name)) return WireInstant;
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      key === "properties"
        ? Object.fromEntries(
            Object.entries(value as object).map(([field, one]) => [field, overHttp(one, field)]),
          )
        : overHttp(value, name),
    ]),
  );
}
const http = (schema: TSchema): TSchema => overHttp(schema) as TSchema;

const open = { additionalProperties: true } as const;
const list = (item: TSchema, more: Record<string, TSchema> = {}): TSchema =>
  Type.Object(
    { items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]), ...more },
    open,
  );
const AS_OF = Type.Integer({
  description: "the number of the commit up to which it is true; an incident's own is its `v`",
});
const record = (title: string, properties: Record<string, TSchema> = {}): TSchema =>
  Type.Object(properties, { ...open, title });

const json = (schema: TSchema, description: string): Answer => ({
  description,
  content: { "application/json": { schema } },
});
const text = (type: string, description: string): Answer => ({
  description,
  content: { [type]: { schema: Type.String() } },
});
const EMPTY: Answers = { 204: Type.Null({ description: "Done; nothing to say." }) };

const OrderRow = http(Row);
/** A truck's `due` is a count of orders, while a row's is an instant. */
const httpTruck = http(PickupState) as typeof PickupState;
const Truck = Type.Object(
  { ...httpTruck.properties, due: PickupState.properties.due },
  { additionalProperties: true },
);
const Metrics = http(LiveMetrics);
const Board = record("Board", {
  site: Type.String(),
  epoch: Type.String(),
  seq: Type.Integer(),
  rows: Type.Array(OrderRow),
  metrics: Metrics,
  pickups: Type.Array(Truck),
  sources: Type.Array(http(SourceState)),
});
const Placed = record("Placed", {
  event: Type.String({ description: "id of the event that this became" }),
  position: Type.String({ description: "where it stands in the inbox" }),
});
const ActedOn = record("ActedOn", { items: Type.Array(record("Outcome")) });
const User = record("User", { name: Type.String(), role: Type.String() });
const Health = record("Health", { state: Type.String() });
const DeadLetter = record("DeadLetter", {
  id: Type.String(),
  site: Type.String(),
  at: WireInstant,
  cause: Type.Object({ code: Type.String(), message: Type.String() }),
  tries: Type.Integer(),
});
const Replayed = record("Replayed", {
  replayed: Type.Array(Type.String()),
  missing: Type.Array(Type.String()),
});
const AuditEntry = record("AuditEntry", { who: Type.String(), what: Type.String() });

const one = (schema: TSchema, description = "as asked", status = 200): Answers => ({
  [status]: json(schema, description),
});
const Did = Type.Partial(Type.Pick(EventFate, ["effect", "reason"]), {
  description: "what it did, or why it did nothing",
});
const APPLIED: Answers = {
  200: json(Type.Intersect([Placed, Did, OrderDetail]), "applied: the order as it is now"),
  202: json(Placed, "taken, and applied in a moment"),
};
const INCIDENT_APPLIED: Answers = {
  200: json(Type.Intersect([Placed, http(IncidentDetail)]), "applied: the incident as it is now"),
  202: json(Placed, "taken, and applied in a moment"),
};
const UNDONE: Answers = {
  200: json(
    Type.Union([
      Type.Intersect([Placed, Did, OrderDetail]),
      Type.Intersect([Placed, http(IncidentDetail)]),
      Undone,
    ]),
    "taken back: the order or the incident as it is now; of many orders, how many",
  ),
  202: json(Placed, "taken, and applied in a moment"),
};
const AWAY: Answers = { 302: Type.Null({ description: "on to the provider, or back to us" }) };

const ANSWERS: Readonly<Partial<Record<HttpOperation, Answers>>> = {
  "GET /livez": one(Health),
  "GET /readyz": { ...one(Health, "ready"), 503: json(Health, "not ready, and which part is not") },
  "GET /metrics": { 200: text("application/openmetrics-text", "OpenMetrics") },
  "GET /api/docs": { 200: text("text/html", "a page or a file of it") },
  "GET /api/openapi.json": one(record("OpenAPI 3.1")),
  "GET /api/schemas/sites.json": {
    200: {
      description: "JSON Schema",
      content: { "application/schema+json": { schema: Type.Unknown() } },
    },
  },
  "POST /api/v1/session": one(SessionView, "entered; the cookie is set"),
  "GET /api/v1/session": one(SessionView),
  "DELETE /api/v1/session": EMPTY,
  "POST /api/v1/session/first-admin": one(SessionView, "made and entered", 201),
  "GET /api/v1/session/options": one(record("SessionOptions")),
  "GET /api/v1/session/oidc": AWAY,
  "GET /api/v1/session/oidc/callback": AWAY,
  "GET /api/v1/account": one(record("Account")),
  "PATCH /api/v1/account": one(record("Account")),
  "POST /api/v1/account/password": EMPTY,
  "GET /api/v1/account/sessions": one(list(record("Session"))),
  "DELETE /api/v1/account/sessions": EMPTY,
  "DELETE /api/v1/account/sessions/:id": EMPTY,
  "GET /api/v1/users": one(list(User)),
  "POST /api/v1/users": one(
    record("NewUser"),
    "made; a password made here is shown this once",
    201,
  ),
  "GET /api/v1/users/:name": one(User),
  "PATCH /api/v1/users/:name": one(record("ChangedUser")),
  "DELETE /api/v1/users/:name": EMPTY,
  "POST /api/v1/users/:name/logout": EMPTY,
  "POST /api/v1/users/first-admin-link": one(record("SetupLink"), "a link for one use", 201),
  "GET /api/v1/escalation-audit": one(EscalationAuditView),
  "GET /l/page.css": { 200: text("text/css", "its style") },
  "GET /l/:token": {
    200: text("text/html", "one button"),
    403: text("text/html", "used or too old"),
  },
  "POST /l/:token": { 200: text("text/html", "done"), 403: text("text/html", "used or too old") },
  "GET /api/v1/orders": one(list(OrderRow)),
  "GET /api/v1/orders/:id": one(OrderDetail),
  "POST /api/v1/orders/:id/actions/:name": APPLIED,
  "POST /api/v1/orders/actions/:name": one(
    ActedOn,
    `${ACTIONS.length} actions: what came of each`,
    207,
  ),
  "POST /api/v1/actions/:eventId/undo": UNDONE,
  "GET /api/v1/incidents": one(list(http(IncidentView), { seq: AS_OF })),
  "GET /api/v1/incidents/:id": one(http(IncidentDetail)),
  "POST /api/v1/incidents": INCIDENT_APPLIED,
  "POST /api/v1/incidents/:id/comment": INCIDENT_APPLIED,
  "POST /api/v1/incidents/:id/play": INCIDENT_APPLIED,
  "POST /api/v1/incidents/:id/:name": INCIDENT_APPLIED,
  "POST /api/v1/incidents/:id/orders/:name": one(MembersActedOn, "done, and undone as one"),
  "POST /api/v1/incidents/actions/:name": one(ActedOn, "what came of each", 207),
  "GET /api/v1/config/policies/file": one(PoliciesFile),
  "GET /api/v1/board": one(Board),
  "GET /api/v1/pickups": one(list(Truck)),
  "GET /api/v1/metrics/live": one(
    Type.Intersect([record("Site", { site: Type.String(), appliedTo: Type.String() }), Metrics]),
  ),
  "GET /api/v1/metrics/trends": one(Trends),
  "GET /api/v1/analytics/:name": one(Type.Union([Analytics, Backlog, Budgets, Alarms])),
  "GET /api/v1/analytics/:name/orders": one(Type.Union([OrdersBehind, IncidentsBehind])),
  "GET /api/v1/rewind": one(record("PastBoard", { site: Type.String(), seq: Type.Integer() })),
  "GET /api/v1/rewind/range": one(record("RewindRange", { site: Type.String() })),
  "GET /api/v1/exports/:name.csv": {
    200: text("text/csv", "a line a part, then total and before"),
  },
  "GET /api/v1/exports/orders.csv": { 200: text("text/csv", "an order a line") },
  "GET /api/v1/dead-letters": one(list(DeadLetter)),
  "POST /api/v1/dead-letters/:id/replay": one(Replayed, "sent again", 202),
  "POST /api/v1/dead-letters/replay": one(Replayed, "sent again", 202),
  "GET /api/v1/config/sites": one(SitesConfig),
  "PUT /api/v1/config/sites": one(SitesChanged, "changed, or what would change"),
  "GET /api/v1/config/calendars": one(CalendarView),
  "PUT /api/v1/config/calendars": one(CalendarChanged, "changed, or what would change"),
  "GET /api/v1/config/sites/versions": one(list(SitesVersion)),
  "GET /api/v1/config/sites/versions/:version": one(SitesConfig),
  "GET /api/v1/audit": one(list(AuditEntry)),
  "GET /api/v1/audit/verify": one(record("AuditVerdict")),
  "GET /api/v1/exports/audit.ndjson": { 200: text("application/x-ndjson", "an entry a line") },
  "GET /api/v1/exports/audit.csv": { 200: text("text/csv", "an entry a line") },
  "GET /api/v1/personal/export": one(record("PersonalExport")),
  "POST /api/v1/personal/erase": one(record("Erased")),
};

const refusal = (description: string): Answer => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

const WRONG_PASSWORD: Answers = { 401: refusal("the name or the password is wrong") };
const NO_SIGN_ON: Answers = { 404: refusal("single sign-on is not set up here") };
const USED_LINK: Answers = { 403: refusal("this link was used or is too old") };
/** What no credential protects is not for pages of others either. */
const FOREIGN_PAGE: Answers = { 403: refusal("not from this origin") };
/** Refusals of single operations, beside those of their kind. */
const REFUSALS: Readonly<Partial<Record<HttpOperation, Answers>>> = {
  "POST /api/v1/session": { ...WRONG_PASSWORD, ...FOREIGN_PAGE },
  "POST /api/v1/displays": FOREIGN_PAGE,
  "POST /api/v1/displays/token": FOREIGN_PAGE,
  "GET /api/v1/session/oidc": NO_SIGN_ON,
  "GET /api/v1/session/oidc/callback": NO_SIGN_ON,
  "POST /api/v1/session/first-admin": {
    ...USED_LINK,
    409: refusal("somebody may administer already, or has this name"),
  },
};

/** Operations that change nothing anybody else could have changed first. */
const ALONE: ReadonlySet<HttpOperation> = new Set([
  "POST /api/v1/events",
  "POST /epcis/capture",
  "POST /api/v1/edi",
  "POST /api/v1/imports",
  "POST /api/v1/what-if",
  "POST /api/v1/config/policies/rehearse",
  "POST /api/v1/dead-letters/replay",
  "POST /api/v1/dead-letters/:id/replay",
  "DELETE /api/v1/session",
]);
const canConflict = (operation: HttpOperation): boolean =>
  !operation.startsWith("GET ") && !ALONE.has(operation);

type Described = { params?: unknown; querystring?: unknown; body?: unknown; response?: unknown };

const BODY_REFUSALS: Answers = {
  400: refusal("the body is not JSON"),
  413: refusal("the body is too large"),
  415: refusal("not a content type of this operation"),
};

/** Names one thing, or a site: another's is not there. */
const namesThing = (operation: HttpOperation, { querystring }: Described): boolean =>
  operation.includes("/:") ||
  Object.hasOwn((querystring as { properties?: object } | undefined)?.properties ?? {}, "site");

/** What an address itself can have wrong. */
function addressRefusals(operation: HttpOperation, { querystring }: Described): Answers {
  const isOfThing = operation.includes("/:");
  if (!isOfThing && querystring === undefined) return {};
  return {
    ...(isOfThing && { 400: refusal("the address cannot be read") }),
    414: refusal("the address is longer than 8 KiB"),
  };
}

/** The refusals that any operation of its kind may answer. */
function refusalsOf(operation: HttpOperation, schema: Described): Answers {
  const access = HTTP_OPERATIONS[operation];
  const isOpen = access === "anonymous" || access === "signature";
  const takes = schema.params ?? schema.querystring ?? schema.body;
  return {
    ...(!isOpen && {
      401: refusal("no credential, or one that opens nothing"),
      403: refusal("not with this role or key, or not from this origin"),
    }),
    ...(namesThing(operation, schema) && { 404: refusal("there is no such thing for you") }),
    ...(!isOpen &&
      canConflict(operation) && {
        409: refusal("somebody else changed it first, or it is not in a state for this"),
      }),
    ...addressRefusals(operation, schema),
    ...(schema.body !== undefined && BODY_REFUSALS),
    ...(takes !== undefined && { 422: refusal("every mistake with its place") }),
    429: refusal("too many requests; Retry-After says when"),
    503: refusal("the store does not answer; send again"),
    ...REFUSALS[operation],
  };
}

/** What the document says of an operation's answers: its own, those of the table, and the refusals of its kind. */
export const answersOf = (operation: HttpOperation, schema: Described): Answers => ({
  ...refusalsOf(operation, schema),
  ...ANSWERS[operation],
  ...(schema.response as Answers | undefined),
});
