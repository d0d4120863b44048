/** Secrets of webhooks, both ways: kept sealed with the secret of the installation. Those that sign what goes out are made here, shown once, and opened by the workers; those that check what comes in are opened here. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { SECRET_PREFIX, WEBHOOK_SEAL } from "../../domain/contract/webhooks.ts";

const SECRET_BYTES = 32;

/** `whsec_` and base64, as Standard Webhooks writes them. */
export const makeWebhookSecret = (): string =>
  SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");

export type SealSecret = (webhook: string, secret: string) => string;

const keyOf = (installation: Buffer, of: string): Buffer =>
  Buffer.from(hkdfSync("sha256", installation, WEBHOOK_SEAL.salt, WEBHOOK_SEAL.purpose(of), 32));

export function createSealSecret(installation: Buffer): SealSecret {
  return (webhook, secret) => {
    const iv = randomBytes(WEBHOOK_SEAL.ivBytes);
    const cipher = createCipheriv("aes-256-gcm", keyOf(installation, webhook), iv);
    const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
  };
}

export type OpenSecret = (of: string, sealed: string) => string;
const MOST_OPENED = 1_000;

/** Throws for what was sealed with another secret of the installation, or for something else. */
export function createOpenSecret(installation: Buffer): OpenSecret {
  const { ivBytes, tagBytes } = WEBHOOK_SEAL;
  const opened = new Map<string, string>();
  function open(of: string, sealed: string): string {
    const bytes = Buffer.from(sealed, "base64");
    const key = keyOf(installation, of);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const text = bytes.subarray(ivBytes + tagBytes);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  }
  return (of, sealed) => {
    const name = `${of}\u0000${sealed}`;
    const text = opened.get(name) ?? open(of, sealed);
    if (opened.size > MOST_OPENED) opened.clear();
    opened.set(name, text);
    return text;
  };
}
