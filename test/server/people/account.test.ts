import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fakeTower, type FakeTower } from "../fake-app.ts";
import { addPerson, aPerson, asKey } from "./person.ts";

// passwords are slow on purpose, and slower beside other tests
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let tower: FakeTower;
let password: string;
beforeAll(async () => {
  tower = await fakeTower();
  password = await addPerson(tower.app, { name: "petra", role: "coordinator" });
});
afterAll(() => tower.app.close());

async function loggedIn(name = "petra", secret = password) {
  const person = aPerson(tower.app);
  const answer = await person.login(name, secret);
  expect(answer.statusCode).toBe(200);
  return person;
}

describe("one's own account", () => {
  test("says who one is and never how one gets in", async () => {
    const petra = await loggedIn();
    const account = await petra.ask("GET", "/api/v1/account");
    expect(account.json()).toMatchObject({
      name: "petra",
      role: "coordinator",
      origin: "local",
      preferences: { minSeverity: "S2", quietHours: null, email: null },
    });
    expect(account.body).not.toContain("argon2");
    expect((await asKey(tower.app, "GET", "/api/v1/account")).statusCode).toBe(403);
  });

  test("keeps what one wants to be told of, whole and checked", async () => {
    const petra = await loggedIn();
    const preferences = {
      minSeverity: "S1",
      sites: ["BER1"],
      quietHours: { from: "22:00", to: "06:30" },
      digest: true,
      email: "petra@warehouse.example",
    };
    const save = (change: object) =>
      petra.ask("PATCH", "/api/v1/account", { preferences: { ...preferences, ...change } });
    expect((await save({})).json()).toMatchObject({ preferences });
    expect((await petra.ask("GET", "/api/v1/account")).json()).toMatchObject({ preferences });
    for (const wrong of [
      { sites: ["NOWHERE"] },
      { email: "not an address" },
      { quietHours: { from: "25:00", to: "06:00" } },
      { minSeverity: "S9" },
      { surprise: 1 },
    ])
      expect((await save(wrong)).statusCode).toBe(422);
    expect(JSON.stringify(tower.audit.entries())).not.toContain("petra@warehouse.example");
    // a built-in user has preferences, too, and stays what it is
    const lead = await loggedIn("lead", "demo-lead-tower");
    const kept = await lead.ask("PATCH", "/api/v1/account", { preferences });
    expect(kept.json()).toMatchObject({ preferences, role: "lead", origin: "environment" });
    await loggedIn("lead", "demo-lead-tower");
  });
});

describe("changing the password", () => {
  test("needs the old one and a good new one, ends the other sessions and keeps this one", async () => {
    const secret = await addPerson(tower.app, { name: "changer", role: "viewer" });
    const [here, there] = [await loggedIn("changer", secret), await loggedIn("changer", secret)];
    const change = (current: string, next: string) =>
      here.ask("POST", "/api/v1/account/password", { current, next });
    expect((await change("not the old one", "a green lorry outside")).json()).toMatchObject({
      code: "CT_ERR_PASSWORD",
      errors: [{ path: "/current" }],
    });
    expect((await change(secret, "iloveyou")).json()).toMatchObject({
      detail: expect.stringContaining("tried first"),
      errors: [{ path: "/next" }],
    });
    expect((await change(secret, secret)).json()).toMatchObject({
      status: 422,
      errors: [{ path: "/next" }],
    });
    const before = here.cookie();
    expect((await change(secret, "a green lorry outside")).statusCode).toBe(204);
    expect(here.cookie()).not.toBe(before);
    expect((await here.ask("GET", "/api/v1/session")).statusCode).toBe(200);
    expect((await there.ask("GET", "/api/v1/session")).statusCode).toBe(401);
    const stolen = await tower.app.inject({ url: "/api/v1/session", headers: { cookie: before } });
    expect(stolen.statusCode).toBe(401);
    expect(await here.login("changer", secret)).toMatchObject({ statusCode: 401 });
  });

  test("is not for a password that is kept elsewhere", async () => {
    const lead = await loggedIn("lead", "demo-lead-tower");
    const change = { current: "demo-lead-tower", next: "a green lorry outside" };
    const answer = await lead.ask("POST", "/api/v1/account/password", change);
    expect(answer.json()).toMatchObject({ code: "CT_ERR_PROTECTED" });
  });
});

describe("sessions", () => {
  test("are listed with their device and ended one by one", async () => {
    const secret = await addPerson(tower.app, { name: "roamer", role: "viewer" });
    const [here, there] = [await loggedIn("roamer", secret), await loggedIn("roamer", secret)];
    const list = async () => (await here.ask("GET", "/api/v1/account/sessions")).json().items;
    const items = await list();
    // the third is the one that chose the password
    expect(items).toHaveLength(3);
    expect(items.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toHaveLength(1);
    expect(items[0]).toMatchObject({ device: "Chrome on Windows", address: expect.any(String) });
    for (const item of items)
      if (!item.isCurrent) {
        const ended = await here.ask("DELETE", `/api/v1/account/sessions/${item.id}`);
        expect(ended.statusCode).toBe(204);
      }
    expect(await list()).toHaveLength(1);
    expect((await there.ask("GET", "/api/v1/session")).statusCode).toBe(401);
    expect((await here.ask("GET", "/api/v1/session")).statusCode).toBe(200);
  });

  test("of somebody else cannot be ended, and their number is not told", async () => {
    const victim = await loggedIn("lead", "demo-lead-tower");
    const [item] = (await victim.ask("GET", "/api/v1/account/sessions")).json().items;
    const petra = await loggedIn();
    const tried = await petra.ask("DELETE", `/api/v1/account/sessions/${item.id}`);
    const missing = await petra.ask("DELETE", "/api/v1/account/sessions/0000000000000000");
    expect(tried.statusCode).toBe(404);
    expect({ ...tried.json(), instance: "" }).toEqual({ ...missing.json(), instance: "" });
    expect((await victim.ask("GET", "/api/v1/session")).statusCode).toBe(200);
  });

  test("all end at once, here too", async () => {
    const secret = await addPerson(tower.app, { name: "leaver", role: "viewer" });
    const [here, there] = [await loggedIn("leaver", secret), await loggedIn("leaver", secret)];
    expect((await here.ask("DELETE", "/api/v1/account/sessions")).statusCode).toBe(204);
    for (const person of [here, there])
      expect((await person.ask("GET", "/api/v1/session")).statusCode).toBe(401);
  });

  test("a cookie that was planted before a login is worth nothing after it", async () => {
    const planted = await loggedIn("viewer", "demo-viewer-tower");
    const cookie = planted.cookie();
    await planted.login("petra", password);
    expect(planted.cookie()).not.toBe(cookie);
    const reused = await tower.app.inject({ url: "/api/v1/session", headers: { cookie } });
    expect(reused.statusCode).toBe(401);
  });

  test("the store knows a session by the hash of its cookie alone", async () => {
    const petra = await loggedIn();
    const token = petra.cookie().slice("ct=".length);
    expect(token).toHaveLength(43);
    const kept = JSON.stringify([...tower.people.kept]);
    expect(kept).not.toContain(token);
  });
});
