/** The part of the matrix that is about the rules of a site. */
import type { HttpOperation } from "../../../domain/permissions.ts";
import { DEFAULT_POLICIES } from "../../../domain/incidents/policies.ts";
import { readSitesFile } from "../../../server/sites/file.ts";
import { at, bySite, PEOPLE, send, type Expected } from "./asks.ts";

const example = await readSitesFile(undefined);
const exampleOf = (site: string) => ({ ...example[0], ...example.find(({ id }) => id === site) });
const policies = { roles: "lead admin", scope: "policies:write" } as const;

export const CONFIG_EXPECTED = {
  "GET /api/v1/config/sites": {
    roles: PEOPLE,
    scope: "config:read",
    ask: at("/config/sites"),
    own: 200,
  },
  "PUT /api/v1/config/sites": {
    roles: "admin",
    scope: "config:write",
    ask: ({ site }) => send(`/config/sites?site=${site}&dryRun=true`, { sites: [exampleOf(site)] }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/config/sites/versions": {
    roles: PEOPLE,
    scope: "config:read",
    ...bySite("/config/sites/versions"),
  },
  "GET /api/v1/config/sites/versions/:version": {
    roles: PEOPLE,
    scope: "config:read",
    ...bySite("/config/sites/versions/1"),
  },
  "GET /api/v1/config/calendars": {
    roles: PEOPLE,
    scope: "config:read",
    ...bySite("/config/calendars"),
  },
  "PUT /api/v1/config/calendars": {
    roles: "admin",
    scope: "config:write",
    ask: ({ site }) => send(`/config/calendars?site=${site}&dryRun=true`, { shifts: [] }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/config/connectors": {
    roles: PEOPLE,
    scope: "config:read",
    ...bySite("/config/connectors"),
  },
  "PUT /api/v1/config/connectors": {
    roles: "admin",
    scope: "config:write",
    ask: ({ site }) => send(`/config/connectors?site=${site}&dryRun=true`, { connectors: [] }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/config/plans": {
    roles: PEOPLE,
    scope: "config:read",
    ...bySite("/config/plans"),
  },
  "PUT /api/v1/config/plans": {
    roles: "lead admin",
    scope: "plans:write",
    ask: ({ site }) => send(`/config/plans?site=${site}`, { plan: { heads: [] } }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/config/policies": {
    roles: PEOPLE,
    scope: "config:read",
    ...bySite("/config/policies"),
  },
  "PUT /api/v1/config/policies": {
    ...policies,
    ask: ({ site }) =>
      send(`/config/policies?site=${site}&dryRun=true`, { policies: DEFAULT_POLICIES }),
    own: 200,
    foreign: 404,
  },
  "POST /api/v1/config/policies/rehearse": {
    ...policies,
    // refused before anything is played: a thread for each of these would take minutes
    ask: ({ site }) =>
      send(`/config/policies/rehearse?site=${site}`, {
        policies: { ladders: [], rules: [{ kind: "damage", enabled: true, thresholds: { x: 1 } }] },
      }),
    own: 422,
    foreign: 404,
  },
  "GET /api/v1/config/policies/file": { ...policies, ...bySite("/config/policies/file") },
  "PUT /api/v1/config/policies/file": {
    ...policies,
    ask: ({ site }) =>
      send(`/config/policies/file?site=${site}`, {
        kind: "control-tower-policies",
        policies: DEFAULT_POLICIES,
      }),
    own: 200,
    foreign: 404,
  },
} satisfies Partial<Record<HttpOperation, Expected>>;
