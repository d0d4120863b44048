/** Walls and the way back from them. */
import type { HttpOperation } from "../../../domain/permissions.ts";
import { bySite, open, send, WORKERS, type Expected } from "./asks.ts";

const floor = { roles: "associate coordinator lead admin", scope: "floor:act" } as const;
const people = {
  roles: "associate coordinator lead admin auditor",
  scope: "people:read",
} as const;
const displays = { roles: "lead admin", scope: "displays:manage" } as const;
const claims = { roles: WORKERS, scope: "displays:claim" } as const;

export const WALLS_EXPECTED = {
  // nothing of that name is shown anywhere
  "GET /api/v1/floor/tasks/:id": {
    ...floor,
    ask: ({ site }) => [{ url: `/api/v1/floor/tasks/none?site=${site}` }],
    own: 404,
    foreign: 404,
  },
  "POST /api/v1/floor/tasks/:id/:word": {
    ...floor,
    ask: ({ site }) => send(`/floor/tasks/none/take?site=${site}`),
    own: 404,
    foreign: 404,
  },
  "POST /api/v1/orders/:id/photos": {
    ...floor,
    ask: ({ site, order }) => [
      {
        url: `/api/v1/orders/${order}/photos?site=${site}`,
        payload: "no picture",
        type: "image/png",
      },
    ],
    own: 422,
    foreign: 422,
  },
  "GET /api/v1/orders/:id/photos": {
    ...people,
    ask: ({ site, order }) => [{ url: `/api/v1/orders/${order}/photos?site=${site}` }],
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/people": { ...people, ...bySite("/people") },
  "GET /api/v1/orders/:id/photos/:photo": {
    ...people,
    ask: ({ site, order }) => [
      { url: `/api/v1/orders/${order}/photos/${"0".repeat(24)}?site=${site}` },
    ],
    own: 404,
    foreign: 404,
  },
  "POST /api/v1/displays": open(() => send("/displays", { name: 7 }), 422),
  "POST /api/v1/displays/token": open(() => send("/displays/token", { deviceCode: "x" }), 400),
  // nothing shows this code; five wrong ones and one waits
  "POST /api/v1/displays/look": { ...claims, ask: () => send("/displays/look"), own: 422 },
  "POST /api/v1/displays/claim": { ...claims, ask: () => send("/displays/claim"), own: 422 },
  "GET /api/v1/displays": { ...displays, ...bySite("/displays") },
  "GET /api/v1/displays/:id": {
    ...displays,
    ask: ({ display }) => [{ url: `/api/v1/displays/${display}` }],
    own: 200,
    foreign: 404,
  },
  "PATCH /api/v1/displays/:id": {
    ...displays,
    ask: ({ display, site }) => send(`/displays/${display}`, { name: `MARK-${site}` }),
    own: 200,
    foreign: 404,
  },
  "DELETE /api/v1/displays/:id": {
    ...displays,
    ask: ({ endedDisplay }) => [{ url: `/api/v1/displays/${endedDisplay}` }],
    own: 204,
    foreign: 404,
    ends: "thing",
  },
  "POST /api/v1/displays/:id/commands": {
    ...displays,
    ask: ({ display }) => send(`/displays/${display}/commands`, { command: "next" }),
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/displays/:id/frame": {
    ...displays,
    ask: ({ display }) => [{ url: `/api/v1/displays/${display}/frame` }],
    own: 200,
    foreign: 404,
  },
  "GET /api/v1/displays/notice": { ...displays, ...bySite("/displays/notice") },
  "PUT /api/v1/displays/notice": {
    ...displays,
    ask: ({ site }) => send(`/displays/notice?site=${site}`, { text: "x", until: null }),
    own: 200,
    foreign: 404,
  },
} satisfies Partial<Record<HttpOperation, Expected>>;
