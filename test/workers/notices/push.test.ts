import { createECDH, randomBytes } from "node:crypto";
import webPush from "web-push";
import { expect, test } from "vitest";
import { GLOBAL_KEYS } from "../../../domain/contract/keys.ts";
import { createPush } from "../../../workers/notices/push.ts";

const browser = () => {
  const ecdh = createECDH("prime256v1");
  const p256dh = ecdh.generateKeys().toString("base64url");
  const auth = randomBytes(16).toString("base64url");
  return { endpoint: "https://push.example.com/send/1", keys: { p256dh, auth }, at: 1 };
};
const { publicKey, privateKey } = webPush.generateVAPIDKeys();

function stand(
  status: number | null,
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

test("a push is encrypted for its browser and signed by this tower", async () => {
  const { push, posted } = stand(201);
  expect(await push(browser(), '{"title":"secret words"}')).toEqual({ ok: true });
  const [one] = posted;
  expect(one?.url).toBe("https://push.example.com/send/1");
  expect(one?.headers).toMatchObject({
    ttl: "3600",
    urgency: "high",
    "content-encoding": "aes128gcm",
  });
  expect(one?.headers["authorization"]).toContain(publicKey);
  expect(String(one?.body)).not.toContain("secret words");
});

test.each([
  [410, { final: true, isGone: true }],
  [404, { final: true, isGone: true }],
  [400, { final: true, isGone: false }],
  [429, { final: false }],
  [503, { final: false }],
  [null, { final: false, words: "no answer within 10 s" }],
])("an answer of %s is told from one that another try may change", async (status, expected) => {
  expect(await stand(status).push(browser(), "{}")).toMatchObject({ ok: false, ...expected });
});

test("without keys nothing is sent", async () => {
  const { push, posted } = stand(201, null);
  expect(await push(browser(), "{}")).toMatchObject({ ok: false, final: true });
  expect(posted).toEqual([]);
});
