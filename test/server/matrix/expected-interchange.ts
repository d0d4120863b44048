/** The doors for whole documents, as `expected.ts` has the rest. */
import type { HttpOperation } from "../../../domain/permissions.ts";
import { bare, PEOPLE, type Expected } from "./asks.ts";
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

const AN_INTERCHANGE = [
  "ISA*00**00**ZZ*SENDER*ZZ*US*260211*0914*U*00401*1*0*P*>~GS*OW*A*B*20260211*0914*1*X*004010~",
  `ST*940*1~W05*N*${TWIN}~LX*1~W01*1*EA**VN*SKU-1~SE*5*1~GE*1*1~IEA*1*1~`,
].join("");

const A_FILE = `type,orderId,occurredAt,text\nnote.added,${TWIN},2026-02-11T09:14:03Z,x\n`;

export const INTERCHANGE_EXPECTED = {
  "POST /api/v1/edi": {
    ...writes,
    ask: ({ site }) => [
      { url: `/api/v1/edi?site=${site}`, payload: AN_INTERCHANGE, type: "application/edi-x12" },
    ],
    own: 202,
    foreign: 404,
  },
  "POST /api/v1/imports": {
    ...writes,
    ask: ({ site }) => [{ url: `/api/v1/imports?site=${site}`, payload: A_FILE, type: "text/csv" }],
    own: 202,
    foreign: 404,
  },
  "POST /epcis/capture": {
    ...writes,
    ask: ({ site }) => [
      { url: `/epcis/capture?site=${site}`, payload: aDocument, type: "application/ld+json" },
    ],
    own: 202,
    foreign: 404,
  },
  "GET /epcis/events": {
    roles: PEOPLE,
    scope: "orders:read",
    ask: ({ site, order }) => [
      { url: `/epcis/events?site=${site}` },
      { url: `/epcis/events?site=${site}&EQ_bizTransaction=${order}` },
    ],
    own: 200,
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
