/** OpenAPI 3.1, made from the schemas that check the requests, and its page. Registered before the routes. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { Type, type TSchema } from "typebox";
import type { FastifySchema, RouteOptions } from "fastify";
import { ERRORS } from "../../domain/errors.ts";
import { HTTP_OPERATIONS, type HttpOperation } from "../../domain/permissions.ts";
import { plugin } from "../plugin.ts";
import { answersOf } from "./openapi-answers.ts";
import { PAGE_TAGS, PAGE_THEME } from "./openapi-page.ts";
import { operationIdOf } from "./operation-id.ts";

const PAGE = "/api/docs";

const codes = Object.entries(ERRORS)
  .map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`)
  .join("\n");

const ABOUT = `Events in, board out. Every refusal is a problem document (RFC 9457) with one of these codes:

| code | status | meaning |
| --- | --- | --- |
${codes}`;

/** The page's own files belong to the page. */
function claimPage(route: RouteOptions): void {
  if (!route.url.startsWith(PAGE)) return;
  route.config = { ...route.config, operation: "GET /api/docs", isPage: true };
}

const document = {
  openapi: {
    openapi: "3.1.0",
    info: { title: "Control Tower", version: "1", description: ABOUT },
    tags: PAGE_TAGS,
    components: {
      securitySchemes: {
        key: { type: "http" as const, scheme: "bearer" },
        session: { type: "apiKey" as const, in: "cookie" as const, name: "ct" },
      },
    },
    security: [{ key: [] }, { session: [] }],
  },
};

/** What people do, which is done once under one Idempotency-Key. */
const DEEDS: ReadonlySet<HttpOperation> = new Set([
  "POST /api/v1/orders/:id/actions/:name",
  "POST /api/v1/orders/actions/:name",
  "POST /api/v1/incidents",
  "POST /api/v1/incidents/:id/comment",
  "POST /api/v1/incidents/:id/play",
  "POST /api/v1/incidents/:id/:name",
  "POST /api/v1/incidents/actions/:name",
  "POST /api/v1/incidents/:id/orders/:name",
]);
/** Read by the routes themselves (`orders/act.ts`). */
const KEYED = Type.Object({
  "Idempotency-Key": Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description:
        "The same key does the same to the same thing once: sent again it is answered as before. Another body under it is refused with 422.",
    }),
  ),
});
const headersOf = (operation: HttpOperation): { headers?: TSchema } =>
  DEEDS.has(operation) ? { headers: KEYED } : {};

/** A route's schema with what the tables know of it: the permission, and every answer. */
function describe(schema: FastifySchema, operation: HttpOperation | undefined, isHidden: boolean) {
  if (operation === undefined || isHidden) return { ...schema, hide: true };
  const access = HTTP_OPERATIONS[operation];
  const isOpen = access === "anonymous" || access === "signature";
  const own = typeof schema?.description === "string" ? [schema.description] : [];
  const description = [...own, ...(isOpen ? [] : [`Permission: \`${access}\``])].join("\n\n");
  return {
    ...schema,
    operationId: operationIdOf(operation),
    ...(isOpen && { security: [] }),
    ...headersOf(operation),
    ...(description !== "" && { description }),
    // the page's own files are one operation, and its own affair
    hide: operation === "GET /api/docs",
    response: answersOf(operation, schema ?? {}),
  };
}

export const openapiPlugin = plugin("openapi", ["errors"], async (app) => {
  app.addHook("onRoute", claimPage);
  await app.register(swagger, {
    ...document,
    transform: ({ schema, url, route }) => ({
      schema: describe(schema, route.config?.operation, route.config?.isClientFile === true),
      url,
    }),
  });
  await app.register(swaggerUi, {
    routePrefix: PAGE,
    // the page's own libraries set styles and markup from text
    transformStaticCSP: (policy) =>
      policy
        .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        .replace(";require-trusted-types-for 'script'", ""),
    theme: PAGE_THEME,
    uiConfig: { docExpansion: "none", validatorUrl: null },
  });
  app.get(
    "/api/openapi.json",
    {
      config: { operation: "GET /api/openapi.json" },
      schema: { summary: "This document", tags: ["documentation"] },
    },
    async () => app.swagger(),
  );
});
