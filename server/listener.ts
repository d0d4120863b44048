/** The HTTP server under Fastify: how long and how large anything may be before a route was found, TLS, and whose word about the sender counts. */
import { createServer, STATUS_CODES, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { FastifyServerOptions } from "fastify";
import type { ErrorCode } from "../domain/errors.ts";
import type { ServerConfig } from "./config.ts";
import { ANSWER_HEADERS } from "./plugins/headers.ts";
import { problem, problemDocument } from "./problem.ts";
import { readTls } from "./tls.ts";

const PERSON_BODY_BYTES = 256 * 1024;
const REQUEST_MS = 10_000;
const CONNECTION_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;

const LIMITS: ServerOptions = {
  /** address and headers together */
  maxHeaderSize: 16 * 1024,
  headersTimeout: REQUEST_MS,
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  /** how often slow senders are looked for */
  connectionsCheckingInterval: 2_000,
  /** what two parsers may read in two ways is refused */
  insecureHTTPParser: false,
};

const create = ({ tls }: ServerConfig): NonNullable<FastifyServerOptions["serverFactory"]> =>
  function createListener(handler): Server {
    const server =
      tls === undefined
        ? createServer(LIMITS, handler)
        : createTlsServer({ ...LIMITS, ...readTls(tls) }, handler);
    server.setTimeout(CONNECTION_MS);
    return server;
  };

type Refusal = { code: ErrorCode; status: number; detail: string };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: "CT_ERR_BAD_REQUEST",
    status: 408,
    detail: "The request did not come within 10 seconds.",
  },
  HPE_HEADER_OVERFLOW: {
    code: "CT_ERR_TOO_LARGE",
    status: 431,
    detail: "Address and headers are larger than 16 KiB.",
  },
};
const NOT_HTTP: Refusal = {
  code: "CT_ERR_BAD_REQUEST",
  status: 400,
  detail: "This is not HTTP/1.1.",
};

function answerOf({ code, status, detail }: Refusal): string {
  const body = JSON.stringify(problemDocument(problem(code, detail, { status })));
  const headers = {
    ...ANSWER_HEADERS,
    connection: "close",
    "content-length": String(Buffer.byteLength(body)),
    "content-type": "application/problem+json",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", body].join("\r\n");
}

/** For what is no request at all: the parser refuses it before Fastify hears of it. */
function refuseConnection(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  socket.end(answerOf(REFUSALS[error.code ?? ""] ?? NOT_HTTP), () => socket.destroy());
}

/** What `X-Forwarded-*` says counts only when a named proxy says it; without any it is text like other text. */
const trusted = ({ trustedProxies }: ServerConfig): string[] | false =>
  trustedProxies.length > 0 && trustedProxies;

export function listenerOptions(config: ServerConfig): FastifyServerOptions {
  return {
    serverFactory: create(config),
    clientErrorHandler: refuseConnection,
    bodyLimit: PERSON_BODY_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: CONNECTION_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    trustProxy: trusted(config),
    forceCloseConnections: true,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 512 },
  };
}
