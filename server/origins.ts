/** Which pages may open sockets and act with a cookie. */
import type { IncomingHttpHeaders } from "node:http";

/**
 * With CT_ORIGINS exactly those; without it the host that was asked, over https only when the request itself came so (in front of plain http a proxy may
 * stand that ends TLS). No `Origin` and no `Sec-Fetch-Site` at all means no browser asked (browsers send one of them with every state-changing request and
 * every upgrade), and what is no browser cannot be made to use somebody else's cookie.
 */
export function isAllowedOrigin(
  headers: IncomingHttpHeaders,
  origins: readonly string[],
  isSecure: boolean,
): boolean {
  const { origin } = headers;
  if (origin === undefined) {
    const site = headers["sec-fetch-site"];
    return site === undefined || site === "same-origin" || site === "none";
  }
  if (origins.length > 0) return origins.includes(origin);
  const { host } = headers;
  if (host === undefined) return false;
  return origin === `https://${host}` || (!isSecure && origin === `http://${host}`);
}
