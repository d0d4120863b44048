/** Deliveries as their senders sign them; written after the senders' own documentation, not after the product. */
import { createHmac } from "node:crypto";
import type { ConnectorKind } from "../../domain/contract/connectors.ts";

export type SignedDelivery = { headers: Record<string, string>; body: Buffer };

const mac = (key: string | Buffer, text: string | Buffer, as: "base64" | "hex"): string =>
  createHmac("sha256", key).update(text).digest(as);

function standard(secret: string, body: Buffer, now: number, id: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const at = String(Math.floor(now / 1_000));
  const signature = mac(key, Buffer.concat([Buffer.from(`${id}.${at}.`), body]), "base64");
  return { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": `v1,${signature}` };
}

/** `id`: of a delivery of Standard Webhooks. */
export function signed(
  kind: ConnectorKind,
  secret: string,
  content: string | object,
  now: number,
  id = "msg_1",
): SignedDelivery {
  const body = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  const type = { "content-type": "application/json" };
  const by: Record<ConnectorKind, () => Record<string, string>> = {
    shopify: () => ({ "x-shopify-hmac-sha256": mac(secret, body, "base64") }),
    woocommerce: () => ({ "x-wc-webhook-signature": mac(secret, body, "base64") }),
    aftership: () => ({ "aftership-hmac-sha256": mac(secret, body, "base64") }),
    easypost: () => ({
      "x-hmac-signature": `hmac-sha256-hex=${mac(secret.normalize("NFKD"), body, "hex")}`,
    }),
    standard: () => standard(secret, body, now, id),
  };
  return { headers: { ...type, ...by[kind]() }, body };
}
