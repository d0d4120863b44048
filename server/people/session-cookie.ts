/** The cookie of a session: out of reach of scripts and of other sites, `__Host-` over https. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Visitor } from "./log-in.ts";
import { deviceOf } from "./devices.ts";
import { cookieName } from "../plugins/auth.ts";
import { ABSOLUTE_MS, sessionKeyOf } from "../sessions.ts";

export const isSecure = (request: FastifyRequest): boolean => request.protocol === "https";

export const cookieOptions = (request: FastifyRequest) => ({
  path: "/",
  httpOnly: true,
  sameSite: "lax" as const,
  secure: isSecure(request),
});

export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): FastifyReply {
  const maxAge = ABSOLUTE_MS / 1000;
  const options = { ...cookieOptions(request), maxAge };
  return reply.setCookie(cookieName(isSecure(request)), token, options);
}

export const clearSessionCookie = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.clearCookie(cookieName(isSecure(request)), cookieOptions(request));

/** Who knocks at a door that needs no credential: the cookie counts for what it is, no more. */
export function visitorOf(request: FastifyRequest): Visitor {
  const token = request.cookies[cookieName(isSecure(request))];
  return {
    address: request.ip,
    device: deviceOf(request.headers["user-agent"]),
    sessionKey: token === undefined ? undefined : sessionKeyOf(token),
  };
}

/** After the session of a browser was replaced by one of `name`: sockets of theirs come back by themselves, with the new cookie; pages of somebody else are over, as if that one had logged out. */
export function reconnectSockets(
  app: FastifyInstance,
  sessionKey: string | undefined,
  name: string,
): void {
  if (sessionKey === undefined) return;
  app.endSockets(sessionKey, (whose) => (whose === name ? "shutdown" : "logged-out"));
}
