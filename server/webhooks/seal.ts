/** Signing secrets of webhooks: made here, shown once, and kept sealed with the secret of the installation. Only the workers open them. */
import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { SECRET_PREFIX, WEBHOOK_SEAL } from "../../domain/contract/webhooks.ts";

const SECRET_BYTES = 32;

/** `whsec_` and base64, as Standard Webhooks writes them. */
export const makeWebhookSecret = (): string =>
  SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");

export type SealSecret = (webhook: string, secret: string) => string;

export function createSealSecret(installation: Buffer): SealSecret {
  const { salt, purpose, ivBytes } = WEBHOOK_SEAL;
  return (webhook, secret) => {
    const key = Buffer.from(hkdfSync("sha256", installation, salt, purpose(webhook), 32));
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
  };
}
