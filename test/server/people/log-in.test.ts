import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { networkOf } from "../../../server/rates.ts";
import { derivedCount } from "../../../server/passwords.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { addPerson, aPerson, asKey } from "./person.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const USERS = "/api/v1/users";
const patch = (app: FastifyInstance, name: string, change: object) =>
  asKey(app, "PATCH", `${USERS}/${name}`, change);

let tower: FakeTower;
let password: string;
let address = 0;
beforeAll(async () => {
  tower = await fakeTower();
  password = await addPerson(tower.app, { name: "petra", role: "coordinator" });
  await addPerson(tower.app, { name: "disabled", role: "viewer" });
  await asKey(tower.app, "PATCH", "/api/v1/users/disabled", { disabled: true });
  await asKey(tower.app, "POST", "/api/v1/users", { name: "unused", role: "viewer" });
});
afterAll(() => tower.app.close());

/** From a new address each time, so that names alone are counted. */
const guess = (name: string, secret = "not the password", from?: string) => {
  address += 1;
  const person = aPerson(tower.app, from ?? `198.51.${address >> 8}.${address & 255}`);
  return person.login(name, secret);
};
const lockOut = async (name: string) => {
  for (let tries = 0; tries < 10; tries += 1) await guess(name);
};

type Kind = [what: string, name: string, status: number];
const REFUSED: Kind[] = [
  ["a wrong password", "petra", 401],
  ["an unknown name", "nobody-of-that-name", 401],
  ["a disabled user", "disabled", 401],
  ["a one-time password not known", "unused", 401],
  ["a built-in user", "lead", 401],
  ["a name of single sign-on", "oidc:1234", 401],
  ["a locked-out name", "coordinator", 429],
  ["a locked-out unknown name", "nobody-else", 429],
];

describe("a login that is refused", () => {
  beforeAll(async () => {
    await lockOut("coordinator");
    await lockOut("nobody-else");
  });

  test.each(REFUSED)("for %s costs one derived key", async (_what, name, status) => {
    const before = derivedCount();
    expect((await guess(name)).statusCode).toBe(status);
    expect(derivedCount() - before).toBe(1);
  });

  test("gets the same answer whatever the name is", async () => {
    const bodies = new Map<number, string>();
    for (const [, name, status] of REFUSED) {
      const { body } = await guess(name);
      const plain = body.replace(/"instance":"[^"]*"/, "");
      expect(bodies.get(status) ?? plain).toBe(plain);
      bodies.set(status, plain);
    }
  });

  // interleaved pairs on one machine: what else runs on it strikes both
  test("hashes for an unknown name, too: neither is told from the other by the time it takes", async () => {
    const times = { known: [] as number[], unknown: [] as number[] };
    const timed = async (kind: keyof typeof times, name: string) => {
      const startedAt = performance.now();
      await guess(name);
      times[kind].push(performance.now() - startedAt);
    };
    for (let pair = 0; pair < 8; pair += 1) {
      const order = [() => timed("known", "associate"), () => timed("unknown", "associatf")];
      for (const one of pair % 2 === 0 ? order : order.toReversed()) await one();
    }
    // a hash left out would be a hundredfold; how near they are is measured by the benchmark, on a machine that does nothing else
    const ratio = Math.min(...times.known) / Math.min(...times.unknown);
    expect(ratio).toBeGreaterThan(1 / 4);
    expect(ratio).toBeLessThan(4);
  });

  test("stands in the audit with the name as it was typed and without the password", async () => {
    await guess("Petra\u202e ", "hunter2hunter2");
    const entry = tower.audit.entries().at(-1);
    expect(entry).toMatchObject({
      who: "anonymous",
      what: "session.refused",
      subject: "Petra\u202e ",
      why: "wrong",
    });
    expect(JSON.stringify(tower.audit.entries())).not.toContain("hunter2");
  });
});

test("a login whose sessions are all ended at that very moment is to be done again, no failure", async () => {
  const { principal } = tower.app.users;
  tower.app.users.principal = async () => null;
  const answer = await guess("petra", password).finally(() => {
    tower.app.users.principal = principal;
  });
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: "CT_ERR_UNAUTHENTICATED" });
  expect((await guess("petra", password)).statusCode).toBe(200);
});

describe("guessing", () => {
  test("ends for one name after ten wrong tries from anywhere, also with the right password then", async () => {
    const secret = await addPerson(tower.app, { name: "target", role: "viewer" });
    const statuses = [];
    for (let tries = 0; tries < 14; tries += 1) statuses.push((await guess("target")).statusCode);
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
    const locked = await guess("TARGET", secret);
    expect(locked.statusCode).toBe(429);
    expect(Number(locked.headers["retry-after"])).toBeGreaterThan(600);
  });

  test("many at once are not more than one after the other", async () => {
    const done = await Promise.all(Array.from({ length: 16 }, () => guess("crowd")));
    expect(done.filter(({ statusCode }) => statusCode === 401).length).toBeLessThanOrEqual(10);
    expect(
      (await Promise.all(Array.from({ length: 12 }, () => guess("crowd")))).at(-1),
    ).toMatchObject({
      statusCode: 429,
    });
  });

  test("does not lock out somebody who is logged in: their own tries are counted apart", async () => {
    const secret = await addPerson(tower.app, { name: "victim", role: "viewer" });
    const victim = aPerson(tower.app, "203.0.113.9");
    await victim.login("victim", secret);
    await lockOut("victim");
    expect((await guess("victim", secret)).statusCode).toBe(429);
    expect((await victim.login("victim", secret)).statusCode).toBe(200);
    // a session of another name opens no such door
    const other = aPerson(tower.app, "203.0.113.10");
    await other.login("petra", password);
    expect((await other.login("victim", secret)).statusCode).toBe(429);
  });

  test("a right password does not count as a guess", async () => {
    for (let times = 0; times < 12; times += 1)
      expect((await guess("petra", password)).statusCode).toBe(200);
  });

  test("ends for one address after a hundred in an hour, without any cost", async () => {
    // what was counted before an hour ago is forgotten, so only the store is asked here
    const { createLoginLimit } = await import("../../../server/login-limit.ts");
    let now = 0;
    const limit = createLoginLimit(tower.people, () => now);
    for (let tries = 0; tries < 100; tries += 1) {
      const { waitSeconds } = await limit.take(`name-${tries}`, "192.0.2.99", undefined);
      expect(waitSeconds).toBeNull();
      now += 1_000;
    }
    const over = await limit.take("another", "192.0.2.99", undefined);
    expect(over).toMatchObject({ isAddress: true, waitSeconds: 3_500 });
    now += 3_501_000;
    expect((await limit.take("another", "192.0.2.99", undefined)).waitSeconds).toBeNull();
  });

  test("a thousand times at one name, or at a thousand names, comes no further", async () => {
    const { createLoginLimit } = await import("../../../server/login-limit.ts");
    const limit = createLoginLimit(tower.people, () => 5_000_000);
    let [atOne, atMany] = [0, 0];
    for (let tries = 0; tries < 1_000; tries += 1) {
      const from = `203.${tries >> 8}.${tries & 255}.7`;
      if ((await limit.take("one-name", from, undefined)).waitSeconds === null) atOne += 1;
      const many = await limit.take(`many-${tries}`, "203.0.113.77", undefined);
      if (many.waitSeconds === null) atMany += 1;
    }
    expect([atOne, atMany]).toEqual([10, 100]);
  });

  test("of one IPv6 network is of one address", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:db8:1:2::1"));
    expect(networkOf("2001:db8:1:3::1")).not.toBe(networkOf("2001:db8:1:2::1"));
  });
});

describe("the first administrator", () => {
  const setUp = async () => {
    const empty = await fakeTower({ CT_DEMO: "0" });
    const link = (await asKey(empty.app, "POST", "/api/v1/users/first-admin-link")).json();
    const token = new URL(link.path, "http://tower").searchParams.get("token") ?? "";
    const use = (change: object = {}) =>
      aPerson(empty.app).ask("POST", "/api/v1/session/first-admin", {
        token,
        name: "chief",
        password: "a red lorry in the yard",
        ...change,
      });
    return { empty, token, use };
  };

  test("comes by a link that is good once, and is logged in then", async () => {
    const { empty, token, use } = await setUp();
    expect(token).toHaveLength(43);
    expect((await use({ password: "iloveyou" })).json()).toMatchObject({
      code: "CT_ERR_PASSWORD",
      errors: [{ path: "/password" }],
    });
    expect((await use({ token: "x".repeat(43) })).json()).toMatchObject({
      code: "CT_ERR_LINK_USED",
    });
    const used = await use();
    expect(used.statusCode).toBe(201);
    expect(used.json()).toMatchObject({ name: "chief", role: "admin" });
    expect(String(used.headers["set-cookie"])).toMatch(/^ct=[\w-]{43}; /);
    expect((await use({ name: "second" })).statusCode).toBe(409);
    expect(empty.audit.entries()).toContainEqual(
      expect.objectContaining({ what: "first-admin.created", subject: "chief" }),
    );
    expect(JSON.stringify(empty.audit.entries())).not.toContain(token);
    const again = await asKey(empty.app, "POST", "/api/v1/users/first-admin-link");
    expect(again.json()).toMatchObject({ code: "CT_ERR_EXISTS" });
    await empty.app.close();
  });

  test("two at once with one link make one", async () => {
    const { empty, use } = await setUp();
    const done = await Promise.all([use({ name: "one" }), use({ name: "two" })]);
    expect(done.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, expect.any(Number)]);
    expect(empty.app.users.all()).toHaveLength(1);
    await empty.app.close();
  });

  test("is not offered while there is one, and the last one cannot be taken away", async () => {
    const { empty, use } = await setUp();
    await use();
    const change = (what: object) => asKey(empty.app, "PATCH", "/api/v1/users/chief", what);
    for (const what of [{ disabled: true }, { role: "lead" }])
      expect((await change(what)).json()).toMatchObject({ code: "CT_ERR_LAST_ADMIN" });
    const gone = await asKey(empty.app, "DELETE", "/api/v1/users/chief");
    expect(gone.json()).toMatchObject({ code: "CT_ERR_LAST_ADMIN" });
    await asKey(empty.app, "POST", "/api/v1/users", { name: "deputy", role: "admin" });
    expect((await change({ disabled: true })).statusCode).toBe(200);
    await empty.app.close();
  });

  test("one of all sites is not stood in for by one of some, who can give nobody the others", async () => {
    const { empty, use } = await setUp();
    await use();
    const local = { name: "local", role: "admin", sites: ["BER1"] };
    await asKey(empty.app, "POST", USERS, local);
    const change = (name: string, what: object) =>
      asKey(empty.app, "PATCH", `${USERS}/${name}`, what);
    for (const what of [{ disabled: true }, { role: "lead" }, { sites: ["BER1"] }])
      expect((await change("chief", what)).json()).toMatchObject({ code: "CT_ERR_LAST_ADMIN" });
    const gone = await asKey(empty.app, "DELETE", `${USERS}/chief`);
    expect(gone.json()).toMatchObject({ code: "CT_ERR_LAST_ADMIN" });
    expect((await change("local", { role: "lead" })).statusCode).toBe(200);
    await empty.app.close();
  });
});

describe("two administrators who take each other away on two servers", () => {
  test.each([
    ["demote", (app: FastifyInstance, name: string) => patch(app, name, { role: "lead" })],
    ["disable", (app: FastifyInstance, name: string) => patch(app, name, { disabled: true })],
    ["remove", (app: FastifyInstance, name: string) => asKey(app, "DELETE", `${USERS}/${name}`)],
  ])("leave one: %s", async (_what, take) => {
    const one = await fakeTower({ CT_DEMO: "0" });
    await asKey(one.app, "POST", USERS, { name: "anna", role: "admin" });
    await asKey(one.app, "POST", USERS, { name: "bert", role: "admin" });
    const two = await fakeTower({ CT_DEMO: "0" }, false, undefined, one);
    const answers = await Promise.all([take(one.app, "bert"), take(two.app, "anna")]);
    const refused = answers.filter(({ statusCode }) => statusCode === 409);
    expect(refused.map((answer) => answer.json().code)).toEqual(["CT_ERR_LAST_ADMIN"]);
    await one.app.users.refresh();
    const left = one.app.users.all().filter(({ role, disabled }) => role === "admin" && !disabled);
    expect(left).toHaveLength(1);
    await Promise.all([one.app.close(), two.app.close()]);
  });
});

describe("the ways to log in", () => {
  test("name the demo's users in a demo only", async () => {
    const options = async (env: NodeJS.ProcessEnv) => {
      const { app } = await fakeTower(env);
      const answer = await app.inject("/api/v1/session/options");
      await app.close();
      return answer.json();
    };
    const demo = await options({});
    expect(demo.demoUsers.map(({ role }: { role: string }) => role)).toContain("auditor");
    expect(await options({ CT_DEMO: "0" })).toEqual({ oidc: null, demoUsers: [] });
  });
});
