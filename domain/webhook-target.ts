/**
 * Where a webhook may lead (promise S16): to the world outside, never to a machine of our own network. Pure: addresses and parts of an address come parsed from `URL` and DNS.
 *
 * A receiver inside is reached only when its origin is allowed by name (`CT_WEBHOOK_ALLOW`). Everything that cannot be read counts as inside.
 */

/** As the `URL` of the platform has them: lower case, numbers of every spelling made four decimal ones. */
export type UrlParts = {
  protocol: string;
  origin: string;
  hostname: string;
  port: string;
  username: string;
  password: string;
};

type Network = readonly [network: readonly number[], bits: number];

/** Not routed in the world, or leading back inside: private, loopback, link-local, shared, documentation, benchmarks, relays, multicast, reserved. */
const INSIDE_4: readonly Network[] = [
  [[0, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[100, 64, 0, 0], 10],
  [[127, 0, 0, 0], 8],
  [[169, 254, 0, 0], 16],
  [[172, 16, 0, 0], 12],
  [[192, 0, 0, 0], 24],
  [[192, 0, 2, 0], 24],
  [[192, 31, 196, 0], 24],
  [[192, 52, 193, 0], 24],
  [[192, 88, 99, 0], 24],
  [[192, 168, 0, 0], 16],
  [[192, 175, 48, 0], 24],
  [[198, 18, 0, 0], 15],
  [[198, 51, 100, 0], 24],
  [[203, 0, 113, 0], 24],
  [[224, 0, 0, 0], 3],
];

/** Of the one network that is routed (2000::/3): protocol assignments with Teredo, documentation, 6to4. What maps or translates IPv4 lies outside of it. */
const INSIDE_6: readonly Network[] = [
  [[0x20, 0x01, 0x00], 23],
  [[0x20, 0x01, 0x0d, 0xb8], 32],
  [[0x20, 0x02], 16],
  [[0x3f, 0xff, 0x00], 20],
];
const WORLD_6: Network = [[0x20], 3];

function isWithin(bytes: readonly number[], [network, bits]: Network): boolean {
  for (let bit = 0; bit < bits; bit += 1) {
    const at = bit >> 3;
    const mask = 0x80 >> (bit & 7);
    if (((bytes[at] ?? 0) & mask) !== ((network[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** Four plain decimal numbers; null for anything else. */
function bytesOf4(address: string): number[] | null {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(address)) return null;
  const bytes = address.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

/** Groups of an IPv6 address as bytes; a dotted end counts as two groups. */
function groupsOf(text: string): number[] | null {
  if (text === "") return [];
  const bytes: number[] = [];
  const parts = text.split(":");
  for (const [place, part] of parts.entries()) {
    const dotted = place === parts.length - 1 ? bytesOf4(part) : null;
    if (dotted !== null) bytes.push(...dotted);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const group = Number.parseInt(part, 16);
      bytes.push(group >> 8, group & 255);
    } else return null;
  }
  return bytes;
}

function bytesOf6(address: string): number[] | null {
  const halves = address.split("::");
  if (halves.length > 2 || !address.includes(":")) return null;
  const head = groupsOf(halves[0] ?? "");
  const tail = groupsOf(halves[1] ?? "");
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : null;
  return missing >= 2 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : null;
}

/** True for an address of our own side of the world, and for what is no address at all. */
export function isInside(address: string): boolean {
  const four = bytesOf4(address);
  if (four !== null) return INSIDE_4.some((network) => isWithin(four, network));
  const six = bytesOf6(address);
  if (six === null || !isWithin(six, WORLD_6)) return true;
  return INSIDE_6.some((network) => isWithin(six, network));
}

const PORTS: ReadonlySet<string> = new Set(["", "443", "8443"]);
const INSIDE_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|in-addr\.arpa|ip6\.arpa|onion|test|invalid)$/;
/** Public names that answer with an address inside, for convenience or worse. */
const REBINDING_NAME = /(^|\.)(nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|vcap\.me)$/;

const bare = (hostname: string): string => hostname.replace(/\.$/, "");

/** The address that a host is written as; null for a name. */
export function literalOf(hostname: string): string | null {
  const bracketed = /^\[(.*)\]$/.exec(hostname)?.[1];
  if (bracketed !== undefined) return bracketed;
  return bytesOf4(bare(hostname)) === null ? null : bare(hostname);
}

function hostObjection(hostname: string): string | null {
  const literal = literalOf(hostname);
  if (literal !== null)
    return isInside(literal) ? "leads to an address that is not on the public internet" : null;
  const name = bare(hostname);
  if (!name.includes(".")) return "needs a full host name";
  if (INSIDE_NAME.test(name) || REBINDING_NAME.test(name)) return "leads to an inside name";
  return null;
}

/** Why nothing is sent there, as the end of a sentence; null when it may be. Names are judged again by what they resolve to, at every connection. */
export function targetObjection(url: UrlParts, allowed: ReadonlySet<string>): string | null {
  if (url.username !== "" || url.password !== "") return "must not carry a user name or password";
  if (allowed.has(url.origin)) return null;
  if (url.protocol !== "https:") return "must begin with https://";
  if (!PORTS.has(url.port)) return "must use port 443 or 8443";
  return hostObjection(url.hostname);
}

/** The origins of `CT_WEBHOOK_ALLOW`, as written: `https://erp.inside.example:9443, http://127.0.0.1:9000`. */
export const ALLOW_PATTERN = "^$|^https?://[^\\s,/?#@]+(\\s*,\\s*https?://[^\\s,/?#@]+)*$";
