/** Promise S19: the security headers of each kind of answer, whole, and what a browser may report about them. */
import { existsSync } from "node:fs";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const SECURITY =
  /^(content-security|cross-origin|origin-agent|permissions-p|referrer|reporting|strict|x-)/;
const ANSWER_POLICY =
  "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'";
const COMMON = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-download-options": "noopen",
  "x-frame-options": "DENY",
  "x-permitted-cross-domain-policies": "none",
  "x-xss-protection": "0",
};
const isBuilt = existsSync(new URL("../../../dist/client/index.html", import.meta.url));

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower({ CT_TRUSTED_PROXIES: "127.0.0.1" });
  tower.fill("BER1", []);
});
afterAll(() => tower.app.close());

async function securityHeaders(url: string, headers: Record<string, string> = {}) {
  const answer = await tower.app.inject({ url, headers });
  const found = Object.entries(answer.headers).filter(([name]) => SECURITY.test(name));
  return Object.fromEntries(found) as Record<string, string>;
}

test.each([
  ["a health answer", "/livez"],
  ["a refusal without a credential", "/api/v1/session"],
  ["an answer", "/api/v1/board?site=BER1"],
  ["a refusal of a schema", "/api/v1/orders?limit=x"],
  ["nothing at the address", "/api/v1/nothing"],
  ["a malformed address", "/%E0%A4%A"],
  ["the metrics", "/metrics"],
  ["the document", "/api/openapi.json"],
])("%s can load nothing and be framed nowhere", async (_what, url) => {
  const { "permissions-policy": permissions, ...rest } = await securityHeaders(url, BEARER);
  expect(rest).toEqual({ ...COMMON, "content-security-policy": ANSWER_POLICY });
  expect(permissions).toContain("camera=()");
});

test.each(["/livez", "/readyz", "/metrics", "/api/v1/board?site=BER1", "/api/v1/orders?limit=x"])(
  "nobody keeps a copy of what %s answers",
  async (url) => {
    const { headers } = await tower.app.inject({ url, headers: BEARER });
    expect(headers["cache-control"]).toBe("no-store");
  },
);

test.skipIf(!isBuilt).each(["/", "/board", "/icon.svg", "/login?next=%2F"])(
  "the page at %s runs our own files alone",
  async (url) => {
    const { "permissions-policy": _permissions, ...rest } = await securityHeaders(url);
    expect(rest).toEqual({
      ...COMMON,
      "content-security-policy": [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
        "connect-src 'self'",
        "report-uri /api/v1/csp-reports",
        "report-to csp",
      ].join(";"),
      "reporting-endpoints": 'csp="/api/v1/csp-reports"',
    });
  },
);

test("the reference page allows no address but ours, and no inline script", async () => {
  const policy = (await securityHeaders("/api/docs/", BEARER))["content-security-policy"] ?? "";
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|unsafe-eval|validator/);
});

test("browsers are told to stay with https only by an answer over https", async () => {
  const overTls = { "x-forwarded-proto": "https" };
  for (const url of ["/livez", "/"])
    expect((await securityHeaders(url, overTls))["strict-transport-security"]).toBe(
      "max-age=31536000",
    );
  expect(await securityHeaders("/livez")).not.toHaveProperty("strict-transport-security");
});

test.skipIf(!isBuilt)("pages may speak to the sockets of named origins", async () => {
  const named = await fakeTower({ CT_ORIGINS: "https://tower.example" });
  const { headers } = await named.app.inject({ url: "/" });
  expect(headers["content-security-policy"]).toContain("connect-src 'self' wss://tower.example");
  await named.app.close();
});

describe("what a browser reports", () => {
  const lines: string[] = [];
  let logged: FakeTower;
  beforeAll(async () => {
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    logged = await fakeTower({}, pino({ level: "warn" }, stream));
  });
  afterAll(() => logged.app.close());

  const send = (type: string, payload: unknown, headers: Record<string, string> = {}) =>
    logged.app.inject({
      method: "POST",
      url: "/api/v1/csp-reports",
      headers: { "content-type": type, origin: "null", ...headers },
      payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    });
  const body = {
    effectiveDirective: "script-src-elem",
    blockedURL: "https://evil.example/?token=marked-secret",
    documentURL: "https://tower.example/orders/marked-order",
    sample: "marked-sample",
  };

  test("is taken in both formats and logged without what it quotes", async () => {
    lines.length = 0;
    const old = { "csp-report": { "effective-directive": "img-src", "blocked-uri": "inline" } };
    expect((await send("application/csp-report", old)).statusCode).toBe(204);
    const list = [{ type: "csp-violation", body }];
    expect((await send("application/reports+json", list)).statusCode).toBe(204);
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ directive: "img-src", blocked: "inline" });
    const second = JSON.parse(lines[1] ?? "") as object;
    expect(second).toMatchObject({ directive: "script-src-elem", blocked: "an address" });
    expect(lines.join("")).not.toContain("marked");
  });

  test("is no way to fill a log", async () => {
    lines.length = 0;
    const list = Array.from({ length: 100 }, () => ({ type: "csp-violation", body }));
    for (let round = 0; round < 10; round += 1) await send("application/reports+json", list);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  test.each([
    ["application/json", "{}", 415],
    ["text/plain", "{}", 415],
    ["application/csp-report", "{", 400],
    ["application/csp-report", `"${"x".repeat(20_000)}"`, 413],
    ["application/csp-report", "null", 204],
    ["application/csp-report", "[1,null,[]]", 204],
    ["application/csp-report", '{"csp-report":{"effective-directive":{"a":1}}}', 204],
  ])("as %s %.20s is answered %i... and never fails", async (type, payload, status) => {
    expect((await send(type, payload)).statusCode).toBe(status);
  });
});
