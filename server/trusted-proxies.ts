/** What CT_TRUSTED_PROXIES may name. */
import { isIP } from "node:net";

/** well-known networks, by the names that Fastify's proxy list knows */
const NAMES: ReadonlySet<string> = new Set(["loopback", "linklocal", "uniquelocal"]);

export const PROXY_MEANING =
  "is no address, no network like 10.0.0.0/8, and none of loopback, linklocal, uniquelocal.";

/** A network of everybody (`/0`) is refused: it would believe whoever asks. */
export function isProxy(text: string): boolean {
  if (NAMES.has(text)) return true;
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (prefix === undefined) return true;
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : 0;
  return bits >= 1 && bits <= (family === 4 ? 32 : 128);
}
