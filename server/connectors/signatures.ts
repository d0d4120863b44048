/**
 * How each sender signs what it delivers: HMAC-SHA-256 over the body as it came, byte for byte, compared in constant time. What is compared is the signature as text, so that one
 * written in another way is another one. Own code rather than the published library of Standard Webhooks: that one hashes in JavaScript (4 ms for 256 KiB, where these take a quarter),
 * reads bytes as text before it hashes them and takes its time from the machine's clock.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { ConnectorKind } from "../../domain/contract/connectors.ts";
import type { Headers } from "./posted.ts";

export type Signed = { headers: Headers; body: Uint8Array; now: number };
type Check = (secret: string, signed: Signed) => boolean;

const TOLERANCE_MS = 300_000;
const SECRET_PREFIX = "whsec_";

const headerOf = (headers: Headers, name: string): string => {
  const value = headers[name];
  return typeof value === "string" ? value : "";
};

function isSame(given: string, made: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(made)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const hmac = (key: string | Buffer, body: Uint8Array, encoding: "base64" | "hex"): string =>
  createHmac("sha256", key).update(body).digest(encoding);

const inBase64 =
  (header: string): Check =>
  (secret, { headers, body }) =>
    isSame(headerOf(headers, header), hmac(secret, body, "base64"));

/** EasyPost: the secret in Unicode's compatibility form, the signature in hexadecimal behind its scheme. */
const byEasyPost: Check = (secret, { headers, body }) =>
  isSame(
    headerOf(headers, "x-hmac-signature"),
    `hmac-sha256-hex=${hmac(secret.normalize("NFKD"), body, "hex")}`,
  );

/** The key of a Standard Webhooks secret, with or without its prefix; null when it is no base64. */
export function standardKey(secret: string): Buffer | null {
  const text = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, "base64");
}

/** Standard Webhooks: id, time and body are signed together; of several signatures one has to fit. */
const byStandard: Check = (secret, { headers, body, now }) => {
  const [id, at] = [headerOf(headers, "webhook-id"), headerOf(headers, "webhook-timestamp")];
  const key = standardKey(secret);
  if (key === null || id === "" || !/^\d{1,12}$/.test(at)) return false;
  if (Math.abs(now - Number(at) * 1_000) > TOLERANCE_MS) return false;
  const made = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest("base64");
  const given = headerOf(headers, "webhook-signature").split(" ").slice(0, 16);
  return given.filter((one) => isSame(one, `v1,${made}`)).length > 0;
};

/** The header without which nothing is signed, and the check of it. */
export const SIGNATURES: Readonly<Record<ConnectorKind, { header: string; check: Check }>> = {
  shopify: { header: "x-shopify-hmac-sha256", check: inBase64("x-shopify-hmac-sha256") },
  woocommerce: {
    header: "x-wc-webhook-signature",
    check: inBase64("x-wc-webhook-signature"),
  },
  easypost: { header: "x-hmac-signature", check: byEasyPost },
  aftership: { header: "aftership-hmac-sha256", check: inBase64("aftership-hmac-sha256") },
  standard: { header: "webhook-signature", check: byStandard },
};
