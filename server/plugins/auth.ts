/**
 * The doors: who asks (key or session cookie), and whether the table of permissions lets them. A route without its line in the table keeps the server
 * from starting. Sites are a second condition, from the credential alone (`site-of.ts`).
 */
import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import { ASKED_BY, askedByValue } from "../../domain/contract/asked-by.ts";
import {
  HTTP_OPERATIONS,
  MACHINE_SCOPES,
  may,
  type HttpOperation,
  type Principal,
} from "../../domain/permissions.ts";
import type { DisplayBook } from "../displays/book.ts";
import { BOOTSTRAP_NAME } from "../machines/give.ts";
import type { KeyBook } from "../machines/key-book.ts";
import { isAllowedOrigin } from "../origins.ts";
import { plugin } from "../plugin.ts";
import { problem, throwIf } from "../problem.ts";
import type { Rates } from "../rates.ts";
import { sessionKeyOf, type Sessions } from "../sessions.ts";
import type { Users } from "../users.ts";

export type Credential = { principal: Principal; sessionKey: string | undefined };

/** The cookie's name says `__Host-` where browsers allow that: over https. */
export const cookieName = (isSecure: boolean): string => (isSecure ? "__Host-ct" : "ct");

const BOOTSTRAP: Principal = {
  kind: "machine",
  name: BOOTSTRAP_NAME,
  permissions: new Set([...MACHINE_SCOPES, "session:own"]),
  sites: "all",
};
/** This process itself, for its canary: a key made at start that never leaves it. */
const INTERNAL: Principal = {
  kind: "machine",
  name: "control-tower",
  permissions: new Set(["events:write"]),
  sites: "all",
};
const NOBODY: Principal = {
  kind: "machine",
  name: "anonymous",
  permissions: new Set(),
  sites: new Set(),
};

const digest = (text: string): Buffer => hash("sha256", text, "buffer");

function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  const [scheme = "", token] = (headers.authorization ?? "").trim().split(/ +/);
  return scheme.toLowerCase() === "bearer" ? token : undefined;
}

export type Authenticator = {
  /** Tells who a machine key or a session cookie belongs to; null for neither. A key that is sent counts before a cookie, also when it is wrong. */
  authenticate(token: string | undefined, cookie: string | undefined): Promise<Credential | null>;
  /** what somebody who was let in before may now; null when the credential opens nothing any more */
  standing(credential: Credential): Promise<Principal | null>;
};

/** `fixed` are keys that live as long as this process; all others are in the book. */
export function createAuthenticator(
  fixed: ReadonlyMap<string, Principal>,
  book: KeyBook,
  displays: Pick<DisplayBook, "authenticate" | "principal">,
  users: Users,
  sessions: Sessions,
): Authenticator {
  const known = [...fixed].map(([key, principal]) => ({ digest: digest(key), principal }));

  function byFixed(token: string): Principal | null {
    const asked = digest(token);
    // all are compared, whichever it is
    const found = known.filter((one) => timingSafeEqual(one.digest, asked))[0];
    return found?.principal ?? null;
  }

  async function byKey(token: string): Promise<Credential | null> {
    // most requests come with a key of the book: one hash for them
    const principal =
      (await book.authenticate(token)) ?? (await displays.authenticate(token)) ?? byFixed(token);
    return principal === null ? null : { principal, sessionKey: undefined };
  }

  async function bySession(sessionKey: string): Promise<Principal | null> {
    const session = await sessions.read(sessionKey);
    return session === null ? null : users.principal(session.name, session.generation);
  }

  async function byCookie(cookie: string): Promise<Credential | null> {
    const sessionKey = sessionKeyOf(cookie);
    const principal = await bySession(sessionKey);
    return principal === null ? null : { principal, sessionKey };
  }

  return {
    async authenticate(token, cookie) {
      if (token !== undefined) return byKey(token);
      return cookie === undefined ? null : byCookie(cookie);
    },
    async standing({ principal, sessionKey }) {
      if (sessionKey !== undefined) return bySession(sessionKey);
      if (principal.kind === "display") return displays.principal(principal.name);
      const isFixed = known.some((one) => one.principal === principal);
      return isFixed ? principal : book.principal(principal.name);
    },
  };
}

/** Routes that no table lists: those Fastify adds by itself, and the client's files. */
const isExempt = (route: RouteOptions): boolean =>
  route.config?.isClientFile === true || [route.method].flat().every((one) => one === "OPTIONS");

function requireOperation(route: RouteOptions): void {
  if (isExempt(route)) return;
  const operation = route.config?.operation;
  const where = `${String(route.method)} ${route.url}`;
  if (operation === undefined || !Object.hasOwn(HTTP_OPERATIONS, operation))
    throw new Error(`Route ${where} has no operation of the table in domain/permissions.ts`);
}

const isChange = (method: string): boolean => !["GET", "HEAD", "OPTIONS"].includes(method);

/** A cookie is sent by the browser whoever asked it to: a change needs our own page behind it. */
function checkOrigin(request: FastifyRequest, origins: string[]): void {
  if (!isChange(request.method) || request.routeOptions.config.isFromAnywhere === true) return;
  if (!isAllowedOrigin(request.headers, origins, request.protocol === "https"))
    throw problem("CT_ERR_ORIGIN", "Requests with a session must come from this site's own pages.");
}

/** Balancers and monitors ask these all the time, from one address. */
const UNCOUNTED: ReadonlySet<HttpOperation> = new Set(["GET /livez", "GET /readyz"]);

const unauthenticated = () =>
  problem("CT_ERR_UNAUTHENTICATED", "Log in, or send `Authorization: Bearer <key>`.");

async function admit(
  app: FastifyInstance,
  request: FastifyRequest,
  operation: HttpOperation,
): Promise<void> {
  const token = bearerOf(request.headers);
  if (token === undefined) checkOrigin(request, app.config.origins);
  const access = HTTP_OPERATIONS[operation];
  // whose it is, and what it may be, is known when the body has come
  if (access === "signature") return;
  if (access === "anonymous") {
    if (!UNCOUNTED.has(operation)) throwIf(app.rates.takeAddress(request.ip));
    return;
  }
  const found = await app.authenticate(token, cookieOf(request));
  if (found === null) {
    throwIf(app.rates.takeAddress(request.ip));
    throw unauthenticated();
  }
  // the canary proves that the whole way works: it is never turned away for being one too many
  if (found.principal !== INTERNAL) throwIf(app.rates.takeFor(found.principal));
  requireAsker(request, found.principal);
  request.principal = found.principal;
  request.sessionKey = found.sessionKey;
  // there it is shown no orders; what is read here holds them
  if (found.principal.kind === "display")
    throw problem("CT_ERR_FORBIDDEN", "A wall's token opens the socket of its wall alone.");
  if (!may(found.principal, access))
    throw problem("CT_ERR_FORBIDDEN", `This needs the permission ${access}.`);
}

/** A page that shows somebody else than whose session this is by now. */
function requireAsker({ headers }: FastifyRequest, { kind, name }: Principal): void {
  const by = headers[ASKED_BY];
  if (by === undefined || kind !== "person" || by === askedByValue(name)) return;
  throw problem(
    "CT_ERR_UNAUTHENTICATED",
    `${name} has logged in in this browser since; what somebody else asked for before was not done.`,
  );
}

const cookieOf = (request: FastifyRequest): string | undefined =>
  request.cookies[cookieName(request.protocol === "https")];

export type AuthDeps = { rates: Rates; internalKey: string };

function fixedKeys(bootstrapKey: string | undefined, internalKey: string): Map<string, Principal> {
  const keys = new Map([[internalKey, INTERNAL]]);
  return bootstrapKey === undefined ? keys : keys.set(bootstrapKey, BOOTSTRAP);
}

function decorate(app: FastifyInstance, { rates, internalKey }: AuthDeps): void {
  const fixed = fixedKeys(app.config.bootstrapKey, internalKey);
  const { users, sessions, keyBook } = app;
  const displays = app.displays.book;
  const { authenticate, standing } = createAuthenticator(fixed, keyBook, displays, users, sessions);
  app.decorate("rates", rates);
  app.decorate("authenticate", authenticate);
  app.decorate("standing", standing);
  app.decorateRequest("principal");
  app.decorateRequest("sessionKey", undefined);
}

/** An address of the interface that is none. */
const isNowhere = ({ is404, routeOptions, url }: FastifyRequest): boolean =>
  is404 || (routeOptions.config.isClientFile === true && url.startsWith("/api/"));

/** `/orders/` is not the order of no name. */
const hasEmptyPart = ({ params }: FastifyRequest): boolean =>
  Object.values((params ?? {}) as Record<string, string>).includes("");

export const authPlugin = (deps: AuthDeps) =>
  plugin("auth", ["errors", "machines", "displays", "people"], (app) => {
    decorate(app, deps);
    const routes: RouteOptions[] = [];
    app.addHook("onRoute", (route) => void routes.push(route));
    app.addHook("onReady", async () => routes.forEach(requireOperation));
    app.addHook("onRequest", async (request) => {
      request.principal = NOBODY;
      if (isNowhere(request)) throwIf(app.rates.takeAddress(request.ip));
      const { operation } = request.routeOptions.config;
      if (operation === undefined) return;
      await admit(app, request, operation);
      if (hasEmptyPart(request)) throw problem("CT_ERR_NOT_FOUND", "Nothing is at this address.");
    });
  });

declare module "fastify" {
  interface FastifyInstance {
    rates: Rates;
    authenticate: Authenticator["authenticate"];
    standing: Authenticator["standing"];
  }
  interface FastifyContextConfig {
    /** one of the client's own files: no secret is in them */
    isClientFile?: boolean;
  }
}
