/** Signatures of every sender: known answers, and that nothing else passes for one. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ConnectorKind } from "../../../domain/contract/connectors.ts";
import { SIGNATURES, type Signed } from "../../../server/connectors/signatures.ts";
import { signed } from "../../support/signed.ts";

const NOW = 1_614_265_330_000;
const check = (kind: ConnectorKind, secret: string, one: Signed): boolean =>
  SIGNATURES[kind].check(secret, one);

/** Published with the specification of Standard Webhooks. */
const KNOWN = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
  body: Buffer.from('{"test": 2432232314}'),
};

describe("Standard Webhooks", () => {
  const known = (headers: Record<string, string | undefined> = {}, now = NOW): Signed => ({
    headers: { ...KNOWN.headers, ...headers },
    body: KNOWN.body,
    now,
  });

  test("takes the published vector, with and without the prefix of the secret", () => {
    expect(check("standard", KNOWN.secret, known())).toBe(true);
    expect(check("standard", KNOWN.secret.slice("whsec_".length), known())).toBe(true);
  });

  test.each([
    ["no id", { "webhook-id": undefined }],
    ["another id", { "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJel" }],
    ["no time", { "webhook-timestamp": undefined }],
    ["a time that is no number", { "webhook-timestamp": "hello" }],
    ["a time with something behind it", { "webhook-timestamp": "1614265330x" }],
    ["another time", { "webhook-timestamp": "1614265331" }],
    ["no signature", { "webhook-signature": undefined }],
    [
      "another signature",
      { "webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=" },
    ],
    ["an empty signature", { "webhook-signature": "v1," }],
    ["a cut signature", { "webhook-signature": "v1,g0hM9SsE" }],
    ["another version", { "webhook-signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" }],
    [
      "junk in the signature",
      { "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n" },
    ],
  ])("refuses %s", (_name, headers) => {
    expect(check("standard", KNOWN.secret, known(headers))).toBe(false);
  });

  test("holds for five minutes in both directions and not a second longer", () => {
    for (const off of [0, 299_000, 300_000, -300_000])
      expect(check("standard", KNOWN.secret, known({}, NOW + off))).toBe(true);
    for (const off of [300_001, -300_001, 86_400_000])
      expect(check("standard", KNOWN.secret, known({}, NOW + off))).toBe(false);
  });

  test("finds the right one among several signatures", () => {
    const wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
    const right = KNOWN.headers["webhook-signature"];
    const list = `${wrong} v2,${right.slice(3)} ${right} ${wrong}`;
    expect(check("standard", KNOWN.secret, known({ "webhook-signature": list }))).toBe(true);
    const none = `${wrong} v2,${right.slice(3)} ${wrong}`;
    expect(check("standard", KNOWN.secret, known({ "webhook-signature": none }))).toBe(false);
  });

  test("no secret is no key", () => {
    for (const secret of ["", "whsec_", "whsec_not base64"])
      expect(check("standard", secret, known())).toBe(false);
  });
});

const SECRETS: Record<ConnectorKind, string> = {
  shopify: "hush-of-the-shop",
  woocommerce: "a wordy secret with spaces",
  easypost: "sécrét ﬁ",
  aftership: "0f1e2d3c4b5a",
  standard: KNOWN.secret,
};
const KINDS = Object.keys(SECRETS) as ConnectorKind[];
const NOTE = "a box of mugs, and one of them is for somebody else. ".repeat(5);
const BODY = JSON.stringify({ id: 1, name: "Grüße", list: [1.0, 2], text: "a/b", note: NOTE });

test("EasyPost signs with the secret in compatibility form, so that two ways to write one are one", () => {
  const digest = createHmac("sha256", "sécrét fi".normalize("NFKD")).update(BODY).digest("hex");
  const headers = { "x-hmac-signature": `hmac-sha256-hex=${digest}` };
  expect(check("easypost", "sécrét ﬁ", { headers, body: Buffer.from(BODY), now: NOW })).toBe(true);
});

describe.each(KINDS)("%s", (kind) => {
  const secret = SECRETS[kind];
  const good = signed(kind, secret, BODY, NOW);

  test("takes what was signed, as it came", () => {
    expect(check(kind, secret, { ...good, now: NOW })).toBe(true);
  });

  test("takes no mutation: not of the body, not of the signature, not of the secret", () => {
    let tried = 0;
    let taken = 0;
    const tryIt = (one: Partial<Signed>, by = secret): void => {
      tried += 1;
      if (check(kind, by, { ...good, now: NOW, ...one })) taken += 1;
    };
    for (let at = 0; at < good.body.length * 8; at += 1) {
      const body = Buffer.from(good.body);
      body[at >> 3] = (body[at >> 3] ?? 0) ^ (1 << (at & 7));
      tryIt({ body });
    }
    const { header } = SIGNATURES[kind];
    const text = good.headers[header] ?? "";
    for (let at = 0; at < text.length; at += 1)
      for (const sign of ["A", "b", "0", "/", " "])
        if (text[at] !== sign)
          tryIt({
            headers: { ...good.headers, [header]: text.slice(0, at) + sign + text.slice(at + 1) },
          });
    tryIt({ headers: {} });
    tryIt({ headers: { ...good.headers, [header]: "" } });
    tryIt({ headers: { ...good.headers, [header]: text.slice(0, -1) } });
    tryIt({ body: Buffer.from(`${BODY} `) });
    tryIt({ body: Buffer.from(JSON.stringify(JSON.parse(BODY), null, 1)) });
    tryIt({ body: Buffer.from(BODY.replace("ü", "\\u00fc")) });
    tryIt({ body: Buffer.from(BODY.replace("a/b", "a\\/b")) });
    tryIt({ body: Buffer.concat([Buffer.from("\uFEFF"), good.body]) });
    tryIt({ body: Buffer.alloc(0) });
    tryIt({}, `${secret}BBBB`);
    tryIt({}, "another-secret-of-somebody");
    expect(tried).toBeGreaterThan(2_000);
    expect(taken).toBe(0);
  });

  test("checks 256 KiB within a millisecond", () => {
    const large = signed(kind, secret, JSON.stringify({ text: "x".repeat(256 * 1024) }), NOW);
    const took: number[] = [];
    for (let round = 0; round < 30; round += 1) {
      const from = performance.now();
      check(kind, secret, { ...large, now: NOW });
      took.push(performance.now() - from);
    }
    expect(Math.min(...took)).toBeLessThan(1);
  });
});
