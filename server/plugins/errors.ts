/** Every refusal leaves as RFC 9457 problem document, whoever refused: our code, a schema, Fastify itself or the HTTP parser. Nothing internal leaves. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ErrorCode } from "../../domain/errors.ts";
import { plugin } from "../plugin.ts";
import { setAnswerHeaders } from "./headers.ts";
import { isProblem, misfitsIn, problem, problemDocument, type ProblemError } from "../problem.ts";
import { readAway } from "../read-away.ts";
import { isRedisAway } from "../redis.ts";
import { schemaFaults } from "../schema-faults.ts";

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "CT_ERR_UNSUPPORTED_MEDIA_TYPE",
  FST_ERR_CTP_BODY_TOO_LARGE: "CT_ERR_TOO_LARGE",
  FST_ERR_CTP_EMPTY_JSON_BODY: "CT_ERR_NOT_JSON",
  FST_ERR_CTP_INVALID_JSON_BODY: "CT_ERR_NOT_JSON",
  FST_ERR_NOT_FOUND: "CT_ERR_NOT_FOUND",
  // a part of the address is longer than any name
  FST_ERR_MAX_PARAM_LENGTH: "CT_ERR_NOT_FOUND",
};

const NOTHING_THERE = "Nothing is at this address.";
const DETAILS: Partial<Record<ErrorCode, string>> = {
  CT_ERR_NOT_FOUND: NOTHING_THERE,
  CT_ERR_NOT_JSON: "The body could not be read as JSON.",
  CT_ERR_TOO_LARGE: "The body is larger than this route takes.",
  CT_ERR_UNSUPPORTED_MEDIA_TYPE: "Send the content type that this route documents.",
};

const AWAY = "The store does not answer. Try again.";

function fromSchema(error: FastifyError): ProblemError {
  const errors = schemaFaults(error.validation ?? [], error.validationContext ?? "body");
  return problem("CT_ERR_INVALID", misfitsIn(errors.length, "the request"), {
    errors,
  });
}

/** What nobody foresaw: the store that went away, what Fastify itself refused, or a fault of ours. */
function fromElsewhere(error: FastifyError): ProblemError {
  if (isRedisAway(error)) return problem("CT_ERR_UNAVAILABLE", AWAY, { cause: error });
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500
    ? problem("CT_ERR_BAD_REQUEST", "The request cannot be understood.", { status })
    : problem("CT_ERR_INTERNAL", "It was logged under the number of this request.", {
        cause: error,
      });
}

/** Turns whatever was thrown into a refusal that may leave. */
export function toProblem(error: FastifyError | ProblemError): ProblemError {
  if (isProblem(error)) return error;
  if (error.validation) return fromSchema(error);
  const known = FASTIFY_CODES[error.code] ?? (error instanceof SyntaxError && "CT_ERR_NOT_JSON");
  return known ? problem(known, DETAILS[known] ?? "It cannot be done.") : fromElsewhere(error);
}

/** Says when to come again, never the same second to everybody. */
const retryAfter = (error: ProblemError): number =>
  (error.extra.retryAfterSeconds ?? 1) + Math.floor(Math.random() * 2);

function send(request: FastifyRequest, reply: FastifyReply, error: ProblemError): void {
  // what is refused is no page, and may have been refused before any hook ran
  setAnswerHeaders(request, reply);
  if (error.statusCode === 429 || error.statusCode === 503)
    reply.header("retry-after", retryAfter(error));
  if (error.statusCode === 401) reply.header("www-authenticate", 'Bearer realm="control-tower"');
  reply
    .code(error.statusCode)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    // serialized here: a route's answer schemas must not cut the document
    .serializer((document: unknown) => JSON.stringify(document))
    .send(problemDocument(error, `urn:control-tower:request:${request.id}`));
}

/** The content types of the body that a route documents. */
function typesOf({ routeOptions: { schema } }: FastifyRequest): string[] {
  const body = schema?.body as { content?: object } | undefined;
  if (body === undefined) return [];
  return body.content === undefined ? ["application/json"] : Object.keys(body.content);
}

/** Another content type is told which ones there are, in words and as RFC 9110 (15.5.16) has it. */
function withTypes(request: FastifyRequest, reply: FastifyReply, refusal: ProblemError) {
  const types = typesOf(request);
  const isUnnamed = refusal.message === DETAILS.CT_ERR_UNSUPPORTED_MEDIA_TYPE;
  if (refusal.code !== "CT_ERR_UNSUPPORTED_MEDIA_TYPE" || types.length === 0) return refusal;
  reply.header("accept", types.join(", "));
  return isUnnamed ? problem(refusal.code, `Send one of ${types.join(", ")}.`) : refusal;
}

const KIB = 1024;
const sizeOf = (bytes: number): string =>
  bytes % (KIB * KIB) === 0 ? `${bytes / KIB / KIB} MiB` : `${Math.floor(bytes / KIB)} KiB`;

/** Whoever sent too much is told how much may come at once. */
function withLimit({ routeOptions }: FastifyRequest, refusal: ProblemError): ProblemError {
  const { bodyLimit } = routeOptions;
  if (refusal.message !== DETAILS.CT_ERR_TOO_LARGE || bodyLimit === undefined) return refusal;
  const detail = `The body is larger than the ${sizeOf(bodyLimit)} that this route takes.`;
  return problem(refusal.code, detail);
}

function answer(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const refusal = withLimit(request, withTypes(request, reply, toProblem(error)));
  if (refusal.statusCode === 500) request.log.error({ err: error }, "a request failed");
  if (refusal.code !== "CT_ERR_TOO_LARGE") return send(request, reply, refusal);
  return readAway(request.raw).then(() => send(request, reply, refusal));
}

/** The path patterns of all routes, to tell a wrong method (405) from a wrong path (404). */
function createMethodTable() {
  const methodsByPattern = new Map<string, { test: RegExp; methods: Set<string> }>();
  const patternOf = (url: string): RegExp =>
    new RegExp(`^${url.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/:[A-Za-z]+/g, "[^/]+")}$`);
  return {
    add(url: string, methods: string | string[]) {
      const entry = methodsByPattern.get(url) ?? { test: patternOf(url), methods: new Set() };
      for (const method of [methods].flat()) entry.methods.add(method);
      methodsByPattern.set(url, entry);
    },
    /** none for an address that is none; `OPTIONS` is answered wherever something is */
    allowed: (path: string): string[] => {
      const found = [...methodsByPattern.values()].filter(({ test }) => test.test(path));
      const methods = new Set(found.flatMap((one) => [...one.methods]));
      return methods.size === 0 ? [] : [...methods.add("OPTIONS")];
    },
  };
}

function refuseUnknown(app: FastifyInstance, table: ReturnType<typeof createMethodTable>): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const allowed = table.allowed(path);
    const isTaken = request.method !== "OPTIONS" && allowed.includes(request.method);
    // a method that is taken here came without a route when a part of the address is longer than any name
    if (allowed.length === 0 || isTaken)
      return send(request, reply, problem("CT_ERR_NOT_FOUND", NOTHING_THERE));
    reply.header("allow", allowed.join(", "));
    // what may be asked here; that pages of others may not ask it is said by what is not in this answer
    if (request.method === "OPTIONS") return reply.code(204).send();
    const detail = `This address takes ${allowed.join(", ")}.`;
    return send(request, reply, problem("CT_ERR_METHOD", detail));
  });
}

export const errorsPlugin = plugin("errors", [], (app) => {
  const table = createMethodTable();
  app.addHook("onRoute", (route) => {
    if (!route.url.includes("*")) table.add(route.url, route.method);
  });
  app.setErrorHandler<FastifyError>(answer);
  refuseUnknown(app, table);
});

/** For what Fastify refuses before routing (a malformed URL). */
export const frameworkErrors = (
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void => send(request, reply, toProblem(error));
