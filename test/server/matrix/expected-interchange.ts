/** The doors for whole documents, as `expected.ts` has the rest. */
import type { HttpOperation } from "../../../domain/permissions.ts";
import { bare, type Expected } from "./asks.ts";
import { TWIN } from "./world.ts";

const writes = { roles: "admin", scope: "events:write" } as const;
/** The same whoever sends it. */
const aDocument = JSON.stringify({
  type: "EPCISDocument",
  epcisBody: {
    eventList: [
      {
        type: "ObjectEvent",
        action: "OBSERVE",
        bizStep: "picking",
        eventTime: "2026-02-11T08:14:03Z",
        eventTimeZoneOffset: "+01:00",
        bizTransactionList: [{ type: "po", bizTransaction: TWIN }],
      },
    ],
  },
});

export const INTERCHANGE_EXPECTED = {
  "POST /epcis/capture": {
    ...writes,
    ask: ({ site }) => [
      { url: `/epcis/capture?site=${site}`, payload: aDocument, type: "application/ld+json" },
    ],
    own: 202,
    foreign: 404,
  },
  "GET /epcis/capture": {
    ...writes,
    ask: ({ site }) => [{ url: `/epcis/capture?site=${site}` }],
    own: 200,
    foreign: 404,
  },
  "GET /epcis/capture/:id": { ...writes, ask: bare("/epcis/capture/none"), own: 404 },
} satisfies Partial<Record<HttpOperation, Expected>>;
