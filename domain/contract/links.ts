/**
 * Links in messages that act without the tower being open: `<origin>/l/<token>`. A token is `<payload>.<signature>`: the payload is base64url of JSON, the signature base64url of
 * HMAC-SHA-256 over the payload, with a key that HKDF-SHA-256 makes of the installation's secret. It names one person, one incident, one thing to do and an end; the server lets each be
 * used once (`ticket` of its signature), and by POST alone: what reads mail ahead of people follows links.
 */
import { Type, type Static } from "typebox";
import { Instant } from "../names-and-times.ts";

export const LINK_ACTIONS = ["acknowledge", "assign", "shelve"] as const;
export type LinkAction = (typeof LINK_ACTIONS)[number];

export const LinkClaims = Type.Object(
  {
    site: Type.String({ maxLength: 32 }),
    incident: Type.String({ maxLength: 64 }),
    /** who it was sent to; it acts in their name */
    person: Type.String({ maxLength: 64 }),
    /** `assign`: to themselves, until the last moment to act; `shelve`: for an hour */
    action: Type.Enum([...LINK_ACTIONS]),
    /** the notice it came with, for the audit */
    notice: Type.String({ maxLength: 64 }),
    until: Instant,
  },
  { additionalProperties: false },
);
export type LinkClaims = Static<typeof LinkClaims>;

/** No link acts longer than this after it was sent. */
export const LINK_MS = 24 * 3_600_000;
export const LINK_KEY = { salt: "control-tower", purpose: "incident-link", bytes: 32 } as const;
export const LINK_PATH = "/l/";

/** The payload as text, before base64url: its fields in one order, so that the same claims are the same token. */
export const linkText = ({ site, incident, person, action, notice, until }: LinkClaims): string =>
  JSON.stringify([site, incident, person, action, notice, until]);

/** Null when it is no such text. */
export function linkClaims(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found) || found.length !== 6) return null;
    const [site, incident, person, action, notice, until] = found as unknown[];
    return { site, incident, person, action, notice, until };
  } catch {
    return null;
  }
}
