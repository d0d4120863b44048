/** What CT_TRUSTED_PROXIES may name, and who asks behind them where Fastify does not tell: at sockets. */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/** well-known networks, by the names that Fastify's proxy list knows */
const NETWORKS: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.1/8", "::1/128"]],
  ["linklocal", ["169.254.0.0/16", "fe80::/10"]],
  ["uniquelocal", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
]);

export const PROXY_MEANING =
  "is no address, no network like 10.0.0.0/8, and none of loopback, linklocal, uniquelocal.";

/** A network of everybody (`/0`) is refused: it would believe whoever asks. */
export function isProxy(text: string): boolean {
  if (NETWORKS.has(text)) return true;
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (prefix === undefined) return true;
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : 0;
  return bits >= 1 && bits <= (family === 4 ? 32 : 128);
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIPv6(address) ? "ipv6" : "ipv4");

function listOf(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of proxies.flatMap((one) => NETWORKS.get(one) ?? [one])) {
    const [address = "", prefix] = text.split("/");
    const family = familyOf(address);
    list.addSubnet(
      address,
      prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix),
      family,
    );
  }
  return list;
}

/** The address of who asks: that of the connection, or, as far as named proxies vouch for it, the one before them in `X-Forwarded-For`. */
export function createAddressOf(proxies: readonly string[]) {
  const trusted = listOf(proxies);
  const isTrusted = (address: string): boolean =>
    isIP(address) > 0 && trusted.check(address, familyOf(address));
  return ({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">): string => {
    const claimed = [headers["x-forwarded-for"] ?? []].flat().join(",");
    const hops = claimed
      .split(",")
      .map((hop) => hop.trim())
      .filter((hop) => hop !== "");
    let address = socket.remoteAddress ?? "";
    while (isTrusted(address) && hops.length > 0) address = hops.pop() ?? address;
    return address;
  };
}
