import { createECDH, createPublicKey, type ECDH, randomBytes, verify } from "node:crypto";
import ece from "http_ece";
import { expect, test } from "vitest";
import { generateVAPIDKeys } from "web-push-neo";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { createPush } from "../../../workers/notices/push.ts";

function browser() {
  const ecdh = createECDH("prime256v1");
  const p256dh = ecdh.generateKeys().toString("base64url");
  const auth = randomBytes(16).toString("base64url");
  const to = { endpoint: "https://push.example.com/send/1", keys: { p256dh, auth }, at: 1 };
  return { ecdh, to };
}
/** As a browser reads it: RFC 8291 by an implementation of its own. */
const read = (body: Buffer, ecdh: ECDH, authSecret: string): string =>
  ece.decrypt(body, { version: "aes128gcm", privateKey: ecdh, authSecret }).toString();

/** The claims of a VAPID header, when they were signed by the key that it names (RFC 8292). */
function claimsOf(header: string): { aud: string; sub: string; exp: number } {
  const [, token = "", key = ""] = /^vapid t=([^,]+),\s*k=(.+)$/.exec(header) ?? [];
  const [head, claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const x = point.subarray(1, 33).toString("base64url");
  const y = point.subarray(33).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", x, y };
  const signer = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  const signed = Buffer.from(`${head}.${claims}`);
  expect(verify("sha256", signed, signer as never, Buffer.from(signature, "base64url"))).toBe(true);
  return JSON.parse(Buffer.from(claims, "base64url").toString());
}

/** As towers kept them before: the bare number of the private key. */
function bareKeys(number: Buffer) {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(number);
  return { publicKey: ecdh.getPublicKey("base64url"), privateKey: number.toString("base64url") };
}

const made = await generateVAPIDKeys();

function stand(
  status: number | null,
  { publicKey, privateKey }: typeof made = made,
  keys: string | null = JSON.stringify({ publicKey, sealed: "s" }),
) {
  const posted: { url: string; headers: Record<string, string>; body: string | Buffer }[] = [];
  const push = createPush({
    send: async (command, key) => {
      expect([command, key]).toEqual(["GET", GLOBAL_KEYS.pushKeys]);
      return keys as never;
    },
    open: () => privateKey,
    post: async (url, headers, body) => {
      posted.push({ url, headers, body });
      return { status, durationMs: 1, ...(status === null && { error: "no answer within 10 s" }) };
    },
    subject: "https://tower.example.org",
  });
  return { push, posted };
}

test.each([
  ["made now", made],
  ["kept from before", bareKeys(Buffer.alloc(32, 7))],
  ["kept from before without their first zero", bareKeys(Buffer.alloc(31, 7))],
])("a push is encrypted for its browser and signed by this tower with keys %s", async (_, keys) => {
  const { push, posted } = stand(201, keys);
  const { ecdh, to } = browser();
  expect(await push(to, '{"title":"secret words"}')).toEqual({ ok: true });
  const [one] = posted;
  expect(one?.url).toBe("https://push.example.com/send/1");
  expect(one?.headers).toMatchObject({
    ttl: "3600",
    urgency: "high",
    "content-encoding": "aes128gcm",
  });
  expect(one?.headers["authorization"]).toContain(keys.publicKey);
  expect(claimsOf(one?.headers["authorization"] ?? "")).toMatchObject({
    aud: "https://push.example.com",
    sub: "https://tower.example.org",
  });
  expect(String(one?.body)).not.toContain("secret words");
  expect(read(one?.body as Buffer, ecdh, to.keys.auth)).toBe('{"title":"secret words"}');
});

test.each([
  [410, { final: true, isGone: true }],
  [404, { final: true, isGone: true }],
  [400, { final: true, isGone: false }],
  [429, { final: false }],
  [503, { final: false }],
  [null, { final: false, words: "no answer within 10 s" }],
])("an answer of %s is told from one that another try may change", async (status, expected) => {
  expect(await stand(status).push(browser().to, "{}")).toMatchObject({ ok: false, ...expected });
});

test("without keys nothing is sent", async () => {
  const { push, posted } = stand(201, made, null);
  expect(await push(browser().to, "{}")).toMatchObject({ ok: false, final: true });
  expect(posted).toEqual([]);
});
