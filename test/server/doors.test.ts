import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  DEMO_USERS,
  HTTP_OPERATIONS,
  ROLE_PERMISSIONS,
  type HttpOperation,
} from "../../domain/permissions.ts";
import { aRow } from "../support/board-rows.ts";
import { BEARER, fakeTower, type FakeTower } from "./fake-app.ts";
import { createSites } from "../../server/sites/book.ts";
import { memorySites } from "./memory-sites.ts";
import { memoryAudit } from "./memory-audit.ts";
import { memoryCaptures } from "./memory-captures.ts";
import { noPersonalData } from "./no-personal-data.ts";
import { memoryKeys } from "./memory-keys.ts";

let tower: FakeTower;
beforeAll(async () => {
  tower = await fakeTower();
  tower.fill("BER1", [aRow()]);
  tower.fill("NYC1", []);
});
afterAll(() => tower.app.close());

const operations = Object.entries(HTTP_OPERATIONS) as [HttpOperation, string][];

/** An address of an operation: its parameters filled in, a site named. */
function requestOf(operation: string, headers: Record<string, string> = {}) {
  const [method = "GET", pattern = "/"] = operation.split(" ");
  const url = pattern
    .replace(":name", "note")
    .replaceAll(/:[A-Za-z]+/g, "some-thing")
    .concat(pattern.startsWith("/api/v1") && method === "GET" ? "?site=BER1" : "");
  const payload = method === "POST" ? { payload: {} } : {};
  return { method: method as "GET", url: withoutSite(url), headers, ...payload };
}

const SITELESS = ["/api/v1/session", "/api/v1/config/sites", "/api/v1/events/"];
const withoutSite = (url: string): string =>
  SITELESS.some((path) => url.startsWith(path)) ? (url.split("?")[0] ?? url) : url;

describe("without a credential", () => {
  test.each(operations)(
    "%s answers only when the table says anonymous",
    async (operation, access) => {
      const answer = await tower.app.inject(requestOf(operation));
      if (access === "anonymous") {
        expect(answer.statusCode).not.toBe(401);
        return;
      }
      // nobody listens there; where somebody does it is 401 (the matrix)
      if (access === "signature") return void expect(answer.statusCode).toBe(404);
      expect(answer.statusCode).toBe(401);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
      expect(answer.json()).toMatchObject({ code: "CT_ERR_UNAUTHENTICATED", status: 401 });
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    },
  );
});

const ENDS_SESSION: HttpOperation[] = ["DELETE /api/v1/session", "DELETE /api/v1/account/sessions"];

describe("each role", () => {
  for (const { name, password, role } of DEMO_USERS)
    test(`${role} may do exactly what the table says`, async () => {
      const cookie = await tower.login(name, password);
      for (const [operation, access] of operations) {
        // a link that acts asks for no role: one that is none is refused to everybody
        if (ENDS_SESSION.includes(operation) || operation.includes(" /l/")) continue;
        const answer = await tower.app.inject(requestOf(operation, { cookie }));
        // no role stands in for a signature
        if (access === "signature") {
          expect(answer.statusCode).toBe(404);
          continue;
        }
        const isAllowed =
          access === "anonymous" || ROLE_PERMISSIONS[role].some((one) => one === access);
        if (isAllowed) expect([operation, answer.statusCode]).not.toEqual([operation, 403]);
        else expect([operation, answer.statusCode]).toEqual([operation, 403]);
      }
    });
});

test("every operation of the table has a route", () => {
  for (const [operation] of operations) {
    const [method, url = ""] = operation.split(" ");
    expect([operation, tower.app.hasRoute({ method: method as "GET", url })]).toEqual([
      operation,
      true,
    ]);
  }
});

test("a wrong key is refused, also beside a good cookie", async () => {
  const cookie = await tower.login("lead", "demo-lead-tower");
  const headers = { cookie, authorization: "Bearer wrong-key-of-the-tests-with-32-chars" };
  const answer = await tower.app.inject({ url: "/api/v1/session", headers });
  expect(answer.statusCode).toBe(401);
});

test("another's site and a missing one look the same", async () => {
  const ask = (site: string) =>
    tower.app.inject({ url: `/api/v1/board?site=${site}`, headers: BEARER });
  const answer = await ask("OTHER1");
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toMatchObject({ code: "CT_ERR_NOT_FOUND" });
  expect((await ask("BER1")).statusCode).toBe(200);
});

test("a key of several sites must name one", async () => {
  const answer = await tower.app.inject({ url: "/api/v1/board", headers: BEARER });
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ code: "CT_ERR_SITE_REQUIRED" });
});

describe("sessions", () => {
  test("a person logs in, is known, logs out and is unknown", async () => {
    const login = await tower.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { name: "lead", password: "demo-lead-tower" },
    });
    const cookie = String(login.headers["set-cookie"]);
    expect(cookie).toMatch(/^ct=[\w-]{43}; /);
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Lax");
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    const known = await tower.app.inject({ url: "/api/v1/session", headers });
    expect(known.json()).toMatchObject({ name: "lead", role: "lead", demo: true });
    expect(known.json().sites.map(({ id }: { id: string }) => id)).toEqual(["BER1", "NYC1"]);
    const out = await tower.app.inject({ method: "DELETE", url: "/api/v1/session", headers });
    expect(out.statusCode).toBe(204);
    const after = await tower.app.inject({ url: "/api/v1/session", headers });
    expect(after.statusCode).toBe(401);
  });

  test("a wrong password and an unknown name get the same answer", async () => {
    const ask = (name: string) =>
      tower.app.inject({
        method: "POST",
        url: "/api/v1/session",
        payload: { name, password: "not-the-password" },
      });
    const [known, unknown] = [await ask("viewer"), await ask("nobody")];
    expect(known.statusCode).toBe(401);
    expect({ ...unknown.json(), instance: "" }).toEqual({ ...known.json(), instance: "" });
  });

  test("the eleventh wrong password in a quarter of an hour is refused whatever it is", async () => {
    const ask = () =>
      tower.app.inject({
        method: "POST",
        url: "/api/v1/session",
        payload: { name: "associate", password: "not-the-password" },
        remoteAddress: "192.0.2.7",
      });
    for (let tries = 0; tries < 10; tries += 1) expect((await ask()).statusCode).toBe(401);
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(600);
  });

  test("without the demo its users do not exist, and the admin's password is the one given", async () => {
    const real = await fakeTower({ CT_DEMO: "0", CT_ADMIN_PASSWORD: "correct horse battery" });
    const enter = (name: string, password: string) =>
      real.app.inject({ method: "POST", url: "/api/v1/session", payload: { name, password } });
    expect((await enter("lead", "demo-lead-tower")).statusCode).toBe(401);
    expect((await enter("admin", "demo-admin-tower")).statusCode).toBe(401);
    expect((await enter("admin", "correct horse battery")).statusCode).toBe(200);
    await real.app.close();
  });
});

describe("pages of others", () => {
  const origins = [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://localhost:81",
    "HTTP://LOCALHOST:80",
    "file://",
  ];
  test.each(origins)("from %s nothing is changed with a cookie", async (origin) => {
    const cookie = await tower.login("lead", "demo-lead-tower");
    const answer = await tower.app.inject({
      method: "DELETE",
      url: "/api/v1/session",
      headers: { cookie, origin, host: "localhost:80" },
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: "CT_ERR_ORIGIN" });
  });

  test("a request that its browser calls cross-site is refused without an origin, too", async () => {
    const cookie = await tower.login("lead", "demo-lead-tower");
    const answer = await tower.app.inject({
      method: "DELETE",
      url: "/api/v1/session",
      headers: { cookie, "sec-fetch-site": "cross-site" },
    });
    expect(answer.statusCode).toBe(403);
  });

  test("our own page may", async () => {
    const cookie = await tower.login("lead", "demo-lead-tower");
    const answer = await tower.app.inject({
      method: "DELETE",
      url: "/api/v1/session",
      headers: { cookie, origin: "http://localhost:80", host: "localhost:80" },
    });
    expect(answer.statusCode).toBe(204);
  });
});

test("a server with a route outside the table does not start", async () => {
  const { buildApp } = await import("../../server/app.ts");
  const { plugin } = await import("../../server/plugin.ts");
  const { readConfig } = await import("../../server/config.ts");
  const app = await buildApp(readConfig({}), {
    audit: memoryAudit().store,
    captures: memoryCaptures(),
    personalData: noPersonalData,
    keys: memoryKeys(tower.audit),
    displays: tower.displays,
    channels: tower.channels,
    views: tower.app.views,
    sites: createSites(tower.app.sites.all()),
    sitesStore: memorySites(tower.audit),
    people: tower.people,
    foresight: tower.foresight,
    history: {
      reader: { ask: tower.history.ask, stop: async () => undefined },
      told: async () => null,
    },
    webhooks: { store: tower.webhooks, seal: () => "sealed" },
    hooks: { store: tower.hooks, seal: () => "sealed", open: () => "" },
    inbox: plugin("inbox", [], (one) => void one.decorate("inbox", tower.app.inbox)),
    incidents: tower.incidents,
    live: plugin("live", [], (one) => {
      one.decorate("live", tower.app.live);
      one.decorate("boards", tower.app.boards);
      one.decorate("reloadListeners", []);
      one.get("/api/v1/secret", async () => "seen");
    }),
    canary: false,
    logger: false,
  });
  await expect(app.ready()).rejects.toThrow("Route GET /api/v1/secret has no operation");
});

describe("a page that shows somebody else than whose session it has by now", () => {
  const [ana, bo] = DEMO_USERS;
  async function move(headers: Record<string, string>) {
    const cookie = await tower.login(bo?.name ?? "", bo?.password ?? "");
    return tower.app.inject({
      method: "DELETE",
      url: "/api/v1/session",
      headers: { cookie, ...headers },
    });
  }

  test("does nothing in that one's name", async () => {
    const refused = await move({ "ct-asked-by": ana?.name ?? "" });
    expect(refused.statusCode).toBe(401);
    expect(refused.json().detail).toContain(`${bo?.name} has logged in in this browser since`);
  });

  test("is any other page where it is the same person, and where it does not say", async () => {
    expect((await move({ "ct-asked-by": bo?.name ?? "" })).statusCode).toBe(204);
    expect((await move({})).statusCode).toBe(204);
  });

  test("is not asked for by a key", async () => {
    const headers = { ...BEARER, "ct-asked-by": "somebody" };
    const answer = await tower.app.inject({ url: "/api/v1/board?site=BER1", headers });
    expect(answer.statusCode).toBe(200);
  });
});
