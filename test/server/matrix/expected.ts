/**
 * What each operation must answer, to whom, about what: written down by hand, not taken from the table under test. `own` is the class for things of one's own
 * site, `foreign` for those of another site and for those that are nowhere, which must look the same.
 */
import type { HttpOperation, MachineScope, SocketOperation } from "../../../domain/permissions.ts";
import {
  at,
  bare,
  bySite,
  enc,
  EVERYBODY,
  open,
  PEOPLE,
  send,
  WORKERS,
  type Expected,
} from "./asks.ts";
import { INTERCHANGE_EXPECTED } from "./expected-interchange.ts";
import { CONFIG_EXPECTED } from "./expected-config.ts";
import { WALLS_EXPECTED } from "./expected-walls.ts";
import { TWIN, TWIN_INCIDENT } from "./world.ts";

const account = { roles: PEOPLE, scope: "none" } as const;
const shares = { roles: "lead admin", scope: "views:share" } as const;
const aView = { name: "Hall A", query: "stage=picking" };
const users = { roles: "admin", scope: "users:manage" } as const;
const keys = { roles: "admin", scope: "keys:manage" } as const;
const webhooks = { roles: "admin", scope: "webhooks:manage" } as const;
const audit = { roles: "admin auditor", scope: "audit:read" } as const;
const letters = { roles: "coordinator lead admin auditor", scope: "dead-letters:read" } as const;
const replay = { roles: "lead admin", scope: "dead-letters:replay" } as const;
const acts = { roles: WORKERS, scope: "orders:act" } as const;
const owns = { roles: WORKERS, scope: "incidents:act" } as const;
const notes = {
  roles: "associate coordinator lead admin",
  scope: "incidents:note",
} as const;
const board = { roles: EVERYBODY, scope: "board:read" } as const;
const own = { roles: EVERYBODY, scope: "any" } as const;

const anEvent = (site: string, subject: string) => ({
  id: `sent-by-${subject}-${site}`,
  source: "wms/test",
  type: "note.added",
  site,
  orderId: TWIN,
  occurredAt: "2026-02-11T09:14:03+01:00",
  data: { text: "x" },
});

export const HTTP_EXPECTED: Record<HttpOperation, Expected> = {
  "GET /livez": open(bare("/livez"), 200),
  "GET /readyz": open(bare("/readyz"), 200),
  "POST /api/v1/csp-reports": open(
    () => [{ url: "/api/v1/csp-reports", payload: "{}", type: "application/csp-report" }],
    204,
  ),
  // one that nobody signed: no key and no session stands in for that
  "POST /hooks/:connector": open(() => [{ url: "/hooks/shopify", payload: {} }], 401),
  "GET /l/page.css": open(bare("/l/page.css"), 200),
  // one that nobody signed
  "GET /l/:token": open(bare("/l/bm8.bm8"), 403),
  "POST /l/:token": open(() => [{ url: "/l/bm8.bm8", payload: {} }], 403),
  "POST /api/v1/session": open(() => send("/session", { name: "x" }), 422),
  "GET /api/v1/session/options": open(at("/session/options"), 200),
  "GET /api/v1/session/oidc": open(at("/session/oidc"), 404),
  "GET /api/v1/session/oidc/callback": open(at("/session/oidc/callback"), 404),
  "POST /api/v1/session/first-admin": open(() => send("/session/first-admin", {}), 422),
  "GET /api/v1/session": { ...own, ask: at("/session"), own: 200 },
  "DELETE /api/v1/session": { ...own, ask: at("/session"), own: 204, ends: "session" },
  "GET /api/v1/account": { ...account, ask: at("/account"), own: 200 },
  "PATCH /api/v1/account": { ...account, ask: () => send("/account"), own: 422 },
  "POST /api/v1/account/password": { ...account, ask: () => send("/account/password"), own: 422 },
  "GET /api/v1/account/sessions": { ...account, ask: at("/account/sessions"), own: 200 },
  "DELETE /api/v1/account/sessions": {
    ...account,
    ask: at("/account/sessions"),
    own: 204,
    ends: "session",
  },
  "DELETE /api/v1/account/sessions/:id": {
    ...account,
    ask: at(`/account/sessions/${"0".repeat(16)}`),
    own: 404,
  },
  "GET /api/v1/users": { ...users, ask: at("/users"), own: 200 },
  "POST /api/v1/users": {
    ...users,
    ask: ({ site }, subject) =>
      send("/users", {
        name: `made-by-${subject.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase()}-${site.toLowerCase()}`,
        role: "viewer",
        sites: [site],
      }),
    own: 201,
    foreign: 422,
  },
  "POST /api/v1/users/first-admin-link": {
    ...users,
    ask: () => send("/users/first-admin-link"),
    own: 409,
  },
  "GET /api/v1/users/:name": {
    ...users,
    ask: ({ user }) => [{ url: `/api/v1/users/${user}` }],
    own: 200,
    foreign: 404,
  },
  "PATCH /api/v1/users/:name": {
    ...users,
    ask: ({ user }) => send(`/users/${user}`, { disabled: false }),
    own: 200,
    foreign: 404,
  },
  "DELETE /api/v1/users/:name": {
    ...users,
    ask: ({ endedUser }) => [{ url: `/api/v1/users/${endedUser}` }],
    own: 204,
    foreign: 404,
    ends: "thing",
  },
  "POST /api/v1/users/:name/logout": {
    ...users,
    ask: ({ user }) => send(`/users/${user}/logout`),
    own: 204,
    foreign: 404,
  },
  ...INTERCHANGE_EXPECTED,
  "POST /api/v1/events": {
    roles: "admin",
    scope: "events:write",
    ask: ({ site }, subject) => send("/events", anEvent(site, subject)),
    own: 202,
    foreign: 422,
  },
  "GET /api/v1/events/:source/:id": {
    roles: "associate coordinator lead admin auditor",
    scope: "events:read",
    ask: ({ event }) => [{ url: `/api/v1/events/${enc(event.source)}/${event.id}` }],
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/orders": { roles: PEOPLE, scope: "orders:read", ...bySite("/orders") },
  "GET /api/v1/orders/:id": {
    roles: PEOPLE,
    scope: "orders:read",
    ask: ({ site, order }) => [
      { url: `/api/v1/orders/${order}` },
      { url: `/api/v1/orders/${order}?site=${site}` },
      { url: `/api/v1/orders/${TWIN}?site=${site}` },
    ],
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/orders/:id/escalation": {
    roles: PEOPLE,
    scope: "orders:read",
    ask: ({ site, order }) => [
      { url: `/api/v1/orders/${order}/escalation` },
      { url: `/api/v1/orders/${TWIN}/escalation?site=${site}` },
    ],
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/orders/:id/actions/:name": {
    ...acts,
    ask: ({ site, order }) => [
      ...send(`/orders/${order}/actions/note`, { text: "x" }),
      ...send(`/orders/${order}/actions/hold?site=${site}`, { code: "HOLD_X" }),
      ...send(`/orders/${TWIN}/actions/assign?site=${site}`, { assignee: "me" }),
    ],
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/orders/actions/:name": {
    ...acts,
    ask: ({ site, order }) =>
      send(`/orders/actions/note?site=${site}`, { ids: [order, TWIN], text: "x" }),
    own: 207,
    foreign: 404,
  },
  "POST /api/v1/actions/:eventId/undo": {
    ...acts,
    ask: ({ site }) => send(`/actions/done-at-${site}/undo?site=${site}`),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/incidents": {
    roles: EVERYBODY,
    scope: "incidents:read",
    ...bySite("/incidents"),
  },
  "GET /api/v1/incidents/:id": {
    roles: EVERYBODY,
    scope: "incidents:read",
    ask: ({ site, incident }) => [
      { url: `/api/v1/incidents/${incident}` },
      { url: `/api/v1/incidents/${incident}?site=${site}` },
      { url: `/api/v1/incidents/${TWIN_INCIDENT}?site=${site}` },
    ],
    own: 200,
    foreign: 404,
  },
  // on disk, and applied by nobody here
  "POST /api/v1/incidents": {
    ...owns,
    ask: ({ site }, subject) =>
      send(`/incidents?site=${site}`, { title: `${subject} sees smoke`, orders: [TWIN] }),
    own: 202,
    foreign: 404,
  },
  "POST /api/v1/incidents/:id/comment": {
    ...notes,
    ask: ({ site, incident }) => [
      ...send(`/incidents/${incident}/comment`, { text: "x" }),
      ...send(`/incidents/${TWIN_INCIDENT}/comment?site=${site}`, { text: "x" }),
    ],
    own: 202,
    foreign: 404,
  },
  "POST /api/v1/incidents/:id/play": {
    ...notes,
    ask: ({ site, incident }) => send(`/incidents/${incident}/play?site=${site}`, { step: "call" }),
    own: 202,
    foreign: 404,
  },
  "POST /api/v1/incidents/:id/:name": {
    ...owns,
    ask: ({ site, incident }) => [
      ...send(`/incidents/${incident}/acknowledge`),
      ...send(`/incidents/${incident}/assign?site=${site}`, { assignee: null }),
      ...send(`/incidents/${TWIN_INCIDENT}/escalate?site=${site}`, { reason: "x" }),
    ],
    own: 202,
    foreign: 404,
  },
  "POST /api/v1/incidents/:id/orders/:name": {
    ...acts,
    ask: ({ site, incident }) =>
      send(`/incidents/${incident}/orders/hold?site=${site}`, { code: "HOLD_X" }),
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/incidents/actions/:name": {
    ...owns,
    ask: ({ site, incident }) =>
      send(`/incidents/actions/noise?site=${site}`, { ids: [incident, TWIN_INCIDENT] }),
    own: 207,
    foreign: 404,
  },
  "GET /api/v1/board": { ...board, ...bySite("/board") },
  "GET /api/v1/pickups": { ...board, ...bySite("/pickups") },
  "GET /api/v1/metrics/live": { ...board, ...bySite("/metrics/live") },
  "GET /api/v1/metrics/trends": { ...board, ...bySite("/metrics/trends") },
  "GET /api/v1/analytics/forecast-quality": {
    ...board,
    ...bySite("/analytics/forecast-quality"),
  },
  "GET /api/v1/analytics/:name": {
    ...board,
    ...bySite("/analytics/otif"),
  },
  "GET /api/v1/analytics/:name/orders": {
    roles: PEOPLE,
    scope: "orders:read",
    ...bySite("/analytics/otif/orders"),
  },
  "GET /api/v1/rewind": {
    ...board,
    ask: ({ site }) => [{ url: `/api/v1/rewind?site=${site}&at=2026-02-11T10:00:00Z` }],
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/rewind/range": { ...board, ...bySite("/rewind/range") },
  "GET /api/v1/exports/:name.csv": { ...board, ...bySite("/exports/otif.csv") },
  "GET /api/v1/exports/orders.csv": {
    roles: PEOPLE,
    scope: "orders:read",
    ...bySite("/exports/orders.csv"),
  },
  "POST /api/v1/what-if": {
    ...acts,
    ask: ({ site }) =>
      send(`/what-if?site=${site}`, { changes: [{ kind: "add", process: "pack", people: 1 }] }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/what-if": { ...board, ...bySite("/what-if") },
  "POST /api/v1/what-if/:id/applied": {
    ...acts,
    // nothing of that id was asked anywhere
    ask: ({ site }) => send(`/what-if/00000000-0000-4000-8000-000000000000/applied?site=${site}`),
    own: 404,
    foreign: 404,
  },
  "GET /api/v1/dead-letters": { ...letters, ...bySite("/dead-letters") },
  "POST /api/v1/dead-letters/:id/replay": {
    ...replay,
    ask: ({ site, letter }) => send(`/dead-letters/${letter}/replay?site=${site}`),
    own: 202,
    foreign: 404,
  },
  "POST /api/v1/dead-letters/replay": {
    ...replay,
    ask: ({ site, letter }) => send(`/dead-letters/replay?site=${site}`, { ids: [letter] }),
    own: 202,
    foreign: 404,
  },
  "GET /api/v1/keys": { ...keys, ask: at("/keys"), own: 200 },
  "POST /api/v1/keys": {
    ...keys,
    ask: ({ site }) => send("/keys", { name: "x", scopes: ["board:read"], sites: [site] }),
    own: 201,
    foreign: 422,
  },
  "GET /api/v1/keys/:id": {
    ...keys,
    ask: ({ key }) => [{ url: `/api/v1/keys/${key}` }],
    own: 200,
    foreign: 404,
  },
  "PATCH /api/v1/keys/:id": {
    ...keys,
    ask: ({ key }) => send(`/keys/${key}`, { note: "x" }),
    own: 200,
    foreign: 404,
  },
  "DELETE /api/v1/keys/:id": {
    ...keys,
    ask: ({ endedKey }) => [{ url: `/api/v1/keys/${endedKey}` }],
    own: 204,
    foreign: 404,
  },
  "POST /api/v1/keys/:id/rotate": {
    ...keys,
    ask: ({ key }) => send(`/keys/${key}/rotate`, { oldForMs: 0 }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/channels": { ...webhooks, ...bySite("/channels") },
  "POST /api/v1/channels": {
    ...webhooks,
    ask: ({ site }, subject) =>
      send("/channels", {
        id: `dock-${site}-${subject.replace(/[^A-Za-z0-9]/g, "-")}`.slice(0, 64),
        name: "dock",
        site,
        kind: "email",
        to: "dock@example.org",
      }),
    own: 201,
    foreign: 422,
  },
  "DELETE /api/v1/channels/:id": {
    ...webhooks,
    ask: ({ endedChannel }) => [{ url: `/api/v1/channels/${endedChannel}` }],
    own: 204,
    foreign: 404,
    ends: "thing",
  },
  "POST /api/v1/channels/:id/test": {
    ...webhooks,
    ask: ({ channel }) => send(`/channels/${channel}/test`),
    own: 202,
    foreign: 404,
  },
  "GET /api/v1/account/views": { ...account, ...bySite("/account/views") },
  "PUT /api/v1/account/views/:id": {
    ...account,
    ask: ({ site }) => send(`/account/views/mine?site=${site}`, aView),
    own: 200,
    foreign: 404,
  },
  "DELETE /api/v1/account/views/:id": {
    ...account,
    ask: ({ site }) => [{ url: `/api/v1/account/views/nowhere?site=${site}` }],
    own: 404,
    foreign: 404,
  },
  "GET /api/v1/views": { ...board, ...bySite("/views") },
  "PUT /api/v1/views/:id": {
    ...shares,
    ask: ({ site }) => send(`/views/ours?site=${site}`, aView),
    own: 200,
    foreign: 404,
  },
  "DELETE /api/v1/views/:id": {
    ...shares,
    ask: ({ site }) => [{ url: `/api/v1/views/nowhere?site=${site}` }],
    own: 404,
    foreign: 404,
  },
  "PUT /api/v1/views/:id/default": {
    ...shares,
    ask: ({ site }) => [{ url: `/api/v1/views/nowhere/default?site=${site}` }],
    own: 404,
    foreign: 404,
  },
  "DELETE /api/v1/views/:id/default": {
    ...shares,
    ask: ({ site }) => [{ url: `/api/v1/views/nowhere/default?site=${site}` }],
    own: 404,
    foreign: 404,
  },
  "GET /api/v1/account/push": { ...account, ask: at("/account/push"), own: 200 },
  "PUT /api/v1/account/push": { ...account, ask: () => send("/account/push"), own: 422 },
  "DELETE /api/v1/account/push": { ...account, ask: at("/account/push"), own: 204 },
  "GET /api/v1/webhooks": { ...webhooks, ...bySite("/webhooks") },
  "POST /api/v1/webhooks": {
    ...webhooks,
    ask: ({ site }) =>
      send("/webhooks", {
        name: "x",
        site,
        url: "https://receiver.example.com/in",
        types: ["order.late"],
      }),
    own: 201,
    foreign: 422,
  },
  "GET /api/v1/webhooks/:id": {
    ...webhooks,
    ask: ({ webhook }) => [{ url: `/api/v1/webhooks/${webhook}` }],
    own: 200,
    foreign: 404,
  },
  "PATCH /api/v1/webhooks/:id": {
    ...webhooks,
    ask: ({ webhook }) => send(`/webhooks/${webhook}`, { enabled: true }),
    own: 200,
    foreign: 404,
  },
  "DELETE /api/v1/webhooks/:id": {
    ...webhooks,
    ask: ({ endedWebhook }) => [{ url: `/api/v1/webhooks/${endedWebhook}` }],
    own: 204,
    foreign: 404,
    ends: "thing",
  },
  "POST /api/v1/webhooks/:id/rotate": {
    ...webhooks,
    ask: ({ webhook }) => send(`/webhooks/${webhook}/rotate`, { oldForMs: 0 }),
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/webhooks/:id/test": {
    ...webhooks,
    ask: ({ webhook }) => send(`/webhooks/${webhook}/test`),
    own: 202,
    foreign: 404,
  },
  "GET /api/v1/webhooks/:id/deliveries": {
    ...webhooks,
    ask: ({ webhook }) => [{ url: `/api/v1/webhooks/${webhook}/deliveries` }],
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/webhooks/:id/deliveries/:delivery/replay": {
    ...webhooks,
    ask: ({ webhook }) => send(`/webhooks/${webhook}/deliveries/told-${webhook}/replay`),
    own: 202,
    foreign: 404,
  },
  ...WALLS_EXPECTED,
  // entries of another site are left out: an empty list, as for a site that is nowhere
  "GET /api/v1/audit": { ...audit, ...bySite("/audit") },
  "GET /api/v1/audit/verify": { ...audit, ask: at("/audit/verify"), own: 200 },
  "GET /api/v1/exports/audit.ndjson": { ...audit, ...bySite("/exports/audit.ndjson") },
  "GET /api/v1/exports/audit.csv": { ...audit, ...bySite("/exports/audit.csv") },
  "GET /api/v1/personal/export": {
    roles: "admin",
    scope: "personal:export",
    ask: ({ site }) => [{ url: `/api/v1/personal/export?orderId=none&site=${site}` }],
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/personal/erase": {
    roles: "admin",
    scope: "personal:erase",
    ask: ({ site }) => send("/personal/erase", { orderId: "none", site }),
    own: 200,
    foreign: 404,
  },
  ...CONFIG_EXPECTED,
  "GET /api/v1/handover": {
    roles: "coordinator lead admin auditor",
    scope: "handover:read",
    ...bySite("/handover"),
  },
  // a shift that no site has; what is signed is tried elsewhere
  "PUT /api/v1/handover/:id": {
    roles: "lead admin",
    scope: "none",
    ask: ({ site }) => send(`/handover/no-such-shift?site=${site}`, { notes: "x" }),
    own: 404,
    foreign: 404,
  },
  "POST /api/v1/handover/:id/sign": {
    roles: "lead admin",
    scope: "none",
    ask: ({ site }) => send(`/handover/no-such-shift/sign?site=${site}`, { as: "leaving" }),
    own: 404,
    foreign: 404,
  },
  "GET /api/v1/alarm-load": { roles: EVERYBODY, scope: "incidents:read", ...bySite("/alarm-load") },
  "GET /api/v1/escalation-audit": {
    roles: "lead admin auditor",
    scope: "alarms:read",
    ...bySite("/escalation-audit"),
  },
  "GET /api/schemas/sites.json": {
    roles: PEOPLE,
    scope: "config:read",
    ask: bare("/api/schemas/sites.json"),
    own: 200,
  },
  "GET /api/openapi.json": { ...own, ask: bare("/api/openapi.json"), own: 200 },
  "GET /api/docs": { ...own, ask: bare("/api/docs"), own: 200 },
  "GET /metrics": {
    roles: "admin auditor",
    scope: "metrics:read",
    ask: bare("/metrics"),
    own: 200,
  },
};

export const SOCKET_EXPECTED: Record<SocketOperation, { roles: string; scope: MachineScope }> = {
  "board:open": { roles: EVERYBODY, scope: "board:read" },
  "board:close": { roles: EVERYBODY, scope: "board:read" },
  "presence:look": { roles: EVERYBODY, scope: "board:read" },
  "display:report": { roles: EVERYBODY, scope: "board:read" },
};
