/** Which pages may open sockets and act with a cookie. */
import type { IncomingHttpHeaders } from "node:http";

/**
 * With CT_ORIGINS exactly those; without it the host that was asked. No `Origin` and no `Sec-Fetch-Site` at all means no browser asked (browsers send
 * one of them with every state-changing request and every upgrade), and what is no browser cannot be made to use somebody else's cookie.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, origins: string[]): boolean {
  const { origin } = headers;
  if (origin === undefined) {
    const site = headers["sec-fetch-site"];
    return site === undefined || site === "same-origin" || site === "none";
  }
  if (origins.length > 0) return origins.includes(origin);
  const host = headers.host;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
