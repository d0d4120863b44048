/** What a client that knows HTTP, and nothing of us, relies on. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HTTP_OPERATIONS } from "../../../domain/permissions.ts";
import { BEARER, fakeTower, KEY, type FakeTower } from "../fake-app.ts";
import { addPerson, aPerson, asKey } from "../people/person.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower({ CT_RATE_ADDRESSES: "0", CT_RATE_KEYS: "0" });
  tower.fill("BER1", []);
});
afterAll(() => tower.app.close());

const operations = Object.keys(HTTP_OPERATIONS);
const pathOf = (operation: string): string =>
  (operation.split(" ")[1] ?? "").replaceAll(/:[A-Za-z]+/g, "x");
const patternOf = (operation: string): RegExp =>
  new RegExp(`^${(operation.split(" ")[1] ?? "").replaceAll(/:[A-Za-z]+/g, "[^/]+")}$`);
const paths = [...new Set(operations.map(pathOf))].filter((path) => !path.startsWith("/api/docs"));

describe.each(paths)("%s", (path) => {
  // `/users/first-admin-link` is an address of its own and the one of a user of that name
  const methods = operations
    .filter((operation) => patternOf(operation).test(path))
    .map((operation) => operation.split(" ")[0] ?? "");

  test("says by OPTIONS what it takes, without a credential and to no page of others", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const answer = await tower.app.inject({ method: "OPTIONS", url: path, headers });
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
    const allowed = String(answer.headers["allow"]).split(", ");
    expect(allowed).toEqual(expect.arrayContaining([...methods, "OPTIONS"]));
    expect(allowed.includes("HEAD")).toBe(methods.includes("GET"));
    expect(Object.keys(answer.headers).join()).not.toContain("access-control");
  });

  test("refuses any other method with those it takes", async () => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] as const) {
      if (methods.includes(method)) continue;
      const answer = await tower.app.inject({ method, url: path, headers: BEARER });
      expect([method, answer.statusCode]).toEqual([method, 405]);
      for (const taken of methods) expect(answer.headers["allow"]).toContain(taken);
    }
  });

  test("tells what it wants instead of another content type", async () => {
    if (!methods.includes("POST")) return;
    const headers = { ...BEARER, "content-type": "application/xml" };
    const answer = await tower.app.inject({ method: "POST", url: path, headers, payload: "<a/>" });
    // one's own account no key has, and none signs a handover
    const isForPeople = path.startsWith("/api/v1/account") || path.endsWith("/sign");
    if (isForPeople) return expect(answer.statusCode).toBe(403);
    expect(answer.statusCode).toBe(415);
    // where no body is asked for there is none to recommend
    const wanted = answer.headers["accept"];
    if (wanted !== undefined) expect(answer.json().detail).toContain(String(wanted));
  });
});

test("every refusal has the same members, `errors` among them", async () => {
  const asked = [
    { url: "/api/v1/nowhere" },
    { url: "/api/v1/orders" },
    { method: "PUT" as const, url: "/api/v1/orders" },
    { url: "/api/v1/orders/none?site=BER1", headers: BEARER },
    { url: "/api/v1/orders", headers: BEARER },
    { url: "/api/v1/orders?site=BER1&limit=0", headers: BEARER },
    { method: "POST" as const, url: "/api/v1/session", payload: "{", headers: JSON_TYPE },
  ];
  for (const request of asked) {
    const document = (await tower.app.inject(request)).json();
    expect(document).toMatchObject({
      type: expect.stringMatching(/^urn:control-tower:error:CT_ERR_/),
      title: expect.any(String),
      status: expect.any(Number),
      detail: expect.any(String),
      code: expect.stringMatching(/^CT_ERR_/),
      retryable: false,
      errors: expect.any(Array),
    });
    if (document.status === 422)
      expect(document.errors).toEqual([
        { index: 0, path: expect.stringMatching(/^\/\w+/), message: expect.any(String) },
      ]);
  }
});

const JSON_TYPE = { "content-type": "application/json" };

test("a type without a body is no broken body where none is asked for", async () => {
  const undo = { method: "POST" as const, url: "/api/v1/actions/none/undo" };
  const answer = await tower.app.inject({ ...undo, headers: { ...BEARER, ...JSON_TYPE } });
  expect(answer.statusCode).toBe(404);
  const note = { method: "POST" as const, url: "/api/v1/session" };
  expect((await tower.app.inject({ ...note, headers: JSON_TYPE })).statusCode).toBe(400);
});

test.each(["/api/v1/keys/x/rotate", "/api/v1/webhooks/x/rotate", "/api/v1/displays"])(
  "%s takes no body for an empty one, and null for what it is",
  async (url) => {
    const ask = (payload?: string) =>
      tower.app.inject({
        method: "POST",
        url,
        headers: { ...BEARER, ...(payload !== undefined && JSON_TYPE) },
        ...(payload !== undefined && { payload }),
      });
    expect((await ask()).statusCode).not.toBe(422);
    for (const payload of ["null", "[]", "1"]) expect((await ask(payload)).statusCode).toBe(422);
  },
);

test.each([`Bearer  ${KEY}`, `bearer ${KEY}`, ` Bearer ${KEY} `])(
  "a key is read as RFC 9110 has it: %j",
  async (authorization) => {
    const answer = await tower.app.inject({ url: "/api/v1/session", headers: { authorization } });
    expect(answer.statusCode).toBe(200);
  },
);

test.each(["/api/v1/orders/?site=BER1", "/api/v1/keys/", "/api/v1/events//x"])(
  "%s is nothing, not the thing of no name",
  async (url) => {
    expect((await tower.app.inject({ url, headers: BEARER })).statusCode).toBe(404);
  },
);

test("people and their sessions are read page by page as every list", async () => {
  const password = await addPerson(tower.app, { name: "petra", role: "viewer" });
  await addPerson(tower.app, { name: "paul", role: "viewer" });
  const names: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const cursor: string = next === "" ? "" : `&cursor=${next}`;
    const page = (await asKey(tower.app, "GET", `/api/v1/users?limit=2${cursor}`)).json() as {
      items: { name: string }[];
      next: string | null;
    };
    expect(page.items.length).toBeLessThanOrEqual(2);
    names.push(...page.items.map(({ name }) => name));
    ({ next } = page);
  }
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(["admin", "paul", "petra", "viewer"]));
  const person = aPerson(tower.app);
  for (let times = 0; times < 3; times += 1) {
    await aPerson(tower.app).login("petra", password);
  }
  await person.login("petra", password);
  const first = (await person.ask("GET", "/api/v1/account/sessions?limit=3")).json();
  expect(first.items[0]).toMatchObject({ isCurrent: true });
  expect(first.items).toHaveLength(3);
  const rest = await person.ask("GET", `/api/v1/account/sessions?limit=3&cursor=${first.next}`);
  expect(rest.json().next).toBeNull();
  expect((await person.ask("GET", "/api/v1/account/sessions?cursor=x")).statusCode).toBe(422);
}, 30_000);

describe("an instant", () => {
  const audit = (from: string) =>
    tower.app.inject({ url: `/api/v1/audit?from=${encodeURIComponent(from)}`, headers: BEARER });

  test.each(["2026-11-23T08:15:00Z", "2026-11-23t08:15:00.5+01:00", "2026-11-23 08:15:00z"])(
    "is read as RFC 3339 has it: %s",
    async (text) => expect((await audit(text)).statusCode).toBe(200),
  );

  test.each(["2016-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "2026-11-23", "now", "1e12"])(
    "that no clock shows is refused: %s",
    async (text) => {
      const answer = await audit(text);
      expect(answer.json()).toMatchObject({ status: 422, errors: [{ path: "/from" }] });
    },
  );

  test("is the same in a body: no hold lasts until a second that is none", async () => {
    const answer = await tower.app.inject({
      method: "POST",
      url: "/api/v1/orders/SO-1/actions/hold?site=BER1",
      headers: BEARER,
      payload: { code: "ADDRESS", until: "2016-12-31T23:59:60Z" },
    });
    expect(answer.json()).toMatchObject({ status: 422, errors: [{ path: "/until" }] });
  });
});
