/** Opens the secrets of webhooks, which the server sealed with the secret of the installation. */
import { createDecipheriv, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { WEBHOOK_SEAL } from "../../domain/contract/webhooks.ts";

export type OpenSecret = (webhook: string, sealed: string) => string;

/** The file is read when the first is opened: a server makes it at its first start. Throws when it is not there, or is another than they were sealed with. */
export function createOpenSecret(file: string): OpenSecret {
  const { salt, purpose, ivBytes, tagBytes } = WEBHOOK_SEAL;
  const opened = new Map<string, string>();
  let secret: Buffer | undefined;

  function open(webhook: string, sealed: string): string {
    secret ??= readFileSync(file);
    const bytes = Buffer.from(sealed, "base64");
    const key = Buffer.from(hkdfSync("sha256", secret, salt, purpose(webhook), 32));
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const text = bytes.subarray(ivBytes + tagBytes);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  }
  return (webhook, sealed) => {
    const text = opened.get(sealed) ?? open(webhook, sealed);
    if (opened.size > 1_000) opened.clear();
    opened.set(sealed, text);
    return text;
  };
}
