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
  fontSrc: SELF,
  imgSrc: ["'self'", "data:"],
  manifestSrc: SELF,
  frameAncestors: NONE,
  baseUri: NONE,
  formAction: SELF,
  requireTrustedTypesFor: ["'script'"],
};
/** where browsers send what a policy stopped */
export const CSP_REPORTS = "/api/v1/csp-reports";
const REPORT_GROUP = "csp";
/** Of JSON and text, which never are a page: opened as one they can load nothing. */
const ANSWER_POLICY = {
  defaultSrc: NONE,
  frameAncestors: NONE,
  baseUri: NONE,
  formAction: NONE,
};

/** Nothing here needs a camera, a place or a payment; a script that should not be here gets none of them either. */
const PERMISSIONS_POLICY = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "publickey-credentials-get",
  "serial",
  "usb",
  "xr-spatial-tracking",
]
  .map((feature) => `${feature}=()`)
  // a wall must not fall asleep
  .concat("screen-wake-lock=(self)")
  .join(", ");

const optionsOf = (directives: Record<string, Iterable<string>>): HelmetOptions => ({
  contentSecurityPolicy: { useDefaults: false, directives },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: "no-referrer" },
  xFrameOptions: { action: "deny" },
  // set below, and only where browsers heed it
  strictTransportSecurity: false,
});

/** What helmet sets, read off a response that is none. */
function headersOf(directives: Record<string, Iterable<string>>): HeaderSet {
  const kept: Record<string, string> = { "permissions-policy": PERMISSIONS_POLICY };
  const response = {
    setHeader: (name: string, value: string) => void (kept[name.toLowerCase()] = value),
    removeHeader: (name: string) => void delete kept[name.toLowerCase()],
  };
  const options = optionsOf(directives);
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error) throw error;
  });
  return kept;
}

const overTls = (headers: HeaderSet): HeaderSet => ({
  ...headers,
  "strict-transport-security": "max-age=31536000",
});

/** Sockets of the origins that are named besides our own host, which `'self'` is. */
const socketsOf = (origins: readonly string[]): string[] =>
  origins.map((origin) => origin.replace(/^http/, "ws"));

function pageHeaders(origins: readonly string[]): HeaderSet {
  const connectSrc = [...SELF, ...socketsOf(origins)];
  const reporting = { reportUri: [CSP_REPORTS], reportTo: [REPORT_GROUP] };
  return {
    ...headersOf({ ...PAGE_POLICY, connectSrc, ...reporting }),
    "reporting-endpoints": `${REPORT_GROUP}="${CSP_REPORTS}"`,
  };
}

/** Of an answer that is no page, also one that leaves before Fastify heard of a request. It says what is so now, mostly to one alone: nobody keeps a copy. */
export const ANSWER_HEADERS: HeaderSet = {
  ...headersOf(ANSWER_POLICY),
  "cache-control": "no-store",
};
const SECURE_ANSWER_HEADERS = overTls(ANSWER_HEADERS);

/** In place of those of a page, where there were some. */
export function setAnswerHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader("reporting-endpoints");
  reply.headers(request.protocol === "https" ? SECURE_ANSWER_HEADERS : ANSWER_HEADERS);
}

export const headersPlugin = plugin("headers", [], (app) => {
  const page = pageHeaders(app.config.origins);
  const securePage = overTls(page);
  app.addHook("onRequest", (request, reply, done) => {
    const isSecure = request.protocol === "https";
    if (request.routeOptions.config.isPage === true) reply.headers(isSecure ? securePage : page);
    else reply.headers(isSecure ? SECURE_ANSWER_HEADERS : ANSWER_HEADERS);
    done();
  });
});

declare module "fastify" {
  interface FastifyContextConfig {
    /** its answers are pages, scripts and styles that a browser runs */
    isPage?: boolean;
  }
}
