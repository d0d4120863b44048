/** `POST /hooks/{connector}`: where shops, carriers' services and other systems deliver what they sign. */
import { Type, type Static } from "typebox";
import type { FastifyInstance } from "fastify";
import { HookAnswer } from "../../domain/contract/connectors.ts";
import { addressedTo } from "../hooks/deliver.ts";
import { bytesOf, bytesOptions, takeBytes } from "../interchange.ts";
import { refused } from "../refused.ts";

const Path = Type.Object({ connector: Type.String({ minLength: 1, maxLength: 32 }) });
const Query = Type.Object(
  {
    site: Type.Optional(Type.String({ maxLength: 32 })),
    id: Type.Optional(Type.String({ maxLength: 64 })),
  },
  { additionalProperties: true },
);
type Hook = { Params: Static<typeof Path>; Querystring: Static<typeof Query> };

const CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded"];

const schema = {
  summary: "Deliver a signed webhook",
  description:
    "`connector` is `shopify`, `woocommerce`, `easypost`, `aftership` or `standard` (Standard Webhooks). Signed over the raw body as its sender does it; no key and no session counts here. " +
    "Which connector it is for is known by whose secret signed it; `?site=` and `?id=` narrow that down. Answered when it is on disk; what is known already and what means nothing here is answered 200 too.",
  tags: ["events"],
  params: Path,
  querystring: Query,
  body: { content: { "application/json": { schema: Type.Unknown() } } },
  response: {
    200: { description: "on disk", content: { "application/json": { schema: HookAnswer } } },
    401: refused("the signature does not fit, or its time is more than 5 minutes off"),
    404: refused("no connector of this kind is set up"),
    422: refused("it is signed and cannot be understood: every field that is wrong is named"),
    503: refused("not taken for certain; send the same again, it is safe"),
  },
};

export function hookRoutes(app: FastifyInstance): void {
  void app.register(async (scope) => {
    takeBytes(scope, CONTENT_TYPES);
    scope.post<Hook>(
      "/hooks/:connector",
      {
        // the signature is the credential, whoever sends it
        config: { operation: "POST /hooks/:connector", isFromAnywhere: true },
        schema,
        ...bytesOptions(app),
      },
      async (request) => {
        const { site, id } = request.query;
        return app.hooks.deliver(
          { kind: addressedTo(request.params.connector, request), site, id },
          request,
          bytesOf(request),
        );
      },
    );
  });
}
