import { expect, test } from "vitest";
import { createSealSecret, makeWebhookSecret } from "../../../server/webhooks/seal.ts";
import { createOpenSecret } from "../../../workers/outbox/opened-secrets.ts";
import { bodyOf, signedHeaders } from "../../../workers/outbox/signature.ts";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("signs as the vector that Standard Webhooks shares", () => {
  const headers = signedHeaders(
    [SECRET],
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1_614_265_330_999,
    '{"test": 2432232314}',
  );
  expect(headers).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("each live secret signs, the newest first", () => {
  const both = signedHeaders([SECRET, "whsec_c2VjcmV0"], "a", 1, "{}")["webhook-signature"];
  const alone = signedHeaders([SECRET], "a", 1, "{}")["webhook-signature"];
  expect(both?.split(" ")).toHaveLength(2);
  expect(both?.split(" ")[0]).toBe(alone);
});

test("the body is the same text each time, its instants readable", () => {
  const effect = {
    id: "e",
    type: "order.late",
    at: 0,
    orderId: "SO-1",
    data: { orderId: "SO-1", due: 60_000, actBy: null },
  };
  expect(bodyOf(effect)).toBe(
    '{"type":"order.late","timestamp":"1970-01-01T00:00:00.000Z","data":{"orderId":"SO-1","due":"1970-01-01T00:01:00.000Z","actBy":null}}',
  );
});

test("what the server seals a worker opens, for that webhook and with that secret alone", () => {
  const dir = mkdtempSync(join(tmpdir(), "ct-seal-"));
  const file = join(dir, "secret");
  const installation = randomBytes(32);
  writeFileSync(file, installation);
  const secret = makeWebhookSecret();
  const sealed = createSealSecret(installation)("w1", secret);
  expect(sealed).not.toContain(secret.slice(6, 20));
  expect(createOpenSecret(file)("w1", sealed)).toBe(secret);
  expect(() => createOpenSecret(file)("w2", sealed)).toThrow("unable to authenticate");
  writeFileSync(file, randomBytes(32));
  expect(() => createOpenSecret(file)("w1", sealed)).toThrow("unable to authenticate");
  rmSync(dir, { recursive: true });
});
