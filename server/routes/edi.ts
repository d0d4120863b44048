/** EDI in: transaction sets of X12 become events, answered with an account of each. */
import { Type } from "typebox";
import type { FastifyInstance } from "fastify";
import { EdiAnswer } from "../../domain/contract/edi.ts";
import { groupsOf } from "../edi/acknowledge.ts";
import { readEdi } from "../edi/read.ts";
import {
  bodyOf,
  bytesOf,
  bytesOptions,
  DocumentQuery,
  type DocumentRequest,
  siteForDocument,
  takeBytes,
  takeDocument,
} from "../interchange.ts";
import { createOrdersFinder } from "../known-parcels.ts";
import { problem } from "../problem.ts";
import { refused } from "../refused.ts";

const PLAIN = "text/plain";
const TYPES = ["application/edi-x12", PLAIN, "application/octet-stream"];

/** Plain text is what a form of another page can send in a person's name: only a key may. */
function refuseForms(scope: FastifyInstance): void {
  scope.addHook("onRequest", async ({ sessionKey, headers }) => {
    if (sessionKey === undefined || !(headers["content-type"] ?? "").startsWith(PLAIN)) return;
    throw problem("CT_ERR_UNSUPPORTED_MEDIA_TYPE", "Send application/edi-x12, or a machine key.");
  });
}

async function take(
  app: FastifyInstance,
  request: DocumentRequest,
): Promise<{ status: number; answer: EdiAnswer }> {
  const { site } = siteForDocument(app, request);
  const { source, partial } = request.query;
  const { posted, sets, noted } = readEdi(bytesOf(request), {
    zone: site.timeZone,
    services: site.serviceLevels.map(({ id }) => id),
    ordersOfParcel: createOrdersFinder(app.live.board(site.id)),
    ...(source !== undefined && { source }),
  });
  const { status, body } = await takeDocument(app, request, posted, site.id, partial === true);
  return {
    status,
    answer: { ...body, groups: groupsOf(sets, [...(body.errors ?? []), ...noted]) },
  };
}

const answered = (description: string) => ({
  description,
  content: { "application/json": { schema: EdiAnswer } },
});

export function ediRoutes(app: FastifyInstance): void {
  void app.register(async (scope) => {
    takeBytes(scope, TYPES);
    refuseForms(scope);
    scope.post<{ Querystring: DocumentQuery }>(
      "/api/v1/edi",
      {
        ...bytesOptions(app),
        config: { operation: "POST /api/v1/edi" },
        schema: {
          summary: "Send X12",
          description:
            "Transaction sets 940, 945, 856 and 214 in their interchange, or one without it. Times without a zone are the site's. Nothing is taken of a body with a mistake, " +
            "unless `?partial=true` says so; each mistake is named as `segment 12, W0602`. Trailers and summaries that count wrong are noted (acknowledgment `E`) and stop nothing.",
          tags: ["interchange"],
          querystring: DocumentQuery,
          body: bodyOf(TYPES, Type.String({ description: "X12" })),
          response: {
            202: answered("on disk, with an account of each transaction set"),
            207: answered("with ?partial=true: what is in order is on disk, the rest is named"),
            422: refused("every mistake with its segment and element, nothing taken"),
          },
        },
      },
      async (request, reply) => {
        const { status, answer } = await take(app, request);
        return reply.code(status).send(answer);
      },
    );
  });
}
