import { afterAll, beforeAll, expect, test } from "vitest";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
});
afterAll(() => tower.app.close());

const JSON_TYPE = { "content-type": "application/json" };
const SHIPPED = "order.shipped";
const LOGIN = { method: "POST" as const, url: "/api/v1/session" };

test.each([
  [{ url: "/api/v1/nothing" }, 404, "CT_ERR_NOT_FOUND"],
  [{ method: "PUT" as const, url: "/api/v1/session" }, 405, "CT_ERR_METHOD"],
  [{ ...LOGIN, headers: JSON_TYPE, payload: "{" }, 400, "CT_ERR_NOT_JSON"],
  [{ ...LOGIN, headers: JSON_TYPE, payload: "" }, 400, "CT_ERR_NOT_JSON"],
  [
    { ...LOGIN, headers: { "content-type": "text/plain" }, payload: "a" },
    415,
    "CT_ERR_UNSUPPORTED_MEDIA_TYPE",
  ],
  [
    { ...LOGIN, headers: { "content-type": "application/x-www-form-urlencoded" }, payload: "a=b" },
    415,
    "CT_ERR_UNSUPPORTED_MEDIA_TYPE",
  ],
  [{ ...LOGIN, headers: JSON_TYPE, payload: `"${"x".repeat(5000)}"` }, 413, "CT_ERR_TOO_LARGE"],
  [
    { ...LOGIN, headers: JSON_TYPE, payload: '{"__proto__":{"x":1},"name":"a","password":"b"}' },
    400,
    "CT_ERR_NOT_JSON",
  ],
])("%o is refused as a problem document", async (request, status, code) => {
  const answer = await tower.app.inject(request);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.json()).toMatchObject({ status, code, retryable: false });
  expect(answer.json().type).toBe(`urn:control-tower:error:${code}`);
});

test("of a body that is too large it is said how much a route takes", async () => {
  const payload = `"${"x".repeat(5000)}"`;
  const answer = await tower.app.inject({ ...LOGIN, headers: JSON_TYPE, payload });
  expect(answer.json().detail).toBe("The body is larger than the 4 KiB that this route takes.");
});

test("a body that does not fit names every mistake and its place", async () => {
  const answer = await tower.app.inject({ ...LOGIN, payload: { name: 1, extra: true } });
  expect(answer.statusCode).toBe(422);
  expect(
    answer
      .json()
      .errors.map(({ path }: { path: string }) => path)
      .toSorted(),
  ).toEqual(["/extra", "/name", "/password"]);
});

const whatIf = async (change: object) => {
  const payload = { changes: [change] };
  const url = "/api/v1/what-if?site=BER1";
  const answer = await tower.app.inject({ method: "POST", url, headers: BEARER, payload });
  const errors: { path: string; message: string }[] = answer.json().errors;
  return errors.map(({ path, message }) => `${path} ${message}`);
};

test("of a body that may have several shapes only the one that was meant is talked about", async () => {
  const move = { kind: "move", from: "pick", to: "packing", people: 2 };
  expect(await whatIf(move)).toEqual([
    expect.stringMatching(/^\/changes\/0\/to body must match pattern/),
  ]);
  expect(await whatIf({ kind: "add", people: 0 })).toEqual([
    expect.stringContaining("/changes/0/process"),
    expect.stringContaining("/changes/0/people"),
  ]);
  expect(await whatIf({ kind: "release" })).toEqual([
    expect.stringContaining("/changes/0/orders"),
    expect.stringContaining("/changes/0/filter"),
  ]);
});

test("a shape that nobody knows is answered with those that there are", async () => {
  expect(await whatIf({ kind: "push", pickup: "A-20260101-1600" })).toEqual([
    "/changes/0/kind body must be one of move, add, upgrade, delayPickup, release",
  ]);
});

test("a value out of a few is answered with those few", async () => {
  const answer = await tower.app.inject({ url: "/api/v1/orders?sort=newest", headers: BEARER });
  expect(answer.json().errors).toMatchObject([
    { path: "/sort", message: expect.stringMatching(/^querystring must be one of .*placedAt/) },
  ]);
});

test("where nothing says which shape was meant, all are told", async () => {
  expect((await whatIf([])).length).toBeGreaterThan(1);
});

test("numbers in addresses are read from text, numbers in bodies are not", async () => {
  const limit = (value: string) =>
    tower.app.inject({ url: `/api/v1/orders?site=BER1&limit=${value}`, headers: BEARER });
  expect((await limit("x")).json()).toMatchObject({ code: "CT_ERR_INVALID" });
  expect((await limit("201")).json()).toMatchObject({ code: "CT_ERR_INVALID" });
  expect((await limit("5")).json()).toMatchObject({ code: "CT_ERR_UNAVAILABLE" });
});

test("a method that does not exist says which do", async () => {
  const answer = await tower.app.inject({ method: "PATCH", url: "/api/v1/orders/SO-1" });
  expect(answer.statusCode).toBe(405);
  expect(answer.headers["allow"]).toContain("GET");
});

test("an address with a part that is longer than any name is no address, not one of another method", async () => {
  const url = `/api/v1/orders/${"x".repeat(513)}?site=BER1`;
  const answer = await tower.app.inject({ url, headers: BEARER });
  expect(answer.statusCode).toBe(404);
  expect(answer.headers["allow"]).toBeUndefined();
  expect(answer.json()).toMatchObject({ status: 404, code: "CT_ERR_NOT_FOUND" });
});

test("JSON in another encoding is refused, not kept with its letters lost", async () => {
  const payload = Buffer.from('{"name":"Jürgen","password":"b"}', "latin1");
  const answer = await tower.app.inject({ ...LOGIN, headers: JSON_TYPE, payload });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({
    code: "CT_ERR_NOT_JSON",
    detail: "The body is not UTF-8.",
  });
});

test.each([
  ["/webhooks", { name: "w", site: "BER1", url: "https://127.0.0.1/", types: [SHIPPED] }, "/url"],
  ["/webhooks", { name: "w", site: "X", url: "https://example.com/", types: [SHIPPED] }, "/site"],
  [
    "/channels",
    { id: "c", name: "c", site: "BER1", kind: "slack", to: "https://127.0.0.1/" },
    "/to",
  ],
])("what is wrong with one field of %s %j is said of %s", async (path, payload, field) => {
  const cookie = await tower.login("admin", "demo-admin-tower");
  const url = `/api/v1${path}`;
  const answer = await tower.app.inject({ method: "POST", url, headers: { cookie }, payload });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toEqual([
    { index: 0, path: field, message: expect.stringMatching(/\S/) },
  ]);
});

test("what may be sent again says when", async () => {
  const answer = await tower.app.inject({ url: "/api/v1/board?site=BER1", headers: BEARER });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: "CT_ERR_UNAVAILABLE", retryable: true });
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
});

test("an error of our own shows nothing of itself", async () => {
  const own = await fakeTower();
  own.fill("BER1", []);
  own.app.live.board = () => {
    throw new Error("secret inside");
  };
  const answer = await own.app.inject({ url: "/api/v1/board?site=BER1", headers: BEARER });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("secret");
  expect(answer.json()).toMatchObject({ code: "CT_ERR_INTERNAL" });
  await own.app.close();
});

test("every answer carries the security headers", async () => {
  for (const url of ["/livez", "/api/v1/nothing", "/api/v1/session"]) {
    const { headers } = await tower.app.inject({ url });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
  }
});

test("the API document describes every operation and is OpenAPI 3.1", async () => {
  const { HTTP_OPERATIONS } = await import("../../domain/permissions.ts");
  const answer = await tower.app.inject({ url: "/api/openapi.json", headers: BEARER });
  const document = answer.json();
  expect(document.openapi).toBe("3.1.0");
  for (const operation of Object.keys(HTTP_OPERATIONS)) {
    const [method = "", path = ""] = operation.split(" ");
    if (path.startsWith("/api/docs")) continue;
    const shown = path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    expect([operation, document.paths[shown]?.[method.toLowerCase()]]).not.toEqual([
      operation,
      undefined,
    ]);
  }
});
