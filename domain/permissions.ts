/**
 * Who may do what: one table, read by every route and every socket event. The server refuses to start when an operation is missing here.
 *
 * A person's role or a machine key's scopes give permissions; sites are a second, independent condition that comes from the credential only.
 */
export const PERMISSIONS = [
  "events:write",
  "events:read",
  "board:read",
  "orders:read",
  "orders:act",
  "incidents:read",
  /** comments, and steps of a playbook that were done */
  "incidents:note",
  "incidents:act",
  "handover:read",
  /** also edits it; people only, and never both signatures of one shift */
  "handover:sign",
  /** everybody's alarm load, and what the auditor of the ladders found */
  "alarms:read",
  /** who did what: owners, actors, who looks at an order. Walls and viewers never have it (`server/audience.ts`) */
  "people:read",
  /** names and addresses of customers */
  "personal:read",
  "personal:export",
  "personal:erase",
  "dead-letters:read",
  "dead-letters:replay",
  "config:read",
  "config:write",
  /** the people planned at a site */
  "plans:write",
  /** rules, ladders, duty and planned work of a site's incidents */
  "policies:write",
  "metrics:read",
  "audit:read",
  "users:manage",
  "keys:manage",
  "webhooks:manage",
  /** takes what a wall shows, says that it is done, adds a photo of damage */
  "floor:act",
  /** makes a wall of a screen that shows a code */
  "displays:claim",
  /** changes, steers and ends walls; tells them something */
  "displays:manage",
  /** saves views of the board for everybody of a site; people only */
  "views:share",
  /** one's own account: password, sessions, preferences; people only */
  "account:own",
  /** who one is, logging out; everybody with a credential */
  "session:own",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a machine key may be given; `session:own` every key has. */
export const MACHINE_SCOPES = [
  "events:write",
  "events:read",
  "board:read",
  "orders:read",
  "orders:act",
  "incidents:read",
  "incidents:note",
  "incidents:act",
  "handover:read",
  "alarms:read",
  "people:read",
  "personal:read",
  "personal:export",
  "personal:erase",
  "dead-letters:read",
  "dead-letters:replay",
  "config:read",
  "config:write",
  "plans:write",
  "policies:write",
  "metrics:read",
  "audit:read",
  "users:manage",
  "keys:manage",
  "webhooks:manage",
  "floor:act",
  "displays:claim",
  "displays:manage",
  "views:share",
] as const satisfies Permission[];
export type MachineScope = (typeof MACHINE_SCOPES)[number];
/** Scopes that make others powerful: only an administrator in person, or the bootstrap key, gives them away. */
export const GUARDED_SCOPES: readonly Permission[] = ["keys:manage", "users:manage"];

export const ROLES = [
  "viewer",
  "wall",
  "associate",
  "coordinator",
  "lead",
  "admin",
  "auditor",
] as const;
export type Role = (typeof ROLES)[number];

const OWN = ["session:own", "account:own"] as const satisfies Permission[];
const READ = [
  ...OWN,
  "board:read",
  "orders:read",
  "incidents:read",
  "events:read",
  "config:read",
  "people:read",
] as const satisfies Permission[];
const WORK = [
  ...READ,
  "orders:act",
  "incidents:note",
  "incidents:act",
  "handover:read",
  "personal:read",
  "dead-letters:read",
  "floor:act",
  "displays:claim",
] as const satisfies Permission[];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  wall: ["board:read", "incidents:read", "session:own"],
  viewer: [...OWN, "board:read", "orders:read", "incidents:read", "config:read"],
  associate: [...READ, "incidents:note", "floor:act"],
  coordinator: WORK,
  lead: [
    ...WORK,
    "dead-letters:replay",
    "plans:write",
    "policies:write",
    "handover:sign",
    "displays:manage",
    "alarms:read",
    "views:share",
  ],
  auditor: [
    ...READ,
    "handover:read",
    "alarms:read",
    "dead-letters:read",
    "metrics:read",
    "audit:read",
  ],
  admin: PERMISSIONS,
};

/** No credential needed; or the signature of the request itself, by a secret that a connector of a site has, and no key or session in its place. */
export type Access = Permission | "anonymous" | "signature";

/** Every operation of the HTTP interface, as `METHOD path-pattern`. */
export const HTTP_OPERATIONS = {
  "GET /livez": "anonymous",
  "GET /readyz": "anonymous",
  "POST /api/v1/csp-reports": "anonymous",
  "GET /l/page.css": "anonymous",
  "GET /l/:token": "anonymous",
  "POST /l/:token": "anonymous",
  "POST /api/v1/session": "anonymous",
  "GET /api/v1/session": "session:own",
  "DELETE /api/v1/session": "session:own",
  "GET /api/v1/session/options": "anonymous",
  "GET /api/v1/session/oidc": "anonymous",
  "GET /api/v1/session/oidc/callback": "anonymous",
  "POST /api/v1/session/first-admin": "anonymous",
  "GET /api/v1/account": "account:own",
  "PATCH /api/v1/account": "account:own",
  "POST /api/v1/account/password": "account:own",
  "GET /api/v1/account/sessions": "account:own",
  "DELETE /api/v1/account/sessions": "account:own",
  "DELETE /api/v1/account/sessions/:id": "account:own",
  "GET /api/v1/users": "users:manage",
  "POST /api/v1/users": "users:manage",
  "POST /api/v1/users/first-admin-link": "users:manage",
  "GET /api/v1/users/:name": "users:manage",
  "PATCH /api/v1/users/:name": "users:manage",
  "DELETE /api/v1/users/:name": "users:manage",
  "POST /api/v1/users/:name/logout": "users:manage",
  "POST /hooks/:connector": "signature",
  "POST /api/v1/events": "events:write",
  "GET /api/v1/events/:source/:id": "events:read",
  "POST /api/v1/edi": "events:write",
  "POST /api/v1/imports": "events:write",
  "POST /epcis/capture": "events:write",
  "GET /epcis/events": "orders:read",
  "GET /epcis/capture": "events:write",
  "GET /epcis/capture/:id": "events:write",
  "GET /api/v1/orders": "orders:read",
  "GET /api/v1/orders/:id": "orders:read",
  "GET /api/v1/orders/:id/escalation": "orders:read",
  "POST /api/v1/orders/:id/actions/:name": "orders:act",
  "POST /api/v1/orders/actions/:name": "orders:act",
  "POST /api/v1/actions/:eventId/undo": "orders:act",
  "GET /api/v1/incidents": "incidents:read",
  "GET /api/v1/incidents/:id": "incidents:read",
  "GET /api/v1/people": "people:read",
  "POST /api/v1/incidents": "incidents:act",
  "POST /api/v1/incidents/:id/comment": "incidents:note",
  "POST /api/v1/incidents/:id/play": "incidents:note",
  "POST /api/v1/incidents/:id/:name": "incidents:act",
  "POST /api/v1/incidents/:id/orders/:name": "orders:act",
  "POST /api/v1/incidents/actions/:name": "incidents:act",
  "GET /api/v1/board": "board:read",
  "GET /api/v1/pickups": "board:read",
  "GET /api/v1/metrics/live": "board:read",
  "GET /api/v1/metrics/trends": "board:read",
  "GET /api/v1/analytics/forecast-quality": "board:read",
  "GET /api/v1/analytics/:name": "board:read",
  "GET /api/v1/analytics/:name/orders": "orders:read",
  "GET /api/v1/rewind": "board:read",
  "GET /api/v1/rewind/range": "board:read",
  "GET /api/v1/exports/:name.csv": "board:read",
  "GET /api/v1/exports/orders.csv": "orders:read",
  "POST /api/v1/what-if": "orders:act",
  "GET /api/v1/what-if": "board:read",
  "POST /api/v1/what-if/:id/applied": "orders:act",
  "GET /api/v1/dead-letters": "dead-letters:read",
  "POST /api/v1/dead-letters/:id/replay": "dead-letters:replay",
  "POST /api/v1/dead-letters/replay": "dead-letters:replay",
  "GET /api/v1/keys": "keys:manage",
  "POST /api/v1/keys": "keys:manage",
  "GET /api/v1/keys/:id": "keys:manage",
  "PATCH /api/v1/keys/:id": "keys:manage",
  "DELETE /api/v1/keys/:id": "keys:manage",
  "POST /api/v1/keys/:id/rotate": "keys:manage",
  "GET /api/v1/webhooks": "webhooks:manage",
  "POST /api/v1/webhooks": "webhooks:manage",
  "GET /api/v1/webhooks/:id": "webhooks:manage",
  "PATCH /api/v1/webhooks/:id": "webhooks:manage",
  "DELETE /api/v1/webhooks/:id": "webhooks:manage",
  "POST /api/v1/webhooks/:id/rotate": "webhooks:manage",
  "POST /api/v1/webhooks/:id/test": "webhooks:manage",
  "GET /api/v1/webhooks/:id/deliveries": "webhooks:manage",
  "POST /api/v1/webhooks/:id/deliveries/:delivery/replay": "webhooks:manage",
  "GET /api/v1/floor/tasks/:id": "floor:act",
  "POST /api/v1/floor/tasks/:id/:word": "floor:act",
  "POST /api/v1/orders/:id/photos": "floor:act",
  "GET /api/v1/orders/:id/photos": "people:read",
  "GET /api/v1/orders/:id/photos/:photo": "people:read",
  "POST /api/v1/displays": "anonymous",
  "POST /api/v1/displays/token": "anonymous",
  "POST /api/v1/displays/look": "displays:claim",
  "POST /api/v1/displays/claim": "displays:claim",
  "GET /api/v1/displays": "displays:manage",
  "GET /api/v1/displays/:id": "displays:manage",
  "PATCH /api/v1/displays/:id": "displays:manage",
  "DELETE /api/v1/displays/:id": "displays:manage",
  "POST /api/v1/displays/:id/commands": "displays:manage",
  "GET /api/v1/displays/:id/frame": "displays:manage",
  "GET /api/v1/displays/notice": "displays:manage",
  "PUT /api/v1/displays/notice": "displays:manage",
  "GET /api/v1/channels": "webhooks:manage",
  "POST /api/v1/channels": "webhooks:manage",
  "DELETE /api/v1/channels/:id": "webhooks:manage",
  "POST /api/v1/channels/:id/test": "webhooks:manage",
  "GET /api/v1/account/views": "account:own",
  "PUT /api/v1/account/views/:id": "account:own",
  "DELETE /api/v1/account/views/:id": "account:own",
  "GET /api/v1/views": "board:read",
  "PUT /api/v1/views/:id": "views:share",
  "DELETE /api/v1/views/:id": "views:share",
  "PUT /api/v1/views/:id/default": "views:share",
  "DELETE /api/v1/views/:id/default": "views:share",
  "GET /api/v1/account/push": "account:own",
  "PUT /api/v1/account/push": "account:own",
  "DELETE /api/v1/account/push": "account:own",
  "GET /api/v1/audit": "audit:read",
  "GET /api/v1/audit/verify": "audit:read",
  "GET /api/v1/exports/audit.ndjson": "audit:read",
  "GET /api/v1/exports/audit.csv": "audit:read",
  "GET /api/v1/personal/export": "personal:export",
  "POST /api/v1/personal/erase": "personal:erase",
  "GET /api/v1/config/sites": "config:read",
  "PUT /api/v1/config/sites": "config:write",
  "GET /api/v1/config/sites/versions": "config:read",
  "GET /api/v1/config/sites/versions/:version": "config:read",
  "GET /api/v1/config/calendars": "config:read",
  "PUT /api/v1/config/calendars": "config:write",
  "GET /api/v1/config/connectors": "config:read",
  "PUT /api/v1/config/connectors": "config:write",
  "GET /api/v1/config/plans": "config:read",
  "PUT /api/v1/config/plans": "plans:write",
  "GET /api/v1/handover": "handover:read",
  "PUT /api/v1/handover/:id": "handover:sign",
  "POST /api/v1/handover/:id/sign": "handover:sign",
  "GET /api/v1/alarm-load": "incidents:read",
  "GET /api/v1/escalation-audit": "alarms:read",
  "GET /api/v1/config/policies": "config:read",
  "PUT /api/v1/config/policies": "policies:write",
  "POST /api/v1/config/policies/rehearse": "policies:write",
  "GET /api/v1/config/policies/file": "policies:write",
  "PUT /api/v1/config/policies/file": "policies:write",
  "GET /api/schemas/sites.json": "config:read",
  "GET /api/openapi.json": "session:own",
  "GET /api/docs": "session:own",
  "GET /metrics": "metrics:read",
} as const satisfies Record<string, Access>;
export type HttpOperation = keyof typeof HTTP_OPERATIONS;

/** Every event a client may send on a socket. */
export const SOCKET_OPERATIONS = {
  "board:open": "board:read",
  "board:close": "board:read",
  "presence:look": "board:read",
  /** a wall tells how it is; nobody else has anything to tell */
  "display:report": "board:read",
} as const satisfies Record<string, Permission>;
export type SocketOperation = keyof typeof SOCKET_OPERATIONS;

/** Somebody or something that asked: what it may do, and where. `sites: "all"` is every configured site. */
export type Principal = {
  kind: "person" | "machine" | "display";
  /** user name, key id or display id, as it is written into events and audit */
  name: string;
  role?: Role;
  permissions: ReadonlySet<Permission>;
  sites: "all" | ReadonlySet<string>;
  /** prefixes of the event sources a key may speak for; absent = any */
  sources?: readonly string[];
};

export const may = (principal: Principal, access: Access): boolean =>
  access === "anonymous" || (access !== "signature" && principal.permissions.has(access));

export const hasSite = (principal: Principal, site: string): boolean =>
  principal.sites === "all" || principal.sites.has(site);

/** What a wall may, by its socket alone: see the wall of its site, as those who are shown no people see it. */
export const DISPLAY_PERMISSIONS = ["board:read"] as const satisfies Permission[];

/** Users that exist only with the demo, on loopback. Their passwords are public on purpose. */
export const DEMO_USERS = [
  { name: "admin", password: "demo-admin-tower", role: "admin" },
  { name: "lead", password: "demo-lead-tower", role: "lead" },
  { name: "coordinator", password: "demo-coordinator-tower", role: "coordinator" },
  { name: "associate", password: "demo-associate-tower", role: "associate" },
  { name: "viewer", password: "demo-viewer-tower", role: "viewer" },
  { name: "auditor", password: "demo-auditor-tower", role: "auditor" },
] as const satisfies { name: string; password: string; role: Role }[];
