/**
 * Security headers of every answer (promise S19): nothing from anywhere else, no inline script, no framing. Helmet says what they are, once at the start
 * for each kind of answer; an answer only copies them. Computing them anew each time was 9 % of what posting an event costs.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import helmet, { type HelmetOptions } from "helmet";
import { plugin } from "../plugin.ts";

type HeaderSet = Readonly<Record<string, string>>;

const SELF = ["'self'"];
const NONE = ["'none'"];

/** Of the dashboard's files: what a page may load, run and speak to. */
const PAGE_POLICY = {
  defaultSrc: NONE,
  scriptSrc: SELF,
  styleSrc: SELF,
  connectSrc: SELF,
  fontSrc: SELF,
  imgSrc: ["'self'", "data:"],
  manifestSrc: SELF,
  frameAncestors: NONE,
  baseUri: NONE,
  formAction: SELF,
  requireTrustedTypesFor: ["'script'"],
};
/** Of JSON and text, which never are a page: opened as one they can load nothing. */
const ANSWER_POLICY = {
  defaultSrc: NONE,
  frameAncestors: NONE,
  baseUri: NONE,
  formAction: NONE,
};

const optionsOf = (directives: typeof PAGE_POLICY | typeof ANSWER_POLICY): HelmetOptions => ({
  contentSecurityPolicy: { useDefaults: false, directives },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: "no-referrer" },
  xFrameOptions: { action: "deny" },
});

/** What helmet sets, read off a response that is none. */
function headersOf(options: HelmetOptions): HeaderSet {
  const kept: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (kept[name.toLowerCase()] = value),
    removeHeader: (name: string) => void delete kept[name.toLowerCase()],
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error) throw error;
  });
  return kept;
}

const PAGE = headersOf(optionsOf(PAGE_POLICY));
const ANSWER = headersOf(optionsOf(ANSWER_POLICY));

/** For answers that leave before any route was found, too. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(request.routeOptions.config.isClientFile === true ? PAGE : ANSWER);
}

export const headersPlugin = plugin("headers", [], (app) => {
  app.addHook("onRequest", (request, reply, done) => {
    setSecurityHeaders(request, reply);
    done();
  });
});
