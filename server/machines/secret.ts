/**
 * The text of a machine key: `ct_<id>_<secret>`, 12 hex digits and 256 random bits as base64url. The shape is fixed so that secret scanners find it:
 * `\bct_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\b`. Only the SHA-256 of the secret is kept; with that many random bits a slow hash would add nothing.
 */
import { hash, randomBytes, timingSafeEqual } from "node:crypto";

const SHAPE = /^ct_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export const makeKeyId = (): string => randomBytes(6).toString("hex");

export type MadeSecret = { text: string; sha256: string };

const digestOf = (secret: string): string => hash("sha256", secret, "hex");

/** A fresh secret of this key; `text` is what its owner gets to see once. */
export function makeSecret(id: string): MadeSecret {
  const secret = randomBytes(32).toString("base64url");
  return { text: `ct_${id}_${secret}`, sha256: digestOf(secret) };
}

export type ReadKey = { id: string; digest: Buffer };

/** null for a text that is no key of ours */
export function readKey(text: string): ReadKey | null {
  const [, id, secret] = SHAPE.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return { id, digest: hash("sha256", secret, "buffer") };
}

/** In constant time. */
export const isSecret = (digest: Buffer, sha256: string): boolean =>
  timingSafeEqual(digest, Buffer.from(sha256, "hex"));
