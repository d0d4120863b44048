/** Promise S24: a store that fails opens no door and shows nothing of itself, at whichever await it fails. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { HTTP_OPERATIONS, type HttpOperation } from "../../../domain/permissions.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

const SECRET = "redis://:hunter2@10.0.0.1:6379 ECONNREFUSED";
const INSIDE = /hunter2|ECONNREFUSED|redis:|node_modules|\.ts:|\bat .+\(/i;

// passwords are slow on purpose, and everything is asked many times
vi.setConfig({ testTimeout: 60_000 });

let tower: FakeTower;
afterEach(() => tower.app.close());

const fail = async (): Promise<never> => {
  throw new Error(SECRET);
};

/** Every function of a store, one after the other, made to reject. */
const functionsOf = (store: object): string[] =>
  Object.entries(store).flatMap(([name, one]) => (typeof one === "function" ? [name] : []));

function requestOf(operation: HttpOperation, headers: Record<string, string>) {
  const [method = "GET", pattern = "/"] = operation.split(" ");
  const isChange = method !== "GET" && method !== "DELETE";
  return {
    method: method as "GET",
    url: pattern.replace(":name", "note").replaceAll(/:[A-Za-z]+/g, "x"),
    headers,
    ...(isChange && { payload: { text: "x", name: "lead", password: "demo-lead-tower" } }),
  };
}

const operations = Object.keys(HTTP_OPERATIONS) as HttpOperation[];

/** Asks everything; what was answered must show nothing, and a failure must be a problem document. */
async function askAll(headers: Record<string, string>, what: string): Promise<void> {
  for (const operation of operations) {
    const answer = await tower.app.inject(requestOf(operation, headers));
    const where = [what, operation];
    if (answer.statusCode >= 400) {
      expect([...where, INSIDE.exec(answer.body)?.[0]]).toEqual([...where, undefined]);
      // for people: a page, not a problem
      if (operation === "GET /readyz" || operation.includes(" /l/")) continue;
      expect([...where, answer.headers["content-type"]]).toEqual([
        ...where,
        "application/problem+json",
      ]);
    }
  }
}

describe("a store of people that fails", () => {
  test("at any of its functions shows nothing of itself", async () => {
    tower = await fakeTower();
    tower.fill("BER1", []);
    const cookie = await tower.login("admin", "demo-admin-tower");
    for (const name of functionsOf(tower.people)) {
      const own = tower.people as unknown as Record<string, unknown>;
      const before = own[name];
      own[name] = fail;
      await askAll({ cookie }, name);
      own[name] = before;
    }
  });

  test("lets nobody in: not by a password, not by a cookie it cannot read", async () => {
    tower = await fakeTower();
    const cookie = await tower.login("lead", "demo-lead-tower");
    tower.people.getSession = fail;
    for (const operation of operations) {
      if (["anonymous", "signature"].includes(HTTP_OPERATIONS[operation])) continue;
      const answer = await tower.app.inject(requestOf(operation, { cookie }));
      expect([operation, answer.statusCode >= 500]).toEqual([operation, true]);
    }
    tower.people.addSession = fail;
    const login = await tower.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { name: "lead", password: "demo-lead-tower" },
    });
    expect(login.statusCode).toBeGreaterThanOrEqual(500);
    expect(login.headers["set-cookie"]).toBeUndefined();
  });

  test("lets nobody guess without being counted", async () => {
    tower = await fakeTower();
    tower.people.addGuess = fail;
    const login = await tower.app.inject({
      method: "POST",
      url: "/api/v1/session",
      payload: { name: "lead", password: "demo-lead-tower" },
    });
    expect(login.statusCode).toBeGreaterThanOrEqual(500);
    expect(login.headers["set-cookie"]).toBeUndefined();
  });
});

test("an inbox that fails at any of its functions shows nothing of itself", async () => {
  tower = await fakeTower();
  tower.fill("BER1", []);
  for (const name of functionsOf(tower.app.inbox)) {
    const own = tower.app.inbox as unknown as Record<string, unknown>;
    const before = own[name];
    own[name] = fail;
    await askAll(BEARER, name);
    own[name] = before;
  }
});

test("a board that fails at any of its functions shows nothing of itself", async () => {
  tower = await fakeTower();
  for (const name of functionsOf(tower.app.live)) {
    const own = tower.app.live as unknown as Record<string, unknown>;
    const before = own[name];
    own[name] = () => {
      throw new Error(SECRET);
    };
    await askAll(BEARER, name);
    own[name] = before;
  }
});

test("an audit that cannot be written stops the change it was for", async () => {
  tower = await fakeTower();
  const cookie = await tower.login("admin", "demo-admin-tower");
  tower.app.audit.change = fail;
  const headers = { cookie };
  const made = { name: "somebody", role: "viewer", sites: "all" };
  const answer = await tower.app.inject({
    method: "POST",
    url: "/api/v1/users",
    headers,
    payload: made,
  });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.body).not.toMatch(INSIDE);
  const list = await tower.app.inject({ url: "/api/v1/users", headers });
  expect(list.body).not.toContain("somebody");
});
