/** Standard Webhooks 1.0: what is signed is `id.timestamp.body`, with each live secret, so that a receiver may change over at leisure. */
import { createHmac } from "node:crypto";
import { SECRET_PREFIX, type Sent } from "../../domain/contract/webhooks.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** Fields of `data` that are instants. */
const INSTANTS: ReadonlySet<string> = new Set(["due", "actBy", "until", "at"]);

/** The same text at every attempt. */
export function bodyOf({ type, at, data }: Sent): string {
  const fields = Object.entries(data).map(([name, value]) => [
    name,
    INSTANTS.has(name) && typeof value === "number" ? iso(value) : (value as unknown),
  ]);
  return JSON.stringify({ type, timestamp: iso(at), data: Object.fromEntries(fields) as object });
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");

/** `nowMs` is when this attempt is made: receivers refuse what is older than some minutes. */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac("sha256", keyOf(secret)).update(content).digest("base64")}`,
  );
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
